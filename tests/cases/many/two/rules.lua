-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "own", title = "自己的词", reason = "示例", category = "trade_secret", on = "message", where = { actor_roles = "registrar" },
  match = list "own_words", verdict = "redact", tell = { zh = "中文", en = "English" }, tests = { hit "机密", miss "好" } }
