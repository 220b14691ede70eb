-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
use "secrets" { params = { most = 3 }, words = { cites = { "一.1" } }, close = { cites = { "一.1" }, verdict = "flag" } }
rule { id = "polite", title = "礼貌", cites = { "一.2" }, on = "message", match = term "混账", category = "insult", verdict = "warn",
  tests = { hit "混账", miss "你好" } }
