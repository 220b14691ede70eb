#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong is told with its place and status 2, and no other line of
the stream is lost."""
import json
import os
import re
import time
import unittest

from command import FIXTURES, CommandTest, event

GOOD_BEFORE, GOOD_AFTER = event(1), event(9, text="加微信")


class BadLines(CommandTest):
    def refused(self, bad, place, words, arguments=(), dir="shop", good=None):
        """One bad line between two good ones."""
        before, after = good or (GOOD_BEFORE, GOOD_AFTER)
        lines = b"\n".join(x if isinstance(x, bytes) else x.encode()
                           for x in (before, bad, after)) + b"\n"
        done = self.eval(lines, *arguments, dir=dir)
        self.assertEqual(done.returncode, 2, done.stderr)
        exact = place.count(":") == 2 and place[-1].isdigit()
        self.assertRegex(done.stderr, re.escape(place) +
                         ("" if exact else r"[:\d]*") + ": error: ")
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertIn("\n", done.stderr)
        self.assertRegex(done.stderr, r"\n *\^", "no caret")
        ids = [d["event"]["id"] for d in self.decisions(done)]
        self.assertEqual(ids, ["m-1", "m-9"])
        self.assertEqual(self.decisions(done)[1]["verdict"], "flag")
        return done

    def test_broken_json(self):
        self.refused('{"id":"m-2",}', "stdin:2:13", ["[json-"])

    def test_a_line_that_is_cut(self):
        self.refused(event(2)[:40], "stdin:2:41", ["[json-"])

    def test_unknown_event_type(self):
        self.refused(event(2, type="messag"), "stdin:2:41",
                     ["messag", "message"])

    def test_wrong_field_kind(self):
        line = event(2, text=5)
        self.refused(line, f"stdin:2:{line.index('5}') + 1}", ["text"])

    def test_missing_field(self):
        self.refused(event(2, time=None), "stdin:2", ["time"])

    def test_unknown_value_of_a_closed_field(self):
        line = event(2, direction="sideways")
        self.refused(line, "stdin:2", ["sideways"])

    def test_unknown_organisation(self):
        line = event(2, org="shoop")
        self.refused(line, f"stdin:2:{line.index('shoop') - 0}", ["shoop"])

    def test_columns_count_characters_not_bytes(self):
        done = self.refused('{"id":"薇信店",}', "stdin:2:13", ["[json-"])
        # The caret counts columns of the terminal: Han characters take two.
        shown = done.stderr.splitlines()
        at = next(i for i, s in enumerate(shown) if s.startswith('{"id"'))
        self.assertEqual(shown[at + 1].index("^"), 12 + 3)

    def test_oversized_line(self):
        done = self.refused(event(2, text="长" * 400000), "stdin:2:",
                            ["[line-bytes]", "1048576"])
        self.assertLess(len(done.stderr), 4000)

    def test_invalid_utf8_outside_text(self):
        bad = event(2).encode().replace(b'"u1"', b'"u\xff"')
        self.refused(bad, "stdin:2:", ["[utf-8]"])

    def test_invalid_utf8_inside_text_is_judged(self):
        lines = event(2, text="加@微信").encode().replace(b"@", b"\xff")
        done = self.eval(lines + b"\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.decisions(done)), 1)

    def test_deep_nesting(self):
        self.refused('{"x":' + "[" * 100000 + "]" * 100000 + "}",
                     "stdin:2:", ["[json-depth]"])

    def test_duplicate_key(self):
        self.refused('{"id":"m-2","id":"m-3"}', "stdin:2:13", ["id"])

    def test_controls_do_not_reach_the_terminal(self):
        done = self.refused('{"id":"\x1b[2Jm\u202e"}', "stdin:2:", [])
        self.assertNotIn("\x1b", done.stderr)
        self.assertNotIn("\u202e", done.stderr)

    def test_a_line_of_nul_bytes(self):
        self.refused(b"\0\0\0", "stdin:2:1", [])

    def test_bad_wecom_record(self):
        def record(n, text):
            return json.dumps({"msgid": f"m-{n}", "action": "send",
                               "from": "u1", "tolist": ["u2"], "roomid": "",
                               "msgtime": 1793578473000, "msgtype": "text",
                               "text": {"content": text}},
                              ensure_ascii=False)
        good = (record(1, "早上好"), record(9, "加微信"))
        wecom = ("--from", "wecom")
        self.refused('{"msgid":', "stdin:2:10", ["[json-"], wecom, good=good)
        self.refused(record(2, "x").replace('"text": {', '"text": [{')
                     .replace('}}', '}]}'), "stdin:2:", ["text"], wecom,
                     good=good)

    def test_unknown_kind_of_record_is_no_error(self):
        line = json.dumps({"msgid": "m-1", "action": "send", "from": "u1",
                           "tolist": ["u2"], "msgtime": 1793578473000,
                           "msgtype": "hologram", "hologram": {}})
        done = self.eval([line], "--from", "wecom")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.decisions(done)), 1)
        self.assertIn("1 of unknown kind", done.stderr)

    def test_unknown_fields_are_counted(self):
        done = self.eval([event(1, colour="red", taste=3)])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("unknown fields: 2", done.stderr)

    def test_bad_input_outranks_findings(self):
        done = self.eval([GOOD_AFTER, "{"], "--fail-on", "flag")
        self.assertEqual(done.returncode, 2)
        done = self.eval([GOOD_AFTER], "--fail-on", "flag")
        self.assertEqual(done.returncode, 1)
        done = self.eval([GOOD_AFTER], "--fail-on", "warn")
        self.assertEqual(done.returncode, 0)

    def test_the_last_line_needs_no_end(self):
        done = self.eval((GOOD_BEFORE + "\r\n\r\n\n" + GOOD_AFTER).encode())
        self.assertEqual((done.returncode, len(self.decisions(done))), (0, 2))

    def test_a_mark_before_the_first_line(self):
        done = self.eval(b"\xef\xbb\xbf" + GOOD_BEFORE.encode() + b"\n")
        self.assertEqual((done.returncode, len(self.decisions(done))), (0, 1))

    def test_many_lines_across_the_buffer(self):
        lines = [event(n, text="加微信" * (n % 200)) for n in range(3000)]
        lines[1234] = "broken"
        done = self.eval(lines)
        self.assertEqual(done.returncode, 2)
        self.assertIn("stdin:1235:1: error: ", done.stderr)
        ids = [d["event"]["id"] for d in self.decisions(done)]
        self.assertEqual(ids, [f"m-{n}" for n in range(3000) if n != 1234])


class BadSources(CommandTest):
    def check(self, dir="shop", *arguments):
        done = self.run_policy("check", dir, *arguments)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def with_rule(self, text):
        path = self.work / "shop" / "rules.lua"
        self.write(path, path.read_text("utf-8") + text)
        return self.check()

    def test_missing_folder(self):
        self.assertIn("nowhere: no such folder", self.check("nowhere"))

    def test_a_file_for_a_folder(self):
        self.assertIn("rules.lua: this is a file", self.check("shop/rules.lua"))

    def test_a_folder_without_an_organisation(self):
        (self.work / "empty").mkdir()
        self.assertIn("empty", self.check("empty"))

    def test_a_bad_directory_of_people(self):
        self.write("shop/directory.yaml", "people:\n  u1: { kind: stff }\n")
        said = self.check()
        self.assertIn("shop/directory.yaml:2:", said)
        self.assertIn("stff", said)
        self.assertRegex(said, r"\n *\^", "no caret")

    def test_rules_that_are_no_file(self):
        path = self.work / "shop" / "rules.lua"
        kept = path.read_text("utf-8")
        path.unlink()
        path.mkdir()
        self.assertIn("rules.lua is no file", self.check())
        path.rmdir()
        (self.work / "elsewhere.lua").write_text(kept, "utf-8")
        path.symlink_to(self.work / "elsewhere.lua")
        self.assertIn("rules.lua is a link", self.check())

    def test_syntax_error(self):
        said = self.with_rule("rule {\n  id = = 1 }\n")
        self.assertRegex(said, r"shop/rules\.lua:14:\d+: error: ")

    def test_misspelt_key(self):
        said = self.with_rule('rule { id = "a", verdct = "hold" }\n')
        self.assertIn("shop/rules.lua:13:18: error: ", said)
        self.assertIn("did you mean “verdict”?", said)
        lines = said.splitlines()
        at = next(i for i, s in enumerate(lines) if s.startswith("rule { id"))
        self.assertEqual(lines[at + 1], " " * 17 + "^~~~~~")

    def test_endless_loop_at_load(self):
        start = time.monotonic()
        said = self.with_rule("while true do end\n")
        self.assertLess(time.monotonic() - start, 20)
        self.assertRegex(said, r"shop/rules\.lua:13:\d+: error: ")

    def test_endless_recursion_at_load(self):
        said = self.with_rule("local function f() return 1 + f() end f()\n")
        self.assertRegex(said, r"shop/rules\.lua:13:\d+: error: ")

    def test_gigabyte_string(self):
        said = self.with_rule('local s = "x"\n'
                              "for i = 1, 30 do s = s .. s end\n")
        self.assertRegex(said, r"shop/rules\.lua(:14:\d+)?: error: ")

    def test_gigabyte_string_by_rep(self):
        said = self.with_rule('local s = ("x"):rep(1 << 30)\n')
        self.assertRegex(said, r"shop/rules\.lua(:13:\d+)?: error: ")

    def test_bytecode(self):
        self.write("shop/rules.lua", b"\x1bLua\x54\x00\x19\x93\r\n\x1a\n")
        self.assertIn("shop/rules.lua", self.check())

    def test_yaml_alias_bomb(self):
        bomb = "a: &a [x, x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n"
            for i in range(20))
        self.write("shop/organisation.yaml", bomb)
        start = time.monotonic()
        said = self.check()
        self.assertLess(time.monotonic() - start, 10)
        self.assertIn("shop/organisation.yaml:1:4: error: ", said)

    def test_regulation_that_is_not_adopted(self):
        said = self.with_rule(
            'rule { id = "a", title = "a", '
            'cites = { ["other-rules"] = { "1" } }, category = "spam",\n'
            'on = "message", match = term "甲", verdict = "flag",\n'
            'tests = { hit { "甲" }, miss { "乙" } } }\n')
        self.assertRegex(said, r"shop/rules\.lua:1\d:\d+: error: ")

    def test_article_that_does_not_exist(self):
        path = "shop/regulations/shop-house-rules/rules.lua"
        text = (self.work / path).read_text("utf-8")
        self.write(path, text.replace('"二.1"', '"二.7"'))
        said = self.check()
        self.assertIn(f"{path}:4:", said)
        self.assertIn("二.7", said)

    def test_two_rules_with_one_id(self):
        said = self.with_rule((self.work / "shop/rules.lua")
                              .read_text("utf-8"))
        self.assertRegex(said, r"shop/rules\.lua:\d+:\d+: error: .*swearing")

    def test_unknown_key_in_yaml(self):
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "onerror: flag\n")
        said = self.check()
        self.assertIn("organisation.yaml:10:1: error: ", said)
        self.assertIn("on_error", said)

    def test_duplicate_key_in_yaml(self):
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "kind: school\n")
        self.assertIn("organisation.yaml:10:1: error: ", self.check())

    def test_all_errors_are_told_at_once(self):
        self.with_rule('rule { id = "a", verdct = "hold" }\n')
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "onerror: flag\n")
        said = self.check()
        self.assertIn("rules.lua:13:18", said)
        self.assertIn("organisation.yaml:10:1", said)

    def test_nothing_is_judged_by_broken_sources(self):
        self.with_rule("rule {")
        for command in ("eval", "explain", "test", "coverage"):
            done = self.run_policy(command, "shop", input=GOOD_BEFORE)
            self.assertEqual((done.returncode, done.stdout), (2, ""), command)

    def test_bad_directory(self):
        self.write("shop/directory.yaml", "people:\n  u1: {kind: [}\n")
        done = self.eval(["{}"], "--from", "wecom")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"shop/directory\.yaml:2:\d+: error: ")

    def test_missing_inputs(self):
        for option in ("--directory", "--input"):
            done = self.eval([], "--from", "wecom", option, "nowhere")
            self.assertEqual(done.returncode, 2)
            self.assertIn("nowhere", done.stderr)


class BadLists(CommandTest):
    """What spreadsheets and editors make of a list, as somebody who edits it by
    hand would meet it."""
    LIST = "shop/lists/luring.txt"

    def check(self, bytes_or_text, status, *arguments, strict=None, **more):
        if strict is not None:
            yaml = (FIXTURES / "shop/organisation.yaml").read_text("utf-8")
            self.write("shop/organisation.yaml",
                       f"{yaml}strict: {str(strict).lower()}\n")
        self.write(self.LIST, bytes_or_text)
        done = self.run_policy("check", "shop", *arguments, **more)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def codes(self, said):
        return re.findall(r"\[([a-z-]+)\]$", said, re.M)

    def test_what_loads_at_once_draws_nothing(self):
        self.write(self.LIST, "加微信\n加微信\n")
        shown = self.on_terminal("stderr", "check", "shop",
                                 env={"TERM": "dumb"})
        self.assertIn("[list-twice]", shown)
        self.assertNotIn("\x1b[K", shown)

    def test_another_encoding_is_told_once(self):
        text = "加微信 | 引流\r\n扫码进群 | 引流\r\n" * 500
        for encoding in ("gbk", "gb18030", "utf-16", "utf-16-be"):
            for strict in (True, False):
                with self.subTest(encoding=encoding, strict=strict):
                    said = self.check(text.encode(encoding), 2, strict=strict)
                    self.assertEqual(self.codes(said)[0], "list-encoding")
                    self.assertEqual(said.count("error:"), 2, said)
                    self.assertIn("save it as UTF-8", said)
                    self.assertIn(self.LIST, said)

    def test_a_mark_and_line_ends_of_windows_are_fine(self):
        said = self.check("加微信 | 引流　\r\n\r\n扫码进群\t \r\n"
                          .encode("utf-8-sig"), 0)
        self.assertEqual(said, "")

    def test_strict_loads_nothing(self):
        said = self.check("加微信\n扫码||exakt\n", 2)
        self.assertIn(f"{self.LIST}:2:5: error: ", said)
        self.assertIn("did you mean “exact”?", said)
        self.assertEqual(said.splitlines()[2], "      ^~~~~")

    def test_not_strict_loads_the_rest(self):
        said = self.check("加微信\n扫码||exakt\n".encode() + b"\xe5\xff\n", 0,
                          strict=False)
        self.assertIn(f"{self.LIST}:2:5: warning: ", said)
        self.assertIn(f"{self.LIST}:3:1: warning: ", said)
        self.assertIn("lines left out as wrong: 2", said)
        done = self.eval([event(1, text="加微信"), event(2, text="扫码")])
        self.assertEqual([d["verdict"] for d in self.decisions(done)],
                         ["flag", "allow"])

    def test_many_mistakes_are_told_in_a_screen(self):
        said = self.check("加微信\n" * 5000 + "x||y\n" * 5000, 2)
        self.assertIn("and 4979 more of [list-twice] in this file", said)
        self.assertIn("and 4980 more of [list-strictness] in this file", said)
        self.assertEqual(said.count("\n"), 3 * 40 + 2 + 1)

    def test_an_error_is_seen_behind_many_warnings(self):
        for n in range(60):
            self.write(f"shop/lists/l{n}.txt", "加微信\n" * 30)
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + 'rule { id = "a", verdct = 1 }')
        said = self.check("加微信\n", 2)
        self.assertIn("shop/rules.lua:13:18: error: ", said)

    def test_a_large_list_loads(self):
        count = 1000000 if os.environ.get("POLICY_TEST_LONG") else 60000
        lines = [f"词{n * 7919 % count:x}号条目" for n in range(count)]
        lines[10] = lines[5] = lines[0]
        lines[20] = ""
        lines[30:32] = ["ＶX群号 | 注 ", "vx群号"]
        text = "\r\n".join(lines + ["加微信"]) + "\r\n"
        said = self.check(text.encode("utf-8-sig"), 0, timeout=300)
        self.assertIn(f"{self.LIST}:6:1: warning: ", said)
        self.assertIn("it is first in line 1", said)
        self.assertEqual(self.codes(said), ["list-twice", "list-twice",
                                            "term-covered"])
        self.assertIn("the same as ＶX群号 (line 31)", said)
        if count == 1000000:
            shown = self.on_terminal("stderr", "check", "shop", "--lang",
                                     "zh", env={"TERM": "dumb"})
            self.assertIn("\r\x1b[K正在加载：1 s", shown)
            self.assertTrue(shown.endswith(("\r\x1b[K", "\n")), shown[-80:])
        done = self.eval([event(1, text=f"有词{count - 1:x}号条目")])
        self.assertEqual(self.decisions(done)[0]["verdict"], "flag")


if __name__ == "__main__":
    unittest.main(verbosity=2)
