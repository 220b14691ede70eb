# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Random organisations whose rules ask the past, and what happens to them.

Windows count to a sixtieth. So that nobody need know where one begins, times
are on a grid of seven minutes, and no window ends within a sixtieth of a
multiple of it: `OVER` holds what is so.
"""
import datetime

import bundles
import evaluator
import past

GRID = 7
OVER = [10, 30, 45, 60, 1440, 10080]
KEEP = [7, 35, 70, 140, 1440, 7 * 1440, None]
PERIODS = ["day", "week", "month", "quarter", "year"]
STARTS = ["2026-03-02T08:31", "2026-03-01T23:40", "2026-03-31T17:02",
          "2026-12-31T22:15"]
KINDS = ["message", "post", "comment", "file_transfer", "login",
         "usage_period", "incident"]
# Who and what, by kind of id: the fields of a type that hold one.
PERSON, ACCOUNT, CHAT, THING = range(4)
IDS = {
    "message": {"actor": PERSON, "approved_by": PERSON, "recipients": PERSON,
                "account": ACCOUNT, "conversation": CHAT},
    "post": {"actor": PERSON, "approved_by": PERSON, "account": ACCOUNT,
             "content_id": THING},
    "comment": {"actor": PERSON, "account": ACCOUNT, "content_id": THING,
                "comment_id": THING},
    "file_transfer": {"actor": PERSON, "recipients": PERSON,
                      "account": ACCOUNT, "conversation": CHAT},
    "login": {"actor": PERSON, "holder": PERSON, "account": ACCOUNT},
    "usage_period": {"actor": PERSON, "account": ACCOUNT},
    "incident": {"actor": PERSON, "reporter": PERSON, "account": ACCOUNT,
                 "subject_account": ACCOUNT},
    "review": {"reviewer": PERSON, "subject": THING},
    "staff_change": {"person": PERSON, "accounts": ACCOUNT},
    "account_change": {"holder": PERSON, "subject_account": ACCOUNT},
    "group_change": {"responsible": PERSON, "group": CHAT},
}
LISTS = bundles.LIST_KEYS
VALUES = {PERSON: bundles.PEOPLE, ACCOUNT: ["a1", "a2"], CHAT: ["c1", "c2"],
          THING: ["p1", "p2"]}
# Changes that rules may ask and clauses wait for; their own fields.
CHANGES = {
    "review": {"decision": ["pass", "reject", "change"],
               "digest": ["x1", "x2"]},
    "staff_change": {"change": ["join", "move", "leave", "listed",
                                "gone"],
                     "dept": ["d1", "d2"]},
    "account_change": {"change": ["register", "transfer", "password", "close",
                                  "listed"],
                       "account_kind": ["official", "work"]},
    "group_change": {"change": ["create", "owner", "dissolve",
                                "listed"],
                     "group_kind": ["company", "private"]},
    "incident": {"incident": ["i1", "i2"],
                 "state": ["noticed", "reported", "closed"]},
}
# What may be said to be so no more: of the memories that carry.
TAKEN_BACK = {"staff_change": ["dept", "roles"],
              "account_change": ["holder", "account_kind"],
              "group_change": ["responsible", "group_kind"]}
ROLES = ["staff", "manager", "developer"]
ATTRIBUTES = {
    PERSON: {"roles": ROLES, "dept": ["d1", "d2"],
             "state": ["active", "moving", "left"]},
    ACCOUNT: {"holder": bundles.PEOPLE, "kind": ["official", "work"],
              "dept": ["d1", "d2"]},
    CHAT: {"group_kind": ["company", "private"],
           "responsible": bundles.PEOPLE},
}
# Of a standing memory: kinds of its key, and what a record holds.
STANDING = {
    "people": (PERSON, {"change": CHANGES["staff_change"]["change"],
                        "dept": ["d1", "d2"]}),
    "accounts": (ACCOUNT, {"account_kind": ["official", "work"],
                           "holder": bundles.PEOPLE}),
    "groups": (CHAT, {"group_kind": ["company", "private"]}),
    "reviews": (THING, {"decision": CHANGES["review"]["decision"],
                        "reviewer": bundles.PEOPLE}),
    "leavers": (ACCOUNT, {}),
}


def of_kind(kind, sort, lists=True):
    return [f for f, s in IDS[kind].items()
            if s == sort and (lists or f not in LISTS)]


def plain(random, kind):
    """A condition of the event alone, without facts."""
    if kind in CHANGES and kind != "incident":
        name = random.choice(list(CHANGES[kind]))
        return ("test", name, "one_of",
                random.sample(CHANGES[kind][name], random.randint(1, 2)))
    while True:
        c = bundles.conditions(random, kind, 1)
        if not bundles.facts_in(c):
            return c[1][0]


# Memories.

def clause(random, kind, sorts):
    """Written by a type that has a field for each part of the key."""
    c = {"on": [kind], "at": "time", "where": ("all", []),
         "key": [random.choice(of_kind(kind, s, len(sorts) == 1))
                 for s in sorts]}
    if random.random() < 0.4:
        c["where"] = ("all", [plain(random, kind)])
    return c


def writers(sorts):
    return [k for k in IDS if all(of_kind(k, s, len(sorts) == 1)
                                  for s in sorts)]


def memory(random, number, focus):
    sorts = random.choice([[PERSON], [ACCOUNT], [CHAT], [THING], [PERSON],
                           [PERSON, ACCOUNT], [ACCOUNT, PERSON],
                           [PERSON, CHAT], [CHAT, PERSON], [PERSON, THING]])
    able = writers(sorts)
    first = random.choice([k for k in able if k in focus] or able)
    made = [clause(random, first, sorts)]
    if random.random() < 0.3:
        made.append(clause(random, random.choice(able), sorts))
    m = {"id": f"m{number}", "key": made[0]["key"], "sorts": sorts,
         "keep": random.choice(KEEP), "set": made, "clear": [],
         "write": random.choice(["passed", "always"])}
    if len(made[0]["key"]) == 1 and made[0]["key"][0] in LISTS:
        m["each"] = True
    keeps = set(bundles.TYPES.get(first, CHANGES.get(first, {})))
    m["fields"] = sorted(f for f in random.sample(
        ["actor_dept", "account_kind", "network", "direction", "holder",
         "reviewer", "decision", "actor_roles", "size", "approved_by",
         "dept", "change"], 6)
        if f in keeps and all(f in fields_of(k) for c in made for k in c["on"]))
    for c in made:
        if random.random() < 0.2:
            c["first"] = True
        times = {"incident": "noticed_at", "usage_period": "started",
                 "staff_change": "effective"}
        if c["on"][0] in times and random.random() < 0.6:
            c["at"] = times[c["on"][0]]
    if random.random() < 0.5:
        some = sorts[:random.randint(1, len(sorts))]
        others = [k for k in writers(some)
                  if k not in [t for c in made for t in c["on"]]]
        kind = random.choice([k for k in others if k in focus] or others)
        m["clear"].append(clause(random, kind, some))
    return m


def fields_of(kind):
    if kind in bundles.TYPES:
        return bundles.TYPES[kind]
    return {**bundles.COMMON, **CHANGES[kind],
            **{f: 0 for f in IDS[kind]}}


# Rules.

def asks(random, kind, memories):
    """known or unknown, of a memory whose key the type has fields for."""
    able = [m for m in memories if of_kind(kind, m["sorts"][0])]
    able += [{"id": n, "sorts": [s], "values": v, "key": ["?"]}
             for n, (s, v) in STANDING.items() if of_kind(kind, s)
             and random.random() < (0.15 if able else 1)]
    m = random.choice(able)
    sorts = m["sorts"][:random.randint(1, len(m["sorts"]))]
    while not all(of_kind(kind, s) for s in sorts):
        sorts = sorts[:-1]
    names = [random.choice(of_kind(kind, s, len(sorts) == 1)
                           or of_kind(kind, s)) for s in sorts]
    if len(names) > 1 and LISTS & set(names):
        names = names[:1]
    also = {}
    if random.random() < 0.3:
        also["within"] = random.choice([k for k in KEEP if k])
    if random.random() < 0.4 and names[0] not in LISTS and \
            len(names) < len(m["sorts"]):
        also["at_least"] = 2
    if random.random() < 0.6 and len(names) < len(m["key"]) and \
            m["key"][:len(names)] == names and \
            all(n in fields_of(kind) for n in m["key"]):
        also["other"] = True
    where = record_test(random, kind, m)
    if where and random.random() < 0.5:
        also["where"] = [where]
    return (random.choice(["known", "known", "unknown"]), m["id"], names, also)


def record_test(random, kind, m):
    values = dict(m.get("values", {}))
    for f in m.get("fields", ()):
        have = [bundles.TYPES[k][f][1] if k in bundles.TYPES
                else (CHANGES[k].get(f) or bundles.PEOPLE)
                for c in m["set"] for k in c["on"]]
        values[f] = list(have[0])
    if not values:
        return None
    name = random.choice(sorted(values))
    if name in fields_of(kind) and name not in ("size", "actor_roles") and \
            random.random() < 0.5:
        return ("test", name, random.choice(["same", "differs"]), name)
    if name == "size":
        return ("test", name, "more_than", random.randint(0, 6))
    some = random.sample(values[name], random.randint(1, 2))
    return ("test", name, random.choice(["one_of", "none_of"]), some)


def attribute(random, kind):
    fields = [f for f, s in IDS[kind].items()
              if s in ATTRIBUTES and f not in LISTS]
    name = random.choice(fields)
    what = random.choice(list(ATTRIBUTES[IDS[kind][name]]))
    values = ATTRIBUTES[IDS[kind][name]][what]
    some = random.sample(values, random.randint(1, 2))
    return ("test", f"{name}.{what}",
            random.choice(["one_of", "one_of", "none_of"]), some)


def gate(random, kind, memories):
    r = random.random()
    if r < 0.5:
        return asks(random, kind, memories)
    if r < 0.7:
        return attribute(random, kind)
    while True:  # of what must not be, nobody can say that it is missing
        c = plain(random, kind)
        if "none" not in bundles.constructs(c):
            return c


def counter(random, kind, rules):
    """One of its own, or that of an earlier rule of the type."""
    shared = [r for r in rules if "count" in r and r["on"] == [kind]
              and "id" in r["count"]]
    if shared and random.random() < 0.5:
        return {**random.choice(shared)["count"],
                "more_than": random.randint(0, 3)}
    able = [f for f in IDS[kind] if f not in LISTS]
    c = {"by": random.sample(able, random.choice([1, 1, 1, 2]))}
    if random.random() < 0.6:
        c["over"] = random.choice(OVER)
    else:
        c["period"] = random.choice(PERIODS)
    r = random.random()
    sums = {"file_transfer": "size", "usage_period": "minutes"}
    c["more_than"] = random.choice([0, 1, 1, 2, 3])
    if r < 0.3 or kind == "usage_period" and r < 0.5:
        c["distinct"] = random.choice([f for f in IDS[kind]
                                       if f not in c["by"]] or ["actor"])
        c["more_than"] = random.choice([0, 1, 1])
    elif kind in sums:
        c["sum"] = sums[kind]
        c["more_than"] = random.choice([0, 3, 10, 61])
    if random.random() < 0.4:
        some = IDS[kind][c["by"][0]]
        able = [k for k in writers([some]) if k in past.DONE]
        if able:
            c["reset"] = clause(random, random.choice(able), [some])
    if random.random() < 0.4:
        c["id"] = f"n{len(rules)}"
    return c


def rule(random, number, focus, memories, rules):
    kind = random.choice([k for k in focus if k in KINDS])
    r = {"id": f"r{number}", "on": [kind], "severity": random.randint(1, 5),
         "verdict": random.choice(evaluator.VERDICTS), "needs": [],
         "except": []}
    if random.random() < 0.15:
        r["mode"] = "shadow"
    if random.random() < 0.12:
        r["brake"] = {"share": random.choice([0.25, 0.5, 0.75]), "min":
                      random.randint(1, 3), "over": random.choice(OVER)}
    for share in ("ratio", "sample"):
        if random.random() < 0.06:
            r[share] = random.choice([0.25, 0.5, 0.75, 0.9])
    if evaluator.TEXTS[kind] and random.random() < 0.15:
        r["match"] = random.choice([("list", "insult"),
                                    ("term", "名单", False, "folded")])
    where = [plain(random, kind)] if random.random() < 0.35 else []
    what = random.choice(["where", "where", "requires", "requires", "count",
                          "count", "both", "except"])
    if what in ("where", "both"):
        where.append(asks(random, kind, memories)
                     if random.random() < 0.7 else attribute(random, kind))
        if random.random() < 0.2:
            where = [("any", where + [asks(random, kind, memories)])]
        elif random.random() < 0.1:
            where = [("none", where)]
    if what == "requires":
        parts = [gate(random, kind, memories)
                 for _ in range(random.randint(1, 3))]
        r["requires"] = ("all", [("any", parts)] if random.random() < 0.5
                         else parts)
    if what in ("count", "both"):
        r["count"] = counter(random, kind, rules)
    if what == "except":
        r["except"].append({"expires": "2099-12-31", "where":
                            ("all", [gate(random, kind, memories)])})
    r["where"] = ("all", where)
    return r


def sound(r):
    """What the compiler takes: no condition that cannot hold."""
    every = [r["where"], *(x["where"] for x in r["except"])]
    if "requires" in r:
        every.append(r["requires"])
    return not any(bundles.idle(c) for c in every)


def organisation(random, name):
    focus = random.sample(KINDS, 2)
    memories = [memory(random, i, focus) for i in range(4)]
    rules = []
    while len(rules) < 14:
        r = rule(random, len(rules), focus, memories, rules)
        if sound(r):
            rules.append(r)
    for m in memories:
        # A finding writes, too.
        sources = [r for r in rules if all(
            n in IDS[r["on"][0]] for n in m["key"]) and
            r.get("mode") != "shadow" and all(
                f in fields_of(r["on"][0]) for f in m["fields"])]
        if sources and random.random() < 0.5:
            m["set"].append({"rule": random.choice(sources)["id"], "at": "time",
                             "key": m["key"]})
    return {"id": name, "lists": bundles.LISTS, "rules": rules,
            "memories": memories, "focus": focus}


# Events.

def kinds(organisation):
    some = list(organisation["focus"]) * 3
    for m in organisation["memories"]:
        for c in m["set"] + m["clear"]:
            some += c.get("on", []) * 2
    for r in organisation["rules"]:
        some += r.get("count", {}).get("reset", {}).get("on", [])
    return some + list(CHANGES)


def event(random, organisation, kind, number, at):
    e = {"id": number, "source": "t", "type": kind, "org": organisation["id"],
         "time": at.isoformat()}
    have = bundles.TYPES.get(kind) or {**bundles.COMMON}
    for name, (sort, values) in have.items():
        if random.random() < 0.15:
            continue
        if sort == bundles.TEXT:
            e[name] = bundles.text(random) if random.random() < 0.3 else "好"
        elif sort == bundles.TIME:
            e[name] = (at + past.minutes(
                GRID * random.randint(-6, 4))).isoformat()
        elif sort in (bundles.IDS, bundles.WORDSET):
            e[name] = random.sample(values, random.randint(0, 2))
        else:
            e[name] = random.choice(list(values))
    for name, values in CHANGES.get(kind, {}).items():
        if random.random() < 0.85:
            e[name] = random.choice(values)
    for name, sort in IDS[kind].items():
        if name in e or random.random() < 0.1:
            continue
        e[name] = random.choice(VALUES[sort])
        if name in LISTS:
            e[name] = random.sample(VALUES[sort], random.randint(0, 2))
    if kind == "staff_change":
        if random.random() < 0.7:
            e["roles"] = random.sample(ROLES, random.randint(0, 2))
        if random.random() < 0.3:
            e["effective"] = (at + past.minutes(
                GRID * random.randint(1, 6))).isoformat()
    for name in TAKEN_BACK.get(kind, []):
        if random.random() < 0.1:
            e[name] = None
    return e


def sequence(random, organisation):
    """Events one after another; some that come again; some late, of types that
    no rule judges."""
    now = datetime.datetime.fromisoformat(random.choice(STARTS) + ":00+08:00")
    some, events, jumps = kinds(organisation), [], 0
    ids = random.sample(range(10, 100), 30)
    for i in range(random.randint(5, 20)):
        now += past.minutes(GRID * random.choice([0, 0, 1, 1, 1, 2, 3, 5]))
        if random.random() < 0.06 and jumps < 2:
            now += past.minutes(3 * 1440)
            jumps += 1
        if events and random.random() < 0.1:
            events.append(random.choice(events))
            continue
        at, kind = now, random.choice(some)
        if kind not in organisation["focus"] and random.random() < 0.2:
            at -= past.minutes(GRID * random.randint(1, 8))
        events.append(event(random, organisation, kind, f"e{ids[i]}", at))
    return events


def behind(events):
    """Of each, whether one before it is of a later time. What such an event may
    still see is not for a store of one record a key to say; what it leaves
    behind is."""
    latest, old = "", []
    for e in events:
        old.append(e["time"] < latest)
        latest = max(latest, e["time"])
    return old


def constructs(c):
    """Names of all of the past that a condition is made of."""
    if c[0] in ("all", "any", "none"):
        for x in c[1]:
            yield from constructs(x)
    elif c[0] in ("known", "unknown"):
        yield c[0]
        yield "standing" if c[1] in STANDING else "own"
        yield from c[3]
    elif c[0] == "test" and "." in c[1] and not c[1].startswith("facts"):
        yield "attribute"
        yield c[1].partition(".")[2]


def asked(c):
    """The memories that a condition asks."""
    if c[0] in ("all", "any", "none"):
        return {m for x in c[1] for m in asked(x)}
    return {c[1]} if c[0] in ("known", "unknown") else set()
