local words = { "a", "b" }
theme { id = "t", params = { n = param { "int", 12, min = 2, why = "w" } },
  parts = { a = rule { match = list "x" }, b = rule { where = { absent "f", x = words } } } }
use "t" { a = { cites = { "1" } } }
for i = 1, 3 do rule { id = "r" .. i, severity = i } end
