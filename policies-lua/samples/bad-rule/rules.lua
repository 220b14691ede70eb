-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- 这里有一个键拼错了。 One key below is misspelt, on purpose.

rule {
  id = "outsiders-first", reason = "演示报错",
  on = "message", where = { external = true }, category = "internal_info",
  match = term "内部资料",
  title = "有外部人员时先暂扣", verdct = "hold",
  tests = {
    hit { "内部资料请查收" },
    miss { "内部资料请查收", external = false },
  },
}
