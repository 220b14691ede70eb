-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 本公司自己的规则：没有条文，只有理由。 Local rules: a reason, no article.

rule {
  id = "bid-talk-outside", title = "不与外人谈标书价格",
  reason = "投标期间的价格沟通只走招标平台",
  category = "trade_secret",
  on = "message", where = { external = true },
  match = near(any { term "标书", term "投标", term "竞标" },
               any { term "底价", term "报价", term "让价", term "折扣" }, 12),
  except = { { phrase = { "标书报价格式" },
               why = "询问格式不涉及价格", owner = "销售部",
               expires = "2027-12-31" } },
  verdict = "hold", severity = 4,
  escalate = { to = "sales_head", within = "1h" },
  tell = { zh = "投标价格请走招标平台，消息已暂扣。",
           en = "Bid prices go through the tender platform: held." },
  tests = {
    hit { "标书里的报价还能再谈", verdict = "hold" },
    hit { "投标那边让价三个点" },
    hit { "竞标时我们的底价你知道" },
    hit { "竞标给个折扣" },
    hit { "标书寄到以后我们再把报价调一下" },
    steps { { "标书里的报价还能再谈", expect = "opened" } },
    miss { "标书明天寄出" },
    miss { "标书明天上午由快递寄到贵公司前台，报价请以公告为准" },
    miss { "标书里的报价还能再谈", external = false },
    miss { "请问标书报价格式是哪一版" },
  },
}

rule {
  id = "late-contract-file", title = "下班后外发合同，标记",
  reason = "合同外发须有经办人在岗，下班后的先标记复核",
  category = "customer_info",
  on = "file_transfer", where = { external = true, work_hours = false },
  match = any { term "合同", term "补充协议", term "授权书" },
  fields = { "name" },
  verdict = "flag",
  tests = {
    hit { name = "采购合同（盖章）.pdf", verdict = "flag" },
    hit { name = "补充协议二.docx" },
    hit { name = "授權書.pdf" },
    miss { name = "采购合同（盖章）.pdf", work_hours = true },
    miss { name = "采购合同（盖章）.pdf", external = false },
    miss { name = "产品介绍.pdf" },
  },
}

rule {
  id = "resume-forwarded", title = "简历不转发",
  reason = "应聘者只同意招聘人员阅读简历",
  category = "personal_info",
  on = "file_transfer", where = { operation = "forward" },
  match = any { term "简历", term "应聘登记表" }, fields = { "name" },
  except = { { actor_dept = "人事部", why = "招聘流转", owner = "人事部",
               expires = "2027-12-31" } },
  verdict = "hold", severity = 3,
  tell = { zh = "简历请在招聘系统里流转，已暂扣。",
           en = "Pass résumés on in the hiring system: held." },
  tests = {
    hit { name = "候选人甲-简历.pdf", verdict = "hold" },
    hit { name = "应聘登记表.docx", actor_dept = "研发部" },
    hit { name = "ＪＡＶＡ岗簡歷.pdf" },
    miss { name = "候选人甲-简历.pdf", operation = "receive" },
    miss { name = "候选人甲-简历.pdf", actor_dept = "人事部" },
    miss { name = "排班表.xlsx" },
  },
}

rule {
  id = "partner-in-staff-group", title = "外部人员进部门群，标记",
  reason = "部门群只留员工，外部人员另建协作群",
  category = "irrelevant_member",
  on = "group_change",
  where = { change = { "invite", "join" }, group_kind = "department",
            member_kind = { "customer", "partner", "outsider" } },
  verdict = "flag", severity = 3,
  tests = {
    hit { group = "wr-rd", member = "x-1", verdict = "flag" },
    hit { group = "wr-rd", member = "x-2", member_kind = "partner" },
    hit { group = "wr-rd", member = "x-3", change = "join",
          member_kind = "outsider" },
    miss { group = "wr-rd", member = "u-1", member_kind = "staff" },
    miss { group = "wr-all", member = "x-1", group_kind = "company" },
    miss { group = "wr-rd", member = "x-1", change = "leave" },
  },
}

-- 文明用语与垃圾信息没有条文，公司自己也管。
use "civility" {
  insult = { reason = "工作群里彼此尊重、不发垃圾信息", tell = { zh = "请文明交流。",
    en = "Please stay civil." } },
  defamation = { reason = "工作群里彼此尊重、不发垃圾信息", tell = {
    zh = "指人犯错请走举报渠道，消息已暂扣。",
    en = "Accusations belong in the reporting channel: held." } },
  attack = { reason = "工作群里彼此尊重、不发垃圾信息", tell = {
    zh = "内容攻击他人，已暂扣并请管理员查看。",
    en = "An attack on a person: held, and the administrator is asked to look." } },
  spam = { reason = "工作群里彼此尊重、不发垃圾信息", tell = { zh = "垃圾信息已拦截。",
    en = "Junk was stopped." } },
}
