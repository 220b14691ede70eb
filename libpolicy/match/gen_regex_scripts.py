#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make regex_scripts.c of Scripts.txt and DerivedGeneralCategory.txt of the
Unicode Character Database.

    gen_regex_scripts.py [--ucd DIR]          writes regex_scripts.c
    gen_regex_scripts.py [--ucd DIR] --check  writes nothing; fails if stale

DIR is /usr/share/unicode (Debian package unicode-data) unless given. Only the
scripts that people chat in are kept: what a \\p{…} may name.
"""

import argparse
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = """Arabic Armenian Bengali Bopomofo Common Cyrillic Devanagari Ethiopic
    Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Inherited Kannada
    Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Sinhala Syriac Tamil
    Telugu Thaana Thai Tibetan Yi""".split()

CATEGORIES = """Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc
    Sk So Zs Zl Zp Cc Cf Cs Co""".split()

HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made by gen_regex_scripts.py of {version} and
 * {categories}; change that, not this. The
 * data are under the Unicode License; see NOTICE.
 */
#include "match/regex_chars.h"

"""


def read(path, names):
    text = path.read_text(encoding="utf-8")
    ranges = {name: [] for name in names}
    for first, last, name in re.findall(
            r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; (\w+)", text, re.M):
        if name in ranges:
            ranges[name].append((int(first, 16), int(last or first, 16)))
    return text.split()[1], {n: join(sorted(r)) for n, r in ranges.items()}


def runs(categories):
    """Where each run of one category begins, and its place in CATEGORIES."""
    out = sorted((first, last, CATEGORIES.index(name))
                 for name, ranges in categories.items()
                 for first, last in ranges)
    if [r[0] for r in out] != [0] + [r[1] + 1 for r in out[:-1]]:
        sys.exit("a character has no category, or two")
    return [first << 5 | category for first, _, category in out]


def join(ranges):
    out = []
    for first, last in ranges:
        if out and first == out[-1][1] + 1:
            out[-1][1] = last
        else:
            out.append([first, last])
    return out


def wrap(cells):
    rows, line = [], "   "
    for cell in cells:
        if len(line) + len(cell) > 80:
            rows.append(line)
            line = "   "
        line += cell
    return "\n".join(rows + [line])


def source(scripts, categories):
    version, scripts = scripts
    out = [HEAD.replace("{version}", version)
           .replace("{categories}", categories[0])]
    for name, ranges in scripts.items():
        body = wrap(f" {{ 0x{first:X}, 0x{last:X} }}," for first, last in ranges)
        out.append(f"static const pol_range {name.lower()}[] = {{\n{body}\n}};\n\n")
    out.append("#define SCRIPT(name, ranges) \\\n"
               "    { name, ranges, sizeof(ranges) / sizeof(*(ranges)) }\n\n")
    out.append("const pol_script pol_scripts[] = {\n")
    out += [f'    SCRIPT("{n}", {n.lower()}),\n' for n in scripts]
    out.append("};\nconst size_t pol_script_count =\n"
               "    sizeof(pol_scripts) / sizeof(*pol_scripts);\n\n")
    out.append("const char pol_char_categories[POL_CATEGORIES][3] = {\n"
               + wrap(f' "{name}",' for name in CATEGORIES) + "\n};\n\n")
    out.append("const uint32_t pol_category_runs[] = {\n"
               + wrap(f" 0x{run:X}," for run in runs(categories[1])) + "\n};\n"
               "const size_t pol_category_run_count =\n"
               "    sizeof(pol_category_runs) / sizeof(*pol_category_runs);\n")
    return "".join(out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    ucd = pathlib.Path(args.ucd)
    made = source(read(ucd / "Scripts.txt", SCRIPTS),
                  read(ucd / "extracted/DerivedGeneralCategory.txt", CATEGORIES))
    path = HERE / "regex_scripts.c"
    if not args.check:
        path.write_text(made)
    elif path.read_text() != made:
        sys.exit(f"{path.name} is stale: run gen_regex_scripts.py")


main()
