# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the second evaluator knows of duties and ladders.

Every instance that ever was is kept, and a tick goes through all of them. A
duty, a ladder is a dictionary with the keys of a rule file; durations and spans
are written as there.
"""
import datetime
import itertools

import evaluator
import past
from evaluator import ZONE, moment
from past import keys_of

DAY = datetime.timedelta(days=1)
UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
# Of what the tests' organisations write into their calendars.
HOLIDAYS = ["2026-03-04", "2026-03-09"]
WORKDAYS = ["2026-03-07"]
HOURS = (datetime.time(8, 30), datetime.time(17, 30))
# Whom an event names that makes an account known, by what rules ask of it.
SAYS = {"holder": "holder"}


def duration(text):
    return datetime.timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])


def works(day):
    if day.isoformat() in WORKDAYS:
        return True
    return day.weekday() < 5 and day.isoformat() not in HOLIDAYS


def later(at, span):
    """So much later, in days and hours of work where the span says so."""
    here = at.astimezone(ZONE)
    if span.endswith("bd"):
        for _ in range(int(span[:-2])):
            here += DAY
            while not works(here.date()):
                here += DAY
        return here
    if not span.endswith("bh"):
        return at + duration(span)
    left = datetime.timedelta(hours=int(span[:-2]))
    for i in itertools.count():
        day = here.date() + i * DAY
        begin, end = (datetime.datetime.combine(day, t, ZONE) for t in HOURS)
        begin = max(begin, here)
        if works(day) and begin < end:
            if end - begin >= left:
                return begin + left
            left -= end - begin


def sooner(at, span):
    """So much before, in days and hours of work where the span says so."""
    here = at.astimezone(ZONE)
    if span.endswith("bd"):
        for _ in range(int(span[:-2])):
            here -= DAY
            while not works(here.date()):
                here -= DAY
        return here
    if not span.endswith("bh"):
        return at - duration(span)
    left = datetime.timedelta(hours=int(span[:-2]))
    for i in itertools.count():
        day = here.date() - i * DAY
        begin, end = (datetime.datetime.combine(day, t, ZONE) for t in HOURS)
        end = min(end, here)
        if works(day) and begin < end:
            if end - begin >= left:
                return end - left
            left -= end - begin


def period_of(name, at):
    """Where the period of a time begins, and where the next one does."""
    day = at.astimezone(ZONE).date()
    if name == "week":
        first = day - day.weekday() * DAY
        ends = first + 7 * DAY
    elif name == "day":
        first, ends = day, day + DAY
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[name]
        month = (day.month - 1) // months * months
        first = datetime.date(day.year, month + 1, 1)
        month += months
        ends = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    return tuple(datetime.datetime.combine(d, datetime.time(), ZONE)
                 for d in (first, ends))


def utc(at):
    at = at.astimezone(datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def part(text):
    """A part of a key in an id: never empty, without a slash."""
    return "".join(f"%{ord(c):02X}" if c in "/%" or c < " " else c
                   for c in text) or "%"


class Duty:
    """One duty; of a duty for each, one of them."""

    def __init__(self, owner, table, element=None):
        self.table, self.element = table, element
        self.face = f"{owner}/{table['id']}"
        self.name = self.face if element is None else \
            f"{self.face}/{part(element)}"
        self.shadow = table.get("mode") == "shadow"
        self.escalated, self.instances = None, []
        self.attest = table.get("attest")
        self.decides = table.get("decides")
        first = (table.get("open") or [{}])[0]
        self.key = first.get("key", [])
        self.grace = table.get("grace", "1d" if "period" in table else "0m")
        self.remind = table.get("remind", [])

    def deadline(self, at):
        if "period" in self.table:
            return period_of(self.table["period"], at)[1]
        return later(at, self.table.get("within") or self.table["every"])

    def has(self, key, at):
        return any(i.key == key and i.at == at for i in self.instances)

    @property
    def of(self):
        """The field that says whose of each an event is."""
        return "actor_dept" if self.table["each"] == "departments" else "actor"

    def holds_for(self, fields):
        """Do clauses of this one look at such an event?"""
        return self.element is None or fields.get(self.of) == self.element


class Instance:
    def __init__(self, duty, key, at, who, by):
        self.duty, self.key, self.at, self.who, self.by = \
            duty, key, at, who, by
        self.state, self.marks, self.attested = "open", set(), set()
        self.call_off(duty.deadline(at), at)

    def call_off(self, deadline, at):
        """It is due then; nobody is reminded of what was before it began."""
        self.deadline, self.said = deadline, None
        self.reminded = {r for r in self.duty.remind
                         if sooner(deadline, r) <= at}

    @property
    def id(self):
        if self.duty.table.get("escalation"):
            return f"{self.duty.name}/{self.key[0]}"
        return "/".join([self.duty.name, *map(part, self.key), utc(self.at)])

    def is_open(self, key, at, by):
        return self.state == "open" and self.key[:len(key)] == key and \
            self.at <= at and self.by != by


class Owed(past.Past):
    """A past with what is to be done."""

    def __init__(self, organisation):
        super().__init__(organisation)
        self.organisation, self.duties, self.named = organisation, [], {}
        self.violations, self.acted = [], set()
        name = organisation["id"]
        people = organisation["roles"]
        for table in organisation["duties"]:
            each = table.get("each")
            for element in organisation["departments"] \
                    if each == "departments" else people.get(each, [None]):
                duty = self.add(Duty(name, table, element))
                to = table.get("overdue", {}).get("escalate")
                if to:
                    duty.escalated = self.escalation(
                        table, duty.name + "//escalated", to["to"],
                        to.get("within", "1h"))
        for rule in organisation["rules"]:
            to = rule.get("escalate")
            if to and rule.get("mode") != "shadow":
                role = to["to"] if isinstance(to["to"], str) else ""
                self.escalation({"id": rule["id"]}, f"{name}/{rule['id']}",
                                role, to.get("within", "1h"))
        for ladder in organisation["ladders"]:
            self.escalation({"id": ladder["id"]}, f"{name}/{ladder['id']}",
                            ladder["decide"], ladder["within"], True)

    def add(self, duty):
        self.duties.append(duty)
        self.named[duty.name] = duty
        return duty

    def escalation(self, table, name, role, within, decides=False):
        """A duty to look at something, or to decide on it."""
        duty = Duty(self.organisation["id"], {
            "id": table["id"], "within": within, "owner": role, "open": [{}],
            "overdue": {"verdict": table.get("overdue", {}).get(
                "verdict", "flag")},
            "attest": {}, "decides": decides, "escalation": True})
        duty.name = name
        return self.add(duty)


class Acting(past.Remembering):
    """An event as somebody sees it who knows what is to be done."""

    def __init__(self, organisation, event, owed):
        super().__init__(organisation, event, owed)
        self.name = event["source"], event["id"]
        self.again = self.name in owed.acted
        owed.acted.add(self.name)
        self.duties, self.ladder, self.errors, self.found = [], [], [], []
        self.told = []

    # Questions.

    def holds(self, c):
        if c[0] not in ("pending", "overdue"):
            return super().holds(c)
        name = f"{self.organisation['id']}/{c[1]}"
        duty = self.past.named.get(name)
        if duty is None:
            each = [d for d in self.past.named.values()
                    if d.face == name and d.element is not None]
            if self.fields.get(each[0].of) is None:
                return None
            duty = next((d for d in each if d.holds_for(self.fields)), None)
        if duty is None:
            return False
        keys = keys_of(self.fields, c[2])
        if not keys:
            return None
        return any(i.state == "open" and i.at <= self.now and
                   i.key[:len(key)] == key and
                   (c[0] == "pending" or self.now >= later(i.deadline, duty.grace))
                   for key in keys for i in duty.instances)

    # Who has to.

    def whose(self, i):
        owner = i.duty.table.get("owner", "")
        if owner[0:1] == ("who",) and self.of_key(i.duty, owner[1]):
            attribute = owner[1].partition(".")[2]
            who = self.attribute("account", i.key[0], attribute)
            return who or self.fields.get(SAYS[attribute], "")
        return i.who or (i.duty.element if owner == "" else
                         owner if isinstance(owner, str) else "") or ""

    @staticmethod
    def of_key(duty, field):
        """Is it an attribute of what the duty is kept by?"""
        return "." in field and duty.key and \
            duty.key[0] in ("account", "subject_account")

    def opener_names(self, duty):
        owner = duty.table.get("owner", "")
        if owner[0:1] != ("who",) or self.of_key(duty, owner[1]):
            return ""
        who = self.value(owner[1])
        return ",".join(who) if isinstance(who, list) else who or ""

    def in_role(self, role, person):
        return person in self.organisation["roles"].get(role, [])

    # What becomes of it.

    def say(self, i, change):
        if not i.duty.shadow:
            self.duties.append((i.id, i.duty.face, self.whose(i),
                                utc(i.deadline), change))

    def open(self, duty, key, at, who="", by=None):
        i = Instance(duty, key, at, who, by)
        duty.instances.append(i)
        self.say(i, "opened")
        return i

    def fulfil(self, i, at):
        i.state = "done"
        self.say(i, "done")
        if "every" in i.duty.table:
            self.open(i.duty, i.key, at, i.who, self.name)

    def escalate(self, duty, rest, who=""):
        """Told again whenever it is judged again; but one at a time."""
        mine = [i for i in duty.instances if i.key == (rest,)]
        if self.again or any(i.by == self.name for i in mine):
            self.say(Instance(duty, (rest,), self.now, who, self.name),
                     "opened")
        elif all(i.state != "open" for i in mine):
            self.open(duty, (rest,), self.now, who, self.name)

    # What clauses do.

    def clauses(self, findings, by_rule):
        for duty in self.past.duties:
            for what in ("done", "stop", "open"):
                if duty.table.get("escalation") or \
                        not duty.holds_for(self.fields):
                    continue
                for clause in duty.table.get(what, ()):
                    if ("rule" in clause) == by_rule and \
                            self.applies(clause, findings):
                        self.clause(duty, what, clause)

    def clause(self, duty, what, clause):
        at = self.fields.get(clause["at"])
        at = self.now if at is None else moment(at)
        for key in keys_of(self.fields, clause["key"]):
            if what == "open":
                self.opens(duty, clause, key, at)
                continue
            if what == "done" and "period" in duty.table:
                begin = period_of(duty.table["period"], at)[0]
                if any(i.at < begin for i in duty.instances) and \
                        not duty.has(key, begin):
                    self.open(duty, key, begin)
            for i in [i for i in duty.instances
                      if i.is_open(key, at, self.name)]:
                if what == "stop":
                    i.state = "stopped"
                    self.say(i, "retired")
                elif not ("period" in duty.table and at >= i.deadline) and \
                        self.enough(i):
                    self.fulfil(i, at)

    def opens(self, duty, clause, key, at):
        mine = [i for i in duty.instances if i.key == key]
        if clause.get("first") and mine:
            return
        for i in mine:
            if i.state != "open":
                continue
            due = duty.deadline(at)
            if duty.table.get("renew") and due > i.deadline and (
                    i.said or due >= later(
                        i.deadline, duty.table.get("grain", "1d"))):
                i.call_off(due, at)
            return
        self.open(duty, key, at, self.opener_names(duty), self.name)

    def enough(self, i):
        times = i.duty.table.get("times", 1)
        unique = i.duty.table.get("unique")
        mark = self.fields.get(unique) if unique else self.name
        if times > 1 and mark is not None:
            i.marks.add(mark)
        return times == 1 or mark is not None and len(i.marks) >= times

    # What people say.

    def meant(self, name):
        return max((d for d in self.past.duties if name == d.name or
                    name.startswith(d.name + "/")),
                   key=lambda d: len(d.name), default=None)

    def named(self, name, at):
        """The instance that is meant by an id, or by that of a duty."""
        duty = self.meant(name)
        if not duty:
            return None
        there = [i for i in duty.instances if i.is_open((), at, self.name)]
        if name != duty.name:
            there = [i for i in there if i.id == name]
        elif duty.key or duty.table.get("escalation"):
            there = [i for i in there
                     if i.key[0] == self.fields.get("subject")]
        return min(there, key=lambda i: (i.at, i.key), default=None)

    def lacks_subject(self, duty, name):
        """One of many is meant, and nothing says which."""
        return duty and duty.attest is not None and not duty.decides and \
            name == duty.name and "subject" not in self.fields and \
            (duty.key or duty.table.get("escalation"))

    def attest(self):
        at = moment(self.fields.get("done_at", self.event["time"]))
        name = self.fields.get("duty", "")
        duty = self.meant(name)
        if duty and (duty.attest is None or duty.decides) or \
                self.lacks_subject(duty, name):
            self.errors.append((duty.face, "attestation-refused"))
            return
        if self.counted(duty):
            return
        i = self.named(name, at)
        if not i:
            self.errors.append((duty.face, "attestation-refused"))
            return
        asked, by = i.duty.attest, self.fields.get("done_by", "")
        owner = self.whose(i)
        if self.fields.get("result") == "fail" or \
                "by" in asked and not self.in_role(asked["by"], by) or \
                asked.get("evidence") and not self.fields.get("evidence") or \
                "other_than" in asked and (by == owner or
                                           self.in_role(owner, by)):
            self.errors.append((i.duty.face, "attestation-refused"))
        else:
            i.attested.add(self.name)
            self.fulfil(i, at)

    def counted(self, duty):
        """Did this one count when it came before?"""
        return any(self.name in i.attested for i in duty.instances)

    def review(self):
        duty = self.meant(self.fields.get("subject", ""))
        if not duty or not duty.decides or self.counted(duty):
            return
        i = self.named(self.fields.get("subject", ""), self.now)
        if not i:
            self.errors.append((duty.face, "review-refused"))
        elif self.in_role(i.duty.table["owner"], self.fields.get("reviewer")):
            i.attested.add(self.name)
            self.fulfil(i, self.now)
        else:
            self.errors.append((i.duty.face, "review-refused"))

    # The clock.

    def tick(self):
        now = self.fields.get("now")
        now = self.now if now is None else moment(now)
        for duty in list(self.past.duties):
            if duty.instances:
                for i in duty.instances:  # and those that are added meanwhile
                    self.look_at(i, now)
            elif "open" not in duty.table:
                self.open(duty, (), period_of(duty.table["period"], now)[1]
                          if "period" in duty.table else now)

    def look_at(self, i, now):
        table = i.duty.table
        if "period" in table and now >= i.deadline and \
                not i.duty.has(i.key, i.deadline):
            self.open(i.duty, i.key, i.deadline)
        if i.state != "open":
            return
        if i.said:
            again = table.get("overdue", {}).get("again")
            if again and now >= later(i.said, again):
                while later(i.said, again) <= now:
                    i.said = later(i.said, again)
                self.overdue(i)
        elif now >= later(i.deadline, i.duty.grace):
            self.falls_overdue(i, now)
        else:
            come = {r for r in i.duty.remind if sooner(i.deadline, r) <= now}
            if come - i.reminded and now < i.deadline:
                self.say(i, "reminded")
            i.reminded |= come

    def overdue(self, i):
        verdict = i.duty.table.get("overdue", {}).get("verdict", "flag")
        self.found.append((i.duty, verdict))
        self.say(i, "overdue")

    def falls_overdue(self, i, now):
        table, i.said = i.duty.table, now
        anew = "every" in table and not (table.get("done") or i.duty.attest)
        if anew or "period" in table:
            i.state = "stopped"
        self.overdue(i)
        if i.duty.escalated and not i.duty.shadow:
            self.escalate(i.duty.escalated, i.id[len(i.duty.name) + 1:])
        if anew:
            at = i.deadline
            if i.duty.deadline(at) <= now:
                at = now  # who was away for long is told once
            self.open(i.duty, i.key, at, i.who)

    # Ladders.

    def propose(self):
        person = self.fields.get("person")
        for ladder in self.organisation["ladders"]:
            if self.holds(ladder["where"]) is not True:
                continue
            repeats = ladder.get("repeats")
            before = sum(
                who == person and name != self.name and at <= self.now and
                self.now - at < duration(repeats["over"]) and
                merit == (self.fields.get("merit") is True)
                for at, name, who, merit in self.past.violations) \
                if repeats else 0
            whom = [(person, [])] if person is not None else []
            if ladder.get("also"):
                whom += [(d, [d]) for d in self.fields.get("departments", [])]
            for track in ladder["tracks"]:
                if self.holds(track["where"]) is True:
                    for who, department in whom:
                        self.climb(ladder, track, before, who, department)

    def climb(self, ladder, track, before, who, department):
        first = track.get("gravity", {}).get(
            self.fields.get("severity", "minor"), 1) - 1
        steps = track["steps"]
        step = steps[min(first + before * ladder.get("repeats", {}).get(
            "raise", 0), len(steps) - 1)]
        face = f"{self.organisation['id']}/{ladder['id']}"
        if ladder.get("mode") == "shadow":
            self.told.append(face)
            return
        rest = "/".join(map(part, [track["id"], *self.name, *department]))
        self.ladder.append((f"{face}/{rest}", face, track["id"], step["id"],
                            step.get("kind", "measure"), who, before))
        self.escalate(self.past.named[face], rest)

    # Findings.

    def look(self, rule):
        """Somebody has to look at what a rule has found; who, may be nobody."""
        to, who = rule["escalate"], None
        if isinstance(to["to"], tuple):
            who = self.value(to["to"][1])
        elif self.fields.get(to.get("other_than")) in \
                self.organisation["roles"][to["to"]]:
            who = ",".join(p for p in self.organisation["roles"][to["to"]]
                           if p != self.fields[to["other_than"]])
        else:
            who = to["to"]
        face = f"{self.organisation['id']}/{rule['id']}"
        if not who:
            self.errors.append((face, "escalate-nobody"))
        self.escalate(self.past.named[face], "/".join(self.name), who or "")
        return who

    def act(self, answer):
        """All that it does to duties; what it says of them when it comes again
        is what it asked of people."""
        enforced = {f[0].split("/")[1] for f in answer["findings"]}
        verdict = evaluator.VERDICTS.index(answer["verdict"])
        for rule in self.organisation["rules"]:
            if rule["id"] in enforced and "escalate" in rule and \
                    not self.look(rule):
                acts = "hold" if rule["severity"] >= 3 else "flag"
                verdict = max(verdict, evaluator.VERDICTS.index(acts))
        kind = self.event["type"]
        if kind == "violation":
            self.propose()
        if kind == "tick" and not self.again:
            self.tick()
        elif kind == "attestation":
            self.attest()
        elif kind == "review":
            self.review()
        answer["shadow"] += [(face, "shadow", "flag", (), None, None, None,
                              None) for face in self.told]
        for duty, says in self.found:
            where = "shadow" if duty.shadow else "findings"
            answer[where].append((duty.face, "shadow" if duty.shadow else
                                  "enforce", says, (), None, None, None, None))
            if not duty.shadow:
                verdict = max(verdict, evaluator.VERDICTS.index(says))
        answer["verdict"] = evaluator.VERDICTS[verdict]
        passed = kind in past.DONE or self.fields.get("phase") == "done" or \
            answer["verdict"] not in ("hold", "block")
        if passed and not self.again:
            self.clauses(enforced, False)
            self.clauses(enforced, True)
            if kind == "violation" and "person" in self.fields:
                self.past.violations.append((
                    self.now, self.name, self.fields["person"],
                    self.fields.get("merit") is True))
        self.remember(answer["verdict"], enforced)


def decide(organisation, event, owed):
    """As past.decide, with duties, proposals and errors."""
    reading = Acting(organisation, event, owed)
    answer = evaluator.decide(organisation, event, reading)
    reading.act(answer)
    return {**answer, "duties": sorted(reading.duties),
            "ladder": sorted(reading.ladder),
            "errors": sorted(answer["errors"] + reading.errors),
            "findings": sorted(answer["findings"], key=repr),
            "shadow": sorted(answer["shadow"], key=repr)}

