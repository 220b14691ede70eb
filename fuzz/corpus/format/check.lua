local n = 0
local function long(s) n = n + 1 return #s > n end
rule { check = function(event, hits)
  if event.text:find("word", 2) and long(event.text:sub(-3)) then
    return { verdict = "hold", severity = 3, note = hits[1].text .. math.max(1, #hits) }
  end
  while #event.text > 3 do n = n + event.text:byte(1) end
end }
