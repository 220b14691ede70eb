#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the command prints, word for word, in both languages: tests/cli/golden.
To renew after a change that is wanted: POLICY_RENEW_GOLDEN=1."""
import os
import re
import shutil
import unicodedata
import unittest

from command import ROOT, CommandTest, event

GOLDEN = ROOT / "tests" / "cli" / "golden"
STREAM = [
    event(1),
    event(2, text="张三 11010519491231002X，加薇信"),
    event(3, text="混账东西"),
    event(4, text="扫码进群，一起来", mood="fine"),
    '{"id":"薇信",}',
    event(5, text="早", org="other"),
]


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else
               0 if unicodedata.combining(c) else 1 for c in line)


class Golden(CommandTest):
    def case(self, name, *arguments, **more):
        for lang in ("en", "zh"):
            with self.subTest(case=name, lang=lang):
                done = self.run_policy(*arguments, "--lang", lang, **more)
                got = (f"status {done.returncode}\n-- stdout\n{done.stdout}"
                       f"-- stderr\n{done.stderr}")
                got = re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", got)
                got = re.sub(r'"decision":"[0-9a-f]{32}"', '"decision":"…"', got)
                path = GOLDEN / f"{name}.{lang}.txt"
                if os.environ.get("POLICY_RENEW_GOLDEN"):
                    path.write_text(got, "utf-8")
                self.assertEqual(got, path.read_text("utf-8"))

    def test_check(self):
        self.case("check", "check", "shop", "--format", "table")

    DIRECTORY = """people:
  u1: { name: 甲, kind: staff, roles: [staff], dept: 前台, manager: u2, accounts: [a1] }
  u2: { name: 乙, kind: staff, roles: [staff, manager] }
  u3: { kind: leaver, accounts: [a3] }
  c1: { kind: customer }
groups:
  g1: { kind: department, responsible: u2, purpose: 排班 }
"""

    def test_directory(self):
        self.write("shop/directory.yaml", self.DIRECTORY)
        self.write("old.yaml", """people:
  u1: { kind: staff, dept: 仓库, accounts: [a1] }
  u3: { kind: staff, accounts: [a3] }
  u4: { kind: staff, accounts: [a4] }
accounts:
  a2: { holder: u1 }
groups:
  g1: { kind: department, responsible: u1, purpose: 排班 }
  g2: { kind: private }
""")
        at = ("--at", "2026-03-02T08:00:00+08:00")
        self.case("directory", "directory", "shop", *at)
        self.case("directory_since", "directory", "shop", *at, "--since",
                  "old.yaml")
        self.case("directory_help", "help", "directory")

    def test_directory_is_fed(self):
        self.write("shop/directory.yaml", self.DIRECTORY)
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + """
rule { id = "for-the-manager", title = "外发须经上级同意", reason = "先问上级",
  category = "not_approved", on = "file_transfer",
  where = { operation = "send" },
  requires = { ["actor.manager"] = same "approved_by",
               ["approved_by.roles"] = "manager" },
  verdict = "hold", tell = { zh = "缺少{missing}。", en = "Not yet: {missing}." },
  tests = { hit { name = "a" }, miss { name = "a", operation = "receive" } } }
""")
        stream = [event(i, type="file_transfer", operation="send", text=None,
                        name="a.zip", actor="u1", approved_by=by)
                  for i, by in enumerate(("u2", "u1", None))]
        self.case("eval_directory", "eval", "shop", "--format", "table",
                  input="\n".join(stream))
        self.case("explain_directory", "explain", "shop", "--format", "table",
                  input="\n".join(stream[:2]))

    def test_directory_that_is_refused(self):
        self.write("shop/directory.yaml", self.DIRECTORY.replace(
            "roles: [staff, manager]", "roles: [janitor]"))
        self.case("check_directory", "check", "shop", "--format", "table")
        self.write("shop/directory.yaml", self.DIRECTORY.replace(
            "manager: u2", "manager: u7"))
        self.case("check_directory_manager", "check", "shop", "--format",
                  "table")

    def test_check_bad_rule(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'verdict = "warn"', '--[[ 有误 ]] verdct = "warn"'))
        self.case("check_bad_rule", "check", "shop")
        self.case("check_bad_rule_json", "check", "shop", "--format", "json")

    VAIN = """
rule { id = "no-swearing", title = "t", reason = "r", category = "insult",
  on = "message", where = { direction = "out" },
  match = all { term "混账东西", any { term "老板", term "大老板" } },
  verdict = "flag",
  tests = { hit { "混账东西老板" }, miss { "老板" } } }
rule { id = "big-files", title = "t", reason = "r", category = "spam",
  on = { "file_transfer", "message" }, fields = "name", match = term "合同",
  where = { any { direction = "out", { direction = "in" } } },
  except = { { direction = { "in", "out" }, why = "w", owner = "o",
               expires = "2026-03-01" } },
  verdict = "flag", tests = { hit { name = "合同" }, miss { name = "x" } } }
rule { id = "never", title = "t", reason = "r", category = "spam",
  on = "usage_period", broad = true,
  where = { minutes = more_than(5), { minutes = less_than(6) } },
  verdict = "flag", tests = { hit {}, miss {} } }
"""

    def test_check_what_is_in_vain(self):
        path = self.work / "shop/rules.lua"
        text = path.read_text("utf-8").replace('mode = "shadow",', "")
        self.write(path, text + self.VAIN)
        self.case("check_vain", "check", "shop", "--today", "2026-02-20",
                  "--strict")

    def test_check_an_empty_term(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'term "混账东西"', 'any { term "混账东西", term "" }'))
        self.case("check_empty_term", "check", "shop")

    def test_check_cost(self):
        self.case("check_cost", "check", "shop", "--cost", "--format", "table")

    def test_check_bad_list(self):
        text = ("\ufeff＃ 引流\r\n加微信｜引流\r\n\"加V信\"\r\n扫码进群\r\n"
                "扫码进群 | 引流 | exakt\r\n掃碼進群\r\n扫码进群\r\n"
                "快扫码进群\r\n私聊 | exact\r\n ! | 引流\r\n看\u200b\r\n"
                "\u200b\r\n!放行\r\n" + "长" * 342 + "\r\n"
                "@ 群 = " + "|".join("abcdefghijklmnopqrstuvwxyz") + "\r\n"
                "进 群 | 引流\r\n").encode() + b"\xff\r\n"
        self.write("shop/lists/luring.txt", text)
        self.case("check_bad_list", "check", "shop")
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "strict: false\n")
        self.case("check_bad_list_lenient", "check", "shop")

    def test_eval(self):
        self.case("eval", "eval", "shop", "--format", "table",
                  input="\n".join(STREAM))

    def duties(self):
        """A sequence with ticks: opened, reminded, overdue, done, proposed."""
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + """
duty { id = "report", title = "报告事件", reason = "制度要求", owner = "head",
  within = "4h", remind = { "1h" }, overdue = { verdict = "warn" },
  open = { on = "incident", where = { state = "noticed" }, key = "incident" },
  done = { on = "incident", where = { state = "reported" }, key = "incident" } }
ladder { id = "discipline", title = "违规处理", reason = "制度要求",
  decide = "head", within = "2bd", tracks = { { id = "minor",
  steps = { step { "warning", zh = "警告", en = "Warning" } } } } }
""")
        path = self.work / "shop/organisation.yaml"
        text = path.read_text("utf-8")
        self.assertNotIn("roles:", text)
        self.write(path, text + "roles: { head: [u9] }\n")

        def at(number, what, time, **fields):
            return event(number, type=what, text=None, actor=None,
                         time=f"2026-03-02T{time}:00+08:00", **fields)
        return "\n".join([
            at(1, "incident", "09:00", incident="i1", kind="leak", state="noticed"),
            at(2, "tick", "12:30"),
            at(3, "tick", "13:30"),
            at(4, "incident", "14:00", incident="i1", kind="leak", state="reported"),
            at(5, "tick", "15:00"),
            at(6, "violation", "16:00", person="u2", severity="minor")])

    def test_eval_duties(self):
        stream = self.duties()
        self.case("eval_duties", "eval", "shop", "--format", "json", input=stream)
        self.case("eval_duties_table", "eval", "shop", "--format", "table",
                  input=stream)

    def test_steps(self):
        """What was expected of a duty and a ladder, and what came."""
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + """
duty { id = "report", title = "报告事件", reason = "制度要求", owner = "head",
  within = "4h", remind = { "1h" }, overdue = { verdict = "warn" },
  open = { on = "incident", where = { state = "noticed" }, key = "incident" },
  tests = { steps { { type = "incident", incident = "i1", state = "noticed" },
    { after = "5h", expect = "reminded" } } } }
ladder { id = "discipline", title = "违规处理", reason = "制度要求",
  decide = "head", within = "2bd", tracks = { { id = "minor",
  steps = { step { "talk", zh = "谈话" }, step { "warning", zh = "警告" } } } },
  tests = { steps { { person = "u2", expect = "proposed", at = "warning" } } } }
rule { id = "again", title = "又来了", reason = "制度要求", category = "spam",
  on = "message", match = term "优惠", verdict = "warn",
  count = { by = "actor", over = "1h", more_than = 2 },
  tests = { miss { "优惠" }, hit { "优惠", actor = "u1", after = "5m",
    state = { { "优惠", actor = "u1" } } } } }
""")
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "roles: { head: [u9] }\n")
        self.case("test_steps", "test", "shop", "--format", "table")
        self.case("test_steps_tap", "test", "shop", "--format", "tap")
        self.case("test_steps_coverage", "test", "shop", "--coverage",
                  "--format", "table")
        self.case("test_steps_mutate", "test", "shop", "--mutate",
                  "--format", "table")

    def test_steps_that_come_to_nothing(self):
        """A verdict stops what would fulfil a duty; an escalation is not due."""
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + """
duty { id = "answer", title = "答复", reason = "店规", owner = "head", within = "4h",
  open = { on = "message", where = { direction = "in" }, key = "conversation" },
  done = { on = "message", where = { direction = "out" }, key = "conversation" },
  tests = { steps {
    { type = "message", text = "在吗", direction = "in", conversation = "c" },
    { type = "message", text = "拖延", direction = "out", conversation = "c",
      after = "1h", expect = "done" } } } }
rule { id = "stalling", title = "不拖延", reason = "店规", category = "spam",
  on = "message", match = term "拖延", verdict = "hold",
  escalate = { to = "head", within = "1d" },
  tests = { hit { "拖延" }, miss { "好" }, steps { { "拖延" },
    { type = "tick", after = "1h", expect = "overdue" } } } }
""")
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "roles: { head: [u9] }\n")
        self.case("test_steps_nothing", "test", "shop", "--format", "table")

    def test_eval_in_colour(self):
        self.case("eval_colour", "eval", "shop", "--format", "table",
                  "--color", "always", input="\n".join(STREAM[1:3]))

    def test_explain(self):
        self.case("explain", "explain", "shop", "--format", "table",
                  input=STREAM[1])

    def test_explain_duties(self):
        """Each outcome of a duty, and of a rule that counts or requires."""
        stream = self.duties()
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + """
rule { id = "often", title = "发得太多", reason = "制度要求", category = "spam",
  on = "incident", count = { by = "incident", over = "1d", more_than = 5 },
  verdict = "flag" }
rule { id = "told", title = "须先报告", reason = "制度要求", category = "late_report",
  on = "incident", requires = { kind = "leak" }, verdict = "flag" }
""")
        self.case("explain_duties", "explain", "shop", "--format", "table",
                  input=stream)

    def test_compare(self):
        shutil.copytree(self.work / "shop", self.work / "new")
        path = self.work / "new/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'mode = "shadow",', 'brake = { share = 0.5, min = 2, over = "1d" }, '
            'except = { { actor = "u9", why = "演练", owner = "店长", '
            'expires = "2026-03-10" } },').replace("混账东西", "混账"))
        self.case("compare", "compare", "shop", "new", "--format", "table",
                  "--today", "2026-03-02",
                  input="\n".join(STREAM + [event(6, text="混账", actor="u2"),
                                            event(7, text="混账", actor="u2")]))

    def test_compare_masks(self):
        """What a file is made of shows no word of a message, but with --clear."""
        shutil.copytree(self.work / "shop", self.work / "new")
        path = self.work / "new/rules.lua"
        self.write(path, path.read_text("utf-8").replace('mode = "shadow",', ""))
        stream = event(3, text="混账东西")
        for clear in ([], ["--clear"]):
            done = self.run_policy("compare", "shop", "new", "--format", "json",
                                   *clear, input=stream)
            self.assertEqual("混账东西" in done.stdout, bool(clear), done.stdout)
            self.assertEqual("m-3: ****" in done.stdout, not clear, done.stdout)

    def test_compare_duties(self):
        stream = self.duties()
        shutil.copytree(self.work / "shop", self.work / "new")
        path = self.work / "new/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'within = "4h"', 'within = "5h"').replace('"warning"', '"reminder"'))
        self.case("compare_duties", "compare", "shop", "new", "--format", "table",
                  input=stream)

    def test_compare_help(self):
        self.case("compare_help", "compare", "--help")

    def test_coverage(self):
        self.case("coverage", "coverage", "shop", "--format", "table")

    def test_coverage_of_duties(self):
        """An article that people carry out, tracked by a duty; a ladder that
        cites by itself, and one of which a track does."""
        folder = self.work / "shop/regulations/shop-house-rules"
        path = folder / "regulation.yaml"
        self.write(path, path.read_text("utf-8").replace(
            "status: planned", "status: people"))
        path = folder / "rules.lua"
        self.write(path, path.read_text("utf-8") + """
local talk = { step { "talk", zh = "谈话", en = "Talk" } }
duty { id = "monthly", title = "检查", cites = { "三" }, owner = "head",
  every = "1y", attest = { by = "head" }, tests = { steps {
    { type = "tick", time = "2026-01-01T00:00:00Z", expect = "opened" } } } }
ladder { id = "measures", title = "处理", cites = { "三" }, decide = "head",
  within = "1d", tracks = { { id = "a", steps = talk } } }
ladder { id = "luring-away", title = "处理引流", cites = { "三" }, decide = "head",
  within = "1d", tracks = { { id = "a", steps = talk, cites = { "二.2" } } } }
""")
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8") + "roles: { head: [u9] }\n")
        self.case("coverage_duties", "coverage", "shop", "--format", "table")
        self.case("coverage_duties_json", "coverage", "shop", "--format", "json")
        self.case("check_duties", "check", "shop", "--format", "table")
        self.case("check_duties_json", "check", "shop", "--format", "json")

    TWO = {
        "personal-first": ("用个人号", "From one's own account.", "personal", '"三"'),
        "work-first": ("用工作号", "From the work account.", "work", '"三"'),
    }
    ASKS = '''rule { id = "account", title = "用对账号", cites = %s,
  category = "off_topic", on = "message", match = term "订单",
  where = { account_kind = none_of { param "work_account_kind" } },
  verdict = "warn", tests = {
    hit { "订单", account_kind = "club" },
    miss { "订单", account_kind = param "work_account_kind" } } }
'''

    def adopt_two(self, settle):
        """Two regulations that want different accounts."""
        for name, (zh, en, value, cites) in self.TWO.items():
            folder = self.work / "shop/regulations" / name
            folder.mkdir()
            self.write(folder / "regulation.yaml", f'''id: {name}
title: {name}
demands: {{ work_account_kind: {{ value: {value}, cite: 三 }} }}
articles:
  - {{ ref: 三, class: event, status: rules, zh: {zh}, en: {en} }}
  - {{ ref: 五, class: duty, status: planned, zh: 守规矩, en: Keep to the rules. }}
''')
            self.write(folder / "rules.lua", self.ASKS % cites)
        path = self.work / "shop/organisation.yaml"
        self.write(path, path.read_text("utf-8")
                   + "  personal-first: enforce\n  work-first: enforce\n"
                   + "departments: [营业部]\n" + settle)

    def test_choice(self):
        self.adopt_two("")
        self.case("check_choice", "check", "shop")

    def test_choice_settled(self):
        self.adopt_two("settle: { work_account_kind: { follow: personal-first,"
                       " why: { zh: 后订的为准, en: The later one },"
                       " owner: 营业部 } }\n")
        self.case("check_choice_settled", "check", "shop", "--format", "table")
        self.case("coverage_overruled", "coverage", "shop", "--format", "table")
        self.case("coverage_overruled_json", "coverage", "shop", "--format",
                  "json")

    def test_failing_example(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace('miss { "东西" }',
                                                         'hit { "东西" }'))
        self.case("test", "test", "shop", "--format", "table")
        self.case("test_junit", "test", "shop", "--format", "junit")
        self.case("test_tap", "test", "shop", "--format", "tap")

    def test_disguised_examples(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term "混账东西",',
            'match = term "混账东西", check = function(event) return not '
            'event.text:find("*", 1, true) end,'))
        self.case("test_evade", "test", "shop", "--evade", "--format", "table")

    def test_examples_of_two_rules(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'hit { "你这混账东西" }', 'hit { "加微信，你这混账东西" }'))
        self.case("test_isolated", "test", "shop", "--isolated", "--format",
                  "table")

    def test_what_examples_reach(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term "混账东西",',
            'match = any { term "混账东西", term "滚开" },\n'
            '  where = { direction = "out" },\n'
            '  except = { { actor = "u1", why = "老板", owner = "店长",'
            ' expires = "2030-01-01" } },\n'
            '  check = function(event)\n'
            '    if #event.text > 90 then\n'
            '      return false\n'
            '    end\n'
            '    return true\n'
            '  end,'))
        self.case("test_coverage", "test", "shop", "--min-coverage", "95",
                  "--format", "table")

    def test_mistakes_that_examples_overlook(self):
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8").replace(
            'match = term "混账东西",',
            'match = any { near(term "混账", term "东西", 3), term "滚开" },\n'
            '  where = { direction = "out" },\n'
            '  except = { { actor = "u1", why = "老板", owner = "店长",'
            ' expires = "2030-01-01" } },\n'
            '  check = function() return true end,'))
        self.case("test_mutate", "test", "shop", "--mutate", "--format", "table")

    def test_init(self):
        library = ("--library", str(ROOT / "policies-lua"))
        for lang in ("en", "zh"):
            done = self.run_policy("init", "school", f"new-{lang}", *library,
                                   "--lang", lang)
            path = GOLDEN / f"init.{lang}.txt"
            if os.environ.get("POLICY_RENEW_GOLDEN"):
                path.write_text(done.stdout, "utf-8")
            self.assertEqual(done.stdout, path.read_text("utf-8"))


class Language(CommandTest):
    def said(self, env, *arguments):
        return self.run_policy("check", "nowhere", *arguments, env=env).stderr

    def test_by_environment(self):
        rows = [({"LANG": "zh_CN.UTF-8"}, True), ({"LANG": "en_GB"}, False),
                ({"LANG": "C", "LC_ALL": "zh_TW"}, True),
                ({"LANG": "zh_CN", "LC_MESSAGES": "fr_FR"}, False),
                ({"LANG": "zh_CN", "LC_ALL": ""}, True),
                ({"LANG": "zha"}, False), ({"LANG": ""}, False)]
        for env, chinese in rows:
            with self.subTest(env=env):
                self.assertEqual("没有这个文件夹" in self.said(env), chinese)

    def test_the_option_is_stronger(self):
        self.assertIn("没有", self.said({"LANG": "en_GB"}, "--lang", "zh"))
        self.assertIn("no such", self.said({"LANG": "zh_CN"}, "--lang=en"))

    def test_wrong_use_is_told_in_the_language_asked_for(self):
        done = self.run_policy("evil", "--lang", "zh")
        self.assertIn("没有“evil”这个命令", done.stderr)


class Width(CommandTest):
    def test_columns_stand_below_each_other(self):
        lines = [event(n, text=t) for n, t in enumerate(
            ["加微信", "11010519491231002X", "扫码进群", "ＡＢ加薇信"])]
        for columns in ("60", "80", "120"):
            done = self.eval(lines, "--format", "table", "--lang", "zh",
                             env={"COLUMNS": columns})
            rows = done.stdout.split("\n\n")[0].splitlines()
            rule = rows[1]
            self.assertLessEqual(width(rule), int(columns))
            starts = [m.start() for m in re.finditer("─+", rule)]
            for row in rows:
                self.assertLessEqual(width(row), int(columns), row)
                # No character crosses the gap before a column.
                at, cells = 0, {}
                for c in row:
                    cells[at] = c
                    at += width(c)
                for start in starts[1:]:
                    if width(row) > start:
                        self.assertEqual(cells.get(start - 1), " ", row)
                        self.assertEqual(cells.get(start - 2), " ", row)

    def test_caret_under_wide_characters(self):
        path = self.work / "shop/rules.lua"
        text = path.read_text("utf-8")
        self.write(path, text.replace(
            'verdict = "warn"', 'tell = { zh = "请文明用语" }, verdct = "warn"'))
        said = self.run_policy("check", "shop").stderr.splitlines()
        at = next(i for i, s in enumerate(said) if "verdct =" in s)
        before = said[at][:said[at].index("verdct")]
        self.assertEqual(said[at + 1].index("^"), width(before))
        self.assertGreater(width(before), len(before))

    def test_caret_under_combining_and_tabs(self):
        # What stands before the brace, and the columns it takes: a tab goes
        # to the next multiple of four.
        for before, columns in (('{"id":"a\u0301\u0301",', 10),
                                ('{"id":"x",\t', 12), ('{"id":"😀",', 11)):
            done = self.eval([before + "}"])
            shown = done.stderr.splitlines()
            caret = next(s for s in shown if s.strip() == "^")
            self.assertEqual(caret.index("^"), columns, before)



if __name__ == "__main__":
    unittest.main(verbosity=2)
