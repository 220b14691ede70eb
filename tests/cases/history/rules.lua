-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
-- What happened before: memories, gates, counts.
memory { id = "leaks", key = "subject_account", keep = "90d", fields = { "severity" },
  set = { on = "incident", where = { kind = "leak", state = { "noticed", "reported" } } },
  clear = { on = "incident", where = { kind = "leak", state = "closed" } } }

memory { id = "scolded", key = { "actor", "conversation" }, keep = "1d", write = "always",
  set = { rule = "insult" } }

rule { id = "insult", title = "辱骂他人", reason = "守则", category = "insult",
  on = "message", match = term "笨蛋", verdict = "block",
  tests = { hit "你是笨蛋", miss "你好" } }

rule { id = "scolded-before", title = "刚被拦下", reason = "守则", category = "insult",
  on = "message", where = { known { "scolded", key = { "actor", "conversation" } } }, verdict = "flag",
  tests = { steps { { "笨蛋", actor = "u1", conversation = "c1", expect = "miss" },
                    { "你好", actor = "u1", conversation = "c1", after = "1h", expect = "hit" },
                    { "你好", actor = "u1", conversation = "c2", expect = "miss" },
                    { "你好", actor = "u1", conversation = "c1", after = "1d", expect = "miss" } } } }

rule { id = "leak-stops-use", title = "泄密风险未消除，停止使用", reason = "守则",
  category = "leak_suspected", on = "login",
  where = known { "leaks", key = "account", where = { severity = none_of { "minor" } } },
  verdict = "block", tests = { steps {
    { account = "a1", expect = "miss" },
    { type = "incident", kind = "leak", state = "noticed", severity = "grave", subject_account = "a1" },
    { account = "a1", after = "89d", expect = "hit" },
    { type = "incident", kind = "leak", state = "closed", subject_account = "a1" },
    { account = "a1", after = "1m", expect = "miss" } } } }

rule { id = "unreviewed-post", title = "未经审核不得发布", reason = "守则",
  on = "post", requires = any { { review_state = "passed" },
    known { "reviews", key = "content_id", within = "30d",
            where = { decision = "pass", reviewer = differs "actor" } },
    { ["approved_by.roles"] = "manager" } },
  verdict = "hold", category = "not_reviewed",
  tell = { zh = "缺少{missing}，请先送审。", en = "Not yet: {missing}." },
  tests = { hit { "新闻稿", content_id = "p1" }, miss { "新闻稿", review_state = "passed" } } }

rule { id = "flood", title = "频繁推销", reason = "守则", category = "spam",
  on = "message", match = term "优惠", verdict = "warn",
  count = { by = "actor", over = "10m", more_than = 2,
            reset = { on = "login", key = "actor" } },
  tell = { zh = "十分钟内第 {count} 次，最多 {limit} 次。", en = "{count} in ten minutes, {limit} at most." },
  tests = { steps { { "优惠", actor = "u1", expect = "miss" }, { "优惠", actor = "u1" },
                    { "优惠", actor = "u1", after = "9m", expect = "hit" },
                    { "优惠", actor = "u2", expect = "miss" },
                    { type = "login", actor = "u1" },
                    { "优惠", actor = "u1", after = "10s", expect = "miss" } } } }

rule { id = "everywhere", title = "多群群发", reason = "守则", category = "spam",
  on = "message", match = term "优惠", verdict = "flag",
  count = { by = "actor", period = "day", distinct = "conversation", more_than = 2 },
  tests = { steps { { "优惠", actor = "u1", conversation = "c1" },
                    { "优惠", actor = "u1", conversation = "c2" },
                    { "优惠", actor = "u1", conversation = "c2", expect = "miss" },
                    { "优惠", actor = "u1", conversation = "c3", expect = "hit" },
                    { "优惠", actor = "u1", conversation = "c4", after = "1d", expect = "miss" } } } }
