#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make pinyin_tables.c of the Unihan database.

    gen_pinyin.py [--ucd DIR]          writes pinyin_tables.c
    gen_pinyin.py [--ucd DIR] --check  writes nothing; fails if it is stale

DIR is /usr/share/unicode (Debian package unicode-data) unless given.

Readings are those of kTGHZ2013, a dictionary of the 8,105 standard characters,
and of kMandarin for the rest. kHanyuPinyin is left out: it has every reading
that a character ever had, and a third of running text would be ambiguous. The
first reading is kMandarin's first where the dictionary has it.

Letters of the Latin script and digits, which stay what they are in the view,
are those that gen_tables.py calls so.
"""

import argparse
import bz2
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = 64  # ORDER BLOCK
MAX = 3  # readings of a character; POL_PINYIN_MAX
MORE, BREAK, TONE = 1 << 9, 1 << 10, 12  # ORDER CELL
TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}


def syllable(reading):
    """Spelling and tone, 1 to 5; v stands for u with two dots."""
    out, tone = "", 5
    for c in unicodedata.normalize("NFD", reading):
        if c in TONES:
            tone = TONES[c]
        elif c == "\u0308":
            out = out[:-1] + "v"
        elif c == "\u0302":
            out += "i"  # the interjection that is typed ei
        else:
            out += c
    if not re.fullmatch("[a-z]{1,6}", out):
        sys.exit(f"{reading!r} is no syllable")
    return out, tone


def read(root):
    path = pathlib.Path(root) / "Unihan_Readings.txt"
    text = (path.read_text() if path.exists() else
            bz2.decompress((path.parent / (path.name + ".bz2")).read_bytes())
            .decode())
    standard, usual = {}, {}
    for line in text.splitlines():
        if not line.startswith("U+"):
            continue
        code, field, value = line.split("\t")
        cp = int(code[2:], 16)
        if cp > 0xFFFF:
            continue
        if field == "kTGHZ2013":
            # Places in the dictionary, colon, reading; several of each.
            standard[cp] = [syllable(r) for part in value.split()
                            for r in part.split(":")[1].split(",")]
        elif field == "kMandarin":
            usual[cp] = [syllable(r) for r in value.split()]
    version = re.search(r"Unicode [Vv]ersion:? *(\d+\.\d+\.\d+)", text)
    return standard, usual, version[1]


def letters(root):
    """Latin letters and digits."""
    out = set(range(0x30, 0x3A))
    text = (pathlib.Path(root) / "Scripts.txt").read_text()
    for first, last in re.findall(
            r"^(\w+)(?:\.\.(\w+))? *; Latin # L", text, re.M):
        out.update(range(int(first, 16), int(last or first, 16) + 1))
    return {cp for cp in out if cp <= 0xFFFF}


def choose(standard, usual):
    """At most MAX: new syllables before other tones of those that are there."""
    if not standard:
        all_of = usual
    elif usual and usual[0] in standard:
        all_of = usual[:1] + standard
    else:
        all_of = standard
    all_of = list(dict.fromkeys(all_of))
    seen = set()
    new = [r for r in all_of if not (r[0] in seen or seen.add(r[0]))]
    return (new + [r for r in all_of if r not in new])[:MAX]


HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 AND Unicode-DFS-2016 */
/*
 * Made by gen_pinyin.py; change that, not this. Source:
 *
 * Unicode Character Database {version}: Scripts; kTGHZ2013 and kMandarin of
 * Unihan_Readings. Copyright (c) 1991-2022 Unicode, Inc.; Unicode License
 * Agreement - Data Files and Software (Unicode-DFS-2016).
 */
#include "text/pinyin_tables.h"

"""


def lines(words, fmt, per):
    return "\n".join("    " + " ".join(fmt.format(w) + ","
                                       for w in words[at:at + per])
                     for at in range(0, len(words), per))


def source(root):
    standard, usual, version = read(root)
    readings = {cp: choose(standard.get(cp), usual.get(cp))
                for cp in standard.keys() | usual.keys()}
    spellings = sorted({s for of in readings.values() for s, _ in of})
    ids = {s: i + 1 for i, s in enumerate(spellings)}

    def cell(reading):
        return ids[reading[0]] | reading[1] << TONE

    flat, more = [BREAK] * 0x10000, []
    for cp in letters(root):
        flat[cp] = 0
    for cp, of in sorted(readings.items()):
        flat[cp] = cell(of[0]) | (MORE if len(of) > 1 else 0)
        if len(of) > 1:
            rest = [cell(r) for r in of[1:]] + [0] * (MAX - len(of))
            more.append((cp, rest))
    blocks, cells, index = {}, [], []
    for at in range(0, 0x10000, BLOCK):
        block = tuple(flat[at:at + BLOCK])
        if block not in blocks:
            blocks[block] = len(cells)
            cells += block
        index.append(blocks[block])
    out = [HEAD.replace("{version}", version),
           f"const size_t pol_pinyin_count = {len(spellings)};\n",
           f"const char pol_pinyin_spellings[{len(spellings) + 1}][8] = {{\n",
           lines([""] + spellings, '"{}"', 8), "\n};\n\n",
           f"const uint16_t pol_pinyin_index[{len(index)}] = {{\n",
           lines(index, "{}", 12), "\n};\n\n",
           f"const uint16_t pol_pinyin_cells[{len(cells)}] = {{\n",
           lines(cells, "0x{:X}", 11), "\n};\n\n",
           f"const size_t pol_pinyin_more_count = {len(more)};\n",
           f"const pol_pinyin_others pol_pinyin_more[{len(more)}] = {{\n",
           lines([f"{{ 0x{cp:X}, {{ " + ", ".join(f"0x{r:X}" for r in rest) +
                  " } }" for cp, rest in more], "{}", 3), "\n};\n"]
    size = 2 * (len(index) + len(cells)) + 6 * len(more) + 8 * len(spellings)
    return "".join(out), f"{len(spellings)} syllables, {len(readings)} " \
        f"characters, {len(more)} with several readings, {size} bytes"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    text, summary = source(args.ucd)
    path = HERE / "pinyin_tables.c"
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("pinyin_tables.c is not what gen_pinyin.py makes")
        return
    path.write_text(text)
    print(summary)


if __name__ == "__main__":
    main()
