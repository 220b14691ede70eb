#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the built libpolicy.so exports is what the headers declare, and what
tests/exports.txt keeps: a name more or less is a decision, not an accident."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"])
LIBRARY = os.environ["POLICY_SHARED_LIBRARY"]


def exported():
    out = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], check=True,
                         capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in out.splitlines()
             if line.split()[-2] != "A"]  # A: the version's own name
    return sorted(names)


def declared():
    names = set()
    for header in (ROOT / "include" / "policy").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text("utf-8"), flags=re.S)
        for found in re.finditer(r"POLICY_API\s[^;(]*?\b(policy_\w+)\s*\(", text):
            names.add(found.group(1))
    return sorted(names)


class Exports(unittest.TestCase):
    def test_exports_are_those_kept(self):
        kept = (ROOT / "tests" / "exports.txt").read_text("utf-8").split("\n")
        kept = [line for line in kept if line and not line.startswith("#")]
        self.assertEqual(kept, sorted(kept))
        self.assertEqual(exported(), kept)

    def test_exports_are_those_declared(self):
        self.assertGreater(len(declared()), 60)
        self.assertEqual(exported(), declared())

    def test_all_have_the_prefix(self):
        for name in exported():
            self.assertTrue(name.startswith("policy_"), name)

    def test_nothing_is_wanted_but_known_libraries(self):
        out = subprocess.run(["readelf", "-d", LIBRARY], check=True,
                             capture_output=True, text=True).stdout
        needed = re.findall(r"\(NEEDED\).*\[(.*?)\]", out)
        for name in needed:
            self.assertRegex(name, r"^(libc|libm|liblua5\.4|libyaml-0|"
                                   r"libutf8proc|ld-linux[-\w]*)\.so")
        self.assertRegex(out, r"\(SONAME\).*\[libpolicy\.so\.0\]")


if __name__ == "__main__":
    unittest.main(verbosity=2)
