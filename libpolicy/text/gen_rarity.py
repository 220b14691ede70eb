#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make rarity_tables.c of the characters in jieba/rarity.txt.

    gen_rarity.py              writes rarity_tables.c
    gen_rarity.py --check      writes nothing; fails if it is stale
    gen_rarity.py --trim DICT  writes the list anew; DICT is the dict.txt of
                               Debian's python3-jieba (0.42.1-3 was taken)

Line n of rarity.txt, from 0, has the Han that are one in 2^(n+6) or so of all
that was counted: how often a character stands in words, times how often these
words do. What stands in no line is rarer than all that do.
"""

import argparse
import collections
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "jieba" / "rarity.txt"
FIRST, LAST = 0x4E00, 0x9FFF  # ORDER RARITY_FIRST
COMMONEST, CLASSES = 6, 15  # ORDER RARITY

HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 AND MIT */
/*
 * Made by gen_rarity.py; change that, not this. Source: jieba/rarity.txt, of
 * jieba's dictionary. Copyright (c) 2013 Sun Junyi; MIT, see jieba/LICENSE.
 */
#include "text/rarity.h"

"""


def trim(dictionary):
    counts = collections.Counter()
    for line in pathlib.Path(dictionary).read_text().splitlines():
        word, count, _ = line.rsplit(" ", 2)
        for char in word:
            if FIRST <= ord(char) <= LAST:
                counts[char] += int(count)
    total = sum(counts.values())
    classes = [[] for _ in range(CLASSES)]
    for char, count in counts.items():
        rarity = max(0, int(math.log2(total / count)) - COMMONEST)
        if rarity < CLASSES:
            classes[rarity].append(char)
    LIST.write_text("".join("".join(sorted(c)) + "\n" for c in classes))
    print([len(c) for c in classes])


def read():
    lines = LIST.read_text().split("\n")
    if len(lines) != CLASSES + 1 or lines[-1]:
        sys.exit(f"{LIST}: not {CLASSES} lines")
    out = {}
    for rarity, line in enumerate(lines[:-1]):
        for char in line:
            if char in out or not FIRST <= ord(char) <= LAST:
                sys.exit(f"{LIST}: {char} twice, or no Han")
            out[char] = rarity
    return out


def source():
    rarity = read()
    nibbles = [rarity.get(chr(cp), CLASSES) for cp in range(FIRST, LAST + 1)]
    packed = [nibbles[i] | nibbles[i + 1] << 4
              for i in range(0, len(nibbles), 2)]
    rows = [" ".join(f"{b}," for b in packed[i:i + 15])
            for i in range(0, len(packed), 15)]
    body = "\n".join("    " + row for row in rows)
    return (f"{HEAD}const uint8_t pol_rarity_han[{len(packed)}] = {{\n{body}\n"
            "};\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--trim", metavar="DICT")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    if args.trim:
        trim(args.trim)
        return
    path, text = HERE / "rarity_tables.c", source()
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("rarity_tables.c is not what gen_rarity.py makes")
        return
    path.write_text(text)


if __name__ == "__main__":
    main()
