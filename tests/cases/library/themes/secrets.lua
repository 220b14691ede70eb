-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
theme { id = "secrets", title = "不外泄",
  params = { most = param { "int", 40, min = 1, max = 100, why = "无数字" } },
  parts = {
    words = rule { title = "群里不谈机密", on = { "message", "post" }, match = list "trade_secret",
                   verdict = "block", severity = 3, tell = { zh = "请勿外传（{article}）", en = "Not here ({article})" },
                   tests = { hit "这是机密", miss "天气好" } },
    close = rule { title = "密码与机密相邻", on = "message", match = near(term "密码", list "trade_secret", param "most"),
                   verdict = "hold", tests = { hit "密码在机密里", miss "密码" } },
  } }
