#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make splits_tables.c of splits.txt, which is written by hand.

    gen_splits.py [--ucd DIR]          writes splits_tables.c
    gen_splits.py [--ucd DIR] --check  writes nothing; fails if it is stale

Each line is proved: character and parts are in the national standard (kTGH) or
parts are radicals, all are what they fold to, and the strokes of the parts
(kTotalStrokes) are those of the character. A part that stands for a radical
counts as the radical does.
"""

import argparse
import pathlib
import re
import sys

sys.dont_write_bytecode = True  # a check leaves nothing behind
import gen_tables

HERE = pathlib.Path(__file__).resolve().parent
# Radicals and the characters that they are typed as.
TYPED = dict(zip("水人手言金心食犬示衣草耳刀", "氵亻扌讠钅忄饣犭礻衤艹阝刂"))
RADICALS = set(TYPED.values()) | set("冫攵彳宀纟彡灬")


class Splits:
    def __init__(self, u):
        self.u, self.fold, self.strokes = u, gen_tables.Fold(u), {}
        for cp, field, value in u.unihan("IRGSources"):
            if field == "kTotalStrokes":
                self.strokes[chr(cp)] = int(value.split()[0])
        self.lines = []
        path = HERE / "splits.txt"
        for place, line in enumerate(path.read_text().splitlines(), 1):
            if line and not line.startswith("#"):
                why = self.fault(line)
                if why:
                    sys.exit(f"splits.txt:{place}: {line}: {why}")
                self.lines.append((ord(line[0]), ord(line[2]), ord(line[3])))
        if len(set(self.lines)) < len(self.lines):
            sys.exit("splits.txt: a line stands twice")
        self.lines.sort()

    def fault(self, line):
        if not re.fullmatch(r". ..", line):
            return "not a character and two parts"
        whole, (a, b) = line[0], line[2:]
        for c in whole + a + b:
            if self.fold.walk(self.fold.raw(ord(c))[0])[0] != [ord(c)]:
                return f"{c} folds"
            if ord(c) not in self.u.standard and (c == whole or
                                                  c not in RADICALS):
                return f"{c} is rare"
        if not any(x + y == self.strokes[whole]
                   for x in self.counts(a) for y in self.counts(b)):
            return f"{self.counts(a)} and {self.counts(b)} strokes are not " \
                f"{self.strokes[whole]}"
        return None

    def counts(self, part):
        return {self.strokes[part], self.strokes[TYPED.get(part, part)]}


HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made by gen_splits.py of splits.txt; change those, not this.
 */
#include "text/splits_tables.h"

"""


def source(lines):
    rows = [f"{{ 0x{whole:X}, {{ 0x{a:X}, 0x{b:X} }} }}" for whole, a, b in lines]
    return (HEAD + f"const size_t pol_split_count = {len(lines)};\n" +
            f"const pol_split pol_splits[{len(lines)}] = {{\n" +
            gen_tables.array(rows, "{}", 3) + "\n};\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    splits = Splits(gen_tables.Ucd(args.ucd))
    text = source(splits.lines)
    path = HERE / "splits_tables.c"
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("splits_tables.c is not what gen_splits.py makes")
        return
    path.write_text(text)
    print(f"{len(splits.lines)} splits of "
          f"{len({whole for whole, _, _ in splits.lines})} characters")


if __name__ == "__main__":
    main()
