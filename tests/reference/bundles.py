# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Random organisations and events, and the files in which they are written."""
import json
import random as stdlib_random

import evaluator

PEOPLE = ["u1", "u2", "u3"]
KINDS = ["staff", "pupil", "leaver", "family", "customer", "patient"]
HOSTS = ["a.bad.example", "bad.example", "xbad.example", "good.example"]
WORDS = ["图纸", "密码", "名单", "alpha", "cad", "图纸密码", "名单甲",
         "ab12"]
PHRASES = ["图纸密码", "旧名单", "名单甲乙", "密码本"]
# Each holds two characters that it names; what both evaluators read alike.
REGEXES = ["图纸[^图]*?密码", "名单.?甲?", "密码(?:alpha|名单)?", "alpha[0-9]+|ab12",
           r"图纸|\bcad\b", "(?:密码|名单)[ ,-]{1,2}[图名ac]", "ab12|1[0-9]{10}ab12|名单"]
TIMES = [f"2026-{d}:00+08:00" for d in (
    "03-02T08:29", "03-02T08:30", "03-02T17:29", "03-02T17:30", "03-07T12:00",
    "04-30T23:59", "05-01T00:00", "03-02T12:00")]
PII = {
    "mobile": ["13812345678", "12812345678", "138123456789"],
    "resident_id": ["11010519491231002X", "110105194912310021",
                    "11010519491331002X"],
    "bank_card": ["6222021234567894", "6222021234567890",
                  "6212345678901232"],
    "email": ["someone@example.com", "someone@example", "@example.com"],
}
# What a field holds: words of an enumeration, ids, texts …
ENUM, WORDSET, IDS, ID, BOOL, INT, TEXT, TIME = range(8)
COMMON = {
    "actor": (ID, PEOPLE), "actor_dept": (ID, ["d1", "d2"]),
    "account": (ID, ["a1", "a2"]),
    "account_kind": (ENUM, ["official", "work", "personal"]),
    "network": (ENUM, ["trusted", "public", "unknown"]),
    "phase": (ENUM, ["asked", "done"]),
    "actor_roles": (WORDSET, ["staff", "manager", "developer"]),
}
SENT = {
    "direction": (ENUM, ["out", "in"]), "conversation": (ID, ["c1", "c2"]),
    "recipients": (IDS, PEOPLE), "recipient_kinds": (WORDSET, KINDS),
    "approved_by": (ID, PEOPLE), "encrypted": (BOOL, [True, False]),
}
TYPES = {
    "message": {**SENT, "text": (TEXT, None), "links": (IDS, HOSTS),
                "forwarded": (BOOL, [True, False]), "reply_to": (ID, ["m1"])},
    "post": {"title": (TEXT, None), "text": (TEXT, None),
             "repost_text": (TEXT, None), "repost_of": (ID, ["p1", "p2"]),
             "content_id": (ID, ["p1", "p2"]),
             "audience": (ENUM, ["internal", "public"]),
             "approved_by": (ID, PEOPLE)},
    "comment": {"text": (TEXT, None), "comment_id": (ID, ["k1", "k2"]),
                "content_id": (ID, ["p1", "p2"])},
    "file_transfer": {**SENT, "name": (TEXT, None), "text": (TEXT, None),
                      "operation": (ENUM, ["send", "forward", "save"]),
                      "size": (INT, range(8))},
    "login": {"holder": (ID, PEOPLE), "second_factor": (BOOL, [True, False]),
              "protections": (WORDSET, ["screen_lock", "anti_theft"]),
              "device_state": (ENUM, ["approved", "unapproved"])},
    "link_open": {"host": (ID, HOSTS), "sender": (ID, PEOPLE),
                  "source_known": (BOOL, [True, False])},
    "data_use": {"purpose": (TEXT, None), "declared_purpose": (TEXT, None),
                 "categories": (IDS, ["n1", "n2", "n3"]),
                 "needed_categories": (IDS, ["n1", "n2", "n3"]),
                 "subject_count": (INT, range(8)),
                 "recipient_kind": (ENUM, KINDS)},
    "usage_period": {"started": (TIME, None), "ended": (TIME, None),
                     "activity": (ENUM, ["chat", "game"])},
    "incident": {"noticed_at": (TIME, None), "reported_at": (TIME, None),
                 "kind": (ENUM, ["leak", "malware"]),
                 "reporter": (ID, PEOPLE)},
}
for _fields in TYPES.values():
    _fields.update(COMMON)
DERIVED = {
    "external": (BOOL, ["message", "post", "file_transfer", "data_use"]),
    "public": (BOOL, ["post"]), "forwarded": (BOOL, ["post", "file_transfer"]),
    "work_hours": (BOOL, list(TYPES)), "work_day": (BOOL, list(TYPES)),
    "minutes": (INT, ["usage_period"]), "thing": (ID, ["comment", "post"]),
    "flags": (WORDSET, list(TYPES)),
}
LISTS = {
    "insult": ("terms", ["图纸", "密码 | r | folded", "alpha | r | folded",
                         "名单", "图纸名单甲", "!旧名单",
                         "!密码本子"]),
    "spam": ("ids", ["u1", "u3"]), "phishing_link": ("hosts", ["bad.example"]),
}
VALUES = {"thing": ["k1", "k2", "p1", "p2"], "minutes": [0, 60, 500, 541],
          "flags": ["ignorable", "mixed-han", "bidi"]}


# Fields that are lists and may be keys, element by element.
LIST_KEYS = {"recipients", "accounts"}
SENT_TYPES = ("message", "file_transfer")
BEYOND = {"data_use": ("categories", "needed_categories"),
          "message": ("recipients", "links")}
# More often than the rest: what has a construct to itself.
OFTEN = ["message", "post", "file_transfer", "comment", "usage_period"]


def fields_of(kind):
    have = dict(TYPES[kind])
    for name, (sort, types) in DERIVED.items():
        if kind in types:
            have[name] = (sort, VALUES.get(name, [True, False]))
    return have


# Texts.

def disguise(random, word):
    out, gaps = [], random.choice([0, 0, 0, 0.8])
    for c in word:
        r = random.random()
        if r < 0.08:
            out.append(random.choice("\u200b\u200c\u2060"))
        elif r < 0.12 + gaps:
            out.append(random.choice("**-- ，。") * random.choice([1, 1, 4, 5]))
        if "!" < c <= "~" and random.random() < 0.1:
            c = chr(ord(c) + 0xfee0)
        elif r > 0.9:
            c = {"图": "圖", "码": "碼", "单": "單"}.get(c, c.upper())
        out.append(c)
    return "".join(out)


def text(random):
    pieces = []
    for _ in range(random.randint(0, 6)):
        r = random.random()
        if r < 0.55:
            pieces.append(disguise(random, random.choice(WORDS)))
        elif r < 0.65:
            pieces.append(disguise(random, random.choice(PHRASES)))
        elif r < 0.8:
            number = random.choice(PII[random.choice(list(PII))])
            pieces.append(random.choice([" ", " ", evaluator.AGAINST]) +
                          number + " ")
        else:
            word = random.choice(WORDS)
            pieces.append(random.choice([word[:-1], word[1:], "x" + word,
                                         "早上好", "一二三", "x",
                                         "提名单位", "提名单"]))
    return random.choice(["", "", " ", "，"]).join(pieces)


# Events.

def event(random, organisation, number):
    kind = random.choice(OFTEN if random.random() < 0.4 else list(TYPES))
    e = {"id": f"e{number}", "source": "t", "type": kind, "org": organisation,
         "time": random.choice(TIMES)}
    for name, (sort, values) in TYPES[kind].items():
        r = random.random()
        if r < 0.15:
            continue
        if r < 0.2:
            e[name] = None
        elif sort == TEXT:
            e[name] = text(random)
        elif sort == TIME:
            e[name] = random.choice(TIMES)
        elif sort in (IDS, WORDSET):
            e[name] = random.sample(values, random.randint(0, 3) %
                                    (len(values) + 1))
        else:
            e[name] = random.choice(values)
    if random.random() < 0.3:
        e["parts"] = [{"role": random.choice(["quote", "ocr"]),
                       "text": text(random)}
                      for _ in range(random.randint(1, 2))]
    facts = {f: random.choice([True, False, None]) for f in ("trained", "known")
             if random.random() < 0.6}
    if facts:
        e["facts"] = facts
    return e


# Rules.

def seldom(random, kind):
    """What few types have or few events meet, for its share of findings."""
    if kind == "post" and random.random() < 0.6:
        return ("test", "public", "is", random.choice([True, False]))
    if kind in ("post", "file_transfer", "message") and random.random() < 0.5:
        return ("test", "forwarded", "is", random.choice([True, False]))
    if kind == "usage_period" and random.random() < 0.9:
        return ("test", "minutes", *random.choice([("less_than", 541),
                                                   ("more_than", 60)]))
    if kind == "incident" and random.random() < 0.7:
        return ("test", "reported_at", "later", ("noticed_at", 1))
    if kind in BEYOND and random.random() < 0.7:
        return ("test", BEYOND[kind][0], "beyond", BEYOND[kind][1])
    if kind in ("comment", "post") and random.random() < 0.7:
        return ("test", "thing", "one_of", VALUES["thing"][::2])
    return ("test", "actor_roles", "all_of",
            [random.choice(COMMON["actor_roles"][1])])


def test(random, kind, depth=0):
    have = fields_of(kind)
    r = random.random()
    if r < 0.16 and depth < 2:
        join = random.choice(["any", "all", "none"])
        return (join, [test(random, kind, depth + 1)
                       for _ in range(random.randint(1, 3))])
    if r < 0.26:
        return seldom(random, kind)
    if r < 0.37:
        ask = random.choice(["absent", "present", "empty"])
        names = [n for n, (s, _) in have.items()
                 if (n not in DERIVED or n == "flags") and (ask != "empty" or
                                          s in (TEXT, IDS, WORDSET))]
        if not names:
            return ("present", "actor")
        return (ask, random.choice(names))
    if r < 0.46:
        names = {"data_use": ("differs", "purpose", "declared_purpose"),
                 "incident": ("later", "reported_at", ("noticed_at",
                              random.choice([1, 24, 1000]))),
                 "usage_period": ("later", "ended", ("started",
                                  random.choice([1, 9, 24]))),
                 "login": ("differs", "holder", "actor"),
                 "link_open": ("differs", "sender", "actor"),
                 "comment": ("differs", "content_id", "comment_id"),
                 "post": ("differs", "text", "title"),
                 }.get(kind, ("differs", "approved_by", "actor"))
        operation = names[0]
        if operation == "differs" and random.random() < 0.5:
            operation = "same"
        return ("test", names[1], operation, names[2])
    if r < 0.5:
        pair = BEYOND.get(kind)
        if pair:
            return ("test", pair[0], "beyond", pair[1])
    if r < 0.62:
        name = {"link_open": "host"}.get(kind, "actor")
        if kind in SENT_TYPES and random.random() < 0.4:
            name = "recipients"
        return ("test", name, random.choice(["among", "outside"]),
                "phishing_link" if name == "host" else "spam")
    if r < 0.68:
        return ("test", "facts." + random.choice(["trained", "known"]), "is",
                random.choice([True, False]))
    if r < 0.79:
        numbers = [n for n, (s, _) in have.items() if s == INT]
        if numbers:
            name = random.choice(numbers)
            return ("test", name, random.choice(["more_than", "less_than"]),
                    random.choice(list(have[name][1])))
    name = random.choice([n for n, (s, _) in have.items()
                          if s not in (TEXT, TIME)])
    if random.random() < 0.4:
        derived = [n for n in DERIVED if kind in DERIVED[n][1]
                   and DERIVED[n][0] != INT]
        name = random.choice(derived)
    sort, values = have[name]
    values = list(values)
    operations = ["is", "one_of", "none_of"]
    if sort in (IDS, WORDSET):
        operations += ["all_of", "all_of"]
    operation = random.choice(operations if sort not in (BOOL, INT) else ["is"])
    if operation == "is":
        return ("test", name, "is", random.choice(values))
    some = random.sample(values, random.randint(1, min(2, len(values))))
    return ("test", name, operation, some)


def match(random, depth=0):
    r = random.random()
    if depth < 2 and r < 0.62:
        kind = random.choice(["any", "all", "near", "at_least", "none"])
        if kind == "near":
            return (kind, match(random, 2), match(random, 2),
                    random.randint(1, 9))
        if kind == "at_least":
            return (kind, random.randint(1, 3), match(random, 2))
        if kind == "none":
            return ("all", [match(random, depth + 1),
                            ("none", [match(random, 2)])])
        return (kind, [match(random, depth + 1)
                       for _ in range(random.randint(1, 3))])
    if r < 0.75:
        return ("list", "insult")
    if r < 0.85:
        return ("pii", random.choice(list(PII)),
                random.choice(["low", *evaluator.CONFIDENCES]))
    if r < 0.89:
        return ("regex", random.choice(REGEXES))
    word = random.choice(WORDS)
    if word.isascii():
        return ("term", word, random.random() < 0.5, "folded")
    return ("term", word, True, random.choice(["folded", "disguised"]))


def constructs(x):
    """Names of all that a condition or match is made of."""
    if x[0] == "test":
        yield x[2]
        yield "facts" if x[1].startswith("facts.") else \
            x[1] if x[1] in DERIVED else "given"
        return
    yield x[0] if x[0] != "pii" else x[1]
    if x[0] == "pii" and x[2] != "low":
        yield "sure"
    if x[0] == "term" and x[1].isascii():
        yield "boundary" if x[2] else "inside"
    if x[0] == "term":
        yield x[3]
    for y in x[1:]:
        for z in y if isinstance(y, list) else [y]:
            if isinstance(z, tuple):
                yield from (n if z[0] not in ("all", "any", "none") or
                            x[0] != "near" else n for n in constructs(z))


def facts_in(c):
    if c[0] in ("all", "any", "none"):
        return {f for x in c[1] for f in facts_in(x)}
    return {c[1][6:]} if c[1].startswith("facts.") else set()


def idle(c, held=None):
    """Whether a condition asks two values of one field, which the compiler
    refuses: it would never hold."""
    held = {} if held is None else held
    if c[0] in ("any", "none"):
        return any(idle(x, dict(held)) for x in c[1])
    if c[0] == "all":
        return any(idle(x, held) for x in c[1])
    if c[0] != "test" or c[2] not in ("is", "one_of"):
        return False
    values = c[3] if isinstance(c[3], list) else [c[3]]
    left = [v for v in held.get(c[1], values) if v in values]
    held[c[1]] = left
    return not left


def conditions(random, kind, count):
    while True:
        c = ("all", [test(random, kind) for _ in range(count)])
        if not idle(c):
            return c


def rule(random, number):
    kind = random.choice(OFTEN if random.random() < 0.2 else list(TYPES))
    r = {"id": f"r{number}", "on": [kind], "verdict":
         random.choice(evaluator.VERDICTS), "severity": random.randint(1, 5)}
    if random.random() < 0.12:
        r["mode"] = random.choice(["off", "shadow", "enforce"])
    elif random.random() < 0.15:
        r["mode"] = "shadow"
    texts = evaluator.TEXTS[kind]
    if random.random() < 0.8 and texts or random.random() < 0.2:
        r["match"] = match(random)
        if random.random() < 0.4:
            names = texts + ["parts", "parts.quote"]
            r["fields"] = random.sample(names, random.randint(1, len(names)))
    count = random.choice([0, 1, 1] if "match" in r else [1, 1, 2])
    r["where"] = conditions(random, kind, count)
    needs = facts_in(r["where"])
    if random.random() < 0.08:
        needs.add("known")
    r["needs"] = sorted(needs)
    r["except"] = []
    for _ in range(random.choice([0, 0, 0, 1, 2])):
        x = {"expires": random.choice(["2026-03-07", "2026-04-30",
                                       "2099-12-31"])}
        if "match" in r and random.random() < 0.5:
            x["phrase"] = random.sample(PHRASES, random.randint(1, 2))
        else:
            x["where"] = conditions(random, kind, 1)
            while facts_in(x["where"]):
                x["where"] = conditions(random, kind, 1)
        r["except"].append(x)
    shares(r)
    return r


def shares(r):
    """Drawn apart, by what the rule is: all else stays as it was."""
    source = stdlib_random.Random(repr(r))
    for share in ("ratio", "sample"):
        if source.random() < 0.05:
            r[share] = source.choice([0, 0.5, 0.75, 0.9, 1])


def organisation(random, name):
    return {"id": name, "lists": LISTS,
            "rules": [rule(random, i) for i in range(random.randint(26, 34))]}


# Files.

def lua(x):
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, list):
        return "{ " + ", ".join(lua(y) for y in x) + " }"
    return str(x) if isinstance(x, int) else json.dumps(x, ensure_ascii=False)


def lua_table(conditions):
    return "{ " + ", ".join(lua_condition(c) for c in conditions) + " }"


def lua_condition(c):
    if c[0] in ("all", "any", "none"):
        return f"{c[0]} {lua_table(c[1])}"
    if c[0] in ("known", "unknown"):
        return lua_known(c)
    if c[0] in ("pending", "overdue"):
        key = f", key = {lua_key(c[2])}" if c[2] else ""
        return f'{c[0]} {{ "{c[1]}"{key} }}'
    if c[0] != "test":
        return f"{c[0]} {lua(c[1])}"
    _, field, operation, operand = c
    if operation in ("is", "one_of"):
        said = lua(operand)
    elif operation == "later":
        said = f'later({lua(operand[0])}, "{operand[1]}h")'
    elif operation in ("more_than", "less_than"):
        said = f"{operation}({operand})"
    else:
        said = f"{operation} {lua(operand)}"
    # A table of its own, so that a field may be tested twice.
    return f"{{ [{lua(field)}] = {said} }}"


def lua_match(m):
    if m[0] in ("all", "any", "none"):
        return m[0] + " { " + ", ".join(map(lua_match, m[1])) + " }"
    if m[0] == "near":
        return f"near({lua_match(m[1])}, {lua_match(m[2])}, {m[3]})"
    if m[0] == "at_least":
        return f"at_least({m[1]}, {lua_match(m[2])})"
    if m[0] == "term":
        return (f"term {{ {lua(m[1])}, boundary = {lua(m[2])}, "
                f"strict = {lua(m[3])} }}")
    if m[0] == "pii" and m[2] != "low":
        return f"pii {{ {lua(m[1])}, confidence = {lua(m[2])} }}"
    if m[0] == "regex":
        return f"regex [=[{m[1]}]=]"
    return f"{m[0]} {lua(m[1])}"


def duration(m):
    return '"forever"' if m is None else f'"{m}m"'


def lua_key(names):
    return lua(names[0] if len(names) == 1 else names)


def lua_clause(c):
    said = [f'rule = "{c["rule"]}"'] if "rule" in c else \
        [f"on = {lua(c['on'])}"]
    if c.get("where", ("all", []))[1]:
        said.append("where = " + lua_table(c["where"][1]))
    if c["key"]:
        said.append("key = " + ("each " if c["key"][0] in LIST_KEYS else "") +
                    lua_key(c["key"]))
    if c["at"] != "time":
        said.append(f'at = "{c["at"]}"')
    if c.get("first"):
        said.append("first = true")
    return "{ " + ", ".join(said) + " }"


def lua_memory(m):
    each = "each " if m["key"][0] in LIST_KEYS else ""
    said = [f'id = "{m["id"]}", key = {each}{lua_key(m["key"])}',
            f'keep = {duration(m["keep"])}, write = "{m["write"]}"']
    if m["fields"]:
        said.append("fields = " + lua(m["fields"]))
    for what in ("set", "clear"):
        if m[what]:
            said.append(what + " = { " + ",\n    ".join(
                lua_clause(c) for c in m[what]) + " }")
    return "memory { " + ",\n  ".join(said) + " }\n"


def lua_known(c):
    said = [f'"{c[1]}", key = {lua_key(c[2])}']
    for key, x in c[3].items():
        said.append(key + " = " + (
            duration(x) if key == "within" else lua_table(x)
            if key == "where" else lua(x)))
    return f"{c[0]} {{ {', '.join(said)} }}"


def lua_count(c):
    said = [f"by = {lua_key(c['by'])}", f"more_than = {c['more_than']}"]
    if "over" in c:
        said.append(f"over = {duration(c['over'])}")
    for key in ("period", "distinct", "sum", "id"):
        if key in c:
            said.append(f'{key} = "{c[key]}"')
    if "reset" in c:
        said.append("reset = " + lua_clause(c["reset"]))
    return "{ " + ", ".join(said) + " }"


def lua_value(x):
    """A table of names, lists, strings, numbers and what is open to nobody."""
    if isinstance(x, tuple):
        return f'{x[0]} "{x[1]}"'
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{k} = {lua_value(v)}"
                                for k, v in x.items()) + " }"
    return lua(x)


def lua_duty(d):
    said = ['title = "t", reason = "r"']
    for key, x in d.items():
        if key in ("open", "done", "stop"):
            said.append(key + " = { " + ",\n    ".join(
                lua_clause(c) for c in x) + " }")
        else:
            said.append(f"{key} = {lua_value(x)}")
    return "duty { " + ",\n  ".join(said) + " }\n"


def lua_ladder(l):
    said = ['title = "t", reason = "r"']
    for key, x in l.items():
        if key == "where":
            said.append("where = " + lua_table(x[1]))
        elif key == "tracks":
            said.append("tracks = { " + ",\n    ".join(map(
                lua_track, x)) + " }")
        else:
            said.append(f"{key} = {lua_value(x)}")
    return "ladder { " + ",\n  ".join(said) + " }\n"


def lua_track(t):
    steps = ", ".join("step { " + ", ".join(
        [lua(s["id"]), 'zh = "警告"'] + [f"kind = {lua(s[k])}"
                                       for k in ("kind",) if k in s]) + " }"
        for s in t["steps"])
    more = f", gravity = {lua_value(t['gravity'])}" if "gravity" in t else ""
    return f'{{ id = {lua(t["id"])}, where = {lua_table(t["where"][1])}, ' \
        f"steps = {{ {steps} }}{more} }}"


def lua_rule(r):
    lines = [f'id = "{r["id"]}", title = "t", reason = "r"',
             'category = "spam"', f"on = {lua(r['on'])}",
             f"verdict = {lua(r['verdict'])}", f"severity = {r['severity']}"]
    for key in ("mode", "fields", "needs"):
        if r.get(key):
            lines.append(f"{key} = {lua(r[key])}")
    for key in ("ratio", "sample"):
        if key in r:
            lines.append(f"{key} = {r[key]}")
    if r["where"][1]:
        lines.append("where = " + lua_table(r["where"][1]))
    if "requires" in r:
        lines.append("requires = " + lua_table(r["requires"][1]))
    if "count" in r:
        lines.append("count = " + lua_count(r["count"]))
    if "brake" in r:
        lines.append("brake = { share = %s, min = %d, over = %s }" % (
            r["brake"]["share"], r["brake"]["min"],
            duration(r["brake"]["over"])))
    if "escalate" in r:
        lines.append("escalate = " + lua_value(r["escalate"]))
    lines.append("match = " + lua_match(r["match"]) if "match" in r
                 else "broad = true")
    said = []
    for x in r["except"]:
        what = "phrase = " + lua(x["phrase"]) if "phrase" in x else \
            ", ".join(lua_condition(c) for c in x["where"][1])
        said.append(f'{{ {what}, why = "w", owner = "o", '
                    f'expires = "{x["expires"]}" }}')
    if said:
        lines.append("except = { " + ", ".join(said) + " }")
    return "rule { " + ",\n  ".join(lines) + " }\n"


def write(folder, organisation):
    home = folder / organisation["id"]
    (home / "lists").mkdir(parents=True)
    said = "\n".join(f"  {n}: {{ kind: {k} }}"
                     for n, (k, _) in organisation["lists"].items())
    (home / "organisation.yaml").write_text(
        f"id: {organisation['id']}\nname: test\nkind: company\n"
        "zone: Asia/Shanghai\nhours: { days: [mon, tue, wed, thu, fri], "
        f'from: "08:30", to: "17:30" }}\nlanguages: [zh]\nlists:\n{said}\n'
        + organisation.get("more", ""))
    for name, (_, entries) in organisation["lists"].items():
        (home / "lists" / (name + ".txt")).write_text("\n".join(entries) + "\n")
    (home / "rules.lua").write_text(
        "".join([*map(lua_memory, organisation.get("memories", [])),
                 *map(lua_rule, organisation["rules"]),
                 *map(lua_duty, organisation.get("duties", [])),
                 *map(lua_ladder, organisation.get("ladders", []))]))
