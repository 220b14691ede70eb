rule { a = [==[
]] ]==], b = 0x1p4, c = "\z  \x41\u{4e2d}" }
--[[ end ]] -- x