-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "leak", title = "疑似泄露", reason = "示例", category = "leak_suspected", on = { "message", "incident" },
  where = any { { kind = "leak" }, { direction = "out" } }, broad = true,
  verdict = "flag", escalate = { to = "officer", within = "4h", other_than = "actor" },
  tell = { zh = "保密员会在 {due} 前处理。" },
  tests = { hit { type = "incident", kind = "leak", incident = "i1", state = "noticed" }, miss { "好", direction = "in" } } }
rule { id = "untrained", title = "未培训", reason = "示例", category = "training_missing", on = "login", broad = true,
  needs = "trained", where = { ["facts.trained"] = false }, verdict = "block", severity = 3,
  tests = { hit { facts = { trained = false } }, miss { facts = { trained = true } } } }
rule { id = "unknown-training", title = "培训情况不明", reason = "示例", category = "training_missing", on = "login",
  where = { device_state = "unknown" }, needs = { "trained" }, verdict = "warn", severity = 3,
  tests = { hit { facts = { trained = true } }, miss { device_state = "approved" } } }
