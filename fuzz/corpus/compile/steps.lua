duty {
  id = "report", title = "t", reason = "r", owner = "officer",
  open = { { on = "incident", where = { state = "noticed" }, key = "incident" } },
  done = { on = "incident", where = { state = "closed" }, key = "incident" },
  within = "3d", remind = "1d", attest = { by = "officer" },
  overdue = { verdict = "warn" },
  tests = { steps {
    { type = "incident", incident = "i", state = "noticed", expect = "opened" },
    { after = "2d", expect = "reminded" },
    { after = "1d", expect = "overdue", verdict = "warn" },
    { type = "incident", incident = "i", state = "closed", expect = "done" },
    { after = "9d", expect = "miss" } } },
}
ladder {
  id = "steps", title = "t", reason = "r", decide = "officer", within = "5d",
  repeats = { over = "1y", raise = 1 }, where = { merit = false },
  tracks = { { id = "minor", where = { severity = "minor" },
               steps = { step { "talk" }, step { "warning" } } },
             { id = "all", steps = { step { "note" } } } },
  tests = { steps {
    { person = "u2", severity = "minor", expect = "proposed", at = "talk" },
    { person = "u2", severity = "minor", expect = "proposed", at = "warning" } } },
}
rule {
  id = "often", title = "t", reason = "r", on = "message", category = "spam",
  match = list "own", requires = { encrypted = true }, verdict = "warn",
  count = { by = "actor", over = "1h", more_than = 1 },
  check = function(event) return #event.text > 2 end,
  escalate = { to = "officer", within = "1h" },
  tests = {
    hit { "机密", actor = "u1", verdict = "warn", after = "1m",
          state = { { "机密", actor = "u1" } } },
    miss { "机密", actor = "u1" },
    steps { { "机密", actor = "u1" }, { "机密", actor = "u1", expect = "opened" },
            { type = "tick", after = "2h", expect = "overdue" } },
  },
}
