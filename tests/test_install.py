#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The installed tree works on its own: below another root, without the
checkout, found by pkg-config, used by a program and by the command."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"])
BUILD = pathlib.Path(os.environ["POLICY_BUILD_ROOT"])
PREFIX = os.environ["POLICY_PREFIX"].lstrip("/")
EVENT = json.dumps({
    "id": "m-1", "source": "test", "type": "message", "org": "my-hospital",
    "time": "2026-03-02T09:15:00+08:00", "actor": "u1", "direction": "out",
    "conversation": "g1", "conversation_kind": "group",
    "recipients": ["x1"], "recipient_kinds": ["customer"],
    "text": "张三 11010519491231002X"}, ensure_ascii=False) + "\n"


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          **more)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name) / "root"
        done = run(["meson", "install", "-C", str(BUILD), "--no-rebuild",
                    "--destdir", str(cls.root)])
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        cls.prefix = cls.root / PREFIX
        cls.work = pathlib.Path(cls.folder.name) / "work"
        cls.work.mkdir()
        cls.command = cls.prefix / "bin" / "policy"
        cls.libdir = next(cls.prefix.rglob("libpolicy.so")).parent
        # Nothing of the checkout, and nothing of the caller's shell.
        cls.env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        done = cls.policy("init", "hospital", "my-hospital")
        if done.returncode:
            raise AssertionError(done.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def policy(cls, *arguments, **more):
        return run([str(cls.command), *arguments], cwd=cls.work, env=cls.env,
                   **more)

    def flags(self, *what):
        # The tree stands below a root that its pkg-config file cannot know.
        env = dict(self.env, PKG_CONFIG_PATH=str(self.libdir / "pkgconfig"))
        done = run(["pkg-config", f"--define-variable=prefix={self.prefix}",
                    *what, "libpolicy"], env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()

    def build(self, source, name):
        program = self.work / name
        done = run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror",
                    str(source), "-o", str(program), *self.flags("--cflags"),
                    *self.flags("--libs")], env=self.env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return program

    def test_soname_and_links(self):
        out = run(["readelf", "-d", str(self.libdir / "libpolicy.so")]).stdout
        self.assertRegex(out, r"\(SONAME\).*\[libpolicy\.so\.0\]")
        self.assertTrue((self.libdir / "libpolicy.so.0").is_symlink())
        self.assertTrue((self.libdir / "libpolicy.a").is_file())

    def test_pkg_config_knows_the_version(self):
        text = (self.prefix / "include/policy/version.h").read_text("utf-8")
        version = re.search(r'VERSION_STRING "(.*?)"', text).group(1)
        self.assertEqual(self.flags("--modversion"), [version])

    def test_all_public_headers_are_there(self):
        for header in (ROOT / "include/policy").glob("*.h"):
            self.assertTrue((self.prefix / "include/policy" /
                             header.name).is_file(), header.name)

    def test_a_program_builds_and_judges(self):
        program = self.build(ROOT / "tests/host_example.c", "host")
        policies = next(self.prefix.rglob("policies-lua"))
        done = run([str(program), "my-hospital", str(policies)], input=EVENT,
                   cwd=self.work, env=dict(self.env,
                                           LD_LIBRARY_PATH=str(self.libdir)))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "block\n")

    def test_the_example_of_the_readme_builds(self):
        text = (ROOT / "README.md").read_text("utf-8")
        blocks = [b for b in re.findall(r"```c\n(.*?)```", text, re.S)
                  if "int main(" in b]
        self.assertTrue(blocks, "README.md has no C program")
        for number, block in enumerate(blocks):
            source = self.work / f"readme{number}.c"
            source.write_text(block, "utf-8")
            program = self.build(source, f"readme{number}")
            done = run([str(program)], input=EVENT, cwd=self.work, timeout=60,
                       env=dict(self.env, LD_LIBRARY_PATH=str(self.libdir)))
            self.assertGreaterEqual(done.returncode, 0,
                                    "killed by a signal: " + done.stderr)

    def test_the_new_organisation_is_in_order(self):
        done = self.policy("check", "my-hospital")
        self.assertEqual((done.returncode, "error" in done.stderr),
                         (0, False), done.stderr)
        counts = json.loads(done.stdout.splitlines()[0])
        self.assertEqual(counts["organisation"], "my-hospital")
        self.assertGreater(counts["rules"], 0)
        self.assertGreater(counts["articles"], 0)
        self.assertEqual(self.policy("test", "my-hospital").returncode, 0)

    def test_it_judges_an_event(self):
        done = self.policy("eval", "my-hospital", "--fail-on", "hold",
                           input=EVENT)
        self.assertEqual(done.returncode, 1, done.stderr)
        decision = json.loads(done.stdout)
        self.assertEqual(decision["verdict"], "block")
        self.assertTrue(decision["findings"][0]["cites"])

    def test_init_never_overwrites(self):
        before = (self.work / "my-hospital/organisation.yaml").read_bytes()
        done = self.policy("init", "school", "my-hospital")
        self.assertEqual(done.returncode, 2)
        self.assertIn("not overwritten", done.stderr)
        self.assertEqual(
            (self.work / "my-hospital/organisation.yaml").read_bytes(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
