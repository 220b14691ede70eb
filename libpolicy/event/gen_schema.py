#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make the vocabulary's tables, public header and manual page of schema.txt.

    gen_schema.py          writes schema_tables.c, schema.h, docs/schema.md
    gen_schema.py --check  writes nothing; fails if one of them is not up to date
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCE = HERE / "schema.txt"

ID_KINDS = ("any person account conversation thing file device app incident "
            "report duty").split()
KINDS = "none id text enum bool int time list words".split()
MASK = (1 << 64) - 1


def fail(line, text):
    sys.exit(f"{SOURCE.name}:{line}: {text}")


class Use:
    """A field in one type."""

    def __init__(self, kind, id_kind, words, is_open, derived, long):
        self.kind, self.id_kind, self.words = kind, id_kind, words
        self.open, self.derived, self.long = is_open, derived, long

    def key(self):
        return (KINDS.index(self.kind), ID_KINDS.index(self.id_kind),
                self.words, self.open, self.derived, self.long)


class Schema:
    def __init__(self, text):
        self.sets, self.fields, self.types, self.common = {}, {}, {}, {}
        uses = None
        for number, raw in enumerate(text.splitlines(), 1):
            if not raw.strip() or raw.startswith("#"):
                continue
            head, *notes = [part.strip() for part in raw.split(" | ")]
            word, *rest = head.split()
            if raw[0] == " ":
                if uses is None:
                    fail(number, "a field outside of a type")
                self.use(number, uses, word, rest)
            elif word == "set":
                self.sets[rest[0]] = self.words(number, rest[1:])
            elif word == "field":
                self.field(number, rest, notes)
            elif word == "common":
                uses = self.common
            elif word == "type":
                uses = {}
                self.type(number, rest, notes, uses)
            else:
                fail(number, f"unknown line “{word}”")
        type_words = tuple(self.types)
        use = self.common["type"]
        use.words = type_words
        self.finish()

    def words(self, number, given):
        out = []
        for w in given:
            if w == "+types":
                continue
            if w[0] == "+":
                if w[1:] not in self.sets:
                    fail(number, f"unknown set “{w[1:]}”")
                out += [x for x in self.sets[w[1:]] if x not in out]
            elif w in out:
                fail(number, f"“{w}” stands twice")
            else:
                out.append(w)
        return tuple(out)

    def field(self, number, rest, notes):
        name, *flags = rest
        if name in self.fields:
            fail(number, f"field “{name}” stands twice")
        if len(notes) != 2 or any(f != "indexed" for f in flags):
            fail(number, "field NAME [indexed] | zh | en")
        self.fields[name] = dict(indexed="indexed" in flags, zh=notes[0],
                                 en=notes[1])

    def type(self, number, rest, notes, uses):
        name, *flags = rest
        if len(notes) != 2 or any(f != "rare" for f in flags):
            fail(number, "type NAME [rare] | zh | en")
        self.types[name] = dict(rare="rare" in flags, zh=notes[0],
                                en=notes[1], uses=uses)

    def use(self, number, uses, name, rest):
        if name not in self.fields:
            fail(number, f"unknown field “{name}”")
        if name in uses or (uses is not self.common and name in self.common):
            fail(number, f"field “{name}” stands twice")
        derived, long = "derived" in rest, "long" in rest
        rest = [w for w in rest if w not in ("derived", "long")]
        kind, _, id_kind = rest[0].partition(":")
        if kind not in KINDS[1:] or (id_kind or "any") not in ID_KINDS:
            fail(number, f"unknown kind “{rest[0]}”")
        words = self.words(number, rest[1:])
        uses[name] = Use(kind, id_kind or "any",
                         tuple(w for w in words if w != "…"), "…" in words,
                         derived, long)

    def finish(self):
        used = set(self.common)
        for t in self.types.values():
            used |= set(t["uses"])
        for name in self.fields:
            if name not in used:
                sys.exit(f"{SOURCE.name}: no type has field “{name}”")
            every = [u[name] for u in self.all_uses() if name in u]
            self.fields[name]["derived"] = all(u.derived for u in every)
            self.fields[name]["common"] = name in self.common
        self.word_list = sorted({w for u in self.all_uses()
                                 for x in u.values() for w in x.words})
        unique = {u.key(): u for group in self.all_uses()
                  for u in group.values()}
        self.unique = [unique[k] for k in sorted(unique)]
        self.index = {u.key(): i for i, u in enumerate(self.unique, 1)}

    def all_uses(self):
        return [self.common] + [t["uses"] for t in self.types.values()]

    def in_type(self, type_name, field):
        u = self.types[type_name]["uses"].get(field) or self.common.get(field)
        return self.index[u.key()] if u else 0

    def texts(self, type_name):
        """The fields of kind text, a bit each, as words of C."""
        bits = 0
        for i, field in enumerate(self.fields):
            use = self.in_type(type_name, field)
            if use and self.unique[use - 1].kind == "text":
                bits |= 1 << i
        return [f"{bits >> i & MASK:#x}"
                for i in range(0, len(self.fields), 64)]


def name_hash(name):
    """As name_hash() in schema.c."""
    b = name.encode()
    n = len(b)
    if n >= 8:
        lo, hi = int.from_bytes(b[:8], "little"), int.from_bytes(b[-8:], "little")
    elif n >= 4:
        lo, hi = int.from_bytes(b[:4], "little"), int.from_bytes(b[-4:], "little")
    else:
        lo, hi = b[0] | b[n // 2] << 8 | b[-1] << 16, 0
    h = ((lo ^ n) * 0x9E3779B97F4A7C15 & MASK) ^ hi
    return (h * 0xD6E8FEB86659FD93 & MASK) >> 40


def slots(names):
    size = 4
    while size < 3 * len(names):
        size *= 2
    table = [0] * size
    for i, name in enumerate(names, 1):
        h = name_hash(name) & (size - 1)
        while table[h]:
            h = (h + 1) & (size - 1)
        table[h] = i
    return table


def rows(items, width=78, indent="    "):
    lines, line = [], indent
    for item in items:
        piece = f"{item},"
        if line != indent and len(line) + 1 + len(piece) > width:
            lines.append(line)
            line = indent
        line += (" " if line != indent else "") + piece
    return "\n".join(lines + [line])


def c_str(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_bool(b):
    return "true" if b else "false"


NOTICE = ("/* SPDX-FileCopyrightText: The libpolicy authors */\n"
          "/* SPDX-License-Identifier: Apache-2.0 */")
MADE = "Made by libpolicy/event/gen_schema.py of schema.txt; not to be edited."


def header(s):
    out = [NOTICE, f"""/**
 * @file
 * The numbers of event types and their fields. Numbers are never reused and
 * new ones only appended, so that they are part of the binary interface; names,
 * kinds and words stand in docs/schema.md.
 *
 * {MADE}
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

/* Types of events. */
enum {{"""]
    for i, (name, t) in enumerate(s.types.items()):
        out.append(f"    /** {t['en']}. */")
        out.append(f"    POLICY_TYPE_{name.upper()} = {i},")
    out.append(f"""    /** How many there are in this version. */
    POLICY_TYPE_COUNT = {len(s.types)}
}};

/* Fields of events. */
enum {{""")
    for i, (name, f) in enumerate(s.fields.items()):
        note = "Computed. " if f["derived"] else ""
        out.append(f"    /** {note}{f['en']}. */")
        out.append(f"    POLICY_FIELD_{name.upper()} = {i},")
    out.append(f"""    /** How many there are in this version. */
    POLICY_FIELD_COUNT = {len(s.fields)}
}};

#endif
""")
    return "\n".join(out)


def tables(s):
    fields, types, words = list(s.fields), list(s.types), s.word_list
    word_no = {w: i for i, w in enumerate(words, 1)}
    longest = max(map(len, fields + types + words))
    out = [NOTICE, f"/* {MADE} */", '#include "event/schema_tables.h"', "",
           "#include <stddef.h>", "",
           "const pol_type_info pol_types[POLICY_TYPE_COUNT] = {"]
    for name, t in s.types.items():
        out.append(f"    {{ {c_str(name)}, {c_str(t['zh'])},\n"
                   f"      {c_str(t['en'])}, {c_bool(t['rare'])} }},")
    out += ["};", "", "const pol_field_info pol_fields[POLICY_FIELD_COUNT] = {"]
    for name, f in s.fields.items():
        out.append(f"    {{ {c_str(name)}, {c_bool(f['common'])}, "
                   f"{c_bool(f['derived'])}, {c_bool(f['indexed'])}, "
                   f"{c_str(f['zh'])} }},")
    out += ["};", "", "const policy_str pol_schema_fields[POLICY_FIELD_COUNT] = {",
            rows(f"{{ {c_str(n)}, {len(n.encode())} }}" for n in fields), "};",
            "", "const policy_str pol_schema_types[POLICY_TYPE_COUNT] = {",
            rows(f"{{ {c_str(n)}, {len(n.encode())} }}" for n in types), "};",
            "", "const policy_str pol_schema_words[POL_SCHEMA_WORD_COUNT] = {",
            rows(f"{{ {c_str(n)}, {len(n.encode())} }}" for n in words), "};", ""]
    lists, at = [], {(): 0}
    for u in s.unique:
        if u.words not in at:
            at[u.words] = len(lists)
            lists += [word_no[w] for w in u.words]
    out += ["static const uint16_t words[] = {", rows(lists), "};", "",
            "const pol_field_use pol_schema_uses[] = {",
            "    { POL_KIND_NONE, POL_ID_ANY, false, false, false, NULL, 0 },"]
    for u in s.unique:
        where = f"words + {at[u.words]}" if u.words else "NULL"
        out.append(f"    {{ POL_KIND_{u.kind.upper()}, POL_ID_{u.id_kind.upper()}, "
                   f"{c_bool(u.open)}, {c_bool(u.derived)}, {c_bool(u.long)},\n"
                   f"      {where}, {len(u.words)} }},")
    out += ["};", "", "const uint8_t pol_schema_matrix[POLICY_TYPE_COUNT]"
            "[POLICY_FIELD_COUNT] = {"]
    for t in types:
        out += [f"    {{ /* {t} */", rows((s.in_type(t, f) for f in fields),
                                          indent="        "), "    },"]
    out += ["};", ""]
    out += ["const uint64_t pol_schema_texts[POLICY_TYPE_COUNT]"
            "[POL_FIELD_WORDS] = {",
            rows(f"{{ {', '.join(s.texts(t))} }}" for t in types), "};", ""]
    for what, names, kind in (("field", fields, "uint8_t"), ("type", types, "uint8_t"),
                              ("word", words, "uint16_t")):
        table = slots(names)
        out += [f"const {kind} pol_schema_{what}_slots"
                f"[POL_SCHEMA_{what.upper()}_SLOTS] = {{", rows(table), "};", ""]
    assert len(s.unique) < 256 and len(fields) < 255 and longest < 64
    return "\n".join(out)


def tables_header(s):
    count = {what: len(slots(names)) for what, names in
             (("FIELD", list(s.fields)), ("TYPE", list(s.types)),
              ("WORD", s.word_list))}
    sizes = "\n".join(f"    POL_SCHEMA_{k}_SLOTS = {v}," for k, v in count.items())
    return f"""{NOTICE}
/*
 * What schema_tables.c holds and schema.c looks into. {MADE}
 *
 * Slots are open hash tables of numbers from 1, zero where there is none; a
 * name stands at its hash or after it, without a gap between.
 */
#ifndef POL_EVENT_SCHEMA_TABLES_H
#define POL_EVENT_SCHEMA_TABLES_H

#include "event/schema.h"

enum {{
{sizes}
    POL_SCHEMA_WORD_COUNT = {len(s.word_list)},
    POL_SCHEMA_WORDS_MAX = {max(len(u.words) for u in s.unique)} /* of one field */
}};

extern const policy_str pol_schema_fields[POLICY_FIELD_COUNT];
extern const policy_str pol_schema_types[POLICY_TYPE_COUNT];
extern const policy_str pol_schema_words[POL_SCHEMA_WORD_COUNT];
extern const pol_field_use pol_schema_uses[];
extern const uint8_t pol_schema_matrix[POLICY_TYPE_COUNT][POLICY_FIELD_COUNT];
extern const uint64_t pol_schema_texts[POLICY_TYPE_COUNT][POL_FIELD_WORDS];
extern const uint8_t pol_schema_field_slots[POL_SCHEMA_FIELD_SLOTS];
extern const uint8_t pol_schema_type_slots[POL_SCHEMA_TYPE_SLOTS];
extern const uint16_t pol_schema_word_slots[POL_SCHEMA_WORD_SLOTS];

#endif
"""


def kind_text(u):
    text = {"id": "id", "text": "text", "bool": "true, false", "int": "integer",
            "time": "time", "list": "list of ids"}.get(u.kind)
    if u.kind in ("id", "list") and u.id_kind != "any":
        text += f" ({u.id_kind})"
    if u.kind in ("enum", "words"):
        text = " ".join(f"`{w}`" for w in u.words) + (" …" if u.open else "")
        if u.kind == "words":
            text = "list of " + text
    return text + (" · computed" if u.derived else "")


def field_rows(s, uses):
    out = ["| field 字段 | kind 类型 | 含义 | meaning |", "|---|---|---|---|"]
    for name, u in uses.items():
        f = s.fields[name]
        mark = " ◆" if f["indexed"] else ""
        out.append(f"| `{name}`{mark} | {kind_text(u)} | {f['zh']} | {f['en']} |")
    return out


def manual(s):
    out = ["<!-- SPDX-FileCopyrightText: The libpolicy authors -->",
           "<!-- SPDX-License-Identifier: Apache-2.0 -->",
           f"<!-- {MADE} -->",
           "# Events: types and fields · 事件：类型与字段", "",
           "One event is one flat JSON object; rules use the same names. "
           "`id type org time` are required. 一个事件是一个扁平的 JSON 对象，规则里用同样的名字；"
           "`id type org time` 必填。", "",
           "| kind 类型 | in JSON |", "|---|---|",
           "| id | string, or an integer read as its digits; UTF-8 without controls, "
           "at most 256 bytes (`url` and `links`: as a text); `id`, `org`, `source` are not empty. "
           "编号：字符串，不超过256字节，不含控制字符 |",
           "| text | string; folded and matched. 文字：会被归一化并匹配 |",
           "| words 词 | one of the words given; `…`: an organisation may declare more. "
           "枚举；带 `…` 的，单位可以自行增加 |",
           "| integer | within 64 bits, no fraction. 整数 |",
           "| time | RFC 3339 with an offset, or milliseconds since 1970 UTC. 时间 |",
           "| list | array of strings. 列表 |", "",
           "`null` says that the value is not known; it differs from an absent "
           "field and from an empty one. Fields that a type does not have are counted "
           "and passed over; ◆ marks fields of which one value can trigger a rule; "
           "*computed* ones are never read from JSON. `null` 表示不知道，与缺失、空值都不同；"
           "类型里没有的字段只计数、不使用；◆ 表示该字段的取值可以触发规则；computed 为计算得出，不从 JSON 读取。",
           "",
           "Two keys are no fields: `parts`, further texts of the event, "
           "`[{\"role\":\"quote\",\"text\":\"…\"}]`, and `facts`, what the host "
           "answers to a rule's `needs`, `{\"trained\":true}`. 另有两个键：`parts` "
           "是同一事件的其他文字，`facts` 是宿主对规则所需事实的回答。", "",
           "Roles of parts are free; those that the WeCom adapter gives are "
           "`text title description address name filename link option question "
           "forward`. Write `quote` for what is quoted, `ocr` and `asr` for what "
           "is read in pictures and heard in speech. 文字部分的 role 可自由命名；"
           "企业微信适配器使用上列名称，引用写 `quote`，图片识别写 `ocr`，语音识别写 `asr`。", "",
           "## Every type · 所有类型", ""]
    out += field_rows(s, s.common)
    for name, t in s.types.items():
        out += ["", f"## {name} · {t['zh']}", "",
                t["en"] + "." + ("" if t["rare"] else
                                 " Frequent: not a trigger by itself."), ""]
        out += field_rows(s, t["uses"])
    return "\n".join(out) + "\n"


def main():
    s = Schema(SOURCE.read_text(encoding="utf-8"))
    made = {HERE / "schema_tables.c": tables(s),
            HERE / "schema_tables.h": tables_header(s),
            ROOT / "include/policy/schema.h": header(s),
            ROOT / "docs/schema.md": manual(s)}
    if sys.argv[1:] == ["--check"]:
        stale = [str(p.relative_to(ROOT)) for p, text in made.items()
                 if not p.exists() or p.read_text(encoding="utf-8") != text]
        if stale:
            sys.exit("not up to date with schema.txt: " + ", ".join(stale))
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        for p, text in made.items():
            p.write_text(text, encoding="utf-8")


main()
