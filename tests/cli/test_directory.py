#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""directory.yaml as events, and as what rules know before the first event."""
import json
import shutil
import unittest

from command import CommandTest, event

PEOPLE = """people:
  u1: { kind: staff, roles: [staff], dept: 前台, manager: u2, accounts: [a1] }
  u2: { kind: staff, roles: [manager] }
  u3: { kind: leaver, accounts: [a3] }
groups:
  g1: { kind: department, responsible: u2, purpose: 排班 }
"""
RULES = """
rule { id = "by-a-manager", title = "须经负责人批准", reason = "先批后发",
  category = "not_approved", on = "post", where = { account_kind = "official" },
  requires = { ["approved_by.roles"] = "manager" }, verdict = "hold",
  tests = { hit { "好" }, miss { "好", account_kind = "work" } } }
rule { id = "leaver-login", title = "离职账号不再登录", reason = "先移交",
  category = "leaver_account", on = "login",
  where = known { "leavers", key = "account" }, verdict = "block",
  tests = { miss { account = "a9" } } }
rule { id = "no-approval", title = "建群须经批准", reason = "先批后建",
  category = "not_approved", on = "group_change",
  where = { change = "create", absent "approved_by" }, verdict = "flag",
  tests = { hit { group = "g" }, miss { group = "g", approved_by = "u1" } } }
duty { id = "acknowledge", title = "阅读并确认制度", reason = "先知后用",
  owner = who "person", within = "7d",
  open = { on = "staff_change", where = { change = "join" }, key = "person" },
  attest = { by = "clerk" }, overdue = { verdict = "flag" },
  tests = { steps {
    { type = "staff_change", change = "join", person = "u1", expect = "opened" },
    { after = "8d", expect = "overdue" } } } }
"""


class Directory(CommandTest):
    def setUp(self):
        super().setUp()
        path = self.work / "shop/rules.lua"
        self.write(path, path.read_text("utf-8") + RULES)
        self.write("shop/organisation.yaml",
                   (self.work / "shop/organisation.yaml").read_text("utf-8") +
                   "roles: { clerk: [u2] }\n")
        self.write("shop/directory.yaml", PEOPLE)

    def events(self, *arguments):
        done = self.run_policy("directory", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def judged(self, *lines):
        done = self.eval(list(lines))
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.decisions(done)

    def found(self, *lines):
        return [[f["rule"].split("/")[1] for f in d["findings"]]
                for d in self.judged(*lines)]

    def post(self, by):
        return event(type="post", account_kind="official", approved_by=by)

    # As events.

    def test_what_it_writes_eval_takes(self):
        lines = self.run_policy("directory", "shop", "--at", "2026-03-02").stdout
        shutil.move(self.work / "shop/directory.yaml", self.work / "old.yaml")
        decisions = self.judged(*lines.splitlines())
        self.assertEqual(len(decisions), 6)
        self.assertEqual([d for d in decisions if d["findings"] or d["errors"]],
                         [])
        # Fed by hand it is known as well.
        self.assertEqual(self.found(*lines.splitlines(), self.post("u2"),
                                    self.post("u1"))[-2:],
                         [[], ["by-a-manager"]])

    def test_times(self):
        for at, want in (("2026-03-02", "2026-03-02T00:00:00Z"),
                         ("2026-03-02T08:00:00+08:00",
                          "2026-03-02T08:00:00+08:00"),
                         ("2026-03-02 08:00:00-09:30",
                          "2026-03-02T08:00:00-09:30"),
                         ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z")):
            with self.subTest(at=at):
                self.assertEqual({e["time"] for e in self.events(
                    "shop", "--at", at)}, {want})
        self.assertEqual({e["time"] for e in self.events(
            "shop", "--today", "2026-03-02")}, {"2026-03-02T00:00:00Z"})
        for at in ("", "x", "2026-13-01", "2026-02-29", "2026-03-02T08:00",
                   "2026-03-02T24:00:00Z", "2026-03-02T08:00:00",
                   "2026-03-02T08:00:00+8:00", "2026-03-02T08:00:00+08:00x",
                   "2026-03-02x", "2026-03-02T08:60:00Z", "1969-12-31"):
            with self.subTest(at=at):
                done = self.run_policy("directory", "shop", "--at", at)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("--at", done.stderr)

    def test_since_a_file_or_a_folder(self):
        self.assertEqual(self.events("shop", "--since", "shop"), [])
        shutil.copytree(self.work / "shop", self.work / "new")
        self.write("new/directory.yaml", PEOPLE.replace(
            "  u2:", "  u9: { kind: staff }\n  u2:"))
        for old in ("shop", "shop/directory.yaml"):
            (one,) = self.events("new", "--since", old)
            self.assertEqual((one["change"], one["person"]), ("join", "u9"))

    def test_a_file_alone_belongs_to_somebody(self):
        done = self.run_policy("directory", "shop/directory.yaml")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--org", done.stderr)
        got = self.events("shop/directory.yaml", "--org", "shop", "--at",
                          "2026-03-02")
        self.assertEqual(got, self.events("shop", "--at", "2026-03-02"))

    def test_a_folder_of_organisations(self):
        (self.work / "all").mkdir()
        for name in ("shop", "shop2", "bare"):
            shutil.copytree(self.work / "shop", self.work / "all" / name)
            path = self.work / "all" / name / "organisation.yaml"
            self.write(path, path.read_text("utf-8").replace(
                "id: shop", f"id: {name}"))
        (self.work / "all/bare/directory.yaml").unlink()
        self.assertEqual({e["org"] for e in self.events("all")},
                         {"shop", "shop2"})
        self.assertEqual({e["org"] for e in self.events("all", "--org",
                                                        "shop2")}, {"shop2"})
        for more, word in ((["--since", "shop"], "--org"),
                           (["--org", "bare"], "directory.yaml"),
                           (["--org", "nobody"], "nobody")):
            done = self.run_policy("directory", "all", *more)
            self.assertEqual((done.returncode, done.stdout), (2, ""), more)
            self.assertIn(word, done.stderr)

    def test_what_cannot_be_read(self):
        self.write("bad.yaml", "people:\n  u1: { kind: staff, manager: u7 }\n")
        for arguments, place in ((["shop", "--since", "bad.yaml"], "bad.yaml:2:31"),
                                 (["bad.yaml", "--org", "shop"], "bad.yaml:2:31"),
                                 (["shop", "--since", "nowhere"], "nowhere"),
                                 (["nowhere"], "nowhere")):
            done = self.run_policy("directory", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(place, done.stderr)

    # As the past of a stream.

    def test_rules_know_who_is_who(self):
        login = event(type="login", account="a3", text=None)
        self.assertEqual(self.found(self.post("u2"), self.post("u1"),
                                    self.post("u9"), login),
                         [[], ["by-a-manager"], ["by-a-manager"],
                          ["leaver-login"]])
        (self.work / "shop/directory.yaml").unlink()
        self.assertEqual(self.found(self.post("u2"), login),
                         [["by-a-manager"], []])

    def test_what_comes_late_knows_it_too(self):
        late = json.loads(self.post("u2"))
        late.update(id="late", time="2026-02-27T09:00:00+08:00")
        self.assertEqual(self.found(self.post("u2"), json.dumps(late)), [[], []])

    def test_the_stream_is_newer(self):
        moved = event(type="staff_change", person="u2", change="move", text=None,
                      roles=["staff"], time="2026-03-02T09:16:00+08:00")
        after = json.loads(self.post("u2"))
        after.update(id="after", time="2026-03-02T09:17:00+08:00")
        self.assertEqual(self.found(self.post("u2"), moved, json.dumps(after)),
                         [[], [], ["by-a-manager"]])

    def tick(self, day):
        return event(type="tick", text=None, actor=None, id=f"t{day}",
                     time=f"2026-03-{day}T09:15:00+08:00")

    def test_who_is_there_already_does_not_join(self):
        for d in self.judged(event(), self.tick("20"), self.tick("31")):
            self.assertEqual((d["duties"], d["findings"]), ([], []))

    def test_who_is_new_does(self):
        self.write("old.yaml", PEOPLE.replace("  u1:", "  u8:"))
        lines = self.run_policy("directory", "shop", "--since", "old.yaml",
                                "--at", "2026-03-02").stdout.splitlines()
        decisions = self.judged(*lines, self.tick("10"))
        changes = [(json.loads(line)["change"], [x["change"] for x in d["duties"]])
                   for line, d in zip(lines, decisions)]
        self.assertEqual(changes, [("join", ["opened"]), ("leave", []),
                                   ("transfer", [])])
        self.assertEqual([x["change"] for x in decisions[-1]["duties"]],
                         ["overdue"])

    def test_each_organisation_has_its_own(self):
        (self.work / "all").mkdir()
        for name, people in (("shop", PEOPLE),
                             ("shop2", PEOPLE.replace("manager]", "staff]"))):
            shutil.copytree(self.work / "shop", self.work / "all" / name)
            path = self.work / "all" / name / "organisation.yaml"
            self.write(path, path.read_text("utf-8").replace(
                "id: shop", f"id: {name}"))
            self.write(f"all/{name}/directory.yaml", people)
        lines = [self.post("u2"), self.post("u2").replace('"shop"', '"shop2"')]
        done = self.eval(lines * 2, dir="all")
        self.assertEqual([len(d["findings"]) for d in self.decisions(done)],
                         [0, 1, 0, 1])
        self.assertIn("from the directory: 12", done.stderr)

    def test_both_versions_know_it(self):
        shutil.copytree(self.work / "shop", self.work / "old")
        (self.work / "old/directory.yaml").unlink()
        done = self.run_policy("compare", "old", "shop", "--fail-on-change",
                               input=self.post("u2") + "\n" + self.post("u1"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_entries_that_are_refused(self):
        self.write("shop/directory.yaml", "people:\n  u2: { kind: staff, roles:"
                   " [manager] }\n" + "".join(
                       f"  b{i}: {{ kind: staff, roles: [janitor] }}\n"
                       for i in range(9)))
        for arguments in (["eval", "shop"], ["check", "shop"]):
            done = self.run_policy(*arguments, input=self.post("u2"))
            self.assertEqual(done.returncode, 2)
            for word in ("shop/directory.yaml", "b0", "janitor", "4 more"):
                self.assertIn(word, done.stderr)
            self.assertNotIn("b5", done.stderr)
        # The others are known all the same.
        self.assertEqual(self.decisions(self.eval([self.post("u2")]))[0]
                         ["findings"], [])

    def test_a_directory_that_cannot_be_read(self):
        self.write("shop/directory.yaml", "people: [}\n")
        done = self.eval([event(), event(2)])
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(self.decisions(done)), 2)
        self.assertEqual(done.stderr.count("shop/directory.yaml:1"), 1)

    def test_the_examples_begin_with_nobody(self):
        self.assertEqual(self.run_policy("test", "shop").returncode, 0)


if __name__ == "__main__":
    unittest.main()
