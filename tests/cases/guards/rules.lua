-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "adult", title = "两个以上号码", reason = "示例", category = "personal_info", on = "message",
  match = pii "mobile", verdict = "block", severity = 3,
  check = function(event, hits, memory)
    if #hits < 2 then return nil end
    if hits[1].text == hits[2].text then return false end
    return { verdict = event.direction == "in" and "flag" or "block", severity = 4, note = "两个" }
  end,
  tests = { hit "13800138000 13800138001", miss "13800138000" } }
rule { id = "broken", title = "会出错", reason = "示例", category = "off_topic", on = "message", match = term "出错",
  verdict = "flag", severity = 1, check = function(event) return event.text + 1 end,
  tests = { hit "出错", miss "好" } }
rule { id = "endless", title = "停不下来", reason = "示例", category = "off_topic", on = "message", match = term "循环",
  verdict = "flag", severity = 3, check = function(event) while true do end end,
  tests = { hit "循环", miss "好" } }
