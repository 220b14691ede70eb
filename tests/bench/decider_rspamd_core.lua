-- SPDX-FileCopyrightText: The libpolicy authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Run by rspamadm in a folder with terms.txt, of which so many lines are a
-- rule's, and messages.txt. The multipattern of Rspamd, by Hyperscan, finds the
-- terms; here rules are made of them, each told once a message. Commands, a
-- line each: "decide MESSAGE" tells the rules that fire, "run FIRST LAST" the
-- CPU seconds that it took.
local trie = require "rspamd_trie"
local terms_a_rule = 6 -- as RULE_TERMS of rule_set.h

local terms, rule_of, texts = {}, {}, {}
for line in io.lines("terms.txt") do
  terms[#terms + 1] = line
  rule_of[#terms] = math.floor((#terms - 1) / terms_a_rule)
end
for line in io.lines("messages.txt") do texts[#texts + 1] = line end
local matcher = trie.create(terms)

local message, count, worst = 0, 0, -1
local fired, seen, verdicts = {}, {}, {}
for i = 1, #terms do verdicts[rule_of[i]] = rule_of[i] % 3 end

local function hit(term)
  local rule = rule_of[term]
  if seen[rule] ~= message then
    seen[rule] = message
    count = count + 1
    fired[count] = rule
    local verdict = verdicts[rule]
    if verdict > worst then worst = verdict end
  end
end

local function decide(text)
  message, count, worst = message + 1, 0, -1
  matcher:match(text, hit)
end

local function answer(line)
  local command, first, last = line:match("^(%a+) (%d+) ?(%d*)$")
  if command == "decide" then
    decide(texts[tonumber(first)])
    return table.concat(fired, " ", 1, count)
  end
  first, last = tonumber(first), tonumber(last)
  local start = os.clock()
  for m = first, last do decide(texts[m]) end
  return string.format("%.9f", os.clock() - start)
end

print("ready")
io.stdout:flush()
for line in io.lines() do
  print("=" .. answer(line))
  io.stdout:flush()
end
