#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Sums the tests that really ran, from the logs of meson.

summary.py [--fuzz PASSED FAILED] LABEL=testlog.json...

A program that printed the summary of CUnit or of Python's unittest counts as
many tests as ran, any other as one. A program that meson calls failed though none of its tests did
(it crashed, it hung, a sanitizer spoke) counts one failure more. The last line
is "N passed, N failed"; the status is 1 where one failed or none ran.
"""
import json
import re
import sys

CUNIT = re.compile(r"^\s+tests\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in", re.M)
UNITTEST_FAILED = re.compile(r"(?:failures|errors)=(\d+)")
GOOD = {"OK", "EXPECTEDFAIL"}


def count(entry):
    """Tests passed and failed, and whether it was skipped, of one program."""
    if entry["result"] == "SKIP":
        return 0, 0, 1
    passed = failed = 0
    said = (entry.get("stdout") or "") + "\n" + (entry.get("stderr") or "")
    for found in CUNIT.finditer(said):
        passed += int(found.group(3))
        failed += int(found.group(4))
    for found in UNITTEST.finditer(said):
        # A test with parts that fail may count twice among the failures.
        ran = int(found.group(1))
        wrong = min(ran, sum(map(int, UNITTEST_FAILED.findall(said))))
        passed, failed = passed + ran - wrong, failed + wrong
    good = entry["result"] in GOOD
    if not good and failed == 0:
        failed = 1
    if good and passed == 0 and failed == 0:
        passed = 1
    return passed, failed, 0


def main(arguments):
    total_passed = total_failed = 0
    if arguments[:1] == ["--fuzz"]:
        passed, failed = int(arguments[1]), int(arguments[2])
        arguments = arguments[3:]
        total_passed, total_failed = passed, failed
        print(f"libFuzzer: {passed + failed} targets, {failed} failed")
    complete = True
    for argument in arguments:
        label, _, path = argument.partition("=")
        programs = passed = failed = skipped = 0
        try:
            with open(path, encoding="utf-8") as log:
                entries = [json.loads(line) for line in log if line.strip()]
        except OSError as error:
            print(f"{label}: no log: {error}")
            complete = False
            continue
        for entry in entries:
            p, f, s = count(entry)
            programs, skipped = programs + 1, skipped + s
            passed, failed = passed + p, failed + f
            if f:
                print(f"  failed: {entry['name']} ({label})")
        if passed + failed == 0:
            print(f"{label}: no test ran")
            complete = False
        print(f"{label}: {programs} programs, {passed + failed} tests, "
              f"{failed} failed" + (f", {skipped} skipped" if skipped else ""))
        total_passed += passed
        total_failed += failed
    if not complete:
        total_failed += 1
    print(f"{total_passed} passed, {total_failed} failed")
    return 0 if total_passed and not total_failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
