-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule {
  id = "account", title = "用对账号", cites = { "一" }, category = "off_topic",
  on = "message", where = { account_kind = none_of { param "work_account_kind" } },
  match = term "合同", verdict = "warn",
  tests = { hit { "合同", account_kind = "club" },
            miss { "合同", account_kind = param "work_account_kind" } },
}
