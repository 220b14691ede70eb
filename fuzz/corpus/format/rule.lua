rule { id = "a", title = "标题", cites = { "五.1[1]" }, on = { "message" },
  where = { external = true, conversation_kind = none_of { "direct" } },
  match = any { list "x", term { "y", boundary = true }, near(pii "mobile", regex [[\w{6}]], 3) },
  verdict = "hold", tests = { hit { "张三", external = true }, miss "x" } }
