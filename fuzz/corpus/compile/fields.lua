-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "not-yours", title = "他人账号", reason = "示例", on = "login", where = { holder = differs "actor" }, broad = true,
  category = "account_sharing", verdict = "block", tests = { hit { actor = "u1", holder = "u2" }, miss { actor = "u1", holder = "u1" } } }
rule { id = "phish", title = "钓鱼链接", reason = "示例", on = "message", where = { links = among "phishing_link" },
  category = "phishing_link", verdict = "block", tests = { hit { links = { "https://pay.example/x" } }, miss { links = { "https://ok.example" } } } }
rule { id = "untrusted", title = "未列入的链接", reason = "示例", on = "message", where = { links = outside "trusted" }, broad = true,
  category = "unknown_source", verdict = "flag", tests = { hit { links = { "https://x.example" } }, miss { links = { "https://a.trusted.example" } } } }
rule { id = "payee", title = "禁止收款人", reason = "示例", on = "payment", where = { counterparty = among "payees" },
  category = "fraud", verdict = "hold", tests = { hit { counterparty = "p-bad" }, miss { counterparty = "p-ok" } } }
rule { id = "big", title = "大文件", reason = "示例", on = "file_transfer", where = { operation = "send", size = more_than(1000) },
  category = "internal_info", verdict = "warn", tests = { hit { size = 1001 }, miss { size = 1000 } } }
rule { id = "excess", title = "多收", reason = "示例", on = "data_use", where = { categories = beyond "needed_categories" },
  category = "excess_collection", verdict = "hold", tests = { hit { categories = { "a", "b" }, needed_categories = { "a" } }, miss { categories = { "a" }, needed_categories = { "a" } } } }
rule { id = "late", title = "迟报", reason = "示例", on = "incident", where = { reported_at = later("noticed_at", "1h") },
  category = "late_report", verdict = "flag", tests = { hit { noticed_at = "2026-03-02T08:00:00+08:00", reported_at = "2026-03-02T10:00:00+08:00" }, miss { noticed_at = "2026-03-02T08:00:00+08:00", reported_at = "2026-03-02T08:30:00+08:00" } } }
rule { id = "night", title = "夜间群发", reason = "示例", on = "message", where = { conversation_kind = "group", work_hours = false }, broad = true,
  category = "outside_work_hours", verdict = "flag", tests = { hit { work_hours = false }, miss { work_hours = true } } }
rule { id = "no-reviewer", title = "无人审核", reason = "示例", on = "post", where = { absent "review_state", audience = "public" },
  category = "not_reviewed", verdict = "hold", tests = { hit "文", miss { "文", review_state = "passed" } } }
