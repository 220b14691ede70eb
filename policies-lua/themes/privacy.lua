-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 保护个人隐私。 Personal data of others is protected.
-- 号码由探测器认定（带校验）；称呼（病历号、家长电话）要与号码同现才算。

theme {
  id = "privacy",
  title = { zh = "保护个人隐私", en = "Personal data is protected" },
  params = {
    bulk = param { "int", 3, min = 2, max = 50,
                   why = "几个号码算成批，条文无数字" },
    label_chars = param { "int", 20, min = 4, max = 80,
                          why = "称呼与号码之间允许的字数，条文无数字" },
  },
  parts = {
    resident_id_outside = rule {
      title = "不得把证件号发给外人",
      on = { "message", "file_transfer" }, category = "personal_info",
      where = { external = true }, match = pii "resident_id",
      verdict = "block", severity = 4,
      tell = { zh = "有外部人员在场，请不要发送证件号（{article}）。",
               en = "Outsiders are here: no identity numbers ({article})." },
      tests = {
        hit { "张三 11010519491231002X", at = "11010519491231002X", verdict = "block" },
        hit { "１１０１０５１９４９１２３１００２Ｘ 是他的" },
        hit { name = "11010519491231002X.jpg", type = "file_transfer" },
        miss { "张三 11010519491231002X", external = false },
        miss { "订单号 110105194912310021" },
        miss { "请带身份证到窗口" },
      },
    },
    resident_id_inside = rule {
      title = "群内证件号脱敏",
      on = "message", category = "personal_info",
      where = { conversation_kind = "group", external = false },
      match = pii "resident_id",
      verdict = "redact", severity = 3, redact = "match",
      reason = "内部办事有时确需证件号，脱敏后可以放行",
      tell = { zh = "群里的证件号已遮盖，需要时请单独报送（{article}）。",
               en = "The identity number was masked in the group ({article})." },
      tests = {
        hit { "报名：李四 11010519491231002X", verdict = "redact" },
        hit { "11010519491231002x", at = "11010519491231002x" },
        hit { "证号①①0105①949①23①002X 请登记" },
        miss { "报名：李四 11010519491231002X", conversation_kind = "direct" },
        miss { "报名：李四 11010519491231002X", external = true },
        miss { "报名：李四，证件稍后补" },
      },
    },
    bank_card = rule {
      title = "银行卡号脱敏",
      on = "message", category = "personal_info",
      match = pii "bank_card",
      verdict = "redact", severity = 3, redact = "match",
      reason = "报销等确需卡号，脱敏后可以放行",
      tell = { zh = "银行卡号已遮盖，请走财务系统（{article}）。",
               en = "The card number was masked: use the finance system ({article})." },
      tests = {
        hit { "卡号 6250941006528599", at = "6250941006528599", verdict = "redact" },
        hit { "打到6250941006528599就行" },
        hit { "我的是4111111111111111" },
        miss { "卡号 6250941006528590" },
        miss { "流水号 1234567890" },
        miss { "卡号我明天带来" },
      },
    },
    bulk_mobile = rule {
      title = "群内成批手机号先暂扣",
      on = "message", category = "personal_info",
      where = { conversation_kind = "group" },
      match = at_least(param "bulk", pii "mobile"),
      -- 同一个号码重复出现不算成批：数不同的号码。
      check = function(event, hits, memory)
        local others = 0
        for i = 1, hits:count() do
          local fresh = true
          for j = 1, i - 1 do
            if hits[j].text == hits[i].text then fresh = false end
          end
          if fresh then others = others + 1 end
        end
        if others == hits:count() or others >= 3 then return true end
        return nil
      end,
      verdict = "hold", severity = 3,
      reason = "通讯录有时是工作需要，由人判断",
      tell = { zh = "成批手机号已暂扣，请确认接收人都需要（{article}）。",
               en = "Several phone numbers: held for a check ({article})." },
      tests = {
        hit { "张13800000001 李13900000002 王13700000003", verdict = "hold" },
        hit { "13800000001，13900000002，13700000003，13600000004" },
        hit { "13800000001 13900000002 13700000003 13800000001" },
        miss { "张13800000001 李13900000002" },
        miss { "张13800000001 李13900000002 王13700000003",
               conversation_kind = "direct" },
        miss { "13800000001 再说一遍13800000001 就是13800000001" },
      },
    },
    published_numbers = rule {
      title = "发布和评论中不得有证件号、卡号",
      on = { "post", "comment" }, category = "personal_info",
      match = any { pii "resident_id", pii "bank_card" },
      verdict = "block", severity = 4,
      tell = { zh = "公开内容里有他人的证件号或卡号（{article}）。",
               en = "Identity or card numbers are not published ({article})." },
      tests = {
        hit { "寻人：11010519491231002X", verdict = "block" },
        hit { "捐款卡号6250941006528599" },
        hit { "他是11010519491231002X", type = "comment" },
        miss { "寻人启事，请拨打总机" },
        miss { "编号11010519491231002", type = "comment" },
        miss { "捐款请到一楼大厅" },
      },
    },
    published_record = rule {
      title = "公开发布不得带个人联系方式",
      on = "post", category = "personal_info",
      where = { public = true },
      match = near(list "personal_info", pii "mobile", param "label_chars"),
      verdict = "block", severity = 4,
      tell = { zh = "公开内容里有他人的联系方式（{article}）。",
               en = "Other people's contact data is not published ({article})." },
      tests = {
        hit { "家长电话：13800000001", verdict = "block" },
        hit { "紧急联系人李某 13900000002" },
        hit { "家庭住址幸福路1号，手机13700000003" },
        hit { "家庭住址是幸福路一号三楼东户，手机号码13700000003" },
        miss { "家长电话：13800000001", public = false },
        miss { "咨询请拨13800000001" },
        miss { "家长电话请填在表里" },
        miss { "家长电话请填在表里，收齐以后交给教务处，如有疑问可以拨打学校总机13800000001" },
      },
    },
    record_outside = rule {
      title = "不得把个人资料发给外人",
      on = "message", where = { external = true },
      match = near(list "personal_info",
                   any { pii "mobile", pii "email", pii "bank_card" },
                   param "label_chars"),
      verdict = "block", severity = 4,
      tell = { zh = "有外部人员在场，请不要发送他人的资料（{article}）。",
               en = "Outsiders are here: no personal records ({article})." },
      tests = {
        hit { "病历号 889，电话13800000001", verdict = "block" },
        hit { "监护人电话13900000002，麻烦记一下" },
        hit { "监护人电话没有变，还是上次的那一个13900000002" },
        hit { "家长电话不便，打款到6250941006528599" },
        hit { "紧急联系人 zhangsan@example.org" },
        miss { "病历号 889，电话13800000001", external = false },
        miss { "我的电话13800000001" },
        miss { "病历号到窗口查" },
        miss { "病历号到窗口查，查到以后请带上缴费单，如有疑问可以拨打医院的总机13800000001" },
      },
    },
    labels_in_group = rule {
      title = "非工作群不收集个人信息",
      on = "message",
      where = { conversation_kind = "group",
                group_kind = { "private", "unknown" } },
      match = at_least(2, list "personal_info"),
      verdict = "block", severity = 3,
      tell = { zh = "请用正式表单收集个人信息（{article}）。",
               en = "Use the official form to collect personal data ({article})." },
      tests = {
        hit { "接龙填：身份证号、家庭住址", verdict = "block" },
        hit { "学籍号和出生日期都报一下" },
        hit { "把工资卡号、紧急联系人填上", group_kind = "unknown" },
        miss { "接龙填：姓名、尺码" },
        miss { "身份证号带上" },
        miss { "接龙填：身份证号、家庭住址", group_kind = "department" },
        miss { "接龙填：身份证号、家庭住址", conversation_kind = "direct" },
      },
    },
    record_file = rule {
      title = "含个人信息的文件不得发给外人",
      on = "file_transfer", where = { external = true },
      match = list "personal_info", fields = { "name" },
      verdict = "block", severity = 4,
      tell = { zh = "文件含他人信息，不得发给外部人员（{article}）。",
               en = "The file holds personal data: not for outsiders ({article})." },
      tests = {
        hit { name = "三年级学生花名册.xlsx", verdict = "block" },
        hit { name = "检验报告单-03.pdf" },
        hit { name = "员工花名册.xlsx" },
        miss { name = "三年级学生花名册.xlsx", external = false },
        miss { name = "三年级课程表.xlsx" },
        miss { name = "附件.zip", "学生花名册不在里面" },
      },
    },
    mail_list = rule {
      title = "成批邮箱地址外发先提醒",
      on = "message", category = "personal_info",
      where = { external = true }, match = at_least(3, pii "email"),
      verdict = "warn",
      reason = "邮箱多已公开，提醒即可",
      tell = { zh = "一次外发多个邮箱地址，请确认对方需要（{article}）。",
               en = "Several e-mail addresses go outside: are you sure? ({article})" },
      tests = {
        hit { "a@example.org b@example.org c@example.org", verdict = "warn" },
        hit { "抄送 x@example.com、y@example.com、z@example.cn" },
        hit { "m1@example.org;m2@example.org;m3@example.org;m4@example.org" },
        miss { "a@example.org b@example.org" },
        miss { "a@example.org b@example.org c@example.org", external = false },
        miss { "邮箱发到前台就行" },
      },
    },
  },
}
