#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The command and the second evaluator agree on duties and ladders: what is
opened, due, done and proposed; and the command with itself where a change must
not matter."""
import collections
import copy
import os
import random
import re
import unittest

import bundles
import command
import obligations
import owed
import streams
from command import run
from streams import shown, woven

# Each is a bundle, an event and what was before it.
TRIPLES = int(os.environ.get("POLICY_TEST_TRIPLES") or (
    1000000 if os.environ.get("POLICY_TEST_LONG") == "1"
    else 1000 if os.environ.get("POLICY_SANITIZED") else 10000))
SEED = int(os.environ.get("POLICY_TEST_SEED", "20260306"))
ORGANISATIONS = 80  # of one run of the command
FEW = 8 if os.environ.get("POLICY_SANITIZED") else 40


def shape(decision):
    """Of a decision, what the second evaluator says too."""
    def proposal(p):
        return (p["id"], p["ladder"], p["track"], p["step"], p["kind"],
                p["person"], int(re.search("此前 ([0-9]+) 次", p["why"])[1]))
    assert not decision.get("more")
    return {**command.shape(decision),
            "duties": sorted((d["id"], d["rule"], d["who"], d["due"],
                              d["change"]) for d in decision["duties"]),
            "ladder": sorted(map(proposal, decision["ladder"]))}


def judged(organisation, events):
    before = owed.Owed(organisation)
    return [owed.decide(organisation, e, before) for e in events]


def differs(organisation, events):
    """The first event that they judge otherwise; None where they agree. What
    the compiler refuses is of no use to whoever shrinks."""
    try:
        answers = run([organisation], events)
        mine = judged(organisation, events)
    except (AssertionError, KeyError):
        return None
    for i, (answer, wanted) in enumerate(zip(answers, mine)):
        if shape(answer) != wanted:
            return i
    return None


def shrink(organisation, events):
    """The keys of duties, too."""
    organisation, events = streams.shrink(
        organisation, events, ("rules", "duties", "ladders"), differs)
    for d in range(len(organisation["duties"])):
        for name in list(organisation["duties"][d]):
            less = copy.deepcopy(organisation)
            del less["duties"][d][name]
            if differs(less, events) is not None:
                organisation = less
    return organisation, events


def tell(organisation, events):
    organisation, events = shrink(organisation, events)
    i = differs(organisation, events)
    answer = run([organisation], events)[i]
    theirs, mine = shape(answer), judged(organisation, events)[i]
    return "\n".join([
        "", *map(bundles.lua_rule, organisation["rules"]),
        *map(bundles.lua_duty, organisation["duties"]),
        *map(bundles.lua_ladder, organisation["ladders"]),
        *shown(events),
        *(f"{key}:\n  command:   {theirs[key]}\n  reference: {mine[key]}"
          for key in mine if mine[key] != theirs[key])])


def draw(source, count=ORGANISATIONS):
    made = [obligations.organisation(source, f"o{i}") for i in range(count)]
    return made, [obligations.sequence(source, o) for o in made]


def of_duty(d):
    yield from d.keys() - {"id", "open"}
    if d.get("mode"):
        yield d["mode"]
    for c in d.get("open", ()):
        yield "open"
        yield from (c.keys() & {"first", "rule"}) | (
            {"at"} if c["at"] != "time" else set())
    owner = d.get("owner", "")
    yield "who" if isinstance(owner, tuple) else "role"
    if isinstance(owner, tuple) and "." in owner[1]:
        yield "attribute"
    for key in ("overdue", "attest"):
        yield from d.get(key, {})
    yield "bd" if d.get("within", "").endswith("bd") else \
        "bh" if d.get("within", "").endswith("bh") else "span"
    if d.get("each"):
        yield "each " + ("role" if d["each"] == "officer" else d["each"])


def of_rule(r):
    for c in r["where"][1]:
        while c[0] == "none":
            c = c[1][0]
        if c[0] in ("pending", "overdue"):
            yield "asks " + c[0]
    to = r.get("escalate", {})
    if to:
        yield "escalate " + ("who" if isinstance(to["to"], tuple) else "to")
    if "other_than" in to:
        yield "escalate other_than"


def of_ladder(l):
    yield "ladder"
    yield from l.keys() - {"id", "where", "tracks", "decide", "within"}
    if any("gravity" in t for t in l["tracks"]):
        yield "gravity"
    if "raise" in l.get("repeats", {}):
        yield "raise"


def constructs(organisation):
    """Those of each rule, duty and ladder."""
    return {f"{organisation['id']}/{x['id']}": set(of(x))
            for key, of in (("duties", of_duty), ("rules", of_rule),
                            ("ladders", of_ladder))
            for x in organisation[key]}


def marks(said, answer):
    """Of each entry, the constructs that stand in what it comes from."""
    for entry in answer["findings"] + answer["shadow"]:
        yield said[entry[0]] | {entry[1]}
    for entry in answer["duties"]:
        yield said[entry[1]] | {entry[4]}
    for entry in answer["ladder"]:
        yield said[entry[1]] | {"proposed"} | (
            {"earlier"} if entry[6] else set())
    for entry in answer["errors"]:
        yield {entry[1]}


EVERY = """
    open first rule at done stop within every period once renew grain times
    unique attest evidence other_than remind grace overdue verdict escalate
    again bd bh span role who attribute each!role each!departments shadow
    enforce opened reminded retired ladder repeats raise gravity also proposed
    earlier asks!pending asks!overdue escalate!to escalate!who escalate!other_than
    attestation-refused review-refused""".split()


class Reference(unittest.TestCase):
    maxDiff = None

    def test_they_agree_on_what_is_to_be_done(self):
        source = random.Random(SEED)
        seen, found, entries, triples = collections.Counter(), 0, 0, 0
        while triples < TRIPLES:
            organisations, drawn = draw(source)
            events = [e for e, _ in drawn]
            turns, stream = woven(source, events)
            answers = run(organisations, stream)
            self.assertEqual(len(answers), len(stream))
            mine = [iter(a) for _, a in drawn]
            said = list(map(constructs, organisations))
            written = {}
            for i, event, answer in zip(turns, stream, answers):
                wanted = next(mine[i])
                triples += 1
                if "changes" in answer:  # what comes again changes nothing
                    self.assertNotEqual(written.get((i, event["id"])),
                                        answer["findings"], event)
                    written[i, event["id"]] = answer["findings"]
                if shape(answer) != wanted:
                    self.fail(tell(organisations[i], events[i]))
                here = list(marks(said[i], wanted))
                found += bool(here)
                entries += len(here)
                for names in here:
                    seen.update(names)
        self.assertGreaterEqual(3 * found, triples)
        if TRIPLES < 10000:
            return  # too few to say that one is rare
        rare = {n: seen[n.replace("!", " ")] for n in EVERY
                if 100 * seen[n.replace("!", " ")] < entries}
        self.assertEqual(rare, {}, f"too rare among {entries} entries")


class Metamorphic(unittest.TestCase):
    """Changes of the rules and what they must, or must not, change."""

    def setUp(self):
        self.source = random.Random(SEED + 1)
        self.organisations, drawn = draw(self.source, FEW)
        self.stream = woven(self.source, [e for e, _ in drawn])[1]

    def again(self, change):
        """The answers after a change of every organisation."""
        changed = copy.deepcopy(self.organisations)
        for organisation in changed:
            change(organisation)
        return run(changed, self.stream)

    def test_the_order_in_the_file_is_of_no_account(self):
        def shuffle(organisation):
            for key in ("rules", "duties", "ladders"):
                self.source.shuffle(organisation[key])
        before = run(self.organisations, self.stream)
        self.assertTrue(any(d["duties"] and d["ladder"] for d in before))
        for event, old, new in zip(self.stream, before, self.again(shuffle)):
            self.assertEqual(shape(old), shape(new), event)

    def test_a_duty_in_shadow_shows_its_findings_only(self):
        """It is opened and fulfilled the same, where no finding opens it."""
        def alone(organisation):
            organisation["rules"], organisation["ladders"] = [], []
            for d in organisation["duties"]:
                d.pop("mode", None)
                d.get("overdue", {}).pop("escalate", None)
            organisation["duties"] = [
                d for d in organisation["duties"]
                if not any("rule" in c for c in d.get("open", ()))]

        def shade(organisation):
            alone(organisation)
            for d in organisation["duties"]:
                d["mode"] = "shadow"
        found = 0
        for old, new in zip(map(shape, self.again(alone)),
                            map(shape, self.again(shade))):
            self.assertEqual([(f[0], f[2]) for f in old["findings"]],
                             [(f[0], f[2]) for f in new["shadow"]])
            self.assertEqual((new["verdict"], new["findings"], new["duties"]),
                             ("allow", [], []))
            found += len(new["shadow"])
        self.assertGreater(found, 0)

    def test_one_more_duty_changes_nothing_of_the_others(self):
        idle = {"id": "idle", "owner": "head", "within": "1d", "open": [
            {"on": ["contact_add"], "key": ["contact"], "at": "time"}]}
        before = run(self.organisations, self.stream)
        after = self.again(lambda o: o["duties"].append(idle))
        for old, new in zip(before, after):
            self.assertNotEqual(old["bundle"], new["bundle"])
            for key in old.keys() - {"bundle", "decision", "cost"}:
                self.assertEqual(old[key], new[key])


if __name__ == "__main__":
    unittest.main(verbosity=2)
