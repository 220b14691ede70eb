#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Each command, its options, its results and its exit status."""
import json
import os
import pathlib
import re
import shutil
import unittest
from xml.etree import ElementTree

from command import COMMAND, KEPT, ROOT, CommandTest, event

ID_NUMBER = "张三 11010519491231002X"


class Use(CommandTest):
    def test_no_command_shows_the_use(self):
        done = self.run_policy()
        self.assertEqual(done.returncode, 2)
        self.assertIn("policy check DIR", done.stdout)

    def test_help_of_each_command(self):
        for name in ("check", "test", "eval", "compare", "explain", "coverage",
                     "directory", "fmt", "init", "version", "help"):
            for lang, example in (("en", "Example:"), ("zh", "例子：")):
                with self.subTest(command=name, lang=lang):
                    one = self.run_policy("help", name, "--lang", lang)
                    two = self.run_policy("--lang", lang, name, "--help")
                    self.assertEqual(one.returncode, 0)
                    self.assertEqual(one.stdout, two.stdout)
                    self.assertIn(example, one.stdout)
                    self.assertIn("--library", one.stdout)

    def test_help_fits_the_terminal(self):
        for name in ("", "eval", "check", "directory"):
            done = self.run_policy("help", *([name] if name else []))
            for line in done.stdout.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_version(self):
        text = (ROOT / "include/policy/version.h").read_text("utf-8")
        version = text.split('VERSION_STRING "')[1].split('"')[0]
        for word in ("version", "--version"):
            done = self.run_policy(word)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith(f"policy {version} ("))

    def test_wrong_use(self):
        rows = [
            (["tset", "shop"], "did you mean “test”?"),
            (["eval", "shop", "--fron", "wecom"], "did you mean “--from”?"),
            (["check", "shop", "--from", "wecom"], "--from"),
            (["eval", "shop", "--from", "wecon"], "json, wecom"),
            (["eval", "shop", "--fail-on", "red"], "allow, flag, warn"),
            (["eval", "shop", "--today", "2026-02-30"], "2026-02-30"),
            (["eval", "shop", "--today", "26-2-3"], "26-2-3"),
            (["eval", "shop", "--clear=yes"], "--clear"),
            (["eval", "shop", "--org"], "--org"),
            (["eval"], "DIR"),
            (["init", "school"], "DIR"),
            (["check", "shop", "more"], "more"),
            (["check", "shop", "--library", "nowhere"], "nowhere"),
            (["help", "nothing"], "nothing"),
            (["init", "../shop", "x", "--library", str(ROOT / "policies-lua")],
             "../shop"),
        ]
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                done = self.run_policy(*arguments, input=event())
                self.assertEqual(done.returncode, 2)
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_full_disk_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            import subprocess
            done = subprocess.run([COMMAND, "check", "shop"], stdout=full,
                                  stderr=subprocess.PIPE, cwd=self.work,
                                  env=KEPT, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)


class Check(CommandTest):
    def test_counts(self):
        done = self.run_policy("check", "shop")
        self.assertEqual(done.returncode, 0, done.stderr)
        counts, bundle = map(json.loads, done.stdout.splitlines())
        self.assertEqual(counts, {"organisation": "shop", "rules": 3,
                                  "enforced": 2, "shadow": 1, "off": 0,
                                  "duties": 0, "ladders": 0,
                                  "tests": 18, "exceptions": 0, "articles": 4})
        self.assertRegex(bundle["bundle"], r"^sha256:[0-9a-f]{64}$")

    def test_equal_sources_have_one_revision(self):
        def revision():
            return json.loads(self.run_policy("check", "shop").stdout
                              .splitlines()[-1])["bundle"]
        first = revision()
        self.assertEqual(revision(), first)
        path = self.work / "shop/lists/luring.txt"
        self.write(path, path.read_text("utf-8") + "私聊我 | 引流\n")
        self.assertNotEqual(revision(), first)

    def test_library_by_option_and_environment(self):
        (self.work / "lib").mkdir()
        (self.work / "shop/lists").rename(self.work / "lib/lists")
        self.assertEqual(self.run_policy("check", "shop").returncode, 2)
        done = self.run_policy("check", "shop", "--library", "lib")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_policy("check", "shop",
                               env={"POLICY_LIBRARY": "nowhere:lib"})
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_shipped_organisations(self):
        done = self.run_policy("check", str(ROOT / "policies-lua/organisations"),
                               "--library", str(ROOT / "policies-lua"))
        self.assertEqual(done.returncode, 0, done.stderr)
        ids = [json.loads(line).get("organisation")
               for line in done.stdout.splitlines()]
        self.assertEqual(ids[:-1], ["company", "hospital", "school"])


class CheckWhatIsInVain(CommandTest):
    def test_strict_makes_warnings_fail(self):
        path = self.work / "shop/lists/luring.txt"
        self.assertEqual(self.run_policy("check", "shop", "--strict").returncode,
                         0)
        self.write(path, path.read_text("utf-8") + "扫码进群\n")
        self.assertEqual(self.run_policy("check", "shop").returncode, 0)
        done = self.run_policy("check", "shop", "--strict")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--strict", done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.write(path, path.read_text("utf-8") + "扫 | x | nonsense\n")
        done = self.run_policy("check", "shop", "--strict")
        self.assertEqual(done.returncode, 2)

    def test_the_shipped_organisations_have_nothing_in_vain(self):
        done = self.run_policy("check", "--strict", "--today", "2026-11-01",
                               str(ROOT / "policies-lua/organisations"),
                               "--library", str(ROOT / "policies-lua"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_examples_of_the_shipped_rules_overlook_nothing(self):
        for organisation in ("school", "hospital", "company"):
            done = self.run_policy("test", str(ROOT / "policies-lua/organisations"
                                               / organisation),
                                   "--library", str(ROOT / "policies-lua"),
                                   "--min-coverage", "100", "--mutate",
                                   "--format", "table")
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_cost_of_each_rule_and_of_all(self):
        done = self.run_policy("check", "shop", "--cost")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.decisions(done)
        rules = [r for r in rows if "rule" in r]
        counts = next(r for r in rows if "rules" in r)
        self.assertEqual(len(rules), counts["rules"])
        self.assertEqual(sum(r["cost"] for r in rules), counts["cost"])
        costs = [r["cost"] for r in rules]
        self.assertEqual(costs, sorted(costs, reverse=True))
        self.assertGreater(min(costs), 0)
        for r in rules:
            line = (self.work / r["file"]).read_text("utf-8").splitlines()[
                r["line"] - 1]
            self.assertIn("rule", line)
        # A check may take its whole budget.
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'verdict = "warn"', 'check = function() end, verdict = "warn"'))
        first = self.decisions(self.run_policy("check", "shop", "--cost"))[0]
        self.assertEqual(first["rule"], "shop/swearing")
        self.assertGreater(first["cost"], 10000)


class CheckForEditors(CommandTest):
    """--format json: what is wrong, a line each, at places that exist."""
    def told(self, *arguments):
        done = self.run_policy("check", "shop", "--format", "json", *arguments)
        return done, [json.loads(line) for line in done.stdout.splitlines()]

    def break_rules(self, old, new):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(old, new))

    def place(self, told):
        """The characters that a diagnostic points at."""
        text = (self.work / told["file"]).read_text("utf-8")
        line = text.splitlines()[told["line"] - 1]
        self.assertEqual(line, told["source"])
        self.assertEqual(told["end"], told["column"] + told["length"])
        return line[told["column"] - 1:told["end"] - 1]

    def test_errors(self):
        self.break_rules('verdict = "warn"', '--[[ 有误 ]] verdct = "warn"')
        for lang, words in (("en", "rule has no key"), ("zh", "没有")):
            done, (one, end) = self.told("--lang", lang)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(self.place(one), "verdct")
            self.assertEqual((one["severity"], one["code"], one["suggestion"]),
                             ("error", "unknown-key", "verdict"))
            self.assertIn(words, one["message"])
            self.assertEqual(end, {"errors": 1, "warnings": 0})
            self.assertNotIn("verdct", done.stderr)

    def test_warnings_come_before_the_counts(self):
        with open(self.work / "shop/lists/luring.txt", "a", encoding="utf-8",
                  newline="") as f:
            f.write("扫码进群\n")
        done, (one, counts, bundle) = self.told()
        self.assertEqual(done.returncode, 0)
        self.assertEqual((one["severity"], one["code"], self.place(one)),
                         ("warning", "list-twice", "扫码进群"))
        self.assertEqual(counts["organisation"], "shop")
        self.assertEqual(bundle["warnings"], 1)
        self.assertEqual(done.stderr, "")

    def test_hints(self):
        for old, new, word in (('"insult",', '"insult"，', "ASCII"),
                               ('"insult",', '"insult"', "comma")):
            path = self.work / "shop/rules.lua"
            text = path.read_text("utf-8")
            self.assertIn(old, text)
            self.write(path, text.replace(old, new, 1))
            _, (one, _) = self.told()
            self.assertEqual(one["code"], "lua-syntax")
            self.assertIn(word, one["hint"])
            self.write(path, text)

    def test_directory(self):
        self.write("shop/directory.yaml", "people:\n  u1: { knd: staff }\n")
        done, lines = self.told()
        self.assertEqual(done.returncode, 2)
        self.assertEqual(lines[0]["severity"], "error")
        self.assertEqual((lines[0]["file"], lines[0]["line"]),
                         ("shop/directory.yaml", 2))

    def test_only_when_asked_for(self):
        self.break_rules('verdict = "warn"', 'verdct = "warn"')
        done = self.run_policy("check", "shop")
        self.assertEqual(done.stdout, "")
        self.assertIn("shop/rules.lua:7:3: error", done.stderr)

    def test_wrong_use_is_no_diagnostic(self):
        done = self.run_policy("check", "nowhere", "--format", "json")
        self.assertEqual((done.returncode, done.stdout), (2, ""))


class Fmt(CommandTest):
    UGLY = 'rule{id="a",\n\n\n\ttitle  ="b" -- c\n}'
    FORM = 'rule { id = "a",\n\n  title = "b" -- c\n}\n'

    def test_files_are_written_anew(self):
        one = self.write("one.lua", self.UGLY)
        two = self.write("two.lua", self.FORM)
        one.chmod(0o640)
        before = two.stat().st_mtime_ns
        done = self.run_policy("fmt", "one.lua", "two.lua")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.decisions(done),
                         [{"file": "one.lua", "changed": True},
                          {"file": "two.lua", "changed": False}])
        self.assertEqual(one.read_text("utf-8"), self.FORM)
        self.assertEqual(one.stat().st_mode & 0o777, 0o640)
        self.assertEqual(two.stat().st_mtime_ns, before)
        done = self.run_policy("fmt", "one.lua", "two.lua", "--format", "table")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(sorted(p.name for p in self.work.glob("*.lua*")),
                         ["one.lua", "two.lua"])

    def test_check_writes_nothing(self):
        one = self.write("one.lua", self.UGLY)
        done = self.run_policy("fmt", "--check", "one.lua", "--format", "table")
        self.assertEqual((done.returncode, done.stdout), (1, "one.lua\n"))
        self.assertEqual(one.read_text("utf-8"), self.UGLY)
        done = self.run_policy("fmt", "--check", "shop/rules.lua")
        self.assertEqual(done.returncode, 0)

    def test_stdin(self):
        done = self.run_policy("fmt", "-", input=self.UGLY)
        self.assertEqual((done.returncode, done.stdout), (0, self.FORM))
        done = self.run_policy("fmt", "--check", "-", input=self.UGLY)
        self.assertEqual(done.returncode, 1)

    def test_a_bad_file_stays_and_the_others_go_on(self):
        bad = self.write("bad.lua", "rule { a = 1 b = 2 }")
        good = self.write("good.lua", self.UGLY)
        done = self.run_policy("fmt", "bad.lua", "missing.lua", "shop",
                               "good.lua")
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.lua:1:14: error", done.stderr)
        self.assertIn("comma", done.stderr)
        self.assertIn("missing.lua", done.stderr)
        self.assertEqual(bad.read_text("utf-8"), "rule { a = 1 b = 2 }")
        self.assertEqual(good.read_text("utf-8"), self.FORM)

    def test_through_a_link(self):
        one = self.write("one.lua", self.UGLY)
        (self.work / "link.lua").symlink_to("one.lua")
        self.assertEqual(self.run_policy("fmt", "link.lua").returncode, 0)
        self.assertTrue((self.work / "link.lua").is_symlink())
        self.assertEqual(one.read_text("utf-8"), self.FORM)

    def test_a_folder_that_cannot_be_written(self):
        one = self.write("dir/one.lua", self.UGLY)
        self.write("dir/one.lua.part", "of another")
        done = self.run_policy("fmt", "dir/one.lua")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(one.read_text("utf-8"), self.UGLY)
        self.assertEqual((self.work / "dir/one.lua.part").read_text("utf-8"),
                         "of another")

    def test_all_that_is_shipped_is_in_this_form(self):
        files = [str(p) for folder in ("policies-lua", "tests/cases",
                                       "tests/cli/fixtures")
                 for p in sorted((ROOT / folder).rglob("*.lua"))
                 if p.parent.name not in ("meta", "bad-rule")]
        self.assertGreater(len(files), 25)
        done = self.run_policy("fmt", "--check", "--format", "table", *files)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_decisions_stay_the_same(self):
        """The shipped rules, with their white space gone, and put right."""
        import re
        library = self.work / "lib"
        shutil.copytree(ROOT / "policies-lua", library)
        files = [p for p in library.rglob("*.lua")
                 if p.parent.name not in ("meta", "bad-rule")]
        dir = str(library / "organisations")

        def results():
            rows = []
            for what in ("test", "coverage"):
                done = self.run_policy(what, dir, "--library", str(library))
                rows += [re.sub(r'"line":\d+', "", line)
                         for line in done.stdout.splitlines()]
            return rows
        before = results()
        for p in files:
            p.write_text(re.sub(r"^ +", "\t", p.read_text("utf-8"), flags=re.M),
                         "utf-8")
        done = self.run_policy("fmt", *map(str, files))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(len(before), 100)
        self.assertEqual(results(), before)


class Test(CommandTest):
    def test_all_pass(self):
        done = self.run_policy("test", "shop")
        self.assertEqual(done.returncode, 0, done.stdout)
        rows = self.decisions(done)
        self.assertEqual(len(rows), 18)
        self.assertTrue(all(r["passed"] for r in rows))
        self.assertIn("18 examples: 18 passed, 0 failed", done.stderr)

    def test_a_failing_example_is_shown(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace('miss { "东西" }',
                                                         'hit { "东西" }'))
        done = self.run_policy("test", "shop", "--format", "table")
        self.assertEqual(done.returncode, 1)
        self.assertIn("shop/rules.lua:10: example fails: shop/swearing",
                      done.stdout)
        self.assertIn("东西", done.stdout)
        self.assertIn("18 examples: 17 passed, 1 failed", done.stdout)
        failed = [r for r in self.decisions(self.run_policy("test", "shop"))
                  if not r["passed"]]
        self.assertEqual([(r["rule"], r["text"], r["expected"], r["got"],
                           r["outcome"], r["key"], r["wanted"], r["found"])
                          for r in failed],
                         [("shop/swearing", "东西", "hit", "miss",
                           "not-reached", "match", "混账东西", "")])
        self.assertIn("because   match: wanted 混账东西, found -", done.stdout)
        self.assertIn("seen as   text (folded): 东西", done.stdout)

    def test_why_an_example_fails(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term', 'where = { direction = "out" }, match = term'
        ).replace('hit { "混账东西" }', 'hit { "混账东西", direction = "in" }'
                  ).replace('miss { "东西" }', 'miss { "Ｘ混账东西" }'))
        done = self.run_policy("test", "shop", "--format", "table")
        self.assertIn("because   direction: wanted out, found in\n", done.stdout)
        self.assertIn("because   match: wanted 混账东西, found 混账东西\n",
                      done.stdout)
        self.assertIn("seen as   text (folded): x混账东西\n", done.stdout)

    def test_of_one_organisation(self):
        dir = str(ROOT / "policies-lua/organisations")
        library = ("--library", str(ROOT / "policies-lua"))
        done = self.run_policy("test", dir, "--org", "school", *library)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({r["organisation"] for r in self.decisions(done)},
                         {"school"})
        done = self.run_policy("test", dir, "--org", "scholl", *library)
        self.assertEqual(done.returncode, 2)


class TestReports(CommandTest):
    """For other programs: each example once, with its place."""
    HOSTILE = 'a & <b> "c" \\u{1} \\u{202e} # \\\\ 乙'

    def setUp(self):
        super().setUp()
        path = self.work / "shop/rules.lua"
        text = path.read_text("utf-8")
        text = text.replace('miss { "东西" }', 'hit { [[PLACE]] }')
        text += ('rule { id = "broken", title = "坏", reason = "试",'
                 ' category = "insult", on = "message", match = term "甲",'
                 ' check = function() error("x") end, verdict = "flag",'
                 ' tests = { hit "甲", miss "好" } }\n')
        self.write(path, text.replace("[[PLACE]]", f"'{self.HOSTILE}'"))

    def junit(self, *arguments):
        done = self.run_policy("test", "shop", "--format", "junit", *arguments)
        return done, ElementTree.fromstring(done.stdout)

    def test_junit(self):
        done, root = self.junit()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual([s.get("name") for s in root], ["shop"])
        suite = root[0]
        counts = {k: suite.get(k) for k in ("tests", "failures", "errors")}
        self.assertEqual(counts, {"tests": "20", "failures": "1",
                                  "errors": "1"})
        self.assertEqual({k: root.get(k) for k in counts}, counts)
        self.assertEqual(len(suite), 20)
        names = [(c.get("classname"), c.get("name")) for c in suite]
        self.assertEqual(len(set(names)), 20)
        lines = (self.work / "shop/rules.lua").read_text("utf-8").split("\n")
        (failed,) = [c for c in suite if c.find("failure") is not None]
        self.assertEqual(failed.get("file"), "shop/rules.lua")
        self.assertIn("乙", lines[int(failed.get("line")) - 1])
        self.assertEqual(failed.get("name"),
                         '5 hit: a & <b> "c" \ufffd \ufffd # \\ 乙')
        self.assertEqual(failed.find("failure").get("message"),
                         "expected hit, got miss")
        (broken,) = [c for c in suite if c.find("error") is not None]
        self.assertEqual(broken.get("classname"), "shop/broken")

    def test_junit_of_several_organisations(self):
        import shutil
        shutil.copytree(self.work / "shop", self.work / "all/shop")
        shutil.copytree(self.work / "shop", self.work / "all/stall")
        path = self.work / "all/stall/organisation.yaml"
        self.write(path, path.read_text("utf-8").replace("id: shop",
                                                         "id: stall"))
        import xml.etree.ElementTree as ElementTree
        done = self.run_policy("test", "all", "--format=junit")
        root = ElementTree.fromstring(done.stdout)
        self.assertEqual([s.get("name") for s in root], ["shop", "stall"])
        self.assertEqual(root.get("tests"), "40")
        self.assertIn("40 examples", done.stderr)

    def test_tap(self):
        done = self.run_policy("test", "shop", "--format", "tap")
        self.assertEqual(done.returncode, 1)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:2], ["TAP version 14", "1..20"])
        points = [l for l in lines if l.startswith(("ok ", "not ok "))]
        self.assertEqual([int(l.split(" - ")[0].split()[-1]) for l in points],
                         list(range(1, 21)))
        self.assertEqual(sum(l.startswith("not") for l in points), 2)
        at = next(i for i, l in enumerate(lines) if "\\# \\\\ 乙" in l)
        self.assertTrue(lines[at].startswith("not ok "), lines[at])
        block = lines[at + 1:lines.index("  ...", at) + 1]
        self.assertEqual(block[0], "  ---")
        values = dict(l.strip().split(": ", 1) for l in block[1:-1])
        self.assertEqual(json.loads(values["file"]), "shop/rules.lua")
        self.assertEqual(json.loads(values["text"]),
                         'a & <b> "c" \x01 \u202e # \\ 乙')
        self.assertEqual(json.loads(values["expected"]), "hit")

    def test_the_formats_are_of_the_examples(self):
        for name in ("check", "eval", "coverage"):
            done = self.run_policy(name, "shop", "--format", "junit")
            self.assertEqual(done.returncode, 2)
            self.assertIn("auto, table, json", done.stderr)


class TestWays(CommandTest):
    WAYS = ("--examples", "--evade", "--isolated", "--coverage", "--mutate")

    def test_ways_are_of_test_only(self):
        done = self.run_policy("eval", "shop", "--evade")
        self.assertEqual(done.returncode, 2)

    def test_several_ways_in_one_run(self):
        alone = [self.run_policy("test", "shop", way) for way in self.WAYS]
        self.assertEqual([d.returncode for d in alone], [0, 0, 0, 0, 1])
        done = self.run_policy("test", "shop", *reversed(self.WAYS))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "".join(d.stdout for d in alone))
        self.assertEqual(done.stderr, "".join(d.stderr for d in alone))
        ways = [r["way"] for r in self.decisions(done)]
        self.assertEqual(list(dict.fromkeys(ways)), [w[2:] for w in self.WAYS])
        self.assertEqual(self.run_policy("test", "shop").stdout, alone[0].stdout)
        done = self.run_policy("test", "shop", "--evade", "--coverage",
                               "--format", "table")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?s)^--evade\n.*\n\n--coverage\n")

    def cases(self, *options):
        done = self.run_policy("test", "shop", *options, "--format", "junit")
        root = ElementTree.fromstring(done.stdout)
        suites = {}
        for suite in root:
            suites.setdefault(suite.get("name"), []).extend(suite)
            for what in ("failure", "skipped"):
                self.assertEqual(int(suite.get(what + ("s" if what == "failure"
                                                       else ""))),
                                 len(suite.findall(f"testcase/{what}")))
        self.assertEqual(int(root.get("tests")), sum(map(len, suites.values())))
        return done.returncode, suites

    def test_each_way_as_junit(self):
        alone = {}
        for way in self.WAYS:
            status, suites = self.cases(way)
            self.assertEqual(status, way == "--mutate")
            lines = self.decisions(self.run_policy("test", "shop", way))
            self.assertEqual(sum(map(len, suites.values())), len(lines), way)
            for name in suites:
                self.assertEqual(name, "shop" + (" " + way[2:] if way != self.WAYS[0]
                                                 else ""))
            alone.update(suites)
        status, suites = self.cases(*self.WAYS)
        self.assertEqual(status, 1)
        self.assertEqual({n: [ElementTree.tostring(c) for c in cs]
                          for n, cs in suites.items()},
                         {n: [ElementTree.tostring(c) for c in cs]
                          for n, cs in alone.items()})
        lost = [c for c in suites["shop mutate"] if c.find("failure") is not None]
        self.assertEqual(lost[0].find("failure").get("type"), "mutate")
        self.assertRegex(lost[0].find("failure").text, r"rules\.lua:\d+:\d+: ")
        self.assertEqual(lost[0].get("name").split(": ")[1][:8], "verdict ")

    def test_the_gate_is_a_case(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term "混账东西",',
            'match = any { term "混账东西", term "滚开" },'))
        status, suites = self.cases("--coverage")
        self.assertEqual(status, 0)
        skipped = [c.find("skipped").get("message")
                   for c in suites["shop coverage"]
                   if c.find("skipped") is not None]
        self.assertEqual(skipped, ["in which it occurs"])
        self.assertNotIn("policy coverage", suites)
        for least in (90, 91):
            status, suites = self.cases("--min-coverage", str(least))
            gate, = suites["policy coverage"]
            self.assertEqual(status, least > 90)
            self.assertEqual(gate.find("failure") is not None, least > 90)
        self.assertEqual(gate.find("failure").get("message"),
                         "expected 91, got 90.0")

    def test_each_way_as_tap(self):
        done = self.run_policy("test", "shop", *self.WAYS, "--format", "tap")
        self.assertEqual(done.returncode, 1)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "TAP version 14")
        points = [l for l in lines if re.match(r"(not )?ok ", l)]
        rows = self.decisions(self.run_policy("test", "shop", *self.WAYS))
        self.assertEqual(lines[1], f"1..{len(rows)}")
        self.assertEqual([int(re.search(r"ok (\d+)", l).group(1)) for l in points],
                         list(range(1, len(rows) + 1)))
        self.assertEqual(sum(l.startswith("not ") for l in points),
                         sum(r["way"] == "mutate" and not r["killed"]
                             for r in rows))
        self.assertTrue(all(l[:1] in (" ", "o", "n") for l in lines[2:]))

    def test_isolated(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'hit { "你这混账东西" }', 'hit { "加微信，你这混账东西" }'))
        path = self.work / "shop/regulations/shop-house-rules/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'hit { "扫码进群" }', 'hit { "混账东西，扫码进群" }'))
        done = self.run_policy("test", "shop", "--isolated")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.decisions(done)
        self.assertEqual(len(rows), 9)
        done = self.run_policy("test", "shop", "--isolated", "--format", "junit")
        self.assertEqual([e.text for e in ElementTree.fromstring(
            done.stdout).iter("system-out")],
            ["shop/swearing warn", "shop-house-rules/luring flag"])
        self.assertTrue(all(r["passed"] for r in rows))
        self.assertEqual(
            [(r["rule"], r["text"], r["others"]) for r in rows if r["others"]],
            [("shop-house-rules/luring", "混账东西，扫码进群",
              [{"rule": "shop/swearing", "mode": "shadow", "verdict": "warn"}]),
             ("shop/swearing", "加微信，你这混账东西",
              [{"rule": "shop-house-rules/luring", "mode": "enforce",
                "verdict": "flag"}])])
        self.assertIn("9 hits: 7 fire their own rule alone, 2", done.stderr)

    def test_coverage(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term "混账东西",',
            'match = any { term "混账东西", term "滚开" },'))
        done = self.run_policy("test", "shop", "--coverage")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.decisions(done)
        self.assertEqual(sum(r["parts"] for r in rows), 10)
        self.assertEqual(
            [(r["rule"], r["kind"], r["key"], r["wanted"], r["yes"], r["no"])
             for r in rows if r["reached"] < r["parts"]],
            [("shop/swearing", "match", "match", "滚开", 0, 6)])
        self.assertIn("9 of 10 parts are reached by examples: 90.0 %",
                      done.stderr)
        for least, status in (("0", 0), ("90", 0), ("91", 1), ("100", 1)):
            done = self.run_policy("test", "shop", "--min-coverage", least)
            self.assertEqual(done.returncode, status, least)
            self.assertEqual("below" in done.stderr, status == 1, least)
        for wrong in ("101", "-1", "9x", ""):
            done = self.run_policy("test", "shop", f"--min-coverage={wrong}")
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn("0 to 100", done.stderr)

    def test_mutate(self):
        done = self.run_policy("test", "shop", "--mutate")
        self.assertEqual(done.returncode, 1)
        rows = self.decisions(done)
        self.assertEqual(
            [(r["rule"], r["kind"], r["change"], r["wanted"], r["killed"])
             for r in rows if r["rule"] == "shop-house-rules/luring"],
            [("shop-house-rules/luring", "match", "drop", "luring", True),
             ("shop-house-rules/luring", "verdict", "verdict", "flag", False),
             ("shop-house-rules/luring", "word", "drop", "加微信", True),
             ("shop-house-rules/luring", "word", "drop", "加薇信", True),
             ("shop-house-rules/luring", "word", "drop", "扫码进群", True)])
        lost = sum(not r["killed"] for r in rows)
        self.assertIn(f"{len(rows)} changes to rules: examples notice "
                      f"{len(rows) - lost}, and would let {lost} pass",
                      done.stderr)
        # Once the verdicts are said, nothing is overlooked.
        for name in ("shop/rules.lua",
                     "shop/regulations/shop-house-rules/rules.lua"):
            path = self.work / name
            text = path.read_text("utf-8")
            for verdict, words in (("warn", "混账东西"), ("flag", "扫码进群"),
                                   ("hold", "请核对11010519491231002X")):
                text = text.replace(f'hit {{ "{words}" }}',
                                    f'hit {{ "{words}", verdict = "{verdict}" }}')
            self.write(path, text)
        done = self.run_policy("test", "shop", "--mutate", "--format", "table")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_failing_examples_are_told_where_they_matter(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'hit { "混账东西" }', 'hit { "好" }'))
        for ways, told in ((["--mutate"], True), (["--coverage"], True), ([], False),
                           (["--examples", "--mutate"], False)):
            done = self.run_policy("test", "shop", *ways)
            self.assertEqual("1 examples fail as they are" in done.stderr, told, ways)

    def test_mutate_a_sample(self):
        all = self.run_policy("test", "shop", "--mutate").stdout.splitlines()
        samples = set()
        for seed in range(6):
            done = self.run_policy("test", "shop", "--mutate", "--limit", "4",
                                   "--seed", str(seed))
            rows = done.stdout.splitlines()
            self.assertEqual(len(rows), 4)
            self.assertEqual([r for r in all if r in rows], rows)
            again = self.run_policy("test", "shop", "--mutate", "--limit=4",
                                    f"--seed={seed}")
            self.assertEqual(again.stdout, done.stdout)
            samples.add(done.stdout)
        self.assertGreater(len(samples), 2)
        for wrong in (["--mutate", "--limit", "0"], ["--mutate", "--limit", "x"],
                      ["--limit", "3"], ["--evade", "--seed", "1"]):
            self.assertEqual(self.run_policy("test", "shop", *wrong).returncode,
                             2, wrong)

    def test_evade(self):
        done = self.run_policy("test", "shop", "--evade")
        self.assertEqual(done.returncode, 0, done.stdout)
        rows = self.decisions(done)
        self.assertGreater(len(rows), 60)
        self.assertTrue(all(r["held"] for r in rows))
        self.assertGreater(len({r["disguise"] for r in rows}), 20)
        wide = [r["text"] for r in rows if r["disguise"] == "full-width"]
        self.assertIn("证件 １１０１０５１９４９１２３１００２ｘ", wide)
        self.assertIn(f"{len(rows)} disguises", done.stderr)

    def test_evade_tells_what_is_lost(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term', 'check = function(event) return not event.text'
            ':find("*", 1, true) end, match = term'))
        done = self.run_policy("test", "shop", "--evade", "--org", "shop")
        self.assertEqual(done.returncode, 1)
        lost = [r for r in self.decisions(done) if not r["held"]]
        self.assertEqual(
            [(r["rule"], r["disguise"], r["field"], r["text"], r["expected"],
              r["got"]) for r in lost],
            [("shop/swearing", "symbols", "text", "混*账★东_西", "hit", "miss"),
             ("shop/swearing", "symbols", "text", "你这混*账★东_西", "hit",
              "miss")])
        self.assertEqual(lost[0]["file"], "shop/rules.lua")


class Eval(CommandTest):
    def test_every_event_has_a_decision(self):
        done = self.eval([event(1), event(2, text=ID_NUMBER)])
        self.assertEqual(done.returncode, 0, done.stderr)
        one, two = self.decisions(done)
        self.assertEqual((one["verdict"], two["verdict"]), ("allow", "hold"))
        finding = two["findings"][0]
        self.assertEqual(finding["rule"], "shop-house-rules/id-number")
        self.assertEqual(finding["cites"][0]["article"], "二.1")
        self.assertEqual((finding["spans"][0]["start"],
                          finding["spans"][0]["end"]), (7, 25))
        self.assertNotIn("11010519491231002X", done.stdout)
        self.assertIn("1 hold, 1 allow", done.stderr)

    def test_table_masks_and_cites(self):
        line = event(2, text=ID_NUMBER + " 加薇信")
        done = self.eval([event(1), line], "--format", "table")
        self.assertIn("小店店规 二.1", done.stdout)
        self.assertIn("1****************X", done.stdout)
        self.assertNotIn("11010519491231002X", done.stdout)
        self.assertIn("加薇信", done.stdout)
        self.assertIn("Please send no identity numbers.", done.stdout)
        self.assertNotIn("m-1 ", done.stdout)
        done = self.eval([line], "--format", "table", "--clear")
        self.assertIn("11010519491231002X", done.stdout)

    def test_shadow_is_told_and_does_nothing(self):
        line = event(1, text="混账东西")
        done = self.eval([line], "--fail-on", "flag")
        self.assertEqual(done.returncode, 0)
        decision = self.decisions(done)[0]
        self.assertEqual(decision["verdict"], "allow")
        self.assertEqual(len(decision["shadow"]), 1)
        done = self.eval([line], "--format", "table")
        self.assertIn("tried out", done.stdout)

    def test_a_check_that_is_put_aside(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + '''
rule { id = "slow", title = "慢", reason = "试", category = "off_topic",
  on = "message", verdict = "flag", match = term "慢",
  check = function() while true do end end,
  tests = { hit "慢", miss "好" } }
''')
        lines = [event(n, text="慢") for n in range(4)]
        done = self.eval(lines)
        self.assertEqual([d["errors"][0]["code"] for d in self.decisions(done)],
                         3 * ["guard-instructions"] + ["guard-put-aside"])
        self.assertIn("checks put aside: 1", done.stderr)
        done = self.eval(lines, "--format", "table", "--lang", "zh")
        self.assertIn("暂停执行", done.stdout)
        self.assertIn("检查函数暂停 1 次", done.stdout)
        done = self.run_policy("explain", "shop", "--format", "table",
                               input="\n".join(lines) + "\n")
        self.assertEqual(done.stdout.count("is put aside"), 1, done.stdout)

    def test_nothing_found(self):
        done = self.eval([event(1)], "--format", "table")
        self.assertIn("Nothing was found.", done.stdout)
        done = self.eval([], "--format", "table")
        self.assertEqual(done.returncode, 0)
        self.assertIn("0 events judged", done.stdout)

    def test_inputs_in_order(self):
        self.write("a.jsonl", event(1) + "\n{\n")
        self.write("b.jsonl", event(2) + "\n")
        done = self.eval([event(3)], "--input", "a.jsonl", "--input", "-",
                         "--input=b.jsonl")
        self.assertEqual(done.returncode, 2)
        self.assertIn("a.jsonl:2:2: error: ", done.stderr)
        self.assertEqual([d["event"]["id"] for d in self.decisions(done)],
                         ["m-1", "m-3", "m-2"])

    def test_same_input_same_bytes(self):
        lines = [event(n, text=ID_NUMBER) for n in range(20)]
        self.assertEqual(self.eval(lines).stdout, self.eval(lines).stdout)

    def test_wecom_needs_to_know_whose(self):
        dir = str(ROOT / "policies-lua/organisations")
        library = ("--library", str(ROOT / "policies-lua"))
        record = (ROOT / "policies-lua/samples/wecom-company.jsonl").read_bytes()
        done = self.eval(record, "--from", "wecom", *library, dir=dir)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--org", done.stderr)
        done = self.eval(record, "--from", "wecom", "--org", "compny",
                         *library, dir=dir)
        self.assertEqual(done.returncode, 2)
        self.assertIn("compny", done.stderr)
        whole = self.eval(record, "--from", "wecom", "--org", "company",
                          *library, dir=dir)
        own = self.eval(record, "--from", "wecom", *library,
                        dir=dir + "/company")
        self.assertEqual((whole.returncode, own.returncode), (0, 0))
        # The directory of the organisation is found either way.
        self.assertEqual([d["verdict"] for d in self.decisions(whole)],
                         [d["verdict"] for d in self.decisions(own)])

    def test_a_table_on_a_terminal(self):
        self.write("in.jsonl", event(2, text=ID_NUMBER) + "\n")
        for env, colour in (({}, True), ({"NO_COLOR": "1"}, False),
                            ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)):
            out = self.on_terminal("stdout", "eval", "shop", "--input",
                                   "in.jsonl", env={"TERM": "xterm",
                                                    "COLUMNS": "90", **env})
            self.assertIn("Verdict", out)
            self.assertEqual("\x1b[" in out, colour, env)

    def test_colour_by_option(self):
        line = [event(2, text=ID_NUMBER), "{"]
        for arguments, env, colour in (
                (["--color", "always"], {"NO_COLOR": "1"}, True),
                (["--color", "never"], {}, False), ([], {}, False)):
            done = self.eval(line, "--format", "table", *arguments, env=env)
            self.assertEqual("\x1b[" in done.stdout, colour)
            self.assertEqual("\x1b[" in done.stderr, colour)


class Explain(CommandTest):
    def test_each_rule_has_a_reason(self):
        done = self.run_policy("explain", "shop", input=event(text=ID_NUMBER))
        self.assertEqual(done.returncode, 0, done.stderr)
        rules = {r["rule"]: r["outcome"]
                 for r in json.loads(done.stdout)["rules"]}
        self.assertEqual(rules, {"shop-house-rules/id-number": "fired",
                                 "shop-house-rules/luring": "not-reached",
                                 "shop/swearing": "not-reached"})

    def test_json_has_all_that_a_rule_asks(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term', 'where = { direction = "out", platform = "wecom" },'
            ' match = term'))
        line = event(text="混账东西", direction="out", platform="weibo")
        for clear, found in (([], "********"), (["--clear"], "混账东西")):
            done = self.run_policy("explain", "shop", *clear, input=line)
            rules = {r["rule"]: r for r in json.loads(done.stdout)["rules"]}
            rule = rules["shop/swearing"]
            self.assertEqual(
                (rule["reached"], rule["mode"], rule["file"], rule["line"],
                 rule["outcome"], rule["key"], rule["wanted"], rule["found"]),
                (True, "shadow", "shop/rules.lua", 3, "where", "platform",
                 "wecom", "weibo"))
            self.assertEqual(
                [tuple(t.values()) for t in rule["tests"]],
                [("direction", "out", "out", "true"),
                 ("platform", "wecom", "weibo", "false"),
                 ("match", "混账东西", found, "not-asked")])
            self.assertFalse(rules["shop-house-rules/luring"]["reached"])

    def test_a_rule_that_binds_later(self):
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8").replace(
            "{ mode: enforce }", "{ mode: enforce, from: 2040-01-01 }"))
        for lang, words in (("en", "not in force yet"), ("zh", "尚未生效")):
            done = self.run_policy("explain", "shop", "--format", "table",
                                   "--lang", lang, input=event())
            self.assertIn(words, done.stdout)

    def test_table_hides_what_was_not_reached(self):
        line = event(text=ID_NUMBER)
        done = self.run_policy("explain", "shop", "--format", "table",
                               input=line)
        self.assertIn("fired", done.stdout)
        self.assertIn("no word occurs (2)", done.stdout)
        self.assertNotIn("11010519491231002X", done.stdout)
        self.assertNotIn("shop/swearing", done.stdout)
        done = self.run_policy("explain", "shop", "--format", "table", "--all",
                               input=line)
        self.assertIn("shop/swearing", done.stdout)

    def test_no_event_is_wrong_use(self):
        done = self.run_policy("explain", "shop")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no event", done.stderr)


class Coverage(CommandTest):
    def test_articles_with_rules(self):
        done = self.run_policy("coverage", "shop")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {r["article"]: (r["class"], r["status"], r["rules"], r["tests"])
                for r in self.decisions(done)}
        self.assertEqual(rows, {
            "一": ("meta", "meta", [], 0),
            "二.1": ("event", "rules", ["shop-house-rules/id-number"], 6),
            "二.2": ("event", "rules", ["shop-house-rules/luring"], 6),
            "三": ("duty", "planned", [], 0)})
        self.assertIn("4 articles: 2 by rules", done.stderr)

    def test_every_event_article_of_the_shipped_has_a_rule(self):
        done = self.run_policy("coverage",
                               str(ROOT / "policies-lua/organisations"),
                               "--library", str(ROOT / "policies-lua"))
        rows = self.decisions(done)
        self.assertGreater(len(rows), 100)
        for row in rows:
            if row["class"] == "event":
                self.assertNotEqual(row["status"], "planned", row["article"])
                self.assertTrue(row["rules"], row["article"])
                self.assertGreater(row["tests"], 0, row["article"])

    def test_unknown_organisation(self):
        done = self.run_policy("coverage", "shop", "--org", "shoop")
        self.assertEqual(done.returncode, 2)
        self.assertIn("shoop", done.stderr)


class Init(CommandTest):
    LIBRARY = ("--library", str(ROOT / "policies-lua"))

    def test_each_kind_works_at_once(self):
        for kind in ("company", "school", "hospital"):
            with self.subTest(kind=kind):
                done = self.run_policy("init", kind, f"my-{kind}",
                                       *self.LIBRARY)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"policy check my-{kind}", done.stdout)
                done = self.run_policy("check", f"my-{kind}", *self.LIBRARY)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f'"organisation":"my-{kind}"', done.stdout)
                done = self.run_policy("test", f"my-{kind}", *self.LIBRARY)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_id_follows_the_folder(self):
        rows = [("a/B_c d", "b-c-d"), ("学校", "school"), ("x" * 80, "x" * 64),
                ("./-9-", "9"), ("sub/", "sub")]
        (self.work / "a").mkdir()
        for folder, wanted in rows:
            with self.subTest(folder=folder):
                done = self.run_policy("init", "school", folder,
                                       "--format", "json", *self.LIBRARY)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["organisation"],
                                 wanted)
                text = (self.work / folder /
                        "organisation.yaml").read_text("utf-8")
                self.assertIn(f"\nid: {wanted}\n", text)

    def test_nothing_is_overwritten(self):
        self.write("mine/notes.txt", "dear")
        self.write("file", "dear")
        for target in ("mine", "file", "shop"):
            done = self.run_policy("init", "school", target, *self.LIBRARY)
            self.assertEqual(done.returncode, 2)
            self.assertIn("not overwritten", done.stderr)
        self.assertEqual(sorted(p.name for p in (self.work / "mine").iterdir()),
                         ["notes.txt"])

    def test_an_empty_folder_is_filled(self):
        (self.work / "empty").mkdir()
        done = self.run_policy("init", "school", "empty", *self.LIBRARY)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.work / "empty/rules.lua").is_file())

    def test_a_failure_leaves_nothing(self):
        done = self.run_policy("init", "school", "no/such/place",
                               *self.LIBRARY)
        self.assertEqual(done.returncode, 2)
        self.assertEqual([p.name for p in self.work.iterdir()], ["shop"])

    def test_unknown_kind_lists_the_known(self):
        done = self.run_policy("init", "scool", "x", *self.LIBRARY)
        self.assertEqual(done.returncode, 2)
        self.assertIn("company, hospital, school", done.stderr)
        self.assertFalse(pathlib.Path(self.work / "x").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
