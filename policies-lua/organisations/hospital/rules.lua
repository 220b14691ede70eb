-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 本院自己的规则：没有条文，只有理由。 Local rules: a reason, no article.

rule {
  id = "patient-record-in-group", title = "患者资料不进无关的群",
  reason = "患者资料只在诊疗科室的工作群内流转",
  category = "personal_info",
  on = "message",
  where = { conversation_kind = "group",
            group_kind = { "private", "unknown" } },
  match = near(any { term "床家属", term "床患者", term "住院号", term "病历号", term "门诊号" },
               any { pii "mobile", pii "resident_id" }, 24),
  verdict = "block", severity = 4,
  tell = { zh = "这里不是诊疗工作群，请不要发患者资料。",
           en = "This is no ward group: no patient data here." },
  tests = {
    hit { "12床家属电话13800000001", verdict = "block" },
    hit { "住院号 A77，11010519491231002X", group_kind = "unknown" },
    hit { "門診號 B9 手機13900000002" },
    hit { "3床患者13800000001" },
    hit { "病历号 889，13800000001" },
    hit { "住院号已经登记在册，请打患者家属的手机13800000001" },
    miss { "12床家属电话13800000001", group_kind = "department" },
    miss { "12床家属电话13800000001", conversation_kind = "direct" },
    miss { "12床家属到了吗" },
    miss { "12床家属到了以后请先到护士站登记，前台的预约电话已经改了，新号码是13800000001" },
  },
}

rule {
  id = "report-file-to-outsider", title = "检查报告不发给患者以外的人",
  reason = "检查报告只给患者本人",
  category = "personal_info",
  on = "file_transfer",
  where = { external = true, recipient_kinds = none_of { "patient" } },
  match = any { term "检查报告", term "化验单", term "出院小结",
                term "CT片" },
  fields = { "name" },
  except = { { conversation = "wr-referral", why = "转诊协作群",
               owner = "医务科", expires = "2027-06-30" } },
  verdict = "hold", severity = 4,
  tell = { zh = "检查报告只能发给患者本人，已暂扣。",
           en = "Reports go to the patient alone: held." },
  tests = {
    hit { name = "检查报告-0311.pdf", recipient_kinds = { "family" }, verdict = "hold" },
    hit { name = "化验单.jpg", recipient_kinds = { "outsider", "staff" } },
    hit { name = "CT片.zip", recipient_kinds = { "outsider" } },
    hit { name = "出院小结.docx", recipient_kinds = { "partner" },
          conversation = "wr-other" },
    miss { name = "检查报告-0311.pdf", recipient_kinds = { "patient" } },
    miss { name = "检查报告-0311.pdf", recipient_kinds = { "family" },
           external = false },
    miss { name = "检查报告-0311.pdf", recipient_kinds = { "partner" },
           conversation = "wr-referral" },
    miss { name = "停车指引.pdf", recipient_kinds = { "family" } },
  },
}

rule {
  id = "no-cure-promise", title = "不向患者保证疗效",
  reason = "疗效不得承诺，以免误导",
  category = "false_info",
  on = "message",
  where = { recipient_kinds = { "patient", "family" } },
  match = any { term "保证治好", term "肯定治好", term "包治好",
                term "一定能治愈", term "绝对没有风险" },
  verdict = "hold", severity = 3,
  escalate = { to = "medical_affairs", within = "4h" },
  tell = { zh = "请不要承诺疗效，消息已暂扣。",
           en = "Promise no cure: the message is held." },
  tests = {
    hit { "您放心，保证治好", verdict = "hold" },
    hit { "这个手术绝对没有风险", recipient_kinds = { "family" } },
    hit { "一定能治愈的", recipient_kinds = { "staff", "patient" } },
    hit { "肯定治好" },
    hit { "这种病包治好" },
    steps { { "保证治好", expect = "opened" } },
    miss { "我们会尽力治疗" },
    miss { "您放心，保证治好", recipient_kinds = { "staff" } },
    miss { "能不能治好要看复查结果" },
  },
}

rule {
  id = "drug-rep-in-group", title = "医药代表进科室群，标记",
  reason = "科室群只留本院人员",
  category = "irrelevant_member",
  on = "group_change",
  where = { change = { "invite", "join" }, group_kind = "department",
            member_kind = { "partner", "outsider" } },
  verdict = "flag", severity = 3,
  tests = {
    hit { group = "wr-int", member = "x-rep-1", verdict = "flag" },
    hit { group = "wr-int", member = "x-rep-1", change = "join" },
    hit { group = "wr-sur", member = "x-rep-2", member_kind = "outsider" },
    miss { group = "wr-int", member = "u-1", member_kind = "staff" },
    miss { group = "wr-int", member = "x-rep-1", group_kind = "private" },
    miss { group = "wr-int", member = "x-rep-1", change = "leave" },
  },
}

-- 文明用语与垃圾信息没有条文，医院自己也管。
use "civility" {
  insult = { reason = "同事与医患之间彼此尊重、不发垃圾信息", tell = { zh = "请文明交流。",
    en = "Please stay civil." } },
  defamation = { reason = "同事与医患之间彼此尊重、不发垃圾信息", tell = {
    zh = "指人犯错请走举报渠道，消息已暂扣。",
    en = "Accusations belong in the reporting channel: held." } },
  attack = { reason = "同事与医患之间彼此尊重、不发垃圾信息", tell = {
    zh = "内容攻击他人，已暂扣并请管理员查看。",
    en = "An attack on a person: held, and the administrator is asked to look." } },
  spam = { reason = "同事与医患之间彼此尊重、不发垃圾信息", tell = { zh = "垃圾信息已拦截。",
    en = "Junk was stopped." } },
}

rule {
  id = "record-number-to-outsiders", title = "病历号不发给院外",
  reason = "病历号可查到诊疗记录，院外人员不应得到",
  category = "personal_info",
  on = "message", where = { external = true },
  match = pii "record_number",
  verdict = "hold", severity = 3,
  tell = { zh = "病历号不发给院外人员。", en = "Record numbers stay inside." },
  tests = {
    hit { "住院号 ZY20260301", external = true, verdict = "hold" },
    hit { "ｚｙ２０２６０３０１ 已出院", external = true },
    hit { "请查ZY20260301", external = true, at = "ZY20260301" },
    miss { "住院号 ZY20260301", external = false },
    miss { "ZY2026030", external = true },
    miss { "XZY202603011", external = true },
  },
}
