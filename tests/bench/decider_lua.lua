-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
--
-- A loop over all rules, as somebody would write it who minds its speed: tables
-- made before, locals only, nothing allocated by message, a rule left at its
-- first term. Called with rules, their verdicts and the messages.
local rules, verdicts, messages = ...
local find = string.find

-- The numbers of the rules that fire go into `fired`; how many, and the
-- strictest verdict.
local function decide(text, fired)
  local count, worst = 0, -1
  for r = 1, #rules do
    local terms = rules[r]
    for t = 1, #terms do
      if find(text, terms[t], 1, true) then
        local verdict = verdicts[r]
        count = count + 1
        fired[count] = r
        if verdict > worst then worst = verdict end
        break
      end
    end
  end
  return count, worst
end

local fired = {}

local function run(first, last)
  for m = first, last do decide(messages[m], fired) end
end

local function one(message)
  return fired, (decide(messages[message], fired))
end

return run, one
