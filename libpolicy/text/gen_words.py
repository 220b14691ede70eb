#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make words_tables.c of the words in jieba/words.txt and jieba/alone.txt.

    gen_words.py              writes words_tables.c
    gen_words.py --check      writes nothing; fails if it is stale
    gen_words.py --trim DICT  writes the two lists anew; DICT is the dict.txt
                              of Debian's python3-jieba (0.42.1-3 was taken)

A word of words.txt is two to four characters that fold to themselves and is at
least as frequent in DICT as its length asks: to tell where words end, the
common ones do, and each rare one more would hide a term that is written with
it. Names of persons and of organisations are left out, those of places and
other names but for the very common, and what names a party or a creed.

alone.txt has the characters that are common words by themselves, the commonest
first; a line with a hyphen parts those that are hardly ever anything else.
"""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "jieba" / "words.txt"
ALONE = HERE / "jieba" / "alone.txt"
FIRST, LAST = 0x4E00, 0x9FFF  # ORDER WORD_FIRST
# Occurrences in the texts that DICT was counted in, by length.
COMMON = {2: 60, 3: 100, 4: 150}
OFTEN, MOSTLY = 6000, 100000  # of single characters
# By part of speech: person, their transcriptions, organisation; place, other,
# abbreviation.
NEVER = {"nr", "nrt", "nrfg", "nt"}
NAMES = {"ns": {2: 2000, 3: 2000, 4: 2000}, "nz": {2: 200, 3: 1000, 4: 1000},
         "j": {2: 60, 3: 1000, 4: 1000}}
# Some persons are called other parts of speech: three characters of which the
# first is a surname, and no two are a word.
SURNAMES = set(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许"
    "傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝"
    "孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文")
CREEDS = ("\u515a", "\u4e3b\u4e49")  # party, -ism

HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 AND MIT */
/*
 * Made by gen_words.py; change that, not this. Sources: jieba/words.txt and
 * jieba/alone.txt, of jieba's dictionary. Copyright (c) 2013 Sun Junyi; MIT,
 * see jieba/LICENSE.
 */
#include "text/words_tables.h"

"""


def is_person(word, counts):
    return (len(word) == 3 and word[0] in SURNAMES and
            all(counts.get(part, 0) < COMMON[2]
                for part in (word[:2], word[1:])))


def trim(dictionary):
    import gen_tables
    fold = gen_tables.Fold(gen_tables.Ucd("/usr/share/unicode"))
    moved = fold.simple.keys() | fold.variant.keys()
    words, alone = set(), []
    entries = [line.rsplit(" ", 2) for line in
               pathlib.Path(dictionary).read_text().splitlines()]
    counts = {word: int(count) for word, count, _ in entries}
    for word, count, speech in entries:
        if (len(word) == 1 and int(count) >= OFTEN and
                FIRST <= ord(word) <= LAST and ord(word) not in moved):
            alone.append((-int(count), word))
        if (len(word) not in COMMON or speech in NEVER or
                is_person(word, counts) or
                any(c in word for c in CREEDS) or
                any(not FIRST <= ord(c) <= LAST or ord(c) in moved
                    for c in word)):
            continue
        if int(count) >= NAMES.get(speech, COMMON)[len(word)]:
            words.add(word)
    LIST.write_text("".join(w + "\n" for w in sorted(words)))
    alone.sort()
    mostly = [w for n, w in alone if -n >= MOSTLY]
    ALONE.write_text("".join(w + "\n" for w in (
        *mostly, "-", *(w for _, w in alone[len(mostly):]))))
    print(f"{len(words)} words, {len(alone)} characters")


def read():
    words = LIST.read_text().split()
    if words != sorted(set(words)):
        sys.exit(f"{LIST}: not sorted, or not single")
    for word in words:
        if not (2 <= len(word) <= 4 and
                all(FIRST <= ord(c) <= LAST for c in word)):
            sys.exit(f"{LIST}: {word} is no word")
    return words


def read_alone():
    """Each with how it is: 1 or 2. ORDER ALONE"""
    mostly, often = (part.split() for part in ALONE.read_text().split("-\n"))
    out = [(ord(w), 2) for w in mostly] + [(ord(w), 1) for w in often]
    if len({u for u, _ in out}) != len(out):
        sys.exit(f"{ALONE}: not single")
    return sorted(out)


def lines(words, fmt, per):
    return "\n".join("    " + " ".join(fmt.format(w) + ","
                                       for w in words[at:at + per])
                     for at in range(0, len(words), per))


def source():
    words, alone = read(), read_alone()
    tails = {}  # by the first two characters, what follows them
    for word in words:
        tails.setdefault(word[:2], []).append(word[2:])
    firsts, pairs, rest, place = [], [], [], {}
    for head in sorted(tails):
        place.setdefault(ord(head[0]), len(pairs))
        pairs.append(ord(head[1]) << 16 | ("" in tails[head]) << 15 | len(rest))
        rest += [ord(t[0]) << 16 | (ord(t[1]) if len(t) > 1 else 0)
                 for t in sorted(tails[head]) if t]
    if len(rest) >= 1 << 15 or len(pairs) >= 1 << 16:
        sys.exit("too many words for the layout")
    at = len(pairs)
    pairs.append(len(rest))
    for cp in range(LAST + 1, FIRST - 1, -1):
        at = place.get(cp, at)
        firsts.append(at)
    firsts.reverse()
    text = [HEAD,
            f"const uint16_t pol_words_first[{len(firsts)}] = {{\n",
            lines(firsts, "{}", 13), "\n};\n\n",
            f"const uint32_t pol_words_pairs[{len(pairs)}] = {{\n",
            lines(pairs, "0x{:X}", 8), "\n};\n\n",
            f"const uint32_t pol_words_tails[{len(rest)}] = {{\n",
            lines(rest, "0x{:X}", 8), "\n};\n\n",
            f"const size_t pol_words_alone_count = {len(alone)};\n",
            f"const uint32_t pol_words_alone[{len(alone)}] = {{\n",
            lines([u << 16 | how for u, how in alone], "0x{:X}", 8), "\n};\n"]
    size = 2 * len(firsts) + 4 * (len(pairs) + len(rest) + len(alone))
    return "".join(text), (
        f"{len(words)} words, {len(alone)} alone, {len(pairs)} pairs, "
        f"{len(rest)} tails, at most {max(map(len, tails.values()))} of a pair, "
        f"{size} bytes")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--trim", metavar="DICT")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    if args.trim:
        trim(args.trim)
        return
    text, summary = source()
    path = HERE / "words_tables.c"
    if args.check:
        if not path.exists() or path.read_text() != text:
            sys.exit("words_tables.c is not what gen_words.py makes")
        return
    path.write_text(text)
    print(summary)


if __name__ == "__main__":
    main()
