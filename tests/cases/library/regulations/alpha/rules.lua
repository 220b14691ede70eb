-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
use "secrets" { words = { cites = { "一.1" } }, close = { cites = { "一.1" } } }
rule { id = "civil", title = "文明", cites = { "一.2" }, on = "message", match = list "insult", verdict = "warn",
  tests = { hit "笨蛋", miss "你好" } }
