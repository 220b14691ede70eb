#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The command and the second evaluator agree on random rules and events, and
the command with itself where a change of the rules must not matter."""
import collections
import copy
import json
import os
import random
import unittest

import bundles
import evaluator
from command import run, shape

# The plain build shows what differs; fewer show what a sanitizer sees.
PAIRS = (1000000 if os.environ.get("POLICY_TEST_LONG") == "1"
         else 3000 if os.environ.get("POLICY_SANITIZED") else 10000)
SEED = int(os.environ.get("POLICY_TEST_SEED", "20260302"))
ORGANISATIONS, EVENTS = 50, 20  # of one run of the command


def differs(organisation, event):
    return shape(run([organisation], [event])[0]) != \
        evaluator.decide(organisation, event)


def shrink(organisation, event):
    """One rule and the fields of the event without which they agree."""
    for rule in organisation["rules"]:
        alone = {**organisation, "rules": [rule]}
        if differs(alone, event):
            organisation = alone
            break
    for name in list(event):
        if name in ("id", "type", "org", "time", "source"):
            continue
        less = {k: v for k, v in event.items() if k != name}
        if differs(organisation, less):
            event = less
    return organisation, event


def tell(organisation, event):
    organisation, event = shrink(organisation, event)
    return "\n".join([
        "", *map(bundles.lua_rule, organisation["rules"]),
        json.dumps(event, ensure_ascii=False),
        f"command:   {shape(run([organisation], [event])[0])}",
        f"reference: {evaluator.decide(organisation, event)}"])


def draw(source, organisations=ORGANISATIONS):
    made = [bundles.organisation(source, f"o{i}") for i in range(organisations)]
    events = [bundles.event(source, o["id"], i) for o in made
              for i in range(EVENTS)]
    return made, events


def marks(rule, entry):
    """The constructs that stand in the rule of a finding."""
    yield from set(bundles.constructs(rule["where"])) if rule["where"][1] \
        else ()
    yield from set(bundles.constructs(rule["match"])) if "match" in rule \
        else ("broad",)
    for name in ("fields", "needs", "except", "ratio", "sample"):
        if rule.get(name):
            yield name
    yield from (("phrase" if "phrase" in x else "condition")
                for x in rule["except"])
    yield entry[1]


class Reference(unittest.TestCase):
    maxDiff = None

    def test_a_term_is_not_made_by_two_words(self):
        organisation = bundles.organisation(random.Random(1), "o0")
        organisation["rules"] = [
            {**organisation["rules"][0], "on": ["message"], "mode": "enforce",
             "where": ("all", []), "except": [], "id": "r",
             "match": ("term", "名单", True, "folded")}]
        for name in ("fields", "needs", "ratio", "sample"):
            organisation["rules"][0].pop(name, None)
        rows = {  # bytes
            "提名单位": None, "提名单": (3, 9), "名单位": (0, 6),
            " 名。。。。单名单一二三，，，，旧-----名，单": None,
            "单名名单": (6, 12), "提名名单单位": (6, 12), "提\u200b名單位": None,
        }
        events = [{"id": str(i), "source": "s", "type": "message", "org": "o0",
                   "time": "2026-03-02T12:00:00+08:00", "text": text}
                  for i, text in enumerate(rows)]
        for event, got in zip(events, run([organisation], events)):
            spans = [(s["start"], s["end"]) for f in got["findings"]
                     for s in f["spans"]]
            wanted = rows[event["text"]]
            self.assertEqual(spans, [wanted] if wanted else [], event["text"])
            self.assertEqual(shape(got), evaluator.decide(organisation, event))

    def test_the_command_and_the_reference_agree(self):
        source = random.Random(SEED)
        seen, found, entries, pairs = collections.Counter(), 0, 0, 0
        while pairs < PAIRS:
            organisations, events = draw(source)
            answers = run(organisations, events)
            self.assertEqual(len(answers), len(events))
            rules = {f"{o['id']}/{r['id']}": r for o in organisations
                     for r in o["rules"]}
            by_id = {o["id"]: o for o in organisations}
            for event, answer in zip(events, answers):
                organisation = by_id[event["org"]]
                mine = evaluator.decide(organisation, event)
                if shape(answer) != mine:
                    self.fail(tell(organisation, event))
                here = mine["findings"] + mine["shadow"]
                found += bool(here)
                entries += len(here)
                for entry in here:
                    seen.update(set(marks(rules[entry[0]], entry)))
                seen["suppressed"] += len(mine["suppressed"])
            pairs += len(events)
        self.assertGreaterEqual(3 * found, pairs)
        if PAIRS < 10000:
            return  # too few to say that one is rare
        rare = {n: seen[n] for n in EVERY if 100 * seen[n] < entries}
        self.assertEqual(rare, {}, f"too rare among {entries} findings")


EVERY = """
    is one_of none_of all_of more_than less_than among outside same differs
    beyond later absent present empty facts any all none external public
    forwarded work_hours work_day minutes thing flags term boundary inside folded
    disguised regex list mobile resident_id bank_card email sure near at_least fields
    except condition phrase suppressed needs shadow enforce broad""".split()


class Metamorphic(unittest.TestCase):
    """Changes of the rules and what they must, or must not, change."""

    def setUp(self):
        self.source = random.Random(SEED + 1)
        self.organisations, self.events = draw(self.source, 20)
        self.before = run(self.organisations, self.events)

    def again(self, change):
        """The answers after a change of every organisation."""
        changed = copy.deepcopy(self.organisations)
        for organisation in changed:
            change(organisation)
        return run(changed, self.events)

    def same(self, after):
        for event, old, new in zip(self.events, self.before, after):
            self.assertEqual(shape(old), shape(new), event)

    def test_the_order_of_rules_is_of_no_account(self):
        self.same(self.again(lambda o: self.source.shuffle(o["rules"])))

    def test_the_order_of_organisations_is_of_no_account(self):
        """But for shares, which go by the organisation's id."""
        for organisation in self.organisations:
            for rule in organisation["rules"]:
                rule.pop("ratio", None)
                rule.pop("sample", None)
        self.before = run(self.organisations, self.events)
        names = [o["id"] for o in self.organisations]
        other = dict(zip(names, names[::-1]))
        changed = [{**o, "id": other[o["id"]]} for o in self.organisations]
        events = [{**e, "org": other[e["org"]]} for e in self.events]

        def back(d):
            d = copy.deepcopy(d)
            for name in ("findings", "shadow", "suppressed"):
                for f in d[name]:
                    owner, rule = f["rule"].split("/")
                    f["rule"] = other[owner] + "/" + rule
            return d
        self.same([back(d) for d in run(changed, events)])

    def test_rules_in_shadow_allow_everything(self):
        def shade(organisation):
            for rule in organisation["rules"]:
                if rule.get("mode") != "off":
                    rule["mode"] = "shadow"
        after = self.again(shade)
        self.assertTrue(any(d["shadow"] for d in after))
        for d in after:
            self.assertEqual((d["verdict"], d["findings"]), ("allow", []))

    def test_a_rule_that_cannot_match_changes_the_revision_only(self):
        idle = {"id": "idle", "on": list(bundles.TYPES), "verdict": "block",
                "severity": 5, "match": ("term", "绝无此词", True, "disguised"),
                "where": ("all", []), "needs": [], "except": []}
        after = self.again(lambda o: o["rules"].append(idle))
        self.assertTrue(any(d["findings"] for d in after))
        for old, new in zip(self.before, after):
            self.assertNotEqual(old["bundle"], new["bundle"])
            for key in old.keys() - {"bundle", "decision"}:
                self.assertEqual(old[key], new[key])

    def test_a_phrase_adds_no_findings(self):
        """But where `none` asks for what the phrase takes away."""
        plain = {f"{o['id']}/{r['id']}" for o in self.organisations
                 for r in o["rules"] if "match" in r and
                 "none" not in bundles.constructs(r["match"])}

        def excuse(organisation):
            for rule in organisation["rules"]:
                if f"{organisation['id']}/{rule['id']}" in plain:
                    rule["except"].append({"expires": "2099-12-31",
                                           "phrase": ["图纸", "alpha"]})
        fewer = 0
        for old, new in zip(map(shape, self.before),
                            map(shape, self.again(excuse))):
            for key in ("findings", "shadow"):
                there = {f[0] for f in old[key]}
                left = {f[0] for f in new[key]}
                self.assertLessEqual(left, there)
                self.assertLessEqual(there - left, plain)
                fewer += len(there - left)
        self.assertGreater(fewer, 0)

    def test_an_exception_removes_its_own_rules_findings_only(self):
        def excused(name):
            return int(name.split("/r")[1]) % 3 == 0

        def excuse(organisation):
            for rule in organisation["rules"][::3]:
                rule["except"].append(
                    {"expires": "2099-12-31",
                     "where": ("all", [("present", "time")])})
        after = self.again(excuse)
        own = 0
        for old, new in zip(map(shape, self.before), map(shape, after)):
            for key in ("findings", "shadow"):
                gone = [f for f in old[key] if excused(f[0])]
                own += len(gone)
                self.assertEqual([f for f in old[key] if f not in gone],
                                 new[key])
                for entry in gone:
                    self.assertIn(entry[0], [f[0] for f in new["suppressed"]])
        self.assertGreater(own, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
