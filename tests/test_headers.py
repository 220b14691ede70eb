#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Each public header compiles alone, twice, as C11 and as C++17."""
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"])
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
         f"-I{ROOT / 'include'}"]
LANGUAGES = {
    "C11 by gcc": ["gcc", "-std=c11", "-Wstrict-prototypes", "-x", "c"],
    "C11 by clang": ["clang", "-std=c11", "-Wstrict-prototypes", "-x", "c"],
    "C++17 by g++": ["g++", "-std=c++17", "-x", "c++"],
}


def compiles(command, source, more=()):
    return subprocess.run(command + FLAGS + [*more, "-"], input=source, text=True,
                          capture_output=True, check=False)


class Headers(unittest.TestCase):
    def test_each_compiles_alone(self):
        headers = sorted((ROOT / "include" / "policy").glob("*.h"))
        self.assertGreaterEqual(len(headers), 13)
        for label, command in LANGUAGES.items():
            for header in headers:
                include = f"#include <policy/{header.name}>\n"
                with self.subTest(header=header.name, language=label):
                    done = compiles(command, include + include +
                                    "int unused_name;\n")
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_initialisers_fit(self):
        names = ["limits", "compiler_options", "session_options", "state",
                 "counters", "error"]
        lines = "".join(f"policy_{n} {n}_v = POLICY_{n.upper()}_INIT;\n"
                        for n in names)
        for label, command in LANGUAGES.items():
            with self.subTest(language=label):
                done = compiles(command,
                                "#include <policy/policy.h>\n" + lines,
                                ["-Wno-missing-field-initializers"])
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_broken_header_would_be_seen(self):
        for label, command in LANGUAGES.items():
            with self.subTest(language=label):
                done = compiles(command, "policy_str missing_include;\n")
                self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
