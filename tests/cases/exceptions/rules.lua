-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule { id = "price", title = "底价", reason = "本单位规定", category = "trade_secret", on = "message",
  where = { conversation_kind = "group", external = true, actor_roles = none_of { "manager" } },
  match = any { term "底价", pii "mobile" },
  except = { { actor = "u5", conversation = "tender-1", why = "投标群", owner = "采购部", expires = "2026-03-31" },
             { phrase = { "底价培训" }, why = "课程名", owner = "培训部" } },
  verdict = "hold",
  tests = { hit { "底价", actor_roles = { "staff" } }, miss "你好" } }
