#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The command and the second evaluator agree on what happens one after the
other, each with a memory of its own; and the command with itself where a change
of the rules must not matter."""
import collections
import copy
import os
import random
import unittest

import bundles
import past
import sequences
from command import run, shape
from streams import shown, shrink, woven

# Each is a bundle, an event and what was before it.
TRIPLES = int(os.environ.get("POLICY_TEST_TRIPLES") or (
    1000000 if os.environ.get("POLICY_TEST_LONG") == "1"
    else 1000 if os.environ.get("POLICY_SANITIZED") else 10000))
SEED = int(os.environ.get("POLICY_TEST_SEED", "20260305"))
ORGANISATIONS = 80  # of one run of the command
FEW = 8 if os.environ.get("POLICY_SANITIZED") else 40


def draw(source, count=ORGANISATIONS):
    made = [sequences.organisation(source, f"o{i}") for i in range(count)]
    return made, [sequences.sequence(source, o) for o in made]


def remembered(organisation, events):
    before = past.Past(organisation)
    return [past.decide(organisation, e, before) for e in events]


def differs(organisation, events):
    """The first event that they judge otherwise; None where they agree. What
    the compiler refuses is of no use to whoever shrinks."""
    try:
        answers = run([organisation], events)
    except AssertionError:
        return None
    old = sequences.behind(events)
    for i, (answer, mine) in enumerate(zip(answers,
                                           remembered(organisation, events))):
        if not old[i] and shape(answer) != mine:
            return i
    return None


def tell(organisation, events):
    organisation, events = shrink(organisation, events, ("rules", "memories"),
                                  differs)
    i = differs(organisation, events)
    return "\n".join([
        "", *map(bundles.lua_memory, organisation["memories"]),
        *map(bundles.lua_rule, organisation["rules"]),
        *shown(events),
        f"command:   {shape(run([organisation], events)[i])}",
        f"reference: {remembered(organisation, events)[i]}"])


def marks(organisation, rule, entry):
    """The constructs of the past that stand in the rule of a finding."""
    parts = [rule["where"], *(x["where"] for x in rule["except"])]
    if "requires" in rule:
        parts.append(rule["requires"])
        yield "requires"
    for part in parts:
        yield from sequences.constructs(part)
    asked = {c for part in parts for c in sequences.asked(part)}
    for m in organisation["memories"]:
        if m["id"] in asked:
            yield m["write"]
            for name in ("clear", "fields", "each"):
                if m.get(name):
                    yield name
            for c in m["set"]:
                yield "at" if c["at"] != "time" else "set"
                yield from c.keys() & {"first", "rule"}
            yield "forever" if m["keep"] is None else "keep"
    if "count" in rule:
        yield "count"
        yield from rule["count"].keys() - {"by", "more_than"}
    if rule["except"]:
        yield "except"
    yield from {"ratio", "sample", "brake"} & rule.keys()
    yield entry[1]
    if entry[-1]:
        yield "idle_" + entry[-1]


EVERY = """
    known unknown within at_least other where own standing attribute roles dept
    state holder kind requires passed always clear fields each at set first rule
    forever keep count over period distinct sum reset id except shadow enforce
    ratio sample brake idle_ratio idle_brake""".split()


class Reference(unittest.TestCase):
    maxDiff = None

    def test_they_agree_on_what_happens_one_after_the_other(self):
        source = random.Random(SEED)
        seen, found, entries, triples = collections.Counter(), 0, 0, 0
        while triples < TRIPLES:
            organisations, events = draw(source)
            turns, stream = woven(source, events)
            answers = run(organisations, stream)
            self.assertEqual(len(answers), len(stream))
            mine = [iter(list(zip(remembered(o, e), sequences.behind(e))))
                    for o, e in zip(organisations, events)]
            for i, answer in zip(turns, answers):
                wanted, old = next(mine[i])
                if old:
                    continue
                triples += 1
                if shape(answer) != wanted:
                    self.fail(tell(organisations[i], events[i]))
                here = wanted["findings"] + wanted["shadow"]
                found += bool(here)
                entries += len(here)
                rules = {f"{organisations[i]['id']}/{r['id']}": r
                         for r in organisations[i]["rules"]}
                for entry in here:
                    seen.update(set(marks(organisations[i], rules[entry[0]],
                                          entry)))
        self.assertGreaterEqual(3 * found, triples)
        if TRIPLES < 10000:
            return  # too few to say that one is rare
        rare = {n: seen[n] for n in EVERY if 100 * seen[n] < entries}
        self.assertEqual(rare, {}, f"too rare among {entries} findings")


class Metamorphic(unittest.TestCase):
    """Changes of the rules and what they must, or must not, change."""

    def setUp(self):
        self.source = random.Random(SEED + 1)
        self.organisations, self.events = draw(self.source, FEW)
        self.turns, self.stream = woven(self.source, self.events)

    def again(self, change):
        """The answers after a change of every organisation."""
        changed = copy.deepcopy(self.organisations)
        for organisation in changed:
            change(organisation)
        return run(changed, self.stream)

    def same(self, before, after):
        self.assertTrue(any(d["findings"] for d in before))
        for event, old, new in zip(self.stream, before, after):
            self.assertEqual(shape(old), shape(new), event)

    def test_the_order_of_rules_and_memories_is_of_no_account(self):
        def shuffle(organisation):
            self.source.shuffle(organisation["rules"])
            self.source.shuffle(organisation["memories"])
        self.same(run(self.organisations, self.stream), self.again(shuffle))

    def test_how_organisations_take_turns_is_of_no_account(self):
        """As many events of each, in other turns, or one after the other."""
        before = run(self.organisations, self.stream)
        for stream in (woven(self.source, self.events)[1],
                       [e for events in self.events for e in events]):
            by_org = {o["id"]: [] for o in self.organisations}
            for event, answer in zip(stream, run(self.organisations, stream)):
                by_org[event["org"]].append(answer)
            left = {n: iter(answers) for n, answers in by_org.items()}
            self.same(before, [next(left[e["org"]]) for e in self.stream])

    def test_organisations_remember_each_for_itself(self):
        """What one knows, its neighbour with the same ids does not."""
        before = iter(run(self.organisations, self.stream))
        answers = {i: [] for i in range(len(self.organisations))}
        for turn in self.turns:
            answers[turn].append(next(before))
        for i in range(0, len(self.organisations), 8):
            alone = run([self.organisations[i]], self.events[i])
            self.assertEqual(list(map(shape, alone)),
                             list(map(shape, answers[i])))

    def test_rules_in_shadow_allow_everything(self):
        def shade(organisation):
            for rule in organisation["rules"]:
                rule["mode"] = "shadow"
        after = self.again(shade)
        self.assertTrue(any(d["shadow"] for d in after))
        for d in after:
            self.assertEqual((d["verdict"], d["findings"]), ("allow", []))

    def test_what_cannot_match_changes_the_revision_only(self):
        """Nor does a memory that nobody asks; but it is written."""
        idle = {"id": "idle", "on": ["message", "post", "comment"],
                "verdict": "block", "severity": 5, "needs": [], "except": [],
                "match": ("term", "绝无此词", True, "disguised"),
                "where": ("all", [("known", "idle", ["actor"], {})])}
        memory = {"id": "idle", "key": ["actor"], "keep": 1440, "fields": [],
                  "write": "always", "clear": [], "set": [
                      {"on": ["message", "login"], "key": ["actor"],
                       "at": "time", "where": ("all", [])}]}

        def add(organisation):
            organisation["rules"].append(idle)
            organisation["memories"].append(memory)
        before, after = run(self.organisations, self.stream), self.again(add)
        self.same(before, after)
        self.assertTrue(any(old["bundle"] != new["bundle"] for old, new in
                            zip(before, after)))
        self.assertGreater(sum(d.get("changes", 0) for d in after),
                           sum(d.get("changes", 0) for d in before))

    def test_an_exception_removes_its_own_rules_findings_only(self):
        """Where nothing is written for a finding or a verdict, or counted with
        other rules: what a rule finds is known to others else."""
        for organisation in self.organisations:
            for m in organisation["memories"]:
                m["write"] = "always"
                m["set"] = [c for c in m["set"] if "rule" not in c]
            for rule in organisation["rules"]:
                rule.get("count", {}).pop("id", None)

        def excuse(organisation):
            for rule in organisation["rules"][::3]:
                rule["except"].append(
                    {"expires": "2099-12-31",
                     "where": ("all", [("present", "time")])})
        own = 0
        before = map(shape, run(self.organisations, self.stream))
        for old, new in zip(before, map(shape, self.again(excuse))):
            for key in ("findings", "shadow"):
                gone = [f for f in old[key]
                        if int(f[0].split("/r")[1]) % 3 == 0]
                own += len(gone)
                self.assertEqual([f for f in old[key] if f not in gone],
                                 new[key])
        self.assertGreater(own, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
