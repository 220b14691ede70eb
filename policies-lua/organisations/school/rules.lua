-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 本校自己的规则：没有条文，只有理由。 Local rules: a reason, no article.

rule {
  id = "ranking-in-family-group", title = "家长群不公布成绩排名",
  reason = "成绩只告知学生本人和其监护人",
  category = "personal_info",
  on = "message",
  where = { conversation_kind = "group", recipient_kinds = "family" },
  match = any { term "成绩排名", term "全班排名", term "分数排名",
                term "班级倒数", term "成绩单如下" },
  verdict = "hold", severity = 3,
  tell = { zh = "请把成绩单独告诉家长，不要在群里公布。",
           en = "Tell each family its own marks, not the whole group." },
  tests = {
    hit { "这次全班排名出来了", verdict = "hold" },
    hit { "月考成绩单如下" },
    hit { "月考分数排名" },
    hit { "他又是班级倒数" },
    hit { "成績排名見附件", at = "成績排名" },
    miss { "月考安排在周四" },
    miss { "这次全班排名出来了", conversation_kind = "direct" },
    miss { "这次全班排名出来了", recipient_kinds = { "staff" } },
  },
}

rule {
  id = "private-collection", title = "不得向家长私下收费",
  reason = "收费只走学校账户，教师个人不代收",
  category = "abuse_of_position",
  on = "message", where = { recipient_kinds = "family" },
  match = near(any { term "转给我", term "发我红包", term "我的收款码",
                     term "转我微信" },
               any { term "资料费", term "班费", term "补课费",
                     term "校服费" }, 20),
  verdict = "hold", severity = 4,
  escalate = { to = "safety_head", within = "1d" },
  tell = { zh = "收费请走学校账户，消息已暂扣。",
           en = "Fees go to the school's account: held." },
  tests = {
    hit { "资料费三十元，转给我就行", verdict = "hold" },
    hit { "请扫我的收款码交班费" },
    hit { "校服费发我红包" },
    hit { "资料费请各位家长在本周五之前转给我" },
    steps { { "班费转给我", expect = "opened" } },
    hit { "补课费月底前转我微信" },
    miss { "资料费请在缴费系统里交" },
    miss { "资料费三十元，转给我就行", recipient_kinds = { "staff" } },
    miss { "照片转给我就行" },
    miss { "班费的用法已经写在家委会的公告里了，昨天拍的活动照片有空请转给我" },
  },
}

rule {
  id = "stranger-in-class-group", title = "外人进班级群，标记",
  reason = "班级群只留教师与家长",
  category = "irrelevant_member",
  on = "group_change",
  where = { change = { "join", "invite" }, group_kind = "department",
            member_kind = { "outsider", "unknown" } },
  verdict = "flag", severity = 3,
  tests = {
    hit { group = "wr-class-301", member = "x-9", verdict = "flag" },
    hit { group = "wr-class-301", member = "x-9", change = "invite" },
    hit { group = "wr-class-302", member = "x-8", member_kind = "unknown" },
    miss { group = "wr-class-301", member = "f-9", member_kind = "family" },
    miss { group = "wr-all", member = "x-9", group_kind = "company" },
    miss { group = "wr-class-301", member = "x-9", change = "leave" },
  },
}

rule {
  id = "student-number-in-family-group", title = "家长群不发学号",
  reason = "学号可查到学生档案，只发给本人和其监护人",
  category = "personal_info",
  on = "message",
  where = { conversation_kind = "group", recipient_kinds = "family" },
  match = pii { "student_number", confidence = "high" },
  verdict = "redact", redact = "match", severity = 3,
  tests = {
    hit { "小明的学号2026010203", verdict = "redact" },
    hit { "學號：２０２６０１０２０３", at = "２０２６０１０２０３" },
    hit { "2026010203（学籍号）" },
    miss { "缴费单号2026010203" },
    miss { "学号120260102034" },
    miss { "小明的学号2026010203", conversation_kind = "direct" },
    miss { "小明的学号2026010203", recipient_kinds = { "staff" } },
  },
}
