# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the second evaluator knows of events before: everything, for good.

Nothing is overwritten or dropped: a question goes through all that ever came.
A memory is a dictionary with the keys of a rule file; a clause has `on`,
`where`, `key` (fields), and perhaps `at`, `first` or `rule`.
"""
import datetime

import evaluator
from evaluator import moment

DONE = {"incident", "violation", "staff_change", "review", "report",
        "attestation", "content_remove", "usage_period", "tick"}
STATES = {"join": "active", "move": "moving", "leave": "left",
          "listed": "active", "gone": "left"}
# What a standing record is of, by attribute and by the field that names it.
PEOPLE = {"actor", "approved_by", "holder", "sender", "reporter"}


def clause(kind, key, where=(), at="time"):
    return {"on": [kind], "key": key, "at": at, "where":
            ("all", [("test", f, "one_of", v) for f, v in where])}


def standing(name, key, keep, fields, set_, clear=None, carry=False):
    return {"id": name, "key": key, "keep": keep, "fields": fields,
            "set": [set_], "clear": [clear] if clear else [],
            "write": "passed", "carry": carry}


STANDING = [
    standing("people", ["person"], None, ["change", "roles", "dept"],
             clause("staff_change", ["person"], at="effective"), carry=True),
    standing("accounts", ["subject_account"], None, ["account_kind", "holder"],
             clause("account_change", ["subject_account"]),
             clause("account_change", ["subject_account"],
                    [("change", ["close"])]), carry=True),
    standing("groups", ["group"], None, ["group_kind", "responsible"],
             clause("group_change", ["group"]),
             clause("group_change", ["group"], [("change", ["dissolve"])]),
             carry=True),
    standing("reviews", ["subject"], 365 * 1440,
             ["decision", "reviewer", "digest"],
             clause("review", ["subject"])),
    standing("leavers", ["accounts"], 730 * 1440, [],
             clause("staff_change", ["accounts"],
                    [("change", ["leave", "gone"])], at="effective"),
             clause("account_change", ["subject_account"],
                    [("change", ["transfer", "close"])])),
    standing("incidents", ["incident"], 730 * 1440,
             ["kind", "state", "noticed_at", "reported_at", "reporter",
              "subject_account"],
             clause("incident", ["incident"])),
]


def minutes(n):
    return datetime.timedelta(minutes=n)


def keys_of(fields, names):
    """All keys that the fields of an event make: of a list, one an element."""
    keys = [()]
    for name in names:
        values = fields.get(name)
        if values is None:
            return []
        values = values if isinstance(values, list) else [values]
        keys = [k + (v,) for k in keys for v in values]
    return keys


def counter_of(rule):
    """What rules share; or their own."""
    return rule["count"].get("id", "rule " + rule["id"])


class Past:
    """Of one organisation."""

    def __init__(self, organisation):
        self.memories = {m["id"]: m for m in
                         STANDING + organisation.get("memories", [])}
        self.written = {m: [] for m in self.memories}
        self.counted, self.resets = {}, []
        self.counting = organisation["rules"]
        self.judged = set()
        self.latest = datetime.datetime.min.replace(
            tzinfo=datetime.timezone.utc)

    # Records.

    def rows(self, memory, key):
        """All of the key, and of those above it, in their order."""
        return sorted((r for r in self.written[memory]
                       if key[:len(r[2])] == r[2]),
                      key=lambda r: (r[0], r[1], r[4]))

    def record(self, memory, key, now):
        """The fields that hold at a time, with their own; or None."""
        rows = [r for r in self.rows(memory, key) if r[0] <= now]
        keep, found = self.memories[memory]["keep"], None
        carry, have = self.memories[memory].get("carry"), {}
        for at, _, _, fields, _ in rows:
            if fields is None:
                found, have = None, {}
            else:  # of people, accounts, groups what is not said is as it was
                have = {**have, **fields} if carry else fields
                found = at, have
        # What has ended by the latest event is gone, whoever comes late.
        if found and (keep is None or
                      max(now, self.latest) - found[0] < minutes(keep)):
            return found
        return None

    def records(self, memory, prefix, now):
        keys = {r[2] for r in self.written[memory]
                if r[3] is not None and r[2][:len(prefix)] == prefix}
        for key in sorted(keys):
            found = self.record(memory, key, now)
            if found:
                yield key, found

    # Counters.

    def window(self, count, now):
        """The window of a time, as what is asked of another one."""
        if "over" in count:
            return lambda t: t <= now and now - t < minutes(count["over"])

        def period(t):
            t = t.astimezone(evaluator.ZONE)
            return {"day": t.date(), "week": t.isocalendar()[:2],
                    "month": (t.year, t.month),
                    "quarter": (t.year, (t.month - 1) // 3),
                    "year": t.year}[count["period"]]
        return lambda t: period(t) == period(now)

    def amount(self, counter, count, key, now, name, came):
        """How much there is with what came now, and all that is counted."""
        rows = dict(self.counted.get((counter, key), {}))
        if rows:  # a bounded state knows no window but the newest one's
            newest = max(at for at, _ in rows.values())
            if newest > now:
                rows = {n: r for n, r in rows.items()
                        if self.window(count, newest)(r[0])}
        rows.setdefault(name, (now, came))
        inside = self.window(count, now)
        there = [c for at, c in rows.values() if inside(at)]
        if "distinct" in count:
            return len({v for c in there for v in c})
        return sum(there)


class Remembering(evaluator.Reading):
    """An event as it is seen by somebody who was there before."""

    def __init__(self, organisation, event, past):
        super().__init__(organisation, event)
        self.past, self.now = past, moment(event["time"])
        self.counts = {}

    def value(self, name):
        field, _, attribute = name.partition(".")
        if not attribute or field in ("facts", "parts"):
            return super().value(name)
        who = self.fields.get(field)
        return None if who is None else self.attribute(field, who, attribute)

    def attribute(self, field, who, attribute):
        kind = "people" if field in PEOPLE else \
            "groups" if field == "conversation" else "accounts"
        found = self.past.record(kind, (who,), self.now)
        have = found[1] if found else {}
        if (kind, attribute) == ("people", "state"):
            return STATES.get(have.get("change"))
        if (kind, attribute) == ("people", "roles") and \
                STATES.get(have.get("change")) == "left":
            return []  # those of its record are lost
        if (kind, attribute) == ("accounts", "kind"):
            return have.get("account_kind")
        if (kind, attribute) == ("accounts", "dept"):
            holder = have.get("holder")
            return None if holder is None else \
                self.attribute("holder", holder, "dept")
        return have.get(attribute)

    def holds(self, c):
        if c[0] in ("known", "unknown"):
            known = self.known(c[1], c[2], c[3])
            return known if known is None or c[0] == "known" else not known
        return super().holds(c)

    def known(self, memory, names, also):
        keys = keys_of(self.fields, names)
        if not keys:  # the command takes an empty list for one that is absent
            return None
        own = keys_of(self.fields, self.past.memories[memory]["key"]) \
            if also.get("other") else []
        found = 0
        for prefix in keys:
            for key, (at, fields) in self.past.records(memory, prefix,
                                                       self.now):
                if key in own or "within" in also and \
                        self.now - at >= minutes(also["within"]):
                    continue
                found += Record(self, fields).holds(
                    ("all", also.get("where", []))) is True
        return found >= also.get("at_least", 1)

    def keeps(self, rule):
        """What a gate says is missing; nothing where it is open."""
        return " ".join(dict.fromkeys(self.missing(rule["requires"])))

    def missing(self, c):
        if self.holds(c) is True:
            return []
        if c[0] in ("all", "any"):
            return [n for x in c[1] for n in self.missing(x)]
        return [c[1]]

    def count(self, rule):
        """How much there is, or None where nobody is to be counted."""
        count = rule["count"]
        keys = keys_of(self.fields, count["by"])
        if not keys:
            return None
        if "distinct" in count:
            values = self.fields.get(count["distinct"], [])
            came = set(values if isinstance(values, list) else [values])
        else:
            came = self.fields.get(count["sum"], 0) if "sum" in count else 1
        return self.amount((counter_of(rule), self.idle(rule)), count, keys[0],
                           came)

    def amount(self, counter, count, key, came=1):
        name = self.event["source"], self.event["id"]
        self.counts[counter, key] = name, came
        return self.past.amount(counter, count, key, self.now, name, came)

    def idle(self, rule):
        """Rules without effect count for themselves."""
        return rule.get("mode") == "shadow" or evaluator.left_out(rule,
                                                                  self.event)

    def braked(self, rule):
        brake = rule.get("brake")
        if not brake:
            return False
        hits = self.amount(("brake", rule["id"]), brake, ())
        return hits >= brake["min"] and \
            hits > brake["share"] * self.watched(rule)

    def watched(self, rule):
        """How many events of its types there were."""
        return self.amount(("events", *rule["on"]), rule["brake"], ())

    # What it leaves behind.

    def remember(self, verdict, findings):
        name = self.event["source"], self.event["id"]
        if name in self.past.judged:
            return
        self.past.latest = max(self.past.latest, self.now)
        kind = self.event["type"]
        passed = kind in DONE or self.fields.get("phase") == "done" or \
            verdict not in ("hold", "block")
        for rule in self.past.counting:
            if "brake" in rule and rule.get("mode") != "shadow" and kind in \
                    rule["on"]:
                self.watched(rule)
        rows = []
        for memory in self.past.memories.values():
            if passed or memory["write"] == "always":
                rows += [(memory["id"], row)
                         for row in self.writes(memory, findings)]
        for memory, row in rows:
            self.past.written[memory].append(row)
        # What changed nothing may be judged again, and then change something.
        if self.reset() or rows or self.counts:
            self.past.judged.add(name)
        for counter, (name, came) in self.counts.items():
            self.past.counted.setdefault(counter, {}).setdefault(
                name, (self.now, came))

    def applies(self, clause, findings):
        if "rule" in clause:
            return clause["rule"] in findings
        return self.event["type"] in clause["on"] and \
            self.holds(clause["where"]) is True

    def writes(self, memory, findings):
        """Clauses of the event, then those of findings; of each that it is so,
        then that it is not."""
        for by_rule, what in ((False, "set"), (False, "clear"), (True, "set"),
                              (True, "clear")):
            for clause in memory[what]:
                if ("rule" in clause) != by_rule or \
                        not self.applies(clause, findings):
                    continue
                at = self.fields.get(clause.get("at", "time"))
                at = self.now if at is None else moment(at)
                for key in keys_of(self.fields, clause["key"]):
                    if clause.get("first") and self.past.record(
                            memory["id"], key, self.now):
                        continue
                    # What is null is so no more; elsewhere as if not said.
                    said = self.event if memory.get("carry") else self.fields
                    fields = {f: said[f] for f in memory["fields"]
                              if f in said}
                    yield (at, self.event["id"], key,
                           fields if what == "set" else None,
                           (by_rule, what == "clear"))

    def reset(self):
        """What came so far counts no more, whatever its time; but for what
        comes behind a reset that took place later."""
        mine, done = (self.now, self.event["id"]), False
        for rule in self.past.counting:
            clause = rule.get("count", {}).get("reset")
            if not clause or not self.applies(clause, ()):
                continue
            for prefix in keys_of(self.fields, clause["key"]):
                if any(c == counter_of(rule) and when >= mine and
                       prefix[:len(p)] == p for c, p, when in self.past.resets):
                    continue
                self.past.resets.append((counter_of(rule), prefix, mine))
                done = True
                for counter, key in list(self.past.counted):
                    if counter[0] == counter_of(rule) and \
                            key[:len(prefix)] == prefix:
                        del self.past.counted[counter, key]
        return done


class Record(evaluator.Reading):
    """A record as a condition sees it: operands are fields of the event."""

    def __init__(self, reading, fields):
        self.organisation, self.fields = reading.organisation, fields
        self.reading = reading

    def value(self, name):
        return self.fields.get(name)

    def operand(self, name):
        return self.reading.value(name)


def decide(organisation, event, past):
    """As evaluator.decide, of one who remembers; and remembers this."""
    reading = Remembering(organisation, event, past)
    answer = evaluator.decide(organisation, event, reading)
    reading.remember(answer["verdict"],
                     {f[0].split("/")[1] for f in answer["findings"]})
    return answer
