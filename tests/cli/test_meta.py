#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""policies-lua/meta/policy.lua, from which editors know the rule language,
says what the compiler accepts, and nothing else. What it accepts is asked of
the command: a name that no table has is told as such."""
import json
import re
import unittest

from command import ROOT, CommandTest

META = (ROOT / "policies-lua/meta/policy.lua").read_text("utf-8")
COMPILER = ROOT / "libpolicy/compile"
# What is said of a key, or of a call, that has no business where it stands.
STRAY = {"unknown-key", "field-unknown", "rule-item"}
MISPLACED = {"not-a-test", "not-a-match", "not-a-condition",
             "not-a-test-case", "value-kind", "key-kind"}
BASE = {"title": '"t"', "reason": '"r"', "category": '"insult"',
        "verdict": '"flag"', "broad": "true"}


def fields(name):
    """The keys of a class of the definition file."""
    head = re.search(rf"^---@class (?:\(exact\) )?policy\.{name}\b.*\n"
                     r"((?:---@field .*\n)*)", META, re.M)
    return {a or b for a, b in re.findall(
        r'^---@field (?:\["(\w+)"\]|(\w+))\?', head.group(1), re.M)}


def rule(number, types, body):
    """A whole rule, but for the key that the body sets."""
    own = re.match(r'(?:\["(\w+)"\]|(\w+)) =', body).group(1, 2)
    base = {"id": f'"r{number}"', "on": types, **BASE}
    return ("rule { " + " ".join(f"{k} = {v}," for k, v in base.items()
                                 if k not in own) + f" {body} }}")


def literals(*files):
    """All that the compiler may compare a key with stands in its sources."""
    text = "".join((COMPILER / f).read_text("utf-8") for f in files)
    return set(re.findall(r'"([a-z_]+)"', text))


def alias(name):
    return set(re.findall(r'"([^"]+)"', re.search(
        rf"^---@alias policy\.{name} (.*)$", META, re.M).group(1)))


class Meta(CommandTest):
    def told(self, bodies, types='"message"'):
        """Of each body of a rule: the codes, with what stands at the place."""
        return self.told_lines([rule(n, types, body)
                                for n, body in enumerate(bodies)])

    def told_lines(self, lines, dir="shop"):
        codes = [set() for _ in lines]
        for start in range(0, len(lines), 200):
            self.write("shop/rules.lua",
                       "\n".join(lines[start:start + 200]) + "\n")
            done = self.run_policy("check", dir, "--format", "json")
            for d in map(json.loads, done.stdout.splitlines()):
                if d.get("file", "").endswith("rules.lua") and "line" in d:
                    at = d["source"][d["column"] - 1:d["end"] - 1]
                    codes[start + d["line"] - 1].add((d["code"], at))
        return codes

    def accepted_keys(self, universe, body, bad=STRAY, types='"message"'):
        universe = sorted(universe)
        codes = self.told([body.format(k=f'["{k}"]') for k in universe], types)
        return {k for k, told in zip(universe, codes)
                if not any(code in bad and at.strip('"') == k
                           for code, at in told)}

    def test_keys_of_a_rule(self):
        words = literals("rule_build.c") | fields("Rule") | {"tite", "were"}
        self.assertEqual(self.accepted_keys(words, "{k} = true"),
                         fields("Rule"))

    def test_keys_inside_of_a_rule(self):
        rows = [
            ("Escalate", literals("rule_build.c"), "escalate = {{ {k} = 1 }}"),
            ("Term", literals("match_build.c"),
             'match = term {{ "东西", {k} = 1 }}'),
            ("Pii", literals("match_build.c"),
             'match = pii {{ "mobile", {k} = 1 }}'),
            ("Part", literals("rule_test_build.c"),
             'tests = {{ hit {{ "x", parts = {{ {{ {k} = 1 }} }} }} }}'),
        ]
        for name, words, body in rows:
            with self.subTest(table=name):
                self.assertEqual(
                    self.accepted_keys(words | fields(name) | {"nonsense"},
                                       body), fields(name))

    def test_conditions_and_examples_know_the_same_fields(self):
        every = "{ " + ", ".join(f'"{t}"' for t in sorted(alias("Type"))) + " }"
        schema = set(re.findall(
            r"^field (\w+)", (ROOT / "libpolicy/event/schema.txt").read_text(
                "utf-8"), re.M))
        words = schema | {"conversatoin", "texts"}
        found = self.accepted_keys(words, "where = any {{ {{ {k} = 1 }} }}",
                                   types=every)
        self.assertEqual(found, schema)
        self.assertEqual(fields("Condition"), schema)
        own = {"after", "at", "facts", "parts", "type", "verdict"}
        self.assertEqual(fields("Example"), schema | own)
        self.assertEqual(alias("Field"), schema)

    def test_keys_of_exceptions_and_examples(self):
        words = literals("rule_build.c", "rule_test_build.c") - fields(
            "Condition")
        given = {"why", "owner"}  # without which there is no exception
        self.assertEqual(
            given |
            self.accepted_keys((words | {"nonsense"}) - given,
                               'except = {{ {{ why = "w", owner = "o",'
                               ' {k} = "x" }} }}'), fields("Exception"))
        self.assertEqual(
            self.accepted_keys(words | {"nonsense"},
                               'tests = {{ hit {{ "x", state = {{ {{}} }},'
                               ' {k} = "x" }} }}'),
            fields("Example") - fields("Condition"))
        self.assertEqual(
            self.accepted_keys(words | {"nonsense"},
                               'tests = {{ steps {{ {{ "x", {k} = "x" }} }} }}'),
            fields("Example") - fields("Condition") | fields("Step"))

    def test_keys_of_a_theme(self):
        words = sorted(literals("theme_build.c") | {"nonsense"})
        self.write("shop/rules.lua", 'use "one" { }\n')
        found = set()
        for k in words:
            self.write("shop/themes/one.lua", 'theme { id = "one", title = "t",'
                       f' parts = {{}},\n["{k}"] = true }}\n')
            done = self.run_policy("check", "shop", "--format", "json")
            codes = [json.loads(line).get("code")
                     for line in done.stdout.splitlines()]
            if "unknown-key" not in codes:
                found.add(k)
        # `id` itself is looked for, and has to be the file's name.
        self.assertEqual(found | {"id"}, fields("Theme"))

    def test_constructors(self):
        source = (ROOT / "libpolicy/script/constructors.c").read_text("utf-8")
        table = re.search(r"\} constructors\[\] = \{(.*?)\};", source,
                          re.S).group(1)
        names = re.findall(r'\{ "(\w+)",', table)
        self.assertGreater(len(names), 30)
        places = ["where = {{ {k} {{ \"x\" }} }}", "where = {{ actor = {k} \"x\" }}",
                  "match = {k} \"x\"", "match = any {{ {k} {{ \"x\" }} }}",
                  "tests = {{ {k} {{ \"x\" }} }}", "severity = {k} \"x\"",
                  "escalate = {{ to = {k} \"actor\", within = \"1h\" }}"]
        accepted = set()
        for place in places:
            codes = self.told([place.format(k=k) for k in names])
            accepted |= {k for k, told in zip(names, codes) if not any(
                code in MISPLACED and at in (k, f'{k} "x"') for code, at in told)}
        declared = self.told_lines([f'{k} {{ id = "x" }}' for k in names])
        accepted |= {k for k, told in zip(names, declared)
                     if k in ("rule", "theme", "use", "memory", "duty",
                              "ladder") and
                     not any(code == "declaration" for code, _ in told)}
        keyed = self.told_lines([f'memory {{ id = "x", keep = "1d", key = {k} "x",'
                                 ' set = { on = "message" } }' for k in names])
        accepted |= {k for k, told in zip(names, keyed)
                     if not any(at in (k, f'{k} "x"') for _, at in told)}
        stepped = self.told_lines(['ladder { id = "x", title = "t", reason = "r",'
                                   ' decide = "hr", within = "1d", tracks = {'
                                   f' {{ id = "a", steps = {{ {k} {{ "x",'
                                   ' zh = "y" } } } } }' for k in names])
        accepted |= {k for k, told in zip(names, stepped)
                     if not any(at.startswith(k) for _, at in told)}
        self.assertEqual(accepted, set(re.findall(r"^function (\w+)\(", META,
                                                  re.M)))

    def test_words(self):
        """Each word of the aliases is one that the compiler knows."""
        rows = [("Type", 'on = "{}"', "type-unknown"),
                ("Category", 'category = "{}"', "category-unknown"),
                ("Verdict", 'verdict = "{}"', "value-word"),
                ("Mode", 'mode = "{}"', "value-word"),
                ("Detector", 'match = pii "{}"', "detector-unknown"),
                ("TermView", 'match = term {{ "东西", views = "{}" }}',
                 "value-word"),
                ("Strictness", 'match = term {{ "东西", strict = "{}" }}',
                 "value-word"),
                ("Confidence", 'match = pii {{ "mobile", confidence = "{}" }}',
                 "value-word")]
        for name, body, code in rows:
            words = sorted(alias(name)) + ["nonsense"]
            told = self.told([body.format(w) for w in words])
            wrong = [w for w, codes in zip(words, told)
                     if code in {c for c, _ in codes}]
            self.assertEqual(wrong, ["nonsense"], name)

    def test_editors_are_pointed_to_it(self):
        library = str(ROOT / "policies-lua")
        done = self.run_policy("init", "school", "new", "--library", library)
        self.assertEqual(done.returncode, 0, done.stderr)
        settings = json.loads((self.work / "new/.luarc.json").read_text("utf-8"))
        self.assertEqual(settings["workspace.library"], [library + "/meta"])
        self.assertEqual(settings["runtime.version"], "Lua 5.4")
        self.assertEqual(settings["runtime.builtin"]["io"], "disable")
        self.assertIn(".luarc.json", done.stdout)
        done = self.run_policy("check", "new", "--library", library)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_library_without_it(self):
        self.write("lib/organisations/small/organisation.yaml",
                   (self.work / "shop/organisation.yaml").read_text("utf-8"))
        done = self.run_policy("init", "small", "new", "--library", "lib")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.work / "new/organisation.yaml").is_file())


if __name__ == "__main__":
    unittest.main(verbosity=2)
