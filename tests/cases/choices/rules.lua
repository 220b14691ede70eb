-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
rule {
  id = "too-often", title = "说得太多", reason = "测试", category = "spam",
  on = "message", match = term "合同",
  count = { by = "actor", over = "1d", more_than = param "most" },
  verdict = "flag",
  tests = { hit { "合同", actor = "u1", state = {
    { "合同", actor = "u1" }, { "合同", actor = "u1" } } }, miss "好" },
}
