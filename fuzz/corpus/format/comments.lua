--[[x]] rule { --[[y]] id = "a" --[[z]], --
 on = "b"}