#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""The folders of libpolicy are layers: includes point downwards only, the
command sees the public headers only, and C files have names of their own."""
import os
import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"])
LAYERS = ["base", "text", "match", "event", "config", "adapt", "state",
          "rule", "script", "bundle", "compile", "evaluate"]
# What is lower and still not to be seen: a session never compiles.
FORBIDDEN = {("evaluate", "compile")}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def c_files(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".c", ".h", ".def"))


def upward(root):
    """Includes of the library that break the order, as sentences."""
    found = []
    for rank, layer in enumerate(LAYERS):
        for path in c_files(root / "libpolicy" / layer):
            for kind, name in INCLUDE.findall(path.read_text("utf-8")):
                if kind == "<":
                    continue
                place = f"{layer}/{path.name} includes {name}"
                target = name.split("/")[0]
                if target not in LAYERS:
                    found.append(f"{place}, not written from the root")
                elif LAYERS.index(target) > rank or (layer, target) in FORBIDDEN:
                    found.append(place)
    return found


def strangers(root):
    """Includes of the bindings that reach into the library."""
    found = []
    for path in c_files(root / "bindings"):
        for kind, name in INCLUDE.findall(path.read_text("utf-8")):
            if kind == '"' and not (path.parent / name).is_file():
                found.append(f"{path.name} includes {name}")
    return found


class Layers(unittest.TestCase):
    def test_every_layer_has_code(self):
        for layer in LAYERS:
            self.assertTrue(c_files(ROOT / "libpolicy" / layer), layer)
        folders = {p.name for p in (ROOT / "libpolicy").iterdir() if p.is_dir()}
        self.assertEqual(folders - {"__pycache__"}, set(LAYERS))

    def test_includes_point_downwards(self):
        self.assertEqual(upward(ROOT), [])

    def test_the_command_sees_public_headers_only(self):
        self.assertTrue(c_files(ROOT / "bindings" / "cli"))
        self.assertEqual(strangers(ROOT), [])

    def test_public_headers_include_public_headers_only(self):
        for path in c_files(ROOT / "include"):
            for kind, name in INCLUDE.findall(path.read_text("utf-8")):
                self.assertTrue(kind == "<" and
                                name.startswith(("policy/", "std")),
                                f"{path.name} includes {name}")

    def test_c_file_names_are_unique(self):
        seen = {}
        for folder in ("libpolicy", "bindings", "tests", "fuzz"):
            for path in c_files(ROOT / folder):
                if path.suffix == ".c":
                    self.assertNotIn(path.name, seen,
                                     f"{path} and {seen.get(path.name)}")
                    seen[path.name] = path
        self.assertGreater(len(seen), 50)

    def test_an_upward_include_would_be_seen(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            cases = {"base": '#include "text/fold.h"\n',
                     "evaluate": '#include "compile/build.h"\n',
                     "rule": '#include "rule.h"\n',
                     "compile": '#include "base/alloc.h"\n'}
            for layer, text in cases.items():
                folder = root / "libpolicy" / layer
                folder.mkdir(parents=True)
                (folder / "a.c").write_text(text)
            self.assertEqual(len(upward(root)), 3, upward(root))


if __name__ == "__main__":
    unittest.main(verbosity=2)
