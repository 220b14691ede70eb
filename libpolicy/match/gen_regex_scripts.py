#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Make regex_scripts.c of Scripts.txt of the Unicode Character Database.

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

HEAD = """\
/* SPDX-FileCopyrightText: The libpolicy authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made by gen_regex_scripts.py of {version}; change that, not
 * this. The data are under the Unicode License; see NOTICE.
 */
#include "match/regex_chars.h"

"""


def read(path):
    text = path.read_text(encoding="utf-8")
    ranges = {name: [] for name in SCRIPTS}
    for first, last, name in re.findall(
            r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; (\w+)", text, re.M):
        if name in ranges:
            ranges[name].append((int(first, 16), int(last or first, 16)))
    return text.split()[1], {n: join(sorted(r)) for n, r in ranges.items()}


def join(ranges):
    out = []
    for first, last in ranges:
        if out and first == out[-1][1] + 1:
            out[-1][1] = last
        else:
            out.append([first, last])
    return out


def source(version, scripts):
    out = [HEAD.replace("{version}", version)]
    for name, ranges in scripts.items():
        rows, line = [], "   "
        for first, last in ranges:
            cell = f" {{ 0x{first:X}, 0x{last:X} }},"
            if len(line) + len(cell) > 80:
                rows.append(line)
                line = "   "
            line += cell
        rows.append(line)
        body = "\n".join(rows)
        out.append(f"static const pol_range {name.lower()}[] = {{\n{body}\n}};\n\n")
    out.append("#define SCRIPT(name, ranges) \\\n"
               "    { name, ranges, sizeof(ranges) / sizeof(*(ranges)) }\n\n")
    out.append("const pol_script pol_scripts[] = {\n")
    out += [f'    SCRIPT("{n}", {n.lower()}),\n' for n in scripts]
    out.append("};\nconst size_t pol_script_count =\n"
               "    sizeof(pol_scripts) / sizeof(*pol_scripts);\n")
    return "".join(out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ucd", default="/usr/share/unicode")
    p.add_argument("--check", action="store_true")
    args = p.parse_args()
    made = source(*read(pathlib.Path(args.ucd) / "Scripts.txt"))
    path = HERE / "regex_scripts.c"
    if not args.check:
        path.write_text(made)
    elif path.read_text() != made:
        sys.exit(f"{path.name} is stale: run gen_regex_scripts.py")


main()
