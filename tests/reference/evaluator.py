# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""A second evaluator of the core rule language, slow and plain.

It is written from the documents, not from the library, and exists to be
compared with it. Rules are dictionaries with the keys of a rule file.
A condition is a tuple: ("test", field, operation, operand), ("absent", field),
("present", field), ("empty", field), or ("all" | "any" | "none", [conditions]).
A match is ("term", word, boundary, strict), ("list", name),
("pii", kind, least confidence), ("regex", pattern),
("near", a, b, n), ("at_least", n, match) or ("all" | "any" | "none", [...]).
Conditions are True, False or None, which is *unknown*.
"""
import datetime
import hashlib
import os
import pathlib
import re
import struct

VERDICTS = ["allow", "flag", "warn", "redact", "hold", "block"]
TEXTS = {
    "message": ["text"],
    "post": ["title", "text", "repost_text"],
    "comment": ["text"],
    "file_transfer": ["name", "text"],
    "data_use": ["purpose", "scope", "declared_purpose"],
    "login": [], "usage_period": [], "incident": [], "link_open": [],
    "review": [], "staff_change": [], "account_change": [], "group_change": [],
    "attestation": [], "violation": [], "tick": [],
}
ALL_TEXTS = {name for names in TEXTS.values() for name in names}
INVISIBLE = {"\u200b", "\u200c", "\u2060"}
TRADITIONAL = {"圖": "图", "碼": "码", "單": "单"}
SIMPLIFIED = set("纸码旧订")  # of the alphabet; Traditional has 图, 单 too
# Where words end is a matter of a list; it is the manual's by name.
COMMON_WORDS = frozenset(
    (pathlib.Path(os.environ["POLICY_SOURCE_ROOT"]) /
     "libpolicy/text/jieba/words.txt").read_text("utf-8").split())
ZONE = datetime.timezone(datetime.timedelta(hours=8))


def siphash(key, data):
    """SipHash-2-4, from its paper."""
    def turn(v, n):
        return (v << n | v >> 64 - n) & 2**64 - 1

    def rounds(count):
        nonlocal a, b, c, d
        for _ in range(count):
            a, c = a + b & 2**64 - 1, c + d & 2**64 - 1
            b, d = turn(b, 13) ^ a, turn(d, 16) ^ c
            a = turn(a, 32)
            c, a = c + b & 2**64 - 1, a + d & 2**64 - 1
            b, d = turn(b, 17) ^ c, turn(d, 21) ^ a
            c = turn(c, 32)
    k, m = struct.unpack("<QQ", key)
    a, b = k ^ 0x736f6d6570736575, m ^ 0x646f72616e646f6d
    c, d = k ^ 0x6c7967656e657261, m ^ 0x7465646279746573
    data += bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for (word,) in struct.iter_unpack("<Q", data):
        d ^= word
        rounds(2)
        a ^= word
    c ^= 255
    rounds(4)
    return a ^ b ^ c ^ d


def in_share(organisation, rule, what, name, share):
    """Is it in the share of what ("ratio", "sample") the rule takes?"""
    if share >= 1:
        return True
    full = f"{organisation}/{rule}"
    key = hashlib.sha256(b"".join(
        struct.pack("<Q", len(part.encode())) + part.encode()
        for part in ("rollout", organisation, full))).digest()
    key = key[:16] if what == "ratio" else key[16:]
    return siphash(key, name.encode()) >> 32 < int(share * 2**32)


class Folded:
    """The fold on the alphabet of the tests, with the bytes of each unit."""

    def __init__(self, text):
        self.units, self.starts, self.ends, self.places = [], [], [], []
        at = 0
        for place, c in enumerate(text):
            end = at + len(c.encode())
            if c not in INVISIBLE:
                if 0xff01 <= ord(c) <= 0xff5e:
                    c = chr(ord(c) - 0xfee0)
                self.units.append(TRADITIONAL.get(c, c).lower())
                self.starts.append(at)
                self.ends.append(end)
                self.places.append(place)
            at = end
        self.text = "".join(self.units)
        self.flags = set()
        if INVISIBLE & set(text):
            self.flags.add("ignorable")
        if TRADITIONAL.keys() & set(text) and SIMPLIFIED & set(text):
            self.flags.add("mixed-han")

    def bytes_of(self, first, last):
        return self.starts[first], self.ends[last - 1]


def fold(text):
    return Folded(text).text


def occurrences(word, folded):
    """All of them, overlapping too, as ranges of units."""
    at = folded.text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = folded.text.find(word, at + 1)


# Separators of the folded alphabet; those of sentences never stand in a gap.
SYMBOL, SPACE, CLAUSE, SENTENCE = "*-", " ", ",", "。"


def pulled_apart(word, folded):
    """A Han word with separators between its characters, at most four a gap:
    symbols, from three characters on spaces too, from four on commas; any of
    them where every character stands alone."""
    within = SYMBOL + (SPACE if len(word) > 2 else "") + \
        (CLAUSE if len(word) > 3 else "")
    beside = re.escape(SYMBOL + SPACE + CLAUSE + SENTENCE)
    gap, wide = (f"[{re.escape(c)}]" for c in
                 (within, SYMBOL + SPACE + CLAUSE))
    for pattern in ((gap + "{0,4}").join(word),
                    f"(?<![^{beside}])" + (wide + "{1,4}").join(word) +
                    f"(?![^{beside}])"):
        for m in re.finditer(f"(?=({pattern}))", folded.text):
            yield m.span(1)


def is_han(c):
    return "\u4e00" <= c <= "\u9fff"


class Collapsed:
    """A folded text in which Han that repeats, with nothing or up to four
    symbols between, stands once."""

    def __init__(self, folded):
        text, self.first, self.last, self.repeats = "", [], [], []
        self.times = []
        i = 0
        while i < len(folded.text):
            c, end = folded.text[i], i + 1
            more = re.compile(f"[{re.escape(SYMBOL)}]{{0,4}}{re.escape(c)}")
            while is_han(c) and (m := more.match(folded.text, end)):
                end = m.end()
            text += c
            self.first.append(i)
            self.last.append(end)
            self.repeats.append(end > i + 1)
            self.times.append(folded.text[i:end].count(c))
            i = end
        self.text = text


def honest(folded, view, a, b):
    """Is all that repeats one character that stands twice, as words of the text
    have it: one ends with it and the next begins with it, or one has both?"""
    twice = [i for i in range(a, b) if view.repeats[i]]
    if len(twice) != 1 or view.times[twice[0]] != 2:
        return False
    first = re.sub(f"[{re.escape(SYMBOL)}]", "", folded.text[:view.first[twice[0]]])
    text = first + re.sub(f"[{re.escape(SYMBOL)}]", "",
                          folded.text[view.first[twice[0]]:])
    at = len(first) + 1
    before = range(max(at - 4, 0), at)
    return (any(text[i:at] in COMMON_WORDS for i in before) and
            any(text[at:i] in COMMON_WORDS for i in range(at + 1, at + 5))) or \
        any(text[i:j] in COMMON_WORDS for i in before
            for j in range(at + 1, at + 5))


def repeated(word, folded):
    once = re.sub(r"(.)\1+", r"\1", word)
    if len(once) < 2:
        return
    view = Collapsed(folded)
    wanted = [len(m[0]) for m in re.finditer(r"(.)\1*", word)]
    for a, b in set(occurrences(once, view)) | set(pulled_apart(once, view)):
        there = [view.times[i] for i in range(a, b) if is_han(view.text[i])]
        if honest(folded, view, a, b):
            continue
        if any(view.repeats[a:b]) and all(map(int.__ge__, there, wanted)):
            yield ((view.first[a], view.last[b - 1]),
                   sum(view.repeats[a:b]) > 1)


def straddled(folded, a, b):
    """Does the range only arise across two words: one from before it ends
    inside, where one begins that goes on behind it? Words that end before it
    and begin behind it leave the range to itself."""
    text = folded.text
    before, behind = range(max(a - 3, 0), a), range(b + 1, min(b + 4, len(text)) + 1)
    if any(text[i:a] in COMMON_WORDS for i in range(max(a - 4, 0), a)) and \
       any(text[b:i] in COMMON_WORDS for i in range(b + 1, b + 5)):
        return False
    return any(text[i:m] in COMMON_WORDS and text[m:j] in COMMON_WORDS
               for m in range(a + 1, b) for i in before for j in behind)


def found(word, strict, folded, bounded=True, apart=False):
    """Ranges of units. bounded: not inside of a Latin word; apart: no Han that
    two words only make together."""
    hits = set(standing(word, folded, bounded))
    if strict == "disguised" and not latin(word[0]):
        hits |= set(pulled_apart(word, folded))
    if apart:
        hits -= {(a, b) for a, b in hits
                 if b - a == len(word) and straddled(folded, a, b)}
    if strict == "disguised" and not latin(word[0]):
        wide = set(repeated(word, folded))
        # What was said around a word is of it, if it is more than one character.
        for w, drawn_out in wide:
            inside = {h for h in hits if w[0] <= h[0] and h[1] <= w[1]}
            if drawn_out:
                hits -= inside
            if drawn_out or not inside:
                hits.add(w)
    return hits


def standing(word, folded, bounded=True):
    """Those beside whose Latin or digit ends no other Latin or digit stands."""
    for a, b in occurrences(word, folded):
        left, right = folded.text[max(a - 1, 0):a], folded.text[b:b + 1]
        if not (bounded and (latin(word[0]) and latin(left) or
                             latin(word[-1]) and latin(right))):
            yield a, b


def latin(c):
    return c.isascii() and c.isalnum()


def luhn(digits):
    total = 0
    for i, c in enumerate(reversed(digits)):
        d = int(c) * (1 + i % 2)
        total += d - 9 if d > 9 else d
    return total % 10 == 0


def resident(number):
    try:
        born = datetime.date(int(number[6:10]), int(number[10:12]),
                             int(number[12:14]))
    except ValueError:
        return False
    if not 1900 <= born.year <= 2026:
        return False
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    rest = sum(w * int(d) for w, d in zip(weights, number)) % 11
    return "10x98765432"[rest] == number[17]


PII = {
    "mobile": (r"(?<![0-9a-z])1[3-9][0-9]{9}(?![0-9a-z])", lambda s: True),
    "resident_id": (r"(?<![0-9a-z])[1-9][0-9]{16}[0-9x](?![0-9a-z])", resident),
    "bank_card": (r"(?<![0-9a-z])62[0-9]{14,17}(?![0-9a-z])", luhn),
    "email": (r"(?<![0-9a-z.])[a-z0-9]+@[a-z0-9]+\.(?:com|org|cn)(?![0-9a-z])",
              lambda s: True),
}


CONFIDENCES = ["low", "medium", "high"]
AGAINST = "订单"  # the word of the tests that says: it is something else


def confidence(folded, start):
    """All of PII are sure of themselves by their form."""
    against = AGAINST in folded.text[max(start - 10, 0):start]
    return CONFIDENCES.index("medium" if against else "high")


class Reading:
    """One event as the rules of one organisation see it."""

    def __init__(self, organisation, event):
        self.organisation, self.event = organisation, event
        self.fields = {k: v for k, v in event.items() if v is not None}
        self.texts = {}
        for name in TEXTS[event["type"]]:
            if name in self.fields:
                self.texts[name] = (name, Folded(self.fields[name]))
        for i, part in enumerate(event.get("parts", [])):
            self.texts[f"parts[{i}]"] = ("parts." + part["role"],
                                         Folded(part["text"]))
        self.derive()

    def derive(self):
        f, kind = self.fields, self.event["type"]
        outside = None
        if kind == "post" and "audience" in f:
            f["public"] = outside = f["audience"] == "public"
        elif kind in ("message", "file_transfer") and "recipient_kinds" in f:
            outside = any(k not in ("staff", "pupil")
                          for k in f["recipient_kinds"])
        elif kind == "data_use" and "recipient_kind" in f:
            outside = f["recipient_kind"] not in ("staff", "pupil")
        if outside is not None:
            f["external"] = outside
        if kind == "post":
            f["forwarded"] = "repost_of" in f
        if kind == "file_transfer" and "operation" in f:
            f["forwarded"] = f["operation"] == "forward"
        if kind == "usage_period" and "started" in f and "ended" in f:
            length = moment(f["ended"]) - moment(f["started"])
            # What ends before it began has no length that is known.
            if length >= datetime.timedelta(0):
                f["minutes"] = int(length.total_seconds() // 60)
        f["flags"] = sorted({x for t in self.texts.values()
                             for x in t[1].flags})
        f["thing"] = f.get("comment_id", f.get("content_id", f["id"]))
        now = moment(f["time"]).astimezone(ZONE)
        f["work_day"] = now.weekday() < 5
        f["work_hours"] = f["work_day"] and 510 <= now.hour * 60 + now.minute \
            < 1050

    def value(self, name):
        if name.startswith("facts."):
            return (self.event.get("facts") or {}).get(name[6:])
        return self.fields.get(name)

    def operand(self, name):
        return self.value(name)

    # Conditions.

    def holds(self, c):
        if c[0] in ("all", "any", "none"):
            answers = [self.holds(x) for x in c[1]]
            short = c[0] != "all"
            answer = short if short in answers else \
                None if None in answers else not short
            return answer if c[0] != "none" or answer is None else not answer
        if c[0] == "absent":
            return self.value(c[1]) is None
        if c[0] == "present":
            return self.value(c[1]) is not None
        if c[0] == "empty":
            return self.value(c[1]) in ("", [])
        value = self.value(c[1])
        return None if value is None else self.test(c[2], value, c[3], c[1])

    def could_hold(self, c, awaited, wanted=True):
        """Whether the condition could be true, or be false, once the facts
        are given that the rule needs and the event lacks."""
        if c[0] == "none":
            return self.could_hold(("any", c[1]), awaited, not wanted)
        if c[0] in ("all", "any"):
            quantifier = all if (c[0] == "all") == wanted else any
            return quantifier(self.could_hold(x, awaited, wanted)
                              for x in c[1])
        name = c[1]
        if isinstance(name, str) and name.startswith("facts.") and \
                name[6:] in awaited:
            return True
        return self.holds(c) is wanted

    def test(self, operation, value, operand, name):
        values = value if isinstance(value, list) else [value]
        if operation == "is":
            return operand in values
        if operation == "one_of":
            return any(x in values for x in operand)
        if operation == "none_of":
            return not any(x in values for x in operand)
        if operation == "all_of":
            return all(x in values for x in operand)
        if operation == "more_than":
            return value > operand
        if operation == "less_than":
            return value < operand
        if operation in ("among", "outside"):
            listed = any(self.listed(operand, x) for x in values)
            return listed == (operation == "among")
        other = self.operand(operand[0] if operation == "later" else operand)
        if other is None:
            return None
        if operation == "beyond":
            return any(x not in other for x in values)
        if operation == "later":
            return moment(value) - moment(other) > \
                datetime.timedelta(hours=operand[1])
        if name in ALL_TEXTS:
            value, other = fold(value), fold(other)
        return (value == other) == (operation == "same")

    def listed(self, name, x):
        kind, entries = self.organisation["lists"][name]
        if kind == "ids":
            return x in entries
        return any(x == e or x.endswith("." + e) for e in entries)

    # Matches: a list of (place, first unit, last unit), or None for no match.

    def find(self, match, places, dropped):
        """`dropped(place, first, last)` tells the hits that do not count."""
        kind = match[0]
        if kind in ("term", "list", "pii", "regex"):
            hits = [(p, a, b) for p in places for a, b in
                    self.leaf(match, self.texts[p][1]) if not dropped(p, a, b)]
            return hits or None
        if kind == "at_least":
            hits = self.find(match[2], places, dropped)
            return hits if hits and len(set(hits)) >= match[1] else None
        if kind == "near":
            return self.near(match, places, dropped)
        if kind == "none":
            return None if any(self.find(m, places, dropped) is not None
                               for m in match[1]) else []
        found = [self.find(m, places, dropped) for m in match[1]]
        if kind == "all" and None in found:
            return None
        found = [f for f in found if f is not None]
        return sum(found, []) if found else None

    def near(self, match, places, dropped):
        one = self.find(match[1], places, dropped) or []
        other = self.find(match[2], places, dropped) or []
        hits = []
        for a in one:
            for b in other:
                # A hit is not near itself.
                if a[0] != b[0] or a == b and match[1] == match[2]:
                    continue
                first, second = sorted((a, b), key=lambda h: (h[1], h[2]))
                if self.between(first, second) <= match[3]:
                    hits += [a, b]
        return hits or None

    def between(self, first, second):
        """Characters of the original, the invisible too."""
        places = self.texts[first[0]][1].places
        return places[second[1]] - places[first[2] - 1] - 1

    def leaf(self, match, folded):
        if match[0] == "pii":
            pattern, right = PII[match[1]]
            least = CONFIDENCES.index(match[2])
            for m in re.finditer(pattern, folded.text, re.ASCII):
                if right(m.group()) and confidence(folded, m.start()) >= least:
                    yield m.span()
            return
        if match[0] == "regex":
            for m in re.finditer(match[1], folded.text, re.ASCII):
                yield m.span()
            return
        if match[0] == "term":
            yield from found(fold(match[1]), match[3], folded, match[2],
                             match[2] and is_han(match[1][0]))
            return
        _, entries = self.organisation["lists"][match[1]]
        inside = [r for e in entries if e[0] == "!"
                  for r in found(fold(e[1:]), "disguised", folded)]
        for entry in entries:
            word, _, strict = entry.partition(" | r | ")
            if word[0] == "!":
                continue
            for a, b in found(fold(word), strict or "disguised", folded):
                if not any(x <= a and b <= y for x, y in inside):
                    yield a, b

    # Rules.

    def spans(self, hits):
        return sorted({(p, *self.texts[p][1].bytes_of(a, b))
                       for p, a, b in hits})

    def matched(self, rule, phrases):
        """The hits of a rule, those inside a phrase left out; None: none."""
        if "match" not in rule:
            return []
        places = [p for p, (name, _) in self.texts.items()
                  if "fields" not in rule or name in rule["fields"]
                  or name.startswith("parts.") and "parts" in rule["fields"]]
        inside = {(p, a, b) for p in places for words in phrases
                  for w in words
                  for a, b in found(fold(w), "disguised",
                               self.texts[p][1])}
        return self.find(rule["match"], places, lambda p, a, b: any(
            q == p and x <= a and b <= y for q, x, y in inside))

    def live(self, exception):
        return moment(self.fields["time"]).astimezone(ZONE).date().isoformat() \
            <= exception["expires"]

    def judge(self, rule):
        """(what, spans, more): what is finding, suppressed, asks or None; more
        are the facts it asks for, or what is missing, the count and its limit."""
        if rule.get("mode") == "off" or self.event["type"] not in rule["on"]:
            return None, [], []
        if not in_share(self.event["org"], rule["id"], "sample",
                        self.event["id"], rule.get("sample", 1)):
            return None, [], []
        # Null is an answer: the host does not know either.
        lacking = [n for n in rule.get("needs", [])
                   if n not in (self.event.get("facts") or {})]
        if self.holds(rule["where"]) is not True and not (
                lacking and self.could_hold(rule["where"], lacking)):
            return None, [], []
        live = [x for x in rule.get("except", []) if self.live(x)]
        hits = self.matched(rule, [x["phrase"] for x in live if "phrase" in x])
        if hits is None:
            hits = self.matched(rule, [])
            return "suppressed" if hits else None, self.spans(hits or []), []
        if any("where" in x and self.holds(x["where"]) is True for x in live):
            return "suppressed", self.spans(hits), []
        missing = self.keeps(rule) if "requires" in rule else None
        if missing == "":
            return None, [], []
        if lacking:
            return "asks", [], lacking
        if "count" not in rule:
            return "finding", self.spans(hits), (missing, None, None)
        count, limit = self.count(rule), rule["count"]["more_than"]
        if count is None or count <= limit:
            return None, [], []
        return "finding", self.spans(hits), (missing, count, limit)

    def braked(self, rule):
        """Has it found too much of late? Without a past nobody has a brake."""
        return False


def left_out(rule, event):
    """Is whoever did it out of the rule's ratio?"""
    who = event.get("actor")
    if who is None:
        who = event.get("account")
    ratio = rule.get("ratio", 1)
    return ratio < 1 and (who is None or not in_share(
        event["org"], rule["id"], "ratio", who, ratio))


def moment(value):
    return datetime.datetime.fromisoformat(value)


def decide(organisation, event, reading=None):
    """What the command should say of an event, less the names and prose."""
    reading = reading or Reading(organisation, event)
    answer = {"findings": [], "shadow": [], "suppressed": [], "errors": [],
              "facts_needed": set()}
    verdict = 0
    for rule in organisation["rules"]:
        what, spans, more = reading.judge(rule)
        mode = rule.get("mode", "enforce")
        name = f"{organisation['id']}/{rule['id']}"
        idle = "ratio" if left_out(rule, event) else None
        if what == "finding" and mode == "enforce" and reading.braked(rule):
            answer["errors"].append((name, "braked"))
            idle = idle or "brake"
        shadow = mode == "shadow" or idle is not None
        entry = (name, mode, rule["verdict"], tuple(spans),
                 *(more if what == "finding" else (None, None, None)),
                 idle if what == "finding" and mode == "enforce" else None)
        if what == "finding":
            answer["shadow" if shadow else "findings"].append(entry)
            if not shadow:
                verdict = max(verdict, VERDICTS.index(rule["verdict"]))
        elif what == "suppressed":
            answer["suppressed"].append(entry)
        elif what == "asks":
            answer["facts_needed"].update(more)
            if not shadow:
                acted = "hold" if rule.get("severity", 2) >= 3 else "flag"
                verdict = max(verdict, VERDICTS.index(acted))
    return {"verdict": VERDICTS[verdict],
            "facts_needed": sorted(answer.pop("facts_needed")),
            **{k: sorted(v, key=repr) for k, v in answer.items()}}
