#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""policy compare: what another version of the rules would decide otherwise."""
import json
import shutil
import unittest

from command import CommandTest, event

RULE = '''
rule {{ id = "{id}", title = "t", reason = "r", category = "spam",
  on = "message", match = term "{word}", verdict = "{verdict}", {more}
  tests = {{ hit "{word}", miss "好" }} }}
'''


def rule(id, word, verdict="hold", more=""):
    return RULE.format(id=id, word=word, verdict=verdict, more=more)


DUTY = """
duty {{ id = "report", title = "t", reason = "r", owner = "head",
  within = "{within}", overdue = {{ verdict = "warn" }},
  open = {{ on = "incident", where = {{ state = "noticed" }}, key = "incident" }},
  done = {{ on = "incident", where = {{ state = "reported" }}, key = "incident" }} }}
"""
LADDER = """
ladder {{ id = "l", title = "t", reason = "r", decide = "head", within = "2d",
  tracks = {{ {{ id = "any", steps = {{ step {{ "{step}", zh = "步", en = "s" }} }} }} }} }}
"""


class Compare(CommandTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(self.work / "shop", self.work / "new")

    def add(self, folder, *rules):
        path = self.work / folder / "rules.lua"
        self.write(path, path.read_text("utf-8") + "".join(rules))

    def compare(self, lines, *arguments, **more):
        return self.run_policy("compare", "shop", "new", *arguments,
                               input="\n".join(lines) + "\n", **more)

    def lines(self, done):
        return [json.loads(line) for line in done.stdout.splitlines()]

    def of(self, done, what):
        return [line for line in self.lines(done) if line["is"] == what]

    def test_nothing_differs(self):
        done = self.compare([event(1), event(2, text="加薇信")],
                            "--fail-on-change")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.of(done, "event"), [])
        self.assertEqual(sum(v["events"] for v in self.of(done, "verdict")), 2)

    def test_a_change_fails_where_it_is_asked_to(self):
        self.add("new", rule("late", "打烊"))
        lines = [event(1), event(2, text="打烊了", actor="u2")]
        self.assertEqual(self.compare(lines).returncode, 0)
        self.assertEqual(self.compare(lines, "--fail-on-change").returncode, 1)
        done = self.compare(lines + ["{"], "--fail-on-change")
        self.assertEqual(done.returncode, 2)

    def test_the_order_of_rules_is_no_change(self):
        self.add("shop", rule("a", "打烊"), rule("b", "开门"))
        self.add("new", rule("b", "开门"), rule("a", "打烊"))
        done = self.compare([event(1, text="打烊 开门")])
        self.assertEqual(self.of(done, "event"), [])

    def test_tells_by_rule_verdict_and_person(self):
        self.add("shop", rule("a", "打烊", "flag"), rule("gone", "开门"))
        self.add("new", rule("a", "打烊", "block"), rule("come", "收摊"))
        done = self.compare([
            event(1, text="打烊", actor="u1"), event(2, text="开门", actor="u2"),
            event(3, text="收摊", actor="u1"), event(4, text="收摊", actor="u3"),
            event(5, text="早", actor="u4")])
        changes = {e["event"]: [(r["rule"], r["change"]) for r in e["rules"]]
                   for e in self.of(done, "event")}
        self.assertEqual(changes, {"m-1": [("shop/a", "changed")],
                                   "m-2": [("shop/gone", "went")],
                                   "m-3": [("shop/come", "came")],
                                   "m-4": [("shop/come", "came")]})
        self.assertEqual({(v["from"], v["to"]): v["events"]
                          for v in self.of(done, "verdict")},
                         {("flag", "block"): 1, ("hold", "allow"): 1,
                          ("allow", "hold"): 2, ("allow", "allow"): 1})
        self.assertEqual({p["person"]: (p["stricter"], p["milder"])
                          for p in self.of(done, "person")},
                         {"u1": (2, 0), "u2": (0, 1), "u3": (1, 0)})
        rules = {r["rule"]: r for r in self.of(done, "rule")}
        self.assertEqual(rules["shop/come"]["came"], 2)
        self.assertEqual(rules["shop/come"]["samples"],
                         ["m-3: **", "m-4: **"])

    def add_duties(self, folder, **more):
        path = self.work / folder / "organisation.yaml"
        self.write(path, path.read_text("utf-8") + "roles: { head: [u9] }\n")
        self.add(folder, DUTY.format(**more), LADDER.format(**more))

    def duty_events(self):
        def at(number, what, time, **fields):
            return event(number, type=what, text=None, actor=None,
                         time=f"2026-03-02T{time}:00+08:00", **fields)
        return [
            at(1, "incident", "09:00", incident="i1", kind="leak", state="noticed"),
            at(2, "incident", "09:00", incident="i2", kind="leak", state="noticed"),
            at(3, "incident", "10:00", incident="i1", kind="leak", state="reported"),
            at(4, "tick", "12:00"),
            at(5, "violation", "13:00", person="u2", severity="minor")]

    def test_tells_of_duties_and_ladders(self):
        self.add_duties("shop", within="2h", step="warning")
        self.add_duties("new", within="4h", step="reminder")
        done = self.compare(self.duty_events())
        found = {e["event"]: (e["duties"], e["ladder"], e["rules"])
                 for e in self.of(done, "event")}
        self.assertEqual(list(found), ["m-1", "m-2", "m-3", "m-4", "m-5"])
        self.assertEqual(found["m-1"], ([{
            "duty": "shop/report", "id": "shop/report/i1/2026-03-02T01:00:00Z",
            "outcome": "opened", "change": "changed",
            "before": {"due": "2026-03-02T03:00:00Z", "who": "head"},
            "after": {"due": "2026-03-02T05:00:00Z", "who": "head"}}], [], []))
        self.assertEqual([(d["outcome"], d["change"], "after" in d)
                          for d in found["m-4"][0]],
                         [("overdue", "went", False)])
        why = "步（严重程度：minor；此前 0 次）"
        self.assertEqual(found["m-5"][1], [{
            "ladder": "shop/l", "id": "shop/l/any/test/m-5", "track": "any",
            "person": "u2", "change": "changed",
            "before": {"step": "warning", "kind": "measure", "why": why},
            "after": {"step": "reminder", "kind": "measure", "why": why}}])
        self.assertEqual(
            [(d["org"], d["duty"], d["outcome"], d["came"], d["went"],
              d["changed"], d["samples"]) for d in self.of(done, "duty")],
            [("shop", "shop/report", "opened", 0, 0, 2,
              ["m-1: shop/report/i1/2026-03-02T01:00:00Z · head",
               "m-2: shop/report/i2/2026-03-02T01:00:00Z · head"]),
             ("shop", "shop/report", "done", 0, 0, 1,
              ["m-3: shop/report/i1/2026-03-02T01:00:00Z · head"]),
             ("shop", "shop/report", "overdue", 0, 1, 0,
              ["m-4: shop/report/i2/2026-03-02T01:00:00Z · head"])])
        self.assertEqual(
            [(d["ladder"], d["changed"], d["samples"])
             for d in self.of(done, "ladder")],
            [("shop/l", 1, ["m-5: u2 · reminder"])])
        self.assertEqual(self.compare(self.duty_events(),
                                      "--fail-on-change").returncode, 1)

    def test_each_line_names_the_organisation(self):
        for folder in ("shop", "new"):
            (self.work / folder).rename(self.work / "one")
            shutil.copytree(self.work / "one", self.work / folder / "shop")
            shutil.move(self.work / "one", self.work / folder / "kiosk")
            path = self.work / folder / "kiosk/organisation.yaml"
            self.write(path, path.read_text("utf-8").replace("id: shop",
                                                             "id: kiosk"))
        for name in ("shop", "kiosk"):
            self.add(f"new/{name}", rule("come", "收摊"))
        lines = [event(1, text="收摊"), event(2, text="收摊", org="kiosk"),
                 event(3, text="收摊", org="kiosk"), event(4)]
        done = self.compare(lines)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(e["org"], e["event"]) for e in self.of(done, "event")],
                         [("shop", "m-1"), ("kiosk", "m-2"), ("kiosk", "m-3")])
        self.assertEqual([(v["org"], v["from"], v["to"], v["events"])
                          for v in self.of(done, "verdict")],
                         [("shop", "allow", "allow", 1), ("shop", "allow", "hold", 1),
                          ("kiosk", "allow", "hold", 2)])
        self.assertEqual([(r["org"], r["rule"], r["came"])
                          for r in self.of(done, "rule")],
                         [("kiosk", "kiosk/come", 2), ("shop", "shop/come", 1)])
        self.assertEqual([(p["org"], p["person"], p["stricter"])
                          for p in self.of(done, "person")],
                         [("kiosk", "u1", 2), ("shop", "u1", 1)])
        table = self.compare(lines, "--format", "table").stdout
        self.assertIn("Organisation", table)

    def test_samples_are_few_and_masked(self):
        number = "11010519491231002X"
        self.add("new", rule("id", "").replace('term ""', 'pii "resident_id"')
                 .replace('hit ""', f'hit "{number}"'))
        lines = [event(i, text=number) for i in range(9)]
        done = self.compare(lines)
        [r] = [r for r in self.of(done, "rule") if r["rule"] == "shop/id"]
        self.assertEqual((r["came"], len(r["samples"])), (9, 3))
        self.assertNotIn(number, done.stdout)
        self.assertIn(number, self.compare(lines, "--clear").stdout)

    def test_each_has_a_memory_of_its_own(self):
        often = ('count = {{ by = "actor", over = "1d", more_than = {} }},')
        self.add("shop", rule("often", "早", "warn", often.format(3)))
        self.add("new", rule("often", "早", "warn", often.format(1)))
        done = self.compare([event(i, text="早") for i in range(5)])
        self.assertEqual([e["event"] for e in self.of(done, "event")],
                         ["m-1", "m-2"])

    def test_what_one_refuses_differs(self):
        path = self.work / "new/organisation.yaml"
        self.write(path, path.read_text("utf-8")
                   + "limits: { text_bytes: 8 }\n")
        done = self.compare([event(1, text="早上好早上好"), event(2, text="早")])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(e["from"], e["to"]) for e in self.of(done, "event")],
                         [("allow", "refused")])

    def test_a_ratio_shows_whom_it_meets(self):
        self.add("shop", rule("r", "打烊", more='mode = "shadow",'))
        self.add("new", rule("r", "打烊", more="ratio = 0.5,"))
        done = self.compare([event(i, text="打烊", actor=f"u{i}")
                             for i in range(40)])
        effects = {r["after"].get("idle", r["after"]["effect"])
                   for e in self.of(done, "event") for r in e["rules"]}
        self.assertEqual(effects, {"ratio", "enforced"})

    def test_exceptions_are_counted(self):
        excepts = ", ".join(
            f'{{ actor = "{a}", why = "w{a}", owner = "o" {more} }}'
            for a, more in (("u1", ""), ("u2", ""),
                            ("u3", ', expires = "2026-02-28"'),
                            ("u4", ', expires = "2026-03-15"')))
        self.add("new", rule("r", "打烊", more=f"except = {{ {excepts} }},"))
        done = self.compare([event(i, text="打烊", actor="u1")
                             for i in range(3)], "--today", "2026-03-02")
        self.assertEqual(
            [(e["why"], e["state"], e["used"], e["ends"])
             for e in self.of(done, "exception")],
            [("wu1", "used", 3, ""), ("wu2", "unused", 0, ""),
             ("wu3", "ended", 0, "2026-02-28"),
             ("wu4", "ends-soon", 0, "2026-03-15")])

    def test_both_folders_are_wanted(self):
        self.assertEqual(self.run_policy("compare", "shop").returncode, 2)
        self.assertEqual(self.run_policy("compare", "shop", "no").returncode, 2)
        self.write("new/rules.lua", "rule {")
        self.assertEqual(self.compare([event(1)]).returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
