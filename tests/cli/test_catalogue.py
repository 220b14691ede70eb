#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The texts of the command: both languages take the same arguments, and every
message is used."""
import pathlib
import os
import re
import unittest

CLI = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"]) / "bindings" / "cli"
STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
MESSAGE = re.compile(r"CLI_MESSAGE\((\w+),\s*" + STRING + r",\s*" + STRING +
                     r"\)")
FORMAT = re.compile(r"%(?:%|[-0-9.*]*(?:zu|llu|[sdu]))")


class Catalogue(unittest.TestCase):
    def setUp(self):
        text = (CLI / "messages.def").read_text("utf-8")
        self.messages = MESSAGE.findall(text)
        self.assertEqual(len(self.messages), text.count("\nCLI_MESSAGE("))
        self.assertGreater(len(self.messages), 80)

    def test_both_languages_take_the_same_arguments(self):
        for name, en, zh in self.messages:
            self.assertEqual(FORMAT.findall(en), FORMAT.findall(zh), name)
            for text in (en, zh):
                rest = FORMAT.sub("", text)
                self.assertNotIn("%", rest, name)

    def test_chinese_is_chinese_and_english_is_not(self):
        for name, en, zh in self.messages:
            self.assertNotRegex(en, "[\u4e00-\u9fff]", name)
            if re.search("[a-z]{3}", FORMAT.sub("", en)):
                self.assertRegex(zh, "[\u4e00-\u9fff]", name)

    def test_every_message_is_used_and_once(self):
        names = [name for name, _, _ in self.messages]
        self.assertEqual(len(names), len(set(names)))
        sources = "".join(p.read_text("utf-8") for p in CLI.glob("*.c"))
        for name in names:
            self.assertTrue(re.search(rf"\bCLI_{name}\b", sources), name)

    def test_no_text_stands_outside_of_it(self):
        for path in CLI.glob("*.c"):
            if path.name in ("lang.c", "table.c"):
                continue  # names of verdicts; marks that forbid a break
            code = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"),
                          flags=re.S)
            self.assertNotRegex(code, "[\u4e00-\u9fff]", path.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
