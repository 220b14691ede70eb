# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Random organisations with duties and ladders, and what happens to them.

Some think in hours, some in weeks: what is due within a time comes due in the
steps in which their events come.
"""
import datetime
import json

import bundles
import evaluator
import owed

ROLES = {"officer": ["u1", "u2"], "head": ["u3", "u9"]}
DEPARTMENTS = ["d1", "d2"]
MORE = "".join([
    "departments: ", json.dumps(DEPARTMENTS), "\nroles: ",
    json.dumps(ROLES), "\ncalendar: ",
    json.dumps({"holidays": owed.HOLIDAYS, "workdays": owed.WORKDAYS}), "\n"])
STARTS = ["2026-03-02T08:30", "2026-03-06T16:02", "2026-03-30T23:40"]
CASE, ACCOUNT, CHAT, THING = range(4)
VALUES = {CASE: ["i1", "a/b%"], ACCOUNT: ["a1", "a2"], CHAT: ["c1", "c2"],
          THING: ["p1", "p2"]}
IDS = {
    "incident": {"incident": CASE, "subject_account": ACCOUNT},
    "account_change": {"subject_account": ACCOUNT},
    "login": {"account": ACCOUNT},
    "message": {"account": ACCOUNT, "conversation": CHAT},
    "post": {"account": ACCOUNT, "content_id": THING},
    "comment": {"account": ACCOUNT, "content_id": THING},
}
# What tells one event of a type from another.
PLAIN = {
    "incident": {"state": ["noticed", "reported", "closed"],
                 "kind": ["leak", "malware"]},
    "account_change": {"change": ["register", "password", "transfer", "close"]},
    "login": {"second_factor": [True, False]},
    "message": {"direction": ["out", "in"]},
    "post": {"audience": ["internal", "public"]},
    "comment": {"network": ["trusted", "public", "unknown"]},
}
PEOPLE = {"incident": ["actor", "reporter"], "login": ["actor", "holder"],
          "account_change": ["actor", "holder"]}
TIMES = {"incident": "noticed_at"}
SCALES = [
    {"within": ["35m", "70m", "4h", "1bh", "3bh"], "every": ["70m", "4h"],
     "remind": ["14m", "35m", "1h", "1bh"], "grace": ["35m", "70m", "1bh"],
     "again": ["35m", "4h", "2bh"], "grain": ["7m", "35m"], "period": ["day"],
     "steps": [0, 7, 7, 14, 35, 70], "jump": 10 * 60},
    {"within": ["1d", "3d", "1bd", "2bd", "4bd", "8bh", "20bh", "1w"],
     "every": ["1d", "1w", "2bd"], "remind": ["1d", "4h", "2d", "1bd", "12bh"],
     "grace": ["4h", "1d", "1bd"], "again": ["1d", "1w", "3bd"],
     "grain": ["4h", "2d", "1bd"],
     "period": ["day", "week", "week", "month", "quarter", "year"],
     "steps": [7, 60, 4 * 60, 12 * 60, 1440, 2 * 1440], "jump": 30 * 1440},
]


def one_of(field, values):
    return ("test", field, "one_of", values)


def plain(random, kind):
    name = random.choice(list(PLAIN[kind]))
    values = PLAIN[kind][name]
    return one_of(name, random.sample(values, random.randint(1, max(
        1, len(values) - 1))))


def key_for(kind, sorts):
    fields = {s: f for f, s in IDS[kind].items()}
    return [fields[s] for s in sorts] if set(sorts) <= set(fields) else None


def clause(random, sorts, kinds, chance=0.6):
    able = [k for k in kinds if key_for(k, sorts)]
    if not able:
        return None
    kind = random.choice(able)
    c = {"on": [kind], "key": key_for(kind, sorts), "at": "time",
         "where": ("all", [plain(random, kind)] if random.random() < chance
                   else [])}
    if kind in TIMES and random.random() < 0.3:
        c["at"] = TIMES[kind]
    return c


# Duties.

def owner(random, kind):
    """A role, or whom the event that opens it names."""
    r = random.random()
    if r < 0.5 or not kind:
        return random.choice(list(ROLES))
    if r < 0.7:
        field = "subject_account" if "subject_account" in IDS[kind] else \
            "account"
        return ("who", field + ".holder")
    if kind == "message" and r < 0.85:
        return ("who", "recipients")
    return ("who", random.choice(PEOPLE.get(kind, ["actor"])))


def opened(random, d, scale, focus, rules):
    sorts = random.choice([[CASE], [ACCOUNT], [ACCOUNT], [THING], [CHAT],
                           [ACCOUNT, CASE], [CHAT, ACCOUNT], [ACCOUNT, THING]])
    first = clause(random, sorts, focus) or clause(random, sorts, list(IDS))
    d["open"] = [first]
    kind = first["on"][0]
    if random.random() < 0.2:
        d["open"].append(clause(random, sorts, [kind]))
    for c in d["open"]:
        if random.random() < 0.2:
            c["first"] = True
    sources = [r for r in rules if r["on"] == [kind] and "mode" not in r]
    if sources and random.random() < 0.5:
        c = {"rule": random.choice(sources)["id"], "key": first["key"],
             "at": "time"}
        d["open"] = [first, c] if random.random() < 0.5 else [c]
    if random.random() < 0.25:
        d["every"] = random.choice(scale["every"])
    else:
        d["within"] = random.choice(scale["within"])
    for what, chance in (("done", 0.6), ("stop", 0.8)):
        if random.random() < chance:
            some = sorts[:random.randint(1, len(sorts))]
            often = 0.6 if what == "done" else 0.3
            c = clause(random, some, focus, often) or \
                clause(random, some, list(IDS), often)
            d[what] = [c]
    if random.random() < 0.35 and "within" in d:
        d["renew"] = True
        if random.random() < 0.7:
            d["grain"] = random.choice(scale["grain"])
    d["owner"] = owner(random, kind if "on" in d["open"][0] else None)


def standing(random, d, scale, focus):
    d["owner"] = random.choice(list(ROLES))
    what = random.choice(["every", "every", "period", "period", "once"])
    if what == "once":
        d["once"], d["within"] = True, random.choice(scale["within"])
    else:
        d[what] = random.choice(scale[what])
    if random.random() < 0.65:
        kind = random.choice(focus)
        d["done"] = [{"on": [kind], "key": [], "at": "time", "where":
                      ("all", [plain(random, kind)]
                       if random.random() < 0.4 else [])}]
        if random.random() < 0.4:
            d["times"] = random.randint(2, 3)
            if random.random() < 0.6:
                d["unique"] = random.choice(list(IDS[kind]))


def duty(random, number, scale, focus, rules):
    d = {"id": f"d{number}"}
    r = random.random()
    if r < 0.6:
        opened(random, d, scale, focus, rules)
    else:
        standing(random, d, scale, focus)
    if random.random() < 0.3:
        d["each"] = random.choice(["departments", "officer"])
        if d["each"] == "officer" and random.random() < 0.7:
            del d["owner"]
    if random.random() < 0.45:
        d["attest"] = {"by": random.choice(list(ROLES))}
        if random.random() < 0.3:
            d["attest"]["evidence"] = True
        if random.random() < 0.4:
            d["attest"]["other_than"] = "owner"
    if random.random() < 0.85:
        d["remind"] = random.sample(scale["remind"], random.randint(1, 2))
    if random.random() < 0.4:
        d["grace"] = random.choice(scale["grace"])
    if random.random() < 0.1:
        d["mode"] = "shadow"
    if random.random() < 0.7:
        d["overdue"] = {"verdict": random.choice(["flag", "warn"])}
        if random.random() < 0.4:
            d["overdue"]["escalate"] = {
                "to": random.choice(list(ROLES)),
                "within": random.choice(scale["within"])}
            if random.random() < 0.2:
                del d["overdue"]["escalate"]["within"]
        if random.random() < 0.5:
            d["overdue"]["again"] = random.choice(scale["again"])
    return d


# Rules.

def rule(random, number, scale, focus):
    kind = random.choice(focus)
    r = {"id": f"r{number}", "on": [kind], "severity": random.randint(1, 5),
         "verdict": random.choice(evaluator.VERDICTS), "needs": [],
         "except": [], "where": ("all", [plain(random, kind)])}
    if random.random() < 0.1:
        r["mode"] = "shadow"
    if random.random() < 0.5:
        r["escalate"] = {"within": random.choice(scale["within"])}
        if random.random() < 0.3:
            r["escalate"]["to"] = ("who", random.choice(
                PEOPLE.get(kind, ["actor"])))
        else:
            r["escalate"]["to"] = random.choice(list(ROLES))
            if random.random() < 0.6:
                r["escalate"]["other_than"] = "actor"
    return r


def asks(random, r, duties):
    """A rule that asks what is to be done."""
    kind, able = r["on"][0], []
    for d in duties:
        sorts = [s for f in d.get("open", [{"key": []}])[0]["key"]
                 for k in IDS.values() for g, s in k.items() if g == f]
        sorts = list(dict.fromkeys(sorts))
        sorts = sorts[:random.randint(1, 2)]
        key = key_for(kind, sorts)
        if key is not None:
            able.append((d["id"], key))
    if able:
        name, key = random.choice(able)
        c = (random.choice(["pending", "overdue"]), name, key)
        if random.random() < 0.3:
            c = ("none", [c])
        r["where"] = ("all", r["where"][1][:random.randint(0, 1)] + [c])


# Ladders.

def ladder(random, number, scale):
    severities = ["minor", "serious", "grave"]
    l = {"id": f"l{number}", "decide": random.choice(list(ROLES)),
         "within": random.choice(scale["within"]), "tracks": [],
         "where": ("all", [] if random.random() < 0.5 else [
             one_of("severity", random.sample(severities, 2))])}
    if random.random() < 0.95:
        l["repeats"] = {"over": random.choice(["1d", "2w", "2w", "1y"])}
        if random.random() < 0.8:
            l["repeats"]["raise"] = random.randint(1, 2)
    if random.random() < 0.4:
        l["also"] = "departments"
    if random.random() < 0.1:
        l["mode"] = "shadow"
    for i in range(random.randint(1, 3)):
        steps = [{"id": f"s{k}"} for k in range(random.randint(1, 4))]
        for s in steps:
            if random.random() < 0.3:
                s["kind"] = random.choice(["measure", "authority", "reward"])
        t = {"id": f"t{i}", "steps": steps, "where": ("all", [random.choice([
            one_of("severity", random.sample(severities, 2)),
            ("test", "crime_suspected", "is", True),
            ("test", "merit", "is", False), ("present", "time")])])}
        if random.random() < 0.6:
            t["gravity"] = {s: random.randint(1, len(steps)) for s in
                            random.sample(severities, random.randint(1, 3))}
        l["tracks"].append(t)
    return l


def organisation(random, name):
    scale = random.choice(SCALES)
    focus = random.sample(list(IDS), 2)
    rules = [rule(random, i, scale, focus) for i in range(5)]
    duties = [duty(random, i, scale, focus, rules) for i in range(4)]
    for r in rules:
        if random.random() < 0.6 and not any(
                c.get("rule") == r["id"] for d in duties
                for c in d.get("open", ())):
            asks(random, r, duties)
    ladders = [ladder(random, 0, scale)] if random.random() < 0.6 else []
    return {"id": name, "lists": bundles.LISTS, "rules": rules,
            "duties": duties, "ladders": ladders, "focus": focus,
            "roles": ROLES, "departments": DEPARTMENTS, "scale": scale,
            "more": MORE}


# Events.

def kinds(o):
    some = list(o["focus"]) * 2
    for d in o["duties"]:
        for what in ("open", "done", "stop"):
            for c in d.get(what, ()):
                some += c.get("on", []) * (6 if what == "stop" else 2)
    some += ["violation"] * 13 if o["ladders"] else []
    return some


def maybe(random, e, name, values, chance=0.85):
    if random.random() < chance:
        e[name] = random.choice(values)


def ordinary(random, kind, e, at):
    for name, values in PLAIN[kind].items():
        maybe(random, e, name, values, 0.9)
    for name, sort in IDS[kind].items():
        maybe(random, e, name, VALUES[sort], 0.93)
    for name in PEOPLE.get(kind, ["actor"]):
        maybe(random, e, name, bundles.PEOPLE)
    if kind == "message":
        e["recipients"] = random.sample(bundles.PEOPLE, random.randint(0, 2))
        e["text"] = "好"
    maybe(random, e, "actor_dept", DEPARTMENTS)
    if random.random() < 0.15:
        e["phase"] = "done"
    if kind in TIMES and random.random() < 0.5:
        e[TIMES[kind]] = (at - datetime.timedelta(
            minutes=7 * random.randint(0, 8))).isoformat()


def violation(random, e):
    maybe(random, e, "person", ["u1", "u1", "u1", "u2"], 0.95)
    maybe(random, e, "severity", ["minor", "serious", "grave"])
    maybe(random, e, "crime_suspected", [True, False], 0.5)
    maybe(random, e, "merit", [True, False, False], 0.5)
    maybe(random, e, "regulation", ["x", "y"], 0.5)
    if random.random() < 0.6:
        e["departments"] = random.sample(["d1", "a/b"], random.randint(0, 2))


def attestation(random, e, instance, at):
    """By the id of the instance, or by that of the duty and its key."""
    duty = instance.duty
    e["duty"] = instance.id if random.random() < 0.6 else duty.name
    if instance.key and random.random() < 0.8:
        e["subject"] = instance.key[0]
    role = (duty.attest or {}).get("by", "head")
    e["done_by"] = random.choice(
        ROLES[role] if random.random() < 0.4 else bundles.PEOPLE)
    maybe(random, e, "result", ["pass", "pass", "pass", "fail"], 0.5)
    maybe(random, e, "evidence", ["照片"], 0.7)
    if random.random() < 0.2:
        e["done_at"] = (at - datetime.timedelta(
            minutes=7 * random.randint(0, 8))).isoformat()


def event(random, o, before, number, at):
    """What comes next, to somebody who knows what is to be done."""
    e = {"id": number, "source": "t", "org": o["id"], "time": at.isoformat()}
    there = [i for d in before.duties for i in d.instances[-3:]
             if not d.shadow or random.random() < 0.2]
    attested = [i for i in there if i.duty.attest is not None
                or random.random() < 0.1]
    r = random.random()
    if r < 0.34:
        e["type"] = "tick"
        maybe(random, e, "now", [at.isoformat()], 0.3)
    elif attested and r < 0.56:
        decided = [i for i in attested if i.duty.decides]
        i = random.choice(decided if decided and random.random() < 0.8
                          else attested)
        if i.duty.decides:
            e.update({"type": "review", "subject": i.id, "decision": "pass",
                      "reviewer": random.choice(["u1", "u3", "u8", "u8"])})
        else:
            e["type"] = "attestation"
            attestation(random, e, i, at)
    else:
        e["type"] = random.choice(kinds(o))
        if e["type"] == "violation":
            violation(random, e)
        else:
            ordinary(random, e["type"], e, at)
    return e


def sequence(random, o):
    """Events and ticks; some come twice; some, but for ticks, late, where it is
    of no account who held an account then. And what the second evaluator says
    of each."""
    now = datetime.datetime.fromisoformat(random.choice(STARTS) + ":00+08:00")
    before, events, answers, jumps = owed.Owed(o), [], [], 0
    ids = random.sample(range(10, 100), 30)
    late = not any(".holder" in d["owner"][1] for d in o["duties"]
                   if isinstance(d.get("owner"), tuple))
    for i in range(random.randint(8, 24)):
        now += datetime.timedelta(minutes=random.choice(o["scale"]["steps"]))
        if random.random() < 0.08 and jumps < 2:
            now += datetime.timedelta(minutes=o["scale"]["jump"])
            jumps += 1
        e = event(random, o, before, f"e{ids[i]}", now)
        if late and e["type"] != "tick" and random.random() < 0.15:
            e["time"] = (now - datetime.timedelta(
                minutes=7 * random.randint(1, 8))).isoformat()
        for _ in range(2 if random.random() < 0.08 else 1):
            events.append(e)
            answers.append(owed.decide(o, e, before))
    return events, answers
