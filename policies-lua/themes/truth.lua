-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 不得虚假误导。 No false or misleading information.
-- 真假由人判断：规则只先留住，不直接阻断。

local tell = {
  zh = "内容疑似不实，已送人工核实（{article}）。",
  en = "This may be untrue: held for a check ({article}).",
}
local why = "真假须由人核实，先暂扣"

theme {
  id = "truth",
  title = { zh = "不得虚假误导", en = "No false information" },
  params = {
    urge_chars = param { "int", 30, min = 4, max = 100,
                         why = "传言与催促转发之间允许的字数，条文无数字" },
  },
  parts = {
    published = rule {
      title = "不发布不实信息",
      on = { "post", "comment" }, match = list "false_info",
      verdict = "hold", severity = 3, reason = why, tell = tell,
      tests = {
        hit { "这款茶包治百病", verdict = "hold" },
        hit { "自来水有毒，千万别喝", type = "comment" },
        hit { "央視剛剛曝光，快看", at = "央視剛剛曝光" },
        miss { "自来水检修，停水两小时" },
        miss { "警惕包治百病的广告" },
        miss { "央视一套八点播出", type = "comment" },
      },
    },
    forwarded = rule {
      title = "不转发不实信息",
      on = "message", where = { forwarded = true },
      match = list "false_info",
      verdict = "hold", severity = 3, reason = why, tell = tell,
      tests = {
        hit { "地震马上要来，都出来睡", verdict = "hold" },
        hit { "刚刚紧急通知：全市停课" },
        hit { "吃了会致死，快看看家里有没有" },
        miss { "明天全校停课一天，见校发文件" },
        miss { "地震马上要来，都出来睡", forwarded = false },
        miss { "地震演练通知" },
      },
    },
    urged = rule {
      title = "不鼓动扩散传言",
      on = "message",
      match = near(any { term "听说", term "据说", term "内部人说" },
                   any { term "速转", term "扩散", term "转发出去",
                         term "转给家人" },
                   param "urge_chars"),
      verdict = "hold", severity = 3, category = "false_info",
      reason = why, tell = tell,
      tests = {
        hit { "听说超市要断货，速转", verdict = "hold" },
        hit { "据说明天停电三天，赶紧转发出去" },
        hit { "内部人说水厂出事了，扩散" },
        hit { "听说要停气，转给家人" },
        hit { "听说城东那家超市的油盐下周起就要全部断货，速转" },
        miss { "听说食堂换了师傅" },
        miss { "请把值班表转给家人看看" },
        miss { "听说下周降温，记得添衣；月底的消防知识问答请大家务必参加，答完以后再扩散" },
        miss { "听说下周降温，记得添衣；另外月底的消防知识问答请大家务必参加，答完以后把二维码往各个小组里再扩散一下" },
      },
    },
    official = rule {
      title = "官方号内容须合法可信",
      on = "post", where = { account_kind = "official" },
      match = any { list "false_info", list "illegal_activity",
                    list "fraud", list "superstition" },
      verdict = "hold", severity = 4,
      tell = { zh = "官方号内容须合法、可信，已暂扣复核（{article}）。",
               en = "Official posts must be lawful and reliable: held ({article})." },
      tests = {
        hit { "新疗法根治不复发", verdict = "hold" },
        hit { "稳赚不赔的理财讲座" },
        hit { "代抢专家号服务上线" },
        hit { "大师改运专场" },
        miss { "门诊时间调整通知" },
        miss { "新疗法根治不复发", account_kind = "personal" },
        miss { "谨防刷单返利，医院不会这样做" },
      },
    },
  },
}
