#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""tests/cases through the command: the decisions that the C API gives, and for
each line that it refuses a message with the same code, and status 2."""
import json
import re
import unittest

from command import ROOT, CommandTest

CASES = ROOT / "tests" / "cases"


class Cases(CommandTest):
    def run_case(self, case):
        expected = [json.loads(line) for line in
                    (case / "expected.jsonl").read_text("utf-8").splitlines()]
        done = self.run_policy("eval", str(case), "--format", "json", "--clear",
                               "--library", str(CASES / "library"),
                               "--lang", "en",
                               input=(case / "events.jsonl").read_bytes())
        decisions = self.decisions(done)
        for d in decisions:
            del d["decision"], d["bundle"]
        refused = [(i + 1, e["error"]) for i, e in enumerate(expected)
                   if "error" in e]
        self.assertEqual(decisions, [e for e in expected if "error" not in e])
        self.assertEqual(re.findall(r"^stdin:(\d+):\d+: error: .*\[([\w-]+)\]$",
                                    done.stderr, re.M),
                         [(str(i), code) for i, code in refused])
        self.assertEqual(done.returncode, 2 if refused else 0, done.stderr)
        return len(expected)

    def test_every_case_gives_the_decisions_of_the_library(self):
        lines = 0
        for case in sorted(CASES.iterdir()):
            if case.name != "library" and case.is_dir():
                with self.subTest(case=case.name):
                    lines += self.run_case(case)
        self.assertGreater(lines, 70)


if __name__ == "__main__":
    unittest.main(verbosity=2)
