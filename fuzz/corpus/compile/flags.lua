-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "bidi", title = "改变显示方向", reason = "示例", on = { "message", "file_transfer" }, where = { flags = { "bidi", "tag" } },
  category = "phishing_link", verdict = "hold", tests = { hit "报表\u{202e}fdp.exe", hit { flags = "tag" }, miss "报表.pdf" } }
rule { id = "latin-with-signs", title = "冒充的字母", reason = "示例", on = "message", where = { flags = all_of { "mixed-script", "ignorable" } }, broad = true,
  category = "phishing_link", verdict = "flag", tests = { hit "p\u{430}y\u{200b}pal", miss "p\u{430}ypal" } }
rule { id = "mixed-han", title = "繁简混用", reason = "示例", on = "message", where = { flags = "mixed-han" }, match = term "密码",
  category = "off_topic", verdict = "warn", tests = { hit "圖纸的密码", miss "图纸的密码" } }
rule { id = "plain-login", title = "来历清楚的登录", reason = "示例", on = "login", where = { empty "flags", present "flags" }, broad = true,
  category = "account_sharing", verdict = "allow", tests = { hit {}, miss { flags = "unknown-kind" } } }
rule { id = "strange-post", title = "不常见的内容", reason = "示例", on = "post", where = { flags = none_of { "control" }, none { empty "flags" } },
  category = "off_topic", verdict = "flag", tests = { hit "\u{e000}", miss "好", miss "\u{e000}\u{7}" } }
