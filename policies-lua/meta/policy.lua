-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
---@meta _
-- Made by gen_meta.py of the compiler's own tables. 由程序生成。
-- 供编辑器补全和检查规则文件，程序本身不读它。 For editors only.

---@alias policy.Type "message"|"post"|"comment"|"file_transfer"|"link_open"|"login"|"account_change"|"group_change"|"contact_add"|"payment"|"usage_period"|"system_change"|"data_use"|"miniprogram_release"|"review"|"content_remove"|"staff_change"|"incident"|"report"|"violation"|"attestation"|"tick"
---@alias policy.Field "id"|"type"|"org"|"time"|"source"|"phase"|"actor"|"actor_roles"|"actor_dept"|"account"|"account_kind"|"platform"|"network"|"place"|"direction"|"conversation"|"conversation_kind"|"group_kind"|"recipients"|"recipient_kinds"|"recipients_cleared"|"text"|"links"|"forwarded"|"reply_to"|"needs_reply"|"encrypted"|"approved_by"|"surface"|"content_id"|"title"|"attachments"|"repost_of"|"repost_text"|"audience"|"supplied_by"|"review_state"|"reviewer_role"|"comment_id"|"operation"|"name"|"mime"|"size"|"digest"|"classification"|"source_known"|"scan_result"|"store"|"object_kind"|"url"|"host"|"sender"|"holder"|"device"|"device_owner"|"device_state"|"protections"|"client_version"|"second_factor"|"anomaly"|"change"|"subject_account"|"holder_state"|"previous_holder"|"identity_verified"|"new_name"|"password_strength"|"password_guessable"|"app"|"app_trusted"|"permissions"|"post_permissions"|"until"|"group"|"purpose"|"responsible"|"member"|"member_kind"|"work_related"|"contact"|"contact_kind"|"route"|"kind"|"counterparty"|"started"|"ended"|"activity"|"target"|"component"|"component_trusted"|"version"|"version_age_days"|"categories"|"subject_count"|"scope"|"manner"|"declared_purpose"|"needed_categories"|"consent"|"authorised"|"recipient"|"recipient_kind"|"protected"|"security_test"|"content_review"|"data_protection"|"team"|"subject"|"reviewer"|"decision"|"removed_by"|"reason"|"person"|"effective"|"accounts"|"roles"|"dept"|"incident"|"state"|"noticed_at"|"reported_at"|"reporter"|"severity"|"report"|"departments"|"regulation"|"ref"|"crime_suspected"|"leak_confirmed"|"harm"|"prior_count"|"merit"|"duty"|"done_by"|"done_at"|"covers"|"evidence"|"result"|"now"|"external"|"public"|"work_hours"|"work_day"|"minutes"|"thing"|"content_digest"|"hosts"|"flags"|"manager"
---@alias policy.TextField "text"|"title"|"repost_text"|"name"|"new_name"|"purpose"|"component"|"scope"|"manner"|"declared_purpose"|"reason"|"harm"|"covers"|"evidence"|"parts"|string
---@alias policy.Category "state_secret"|"work_secret"|"trade_secret"|"strategy_info"|"hr_info"|"internal_info"|"customer_info"|"personal_info"|"classified_file"|"illegal_content"|"illegal_activity"|"national_harm"|"public_harm"|"politics"|"obscene"|"vulgar"|"violence_terror"|"gambling"|"drugs"|"superstition"|"fraud"|"money_laundering"|"illicit_trade"|"harmful_content"|"false_info"|"spam"|"malware"|"phishing_link"|"ip_infringement"|"rights_infringement"|"insult"|"defamation"|"malicious_attack"|"harassment"|"discrimination"|"org_harm"|"advertising"|"unfair_competition"|"prank"|"off_topic"|"work_content"|"impersonation"|"abuse_of_position"|"external_recipient"|"unauthorised_recipient"|"public_surface"|"group_context"|"forwarded"|"official_account"|"personal_account"|"club_account"|"wrong_account_kind"|"work_hours"|"outside_work_hours"|"public_place"|"public_network"|"unencrypted_channel"|"unencrypted_attachment"|"unknown_source"|"unofficial_channel"|"irrelevant_member"|"irrelevant_group"|"group_unregistered"|"not_reviewed"|"not_approved"|"credential_disclosure"|"account_sharing"|"weak_password"|"password_stale"|"no_second_factor"|"false_identity"|"multiple_accounts"|"stale_account"|"leaver_account"|"excess_permission"|"account_anomaly"|"jailbroken_device"|"unapproved_device"|"foreign_device"|"device_protection_off"|"outdated_client"|"untrusted_app"|"system_tamper"|"consent_missing"|"purpose_undeclared"|"purpose_mismatch"|"excess_collection"|"data_unprotected"|"unauthorised_data_access"|"high_frequency"|"long_use"|"reply_overdue"|"push_quota_short"|"sensitive_retained"|"not_stored_designated"|"late_report"|"training_missing"|"security_test_missing"|"duty_overdue"|"leak_suspected"|"incident_open"|"confirmed_violation"|"serious_violation"|"leak_confirmed"|"crime_suspected"|"restricted_account"|"merit"
---@alias policy.Detector "resident_id"|"mobile"|"bank_card"|"email"|"url"|"domain"|"residence_permit"|"permanent_residence"|"entry_permit"|"passport"|"landline"|"credit_code"|"plate"|"ip"|"wechat"|"qq"|"address"|"iban"|"ssn"
---@alias policy.Verdict "allow"|"flag"|"warn"|"redact"|"hold"|"block"
---@alias policy.Mode "off"|"shadow"|"enforce"
---@alias policy.Expect "hit"|"miss"|"opened"|"done"|"reminded"|"overdue"|"proposed"
---@alias policy.Confidence "low"|"medium"|"high"
---@alias policy.Strictness "disguised"|"folded"|"exact"
---@alias policy.TermView "pinyin"|"split"|"reversed"|"spelled"
---@alias policy.Text string|{ zh?: string, en?: string }

-- What constructors make; a rule only passes it on.
---@class policy.Call
---@class policy.Match: policy.Call
---@class policy.Test: policy.Call
---@class policy.Ask: policy.Call
---@class policy.Who: policy.Call
---@class policy.Param: policy.Test
---@class policy.RuleCall: policy.Call
---@class policy.ExampleCall: policy.Call
---@class policy.Join: policy.Match, policy.Ask

---@class (exact) policy.Rule
---@field brake? table
---@field broad? boolean|policy.Param 没有触发条件时写 true · owns up to having no trigger
---@field category? policy.Category 信号；默认第一个词表的名字 · default: the first list's
---@field check? fun(event: policy.Event, hits: policy.Hits, memory: table<string, policy.Records>): boolean|policy.Answer|nil 最后再跑的小函数 · runs last
---@field cites? string|string[] 依据的条文 · the articles that it carries out
---@field count? table
---@field escalate? policy.Escalate 请谁来看 · who is asked to look
---@field except? policy.Exception[] 例外，各写 why owner expires · exceptions
---@field fields? policy.TextField|policy.TextField[] 在哪些文本字段里找 · in which text fields
---@field id? string 永久的名字 · permanent
---@field match? policy.Match 找什么 · what to find
---@field mode? policy.Mode|policy.Param 停用、试行、执行；默认 enforce · default enforce
---@field needs? string|string[] 要向宿主问的事实 · facts asked of the host
---@field on? policy.Type|policy.Type[] 事件类型 · event types
---@field ratio? number|integer|policy.Call
---@field reads? string|(string|policy.Read)[] check 要读的记忆 · memories that the check reads
---@field reason? string 理由；单位自己的规则用它代替 cites · why
---@field redact? "match" 遮盖什么 · what is masked
---@field requires? table|policy.Call
---@field sample? number|integer|policy.Call
---@field severity? 1|2|3|4|5|policy.Param 1 到 5，默认 2 · 1 to 5, default 2
---@field tell? policy.Text 给发送人的话，可用 {article} · message to the sender
---@field tests? policy.ExampleCall[] hit 应命中，miss 不应命中 · examples
---@field title? policy.Text 给人看的标题 · for people
---@field verdict? policy.Verdict|policy.Param allow < flag < warn < redact < hold < block
---@field where? policy.Condition|policy.Join|policy.Ask 条件，全部成立 · conditions, all of which hold

---@class (exact) policy.Escalate
---@field other_than? policy.Field 不能是这个字段里的人 · not the person of this field
---@field to? string|policy.Who|policy.Param organisation.yaml 里的角色，或 who "字段" · a role, or who
---@field within? string|policy.Param 期限，如 "4h" · such as "4h"

---@alias policy.Key policy.Field|policy.Field[]|policy.Call
---@class (exact) policy.Read
---@field key? policy.Key 按哪些字段查，默认是记忆自己的 · default: the memory's own
---@field [1] string

---@class (exact) policy.Theme
---@field id? string 文件名 · the file's name
---@field title? policy.Text 给人看的标题 · for people
---@field params? table<string, policy.Param> 参数 · parameters
---@field parts? table<string, policy.RuleCall> 规则，取用时按名字 · its rules by name

---@class (exact) policy.Term
---@field boundary? boolean 词的边界 · false: inside of words, true: not across two
---@field strict? policy.Strictness 严格程度 · how strictly
---@field separators? 0|1|2|3 字间可夹什么 · what may stand between characters
---@field views? policy.TermView|policy.TermView[] 还认得哪些写法 · further disguises to see through
---@field [1] string

---@class (exact) policy.Pii
---@field confidence? policy.Confidence 可信度至少为此 · finds at least so sure
---@field [1] policy.Detector|string

---@class (exact) policy.Part
---@field role? string
---@field text? string

---@class (exact) policy.Definition
---@field max? any
---@field min? any
---@field why? any
---@field [1] "int"|"duration"|string
---@field [2] any 默认值 · the default

---@class (exact) policy.Condition
---@field id? string|(string)[]|policy.Test 事件编号 · What the event is called at its source
---@field type? "message"|"post"|"comment"|"file_transfer"|"link_open"|"login"|"account_change"|"group_change"|"contact_add"|"payment"|"usage_period"|"system_change"|"data_use"|"miniprogram_release"|"review"|"content_remove"|"staff_change"|"incident"|"report"|"violation"|"attestation"|"tick"|("message"|"post"|"comment"|"file_transfer"|"link_open"|"login"|"account_change"|"group_change"|"contact_add"|"payment"|"usage_period"|"system_change"|"data_use"|"miniprogram_release"|"review"|"content_remove"|"staff_change"|"incident"|"report"|"violation"|"attestation"|"tick")[]|policy.Test 事件类型 · One of the types below
---@field org? string|(string)[]|policy.Test 所属单位 · The organisation whose rules judge it
---@field time? string|integer|(string|integer)[]|policy.Test 发生时间 · RFC 3339, or milliseconds since 1970 UTC
---@field source? string|(string)[]|policy.Test 来源系统 · The system that reports it; with `id` it names the event
---@field phase? "asked"|"done"|("asked"|"done")[]|policy.Test 阶段(请求、已发生) · `asked`: it can still be stopped; `done`: it has happened
---@field actor? string|(string)[]|policy.Test 行为人 · Who does it
---@field actor_roles? "staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string|("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]|policy.Test 行为人角色 · Their roles; an organisation may declare more
---@field actor_dept? string|(string)[]|policy.Test 行为人部门 · Their department
---@field account? string|(string)[]|policy.Test 所用账号 · The account it is done from
---@field account_kind? "official"|"work"|"personal"|"club"|("official"|"work"|"personal"|"club")[]|policy.Test 账号类别 · What kind of account that is
---@field platform? "wechat"|"wecom"|"weibo"|"miniprogram"|"other"|("wechat"|"wecom"|"weibo"|"miniprogram"|"other")[]|policy.Test 平台 · Where it happens
---@field network? "trusted"|"cellular"|"public"|"unknown"|("trusted"|"cellular"|"public"|"unknown")[]|policy.Test 网络 · The network in use
---@field place? "office"|"home"|"public"|"unknown"|("office"|"home"|"public"|"unknown")[]|policy.Test 地点 · Where the actor is
---@field direction? "out"|"in"|("out"|"in")[]|policy.Test 收发方向 · Out of the organisation's account, or in
---@field conversation? string|(string)[]|policy.Test 会话编号 · The chat it belongs to
---@field conversation_kind? "direct"|"group"|("direct"|"group")[]|policy.Test 单聊或群聊 · Between two, or in a group
---@field group_kind? "company"|"department"|"private"|"unknown"|string|("company"|"department"|"private"|"unknown"|string)[]|policy.Test 群类别 · What kind of group; an organisation may declare more
---@field recipients? string|(string)[]|policy.Test 接收人 · Who receives it
---@field recipient_kinds? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"|("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]|policy.Test 接收人身份 · What the recipients are to the organisation
---@field recipients_cleared? boolean|(boolean)[]|policy.Test 接收人均有权知悉 · All recipients may know it
---@field text? string|(string)[]|policy.Test 正文 · What is written
---@field links? string|(string)[]|policy.Test 链接 · Links in it
---@field forwarded? boolean|(boolean)[]|policy.Test 是否转发 · Passed on rather than written
---@field reply_to? string|(string)[]|policy.Test 所回复的消息 · What it answers
---@field needs_reply? boolean|(boolean)[]|policy.Test 是否需要回复 · An answer is expected
---@field encrypted? boolean|(boolean)[]|policy.Test 是否加密 · Encrypted
---@field approved_by? string|(string)[]|policy.Test 批准人 · Who approved it
---@field surface? "official"|"weibo"|"moments"|"miniprogram"|"other"|("official"|"weibo"|"moments"|"miniprogram"|"other")[]|policy.Test 发布渠道 · Where it is published
---@field content_id? string|(string)[]|policy.Test 内容编号 · The publication
---@field title? string|(string)[]|policy.Test 标题 · Its title
---@field attachments? string|(string)[]|policy.Test 附件摘要 · Digests of what is attached
---@field repost_of? string|(string)[]|policy.Test 被转发的内容 · The publication passed on
---@field repost_text? string|(string)[]|policy.Test 被转发内容的文字 · Text of what is passed on
---@field audience? "internal"|"public"|("internal"|"public")[]|policy.Test 受众 · Who can read it
---@field supplied_by? string|(string)[]|policy.Test 供稿人 · Who supplied it
---@field review_state? "none"|"pending"|"passed"|("none"|"pending"|"passed")[]|policy.Test 审核状态 · How far its review is
---@field reviewer_role? string|(string)[]|policy.Test 审核人角色 · In which role it was reviewed
---@field comment_id? string|(string)[]|policy.Test 评论编号 · The comment
---@field operation? "send"|"receive"|"upload"|"download"|"save"|"forward"|"collect"|"store"|"use"|"export"|"disclose"|("send"|"receive"|"upload"|"download"|"save"|"forward"|"collect"|"store"|"use"|"export"|"disclose")[]|policy.Test 操作 · What is done
---@field name? string|(string)[]|policy.Test 文件名 · Name of the file
---@field mime? string|(string)[]|policy.Test 文件格式 · Media type of the file
---@field size? integer|(integer)[]|policy.Test 文件大小 · Bytes of the file
---@field digest? string|(string)[]|policy.Test 内容摘要 · Digest of the file or content
---@field classification? "none"|"internal"|"secret"|"unknown"|("none"|"internal"|"secret"|"unknown")[]|policy.Test 密级 · How secret it is
---@field source_known? boolean|(boolean)[]|policy.Test 来源是否明确 · Its origin is known
---@field scan_result? "clean"|"suspect"|"malicious"|"unknown"|("clean"|"suspect"|"malicious"|"unknown")[]|policy.Test 扫描结果 · What a scanner found
---@field store? "designated"|"wechat"|"other"|("designated"|"wechat"|"other")[]|policy.Test 存放处 · Where it is kept
---@field object_kind? "link"|"qr"|"attachment"|("link"|"qr"|"attachment")[]|policy.Test 打开对象 · What is opened
---@field url? string|(string)[]|policy.Test 网址 · Its address
---@field host? string|(string)[]|policy.Test 域名 · Host of the address
---@field sender? string|(string)[]|policy.Test 发送人 · Who sent it
---@field holder? string|(string)[]|policy.Test 账号持有人 · Whose account it is
---@field device? string|(string)[]|policy.Test 设备 · The device
---@field device_owner? string|(string)[]|policy.Test 设备所有人 · Whose device it is
---@field device_state? "approved"|"unapproved"|"jailbroken"|"unknown"|("approved"|"unapproved"|"jailbroken"|"unknown")[]|policy.Test 设备状态 · State of the device
---@field protections? "screen_lock"|"anti_theft"|"history_encryption"|("screen_lock"|"anti_theft"|"history_encryption")[]|policy.Test 设备防护 · Protections switched on
---@field client_version? string|(string)[]|policy.Test 客户端版本 · Version of the client
---@field second_factor? boolean|(boolean)[]|policy.Test 是否二次验证 · A second factor is used
---@field anomaly? boolean|(boolean)[]|policy.Test 是否异常 · Something is out of the ordinary
---@field change? "register"|"rename"|"profile"|"password"|"permission"|"second_factor"|"transfer"|"lend"|"bind_app"|"bind_device"|"freeze"|"restrict"|"restore"|"close"|"listed"|"create"|"invite"|"join"|"leave"|"owner"|"purpose"|"clear_history"|"dissolve"|"install"|"plugin"|"update"|"setting"|"protection"|"file_edit"|"file_delete"|"protocol"|"move"|"gone"|("register"|"rename"|"profile"|"password"|"permission"|"second_factor"|"transfer"|"lend"|"bind_app"|"bind_device"|"freeze"|"restrict"|"restore"|"close"|"listed"|"create"|"invite"|"join"|"leave"|"owner"|"purpose"|"clear_history"|"dissolve"|"install"|"plugin"|"update"|"setting"|"protection"|"file_edit"|"file_delete"|"protocol"|"move"|"gone")[]|policy.Test 变更 · What changes
---@field subject_account? string|(string)[]|policy.Test 相关账号 · The account concerned
---@field holder_state? "active"|"moving"|"left"|("active"|"moving"|"left")[]|policy.Test 持有人状态 · Whether the holder is active
---@field previous_holder? string|(string)[]|policy.Test 原持有人 · Whose account it was
---@field identity_verified? boolean|(boolean)[]|policy.Test 身份是否核实 · The identity is verified
---@field new_name? string|(string)[]|policy.Test 新名称 · The new name
---@field password_strength? "weak"|"fair"|"strong"|("weak"|"fair"|"strong")[]|policy.Test 密码强度 · How strong the password is
---@field password_guessable? boolean|(boolean)[]|policy.Test 密码易猜 · The password can be guessed
---@field app? string|(string)[]|policy.Test 应用 · The app
---@field app_trusted? boolean|(boolean)[]|policy.Test 应用是否可信 · The app is trusted
---@field permissions? string|(string)[]|policy.Test 授予的权限 · Rights granted
---@field post_permissions? string|(string)[]|policy.Test 岗位应有的权限 · Rights that the post needs
---@field until? string|integer|(string|integer)[]|policy.Test 截止时间 · When a restriction ends
---@field group? string|(string)[]|policy.Test 群 · The group
---@field purpose? string|(string)[]|policy.Test 用途 · What for
---@field responsible? string|(string)[]|policy.Test 责任人 · Who answers for it
---@field member? string|(string)[]|policy.Test 成员 · The member concerned
---@field member_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"|("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]|policy.Test 成员身份 · What the member is to the organisation
---@field work_related? boolean|(boolean)[]|policy.Test 是否与工作有关 · Belongs to work
---@field contact? string|(string)[]|policy.Test 联系人 · The contact
---@field contact_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"|("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]|policy.Test 联系人身份 · What the contact is to the organisation
---@field route? "official"|"private"|("official"|"private")[]|policy.Test 添加途径 · Through which channel
---@field kind? "pay"|"receive"|"transfer"|"account_theft"|"anomaly"|"leak"|"malware"|"intrusion"|"vulnerability"|"hazard"|"accident"|"complaint"|"tip_off"|"feedback"|"question"|"suggestion"|"objection"|"authority_request"|("pay"|"receive"|"transfer"|"account_theft"|"anomaly"|"leak"|"malware"|"intrusion"|"vulnerability"|"hazard"|"accident"|"complaint"|"tip_off"|"feedback"|"question"|"suggestion"|"objection"|"authority_request")[]|policy.Test 种类 · What kind
---@field counterparty? string|(string)[]|policy.Test 交易对方 · The other side
---@field started? string|integer|(string|integer)[]|policy.Test 开始时间 · When it began
---@field ended? string|integer|(string|integer)[]|policy.Test 结束时间 · When it ended
---@field activity? "chat"|"browse"|"game"|"other"|("chat"|"browse"|"game"|"other")[]|policy.Test 活动 · What was done in it
---@field target? "client"|"device"|"platform"|"interface"|string|("client"|"device"|"platform"|"interface"|string)[]|policy.Test 对象 · What is changed; of a report: whom it is about
---@field component? string|(string)[]|policy.Test 组件 · The component
---@field component_trusted? boolean|(boolean)[]|policy.Test 组件是否可信 · The component is trusted
---@field version? string|(string)[]|policy.Test 版本 · Version
---@field version_age_days? integer|(integer)[]|policy.Test 版本已用天数 · Days since a newer version came out
---@field categories? string|(string)[]|policy.Test 数据类别 · Kinds of data
---@field subject_count? integer|(integer)[]|policy.Test 涉及人数 · How many people's data
---@field scope? string|(string)[]|policy.Test 范围 · Scope
---@field manner? string|(string)[]|policy.Test 方式 · Manner
---@field declared_purpose? string|(string)[]|policy.Test 声明的目的 · The purpose that was stated
---@field needed_categories? string|(string)[]|policy.Test 必要的数据类别 · Kinds of data that the purpose needs
---@field consent? boolean|(boolean)[]|policy.Test 是否同意 · The person consented
---@field authorised? boolean|(boolean)[]|policy.Test 是否授权 · Done with a right to do so
---@field recipient? string|(string)[]|policy.Test 数据接收方 · Who gets the data
---@field recipient_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"|("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]|policy.Test 数据接收方身份 · What they are to the organisation
---@field protected? "encrypted"|"masked"|"none"|("encrypted"|"masked"|"none")[]|policy.Test 数据保护 · How the data is protected
---@field security_test? "pass"|"fail"|"none"|("pass"|"fail"|"none")[]|policy.Test 安全测试 · Result of the security test
---@field content_review? "pass"|"fail"|"none"|("pass"|"fail"|"none")[]|policy.Test 内容审核 · Result of the content review
---@field data_protection? "encrypted"|"masked"|"none"|("encrypted"|"masked"|"none")[]|policy.Test 数据保护措施 · How the data is protected
---@field team? string|(string)[]|policy.Test 开发团队 · The team
---@field subject? string|(string)[]|policy.Test 针对的事物 · What it is about: any id
---@field reviewer? string|(string)[]|policy.Test 审核人 · Who reviews
---@field decision? "pass"|"reject"|"change"|("pass"|"reject"|"change")[]|policy.Test 审核结论 · What is decided
---@field removed_by? string|(string)[]|policy.Test 删除人 · Who removes it
---@field reason? string|(string)[]|policy.Test 原因 · Why
---@field person? string|(string)[]|policy.Test 人员 · The person
---@field effective? string|integer|(string|integer)[]|policy.Test 生效时间 · When it takes effect
---@field accounts? string|(string)[]|policy.Test 名下账号 · Their accounts
---@field roles? "staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string|("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]|policy.Test 授予或失去的角色 · Roles given; on leaving, lost
---@field dept? string|(string)[]|policy.Test 部门 · Department
---@field incident? string|(string)[]|policy.Test 安全事件编号 · The incident
---@field state? "noticed"|"reported"|"contained"|"closed"|"open"|"answered"|("noticed"|"reported"|"contained"|"closed"|"open"|"answered")[]|policy.Test 处理状态 · How far it is
---@field noticed_at? string|integer|(string|integer)[]|policy.Test 发现时间 · When it was noticed
---@field reported_at? string|integer|(string|integer)[]|policy.Test 报告时间 · When it was reported
---@field reporter? string|(string)[]|policy.Test 报告人 · Who reported it
---@field severity? "minor"|"serious"|"grave"|("minor"|"serious"|"grave")[]|policy.Test 严重程度 · How grave
---@field report? string|(string)[]|policy.Test 举报或反馈编号 · The report
---@field departments? string|(string)[]|policy.Test 涉及部门 · Departments concerned
---@field regulation? string|(string)[]|policy.Test 所违反的制度 · The regulation
---@field ref? string|(string)[]|policy.Test 条款 · The article
---@field crime_suspected? boolean|(boolean)[]|policy.Test 涉嫌犯罪 · An offence is suspected
---@field leak_confirmed? boolean|(boolean)[]|policy.Test 泄密已认定 · A leak is confirmed
---@field harm? string|(string)[]|policy.Test 后果 · What harm was done
---@field prior_count? integer|(integer)[]|policy.Test 此前次数 · Earlier cases
---@field merit? boolean|(boolean)[]|policy.Test 是否表彰 · A merit, not a violation
---@field duty? string|(string)[]|policy.Test 履职事项 · The duty
---@field done_by? string|(string)[]|policy.Test 履职人 · Who did it
---@field done_at? string|integer|(string|integer)[]|policy.Test 履职时间 · When it was done
---@field covers? string|(string)[]|policy.Test 覆盖范围 · What it covers
---@field evidence? string|(string)[]|policy.Test 证明材料 · What proves it
---@field result? "pass"|"fail"|("pass"|"fail")[]|policy.Test 结果 · Passed or failed
---@field now? string|integer|(string|integer)[]|policy.Test 当前时间 · The time it is
---@field external? boolean|(boolean)[]|policy.Test 是否外发 · Somebody outside the organisation reads it
---@field public? boolean|(boolean)[]|policy.Test 是否公开 · Everybody can read it
---@field work_hours? boolean|(boolean)[]|policy.Test 是否工作时间 · Within working hours
---@field work_day? boolean|(boolean)[]|policy.Test 是否工作日 · On a working day
---@field minutes? integer|(integer)[]|policy.Test 分钟数 · How long it took
---@field thing? string|(string)[]|policy.Test 可审核或删除的对象 · What a review or removal of it would name
---@field content_digest? string|(string)[]|policy.Test 内容指纹 · Digest of all its text, attachments and file
---@field hosts? string|(string)[]|policy.Test 文中网址的主机 · Hosts of the addresses that stand in its texts, broken ones too
---@field flags? "ill-formed"|"ignorable"|"control"|"bidi"|"tag"|"private-use"|"mixed-script"|"mixed-han"|"marks"|"rare-han"|"lone-surrogate"|"unknown-kind"|("ill-formed"|"ignorable"|"control"|"bidi"|"tag"|"private-use"|"mixed-script"|"mixed-han"|"marks"|"rare-han"|"lone-surrogate"|"unknown-kind")[]|policy.Test 异常标记 · What is odd about its texts and its record
---@field manager? string|(string)[]|policy.Test 直属上级 · Whom they answer to
---@field [integer] policy.Condition|policy.Join|policy.Ask

---@class (exact) policy.Exception: policy.Condition
---@field expires? string 最后一天，如 "2027-06-30" · its last day
---@field owner? string 谁负责 · who answers for it
---@field phrase? string|string[] 落在短语里的命中不算 · hits inside do not count
---@field why? string 为什么 · why

---@class (exact) policy.Example
---@field after? string 离前一件事多久 · so long after the event before
---@field at? string 应命中的那一段 · the words that evidence must show
---@field facts? table<string, string|integer|boolean> 宿主给的事实 · facts of the host
---@field parts? policy.Part[] 引用、转发的内容 · quoted and forwarded texts
---@field type? policy.Type on 里的另一类型 · another type of `on`
---@field verdict? policy.Verdict 应得的结论 · the verdict it must have
---@field id? string
---@field org? string
---@field time? string|integer
---@field source? string
---@field phase? "asked"|"done"
---@field actor? string
---@field actor_roles? "staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string|("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]
---@field actor_dept? string
---@field account? string
---@field account_kind? "official"|"work"|"personal"|"club"
---@field platform? "wechat"|"wecom"|"weibo"|"miniprogram"|"other"
---@field network? "trusted"|"cellular"|"public"|"unknown"
---@field place? "office"|"home"|"public"|"unknown"
---@field direction? "out"|"in"
---@field conversation? string
---@field conversation_kind? "direct"|"group"
---@field group_kind? "company"|"department"|"private"|"unknown"|string
---@field recipients? string|(string)[]
---@field recipient_kinds? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"|("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]
---@field recipients_cleared? boolean
---@field text? string
---@field links? string|(string)[]
---@field forwarded? boolean
---@field reply_to? string
---@field needs_reply? boolean
---@field encrypted? boolean
---@field approved_by? string
---@field surface? "official"|"weibo"|"moments"|"miniprogram"|"other"
---@field content_id? string
---@field title? string
---@field attachments? string|(string)[]
---@field repost_of? string
---@field repost_text? string
---@field audience? "internal"|"public"
---@field supplied_by? string
---@field review_state? "none"|"pending"|"passed"
---@field reviewer_role? string
---@field comment_id? string
---@field operation? "send"|"receive"|"upload"|"download"|"save"|"forward"|"collect"|"store"|"use"|"export"|"disclose"
---@field name? string
---@field mime? string
---@field size? integer
---@field digest? string
---@field classification? "none"|"internal"|"secret"|"unknown"
---@field source_known? boolean
---@field scan_result? "clean"|"suspect"|"malicious"|"unknown"
---@field store? "designated"|"wechat"|"other"
---@field object_kind? "link"|"qr"|"attachment"
---@field url? string
---@field host? string
---@field sender? string
---@field holder? string
---@field device? string
---@field device_owner? string
---@field device_state? "approved"|"unapproved"|"jailbroken"|"unknown"
---@field protections? "screen_lock"|"anti_theft"|"history_encryption"|("screen_lock"|"anti_theft"|"history_encryption")[]
---@field client_version? string
---@field second_factor? boolean
---@field anomaly? boolean
---@field change? "register"|"rename"|"profile"|"password"|"permission"|"second_factor"|"transfer"|"lend"|"bind_app"|"bind_device"|"freeze"|"restrict"|"restore"|"close"|"listed"|"create"|"invite"|"join"|"leave"|"owner"|"purpose"|"clear_history"|"dissolve"|"install"|"plugin"|"update"|"setting"|"protection"|"file_edit"|"file_delete"|"protocol"|"move"|"gone"
---@field subject_account? string
---@field holder_state? "active"|"moving"|"left"
---@field previous_holder? string
---@field identity_verified? boolean
---@field new_name? string
---@field password_strength? "weak"|"fair"|"strong"
---@field password_guessable? boolean
---@field app? string
---@field app_trusted? boolean
---@field permissions? string|(string)[]
---@field post_permissions? string|(string)[]
---@field until? string|integer
---@field group? string
---@field purpose? string
---@field responsible? string
---@field member? string
---@field member_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field work_related? boolean
---@field contact? string
---@field contact_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field route? "official"|"private"
---@field kind? "pay"|"receive"|"transfer"|"account_theft"|"anomaly"|"leak"|"malware"|"intrusion"|"vulnerability"|"hazard"|"accident"|"complaint"|"tip_off"|"feedback"|"question"|"suggestion"|"objection"|"authority_request"
---@field counterparty? string
---@field started? string|integer
---@field ended? string|integer
---@field activity? "chat"|"browse"|"game"|"other"
---@field target? "client"|"device"|"platform"|"interface"|string
---@field component? string
---@field component_trusted? boolean
---@field version? string
---@field version_age_days? integer
---@field categories? string|(string)[]
---@field subject_count? integer
---@field scope? string
---@field manner? string
---@field declared_purpose? string
---@field needed_categories? string|(string)[]
---@field consent? boolean
---@field authorised? boolean
---@field recipient? string
---@field recipient_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field protected? "encrypted"|"masked"|"none"
---@field security_test? "pass"|"fail"|"none"
---@field content_review? "pass"|"fail"|"none"
---@field data_protection? "encrypted"|"masked"|"none"
---@field team? string
---@field subject? string
---@field reviewer? string
---@field decision? "pass"|"reject"|"change"
---@field removed_by? string
---@field reason? string
---@field person? string
---@field effective? string|integer
---@field accounts? string|(string)[]
---@field roles? "staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string|("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]
---@field dept? string
---@field incident? string
---@field state? "noticed"|"reported"|"contained"|"closed"|"open"|"answered"|policy.Step[]
---@field noticed_at? string|integer
---@field reported_at? string|integer
---@field reporter? string
---@field severity? "minor"|"serious"|"grave"
---@field report? string
---@field departments? string|(string)[]
---@field regulation? string
---@field ref? string
---@field crime_suspected? boolean
---@field leak_confirmed? boolean
---@field harm? string
---@field prior_count? integer
---@field merit? boolean
---@field duty? string
---@field done_by? string
---@field done_at? string|integer
---@field covers? string
---@field evidence? string
---@field result? "pass"|"fail"
---@field now? string|integer
---@field external? boolean
---@field public? boolean
---@field work_hours? boolean
---@field work_day? boolean
---@field minutes? integer
---@field thing? string
---@field content_digest? string
---@field hosts? string|(string)[]
---@field flags? "ill-formed"|"ignorable"|"control"|"bidi"|"tag"|"private-use"|"mixed-script"|"mixed-han"|"marks"|"rare-han"|"lone-surrogate"|"unknown-kind"|("ill-formed"|"ignorable"|"control"|"bidi"|"tag"|"private-use"|"mixed-script"|"mixed-han"|"marks"|"rare-han"|"lone-surrogate"|"unknown-kind")[]
---@field manager? string
---@field [1]? string 正文 · the text

---@class (exact) policy.Step: policy.Example
---@field expect? policy.Expect 这一步应当怎样 · what is to come of it

-- What a `check` is given.
---@class (exact) policy.Event
---@field id? string
---@field type? "message"|"post"|"comment"|"file_transfer"|"link_open"|"login"|"account_change"|"group_change"|"contact_add"|"payment"|"usage_period"|"system_change"|"data_use"|"miniprogram_release"|"review"|"content_remove"|"staff_change"|"incident"|"report"|"violation"|"attestation"|"tick"
---@field org? string
---@field time? string|integer
---@field source? string
---@field phase? "asked"|"done"
---@field actor? string
---@field actor_roles? ("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]
---@field actor_dept? string
---@field account? string
---@field account_kind? "official"|"work"|"personal"|"club"
---@field platform? "wechat"|"wecom"|"weibo"|"miniprogram"|"other"
---@field network? "trusted"|"cellular"|"public"|"unknown"
---@field place? "office"|"home"|"public"|"unknown"
---@field direction? "out"|"in"
---@field conversation? string
---@field conversation_kind? "direct"|"group"
---@field group_kind? "company"|"department"|"private"|"unknown"|string
---@field recipients? (string)[]
---@field recipient_kinds? ("staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown")[]
---@field recipients_cleared? boolean
---@field text? string
---@field links? (string)[]
---@field forwarded? boolean
---@field reply_to? string
---@field needs_reply? boolean
---@field encrypted? boolean
---@field approved_by? string
---@field surface? "official"|"weibo"|"moments"|"miniprogram"|"other"
---@field content_id? string
---@field title? string
---@field attachments? (string)[]
---@field repost_of? string
---@field repost_text? string
---@field audience? "internal"|"public"
---@field supplied_by? string
---@field review_state? "none"|"pending"|"passed"
---@field reviewer_role? string
---@field comment_id? string
---@field operation? "send"|"receive"|"upload"|"download"|"save"|"forward"|"collect"|"store"|"use"|"export"|"disclose"
---@field name? string
---@field mime? string
---@field size? integer
---@field digest? string
---@field classification? "none"|"internal"|"secret"|"unknown"
---@field source_known? boolean
---@field scan_result? "clean"|"suspect"|"malicious"|"unknown"
---@field store? "designated"|"wechat"|"other"
---@field object_kind? "link"|"qr"|"attachment"
---@field url? string
---@field host? string
---@field sender? string
---@field holder? string
---@field device? string
---@field device_owner? string
---@field device_state? "approved"|"unapproved"|"jailbroken"|"unknown"
---@field protections? ("screen_lock"|"anti_theft"|"history_encryption")[]
---@field client_version? string
---@field second_factor? boolean
---@field anomaly? boolean
---@field change? "register"|"rename"|"profile"|"password"|"permission"|"second_factor"|"transfer"|"lend"|"bind_app"|"bind_device"|"freeze"|"restrict"|"restore"|"close"|"listed"|"create"|"invite"|"join"|"leave"|"owner"|"purpose"|"clear_history"|"dissolve"|"install"|"plugin"|"update"|"setting"|"protection"|"file_edit"|"file_delete"|"protocol"|"move"|"gone"
---@field subject_account? string
---@field holder_state? "active"|"moving"|"left"
---@field previous_holder? string
---@field identity_verified? boolean
---@field new_name? string
---@field password_strength? "weak"|"fair"|"strong"
---@field password_guessable? boolean
---@field app? string
---@field app_trusted? boolean
---@field permissions? (string)[]
---@field post_permissions? (string)[]
---@field until? string|integer
---@field group? string
---@field purpose? string
---@field responsible? string
---@field member? string
---@field member_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field work_related? boolean
---@field contact? string
---@field contact_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field route? "official"|"private"
---@field kind? "pay"|"receive"|"transfer"|"account_theft"|"anomaly"|"leak"|"malware"|"intrusion"|"vulnerability"|"hazard"|"accident"|"complaint"|"tip_off"|"feedback"|"question"|"suggestion"|"objection"|"authority_request"
---@field counterparty? string
---@field started? string|integer
---@field ended? string|integer
---@field activity? "chat"|"browse"|"game"|"other"
---@field target? "client"|"device"|"platform"|"interface"|string
---@field component? string
---@field component_trusted? boolean
---@field version? string
---@field version_age_days? integer
---@field categories? (string)[]
---@field subject_count? integer
---@field scope? string
---@field manner? string
---@field declared_purpose? string
---@field needed_categories? (string)[]
---@field consent? boolean
---@field authorised? boolean
---@field recipient? string
---@field recipient_kind? "staff"|"leaver"|"pupil"|"family"|"customer"|"partner"|"patient"|"outsider"|"unknown"
---@field protected? "encrypted"|"masked"|"none"
---@field security_test? "pass"|"fail"|"none"
---@field content_review? "pass"|"fail"|"none"
---@field data_protection? "encrypted"|"masked"|"none"
---@field team? string
---@field subject? string
---@field reviewer? string
---@field decision? "pass"|"reject"|"change"
---@field removed_by? string
---@field reason? string
---@field person? string
---@field effective? string|integer
---@field accounts? (string)[]
---@field roles? ("staff"|"pupil"|"family"|"partner"|"customer"|"third_party"|"administrator"|"group_owner"|"manager"|"developer"|"reviewer"|string)[]
---@field dept? string
---@field incident? string
---@field state? "noticed"|"reported"|"contained"|"closed"|"open"|"answered"
---@field noticed_at? string|integer
---@field reported_at? string|integer
---@field reporter? string
---@field severity? "minor"|"serious"|"grave"
---@field report? string
---@field departments? (string)[]
---@field regulation? string
---@field ref? string
---@field crime_suspected? boolean
---@field leak_confirmed? boolean
---@field harm? string
---@field prior_count? integer
---@field merit? boolean
---@field duty? string
---@field done_by? string
---@field done_at? string|integer
---@field covers? string
---@field evidence? string
---@field result? "pass"|"fail"
---@field now? string|integer
---@field external? boolean
---@field public? boolean
---@field work_hours? boolean
---@field work_day? boolean
---@field minutes? integer
---@field thing? string
---@field content_digest? string
---@field hosts? (string)[]
---@field flags? ("ill-formed"|"ignorable"|"control"|"bidi"|"tag"|"private-use"|"mixed-script"|"mixed-han"|"marks"|"rare-han"|"lone-surrogate"|"unknown-kind")[]
---@field manager? string
---@field facts table<string, string|integer|boolean|string[]> `needs` 列出的事实 · those of `needs`

---@class (exact) policy.Hit
---@field list? string
---@field kind? string
---@field text? string
---@field field? string
---@field start? integer
---@field finish? integer
---@field confidence? policy.Confidence

---@class policy.Hits
---@field [integer] policy.Hit
---@field count fun(self: policy.Hits): integer

---@class policy.Record: policy.Event
---@field at integer 何时发生，毫秒 · when it took place, in ms

---@class policy.Records
---@field [integer] policy.Record

---@class (exact) policy.Answer
---@field verdict? policy.Verdict
---@field severity? 1|2|3|4|5
---@field note? string

---一条规则 · a rule
---@param r policy.Rule
---@return policy.RuleCall
function rule(r) end

---写一次、多处引用的规则 · rules written once
---@param t policy.Theme
function theme(t) end

---取用主题的部分 · takes parts of a theme
---@param theme string
---@return fun(parts: table<string, policy.Rule|table>)
function use(theme) end

---记录 · records kept by key
---@param m table
---@return policy.RuleCall
function memory(m) end

---有期限的事 · what is due
---@param d table
---@return policy.RuleCall
function duty(d) end

---处分阶梯 · steps proposed to a person
---@param l table
---@return policy.RuleCall
function ladder(l) end

---参数或选项的值，或参数的定义 · a parameter or a choice
---@param name_or_definition string|policy.Definition
---@return policy.Param
function param(name_or_definition) end

---词表 lists/<名字>.txt · a word list
---@param name policy.Category|string|policy.Param
---@return policy.Match
function list(name) end

---一个词 · a term
---@param text string|policy.Term
---@return policy.Match
function term(text) end

---探测器，或单位自己的 patterns · a detector or own pattern
---@param name policy.Detector|string|policy.Pii
---@return policy.Match
function pii(name) end

---正则表达式 · a regular expression
---@param pattern string
---@return policy.Match
function regex(pattern) end

---任一 · any of
---@param of policy.Match[]|policy.Condition
---@return policy.Join
function any(of) end

---全部 · all of
---@param of policy.Match[]|policy.Condition
---@return policy.Join
function all(of) end

---一个也没有 · none of
---@param of policy.Match[]|policy.Condition
---@return policy.Join
function none(of) end

---同一字段里相距不超过 n 个字 · at most n characters apart
---@param a policy.Match
---@param b policy.Match
---@param n integer|policy.Param
---@return policy.Match
function near(a, b, n) end

---至少 n 处 · n distinct places
---@param n integer|policy.Param
---@param of policy.Match
---@return policy.Match
function at_least(n, of) end

---一个也没有 · none of
---@param values any
---@return policy.Test
function none_of(values) end

---全都有 · all of
---@param values any
---@return policy.Test
function all_of(values) end

---大于 · greater
---@param n integer|policy.Param
---@return policy.Test
function more_than(n) end

---小于 · less
---@param n integer|policy.Param
---@return policy.Test
function less_than(n) end

---在编号或域名列表里 · in a list of ids or hosts
---@param list string
---@return policy.Test
function among(list) end

---不在列表里 · not in the list
---@param list string
---@return policy.Test
function outside(list) end

---与另一字段相同 · equals that field
---@param field policy.Field
---@return policy.Test
function same(field) end

---与另一字段不同 · differs from that field
---@param field policy.Field
---@return policy.Test
function differs(field) end

---有那个字段没有的 · has what that field lacks
---@param field policy.Field
---@return policy.Test
function beyond(field) end

---比那个时间晚这么多 · that much after it
---@param field policy.Field
---@param by string|policy.Param
---@return policy.Test
function later(field, by) end

---没有这个字段 · the field is not there
---@param field policy.Field|string
---@return policy.Ask
function absent(field) end

---有这个字段 · the field is there
---@param field policy.Field|string
---@return policy.Ask
function present(field) end

---为空 · it is empty
---@param field policy.Field|string
---@return policy.Ask
function empty(field) end

---有这样的记录 · such a record is
---@param q table
---@return policy.Ask
function known(q) end

---没有这样的记录 · no such record is
---@param q table
---@return policy.Ask
function unknown(q) end

---还没做 · not done yet
---@param q table
---@return policy.Ask
function pending(q) end

---过期没做 · not done in time
---@param q table
---@return policy.Ask
function overdue(q) end

---一级 · one step
---@param s table
---@return any
function step(s) end

---每个元素一条 · one for each element
---@param field policy.Field
---@return any
function each(field) end

---字段里的那个人 · the person of a field
---@param field policy.Field
---@return policy.Who
function who(field) end

---应命中 · must fire
---@param example string|policy.Example
---@return policy.ExampleCall
function hit(example) end

---不应命中 · must not fire
---@param example string|policy.Example
---@return policy.ExampleCall
function miss(example) end

---几个事件连着 · events in a row
---@param s policy.Step[]
---@return policy.ExampleCall
function steps(s) end
