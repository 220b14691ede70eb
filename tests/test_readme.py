#!/usr/bin/env python3
# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the README shows must work as it stands: its rule passes `check` and its
own tests, its event is held by that rule, its C program compiles and says so,
and the manual's examples compile, each as the rules of a new organisation.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.environ["POLICY_SOURCE_ROOT"]
CC = os.environ.get("CC", "cc")
LIBDIR = os.path.dirname(os.environ["POLICY_SHARED_LIBRARY"])
COMMAND = os.environ["POLICY_COMMAND"]
LIBRARY = os.path.join(ROOT, "policies-lua")
EVENT = ('{"id":"m-1","type":"message","org":"my-school",'
         '"time":"2026-03-02T09:15:00+08:00","conversation_kind":"group",'
         '"recipient_kinds":["family"],"text":"這是期中成績單，请查收"}\n')
passed = failed = 0


def blocks(path, language):
    text = open(os.path.join(ROOT, path), encoding="utf-8").read()
    return re.findall(r"^```%s\n(.*?)^```" % language, text, re.S | re.M)


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("FAILED %s\n%s" % (name, detail))


def run(*args, **kw):
    return subprocess.run(args, capture_output=True, text=True, **kw)


def policy(*args, stdin=""):
    return run(COMMAND, *args, "--library", LIBRARY, "--lang", "en", input=stdin)


def new_school(folder, name="my-school"):
    path = os.path.join(folder, name)
    made = policy("init", "school", path)
    check("init " + name, made.returncode == 0, made.stderr)
    return path


def add_rules(school, lua):
    with open(os.path.join(school, "rules.lua"), "a", encoding="utf-8") as f:
        f.write("\n" + lua)


def the_rule(folder):
    school = new_school(folder)
    add_rules(school, blocks("README.md", "lua")[0])
    for command in "check", "test":
        done = policy(command, school)
        check(command, done.returncode == 0, done.stdout + done.stderr)
    done = policy("eval", school, stdin=EVENT)
    check("eval", done.returncode == 0, done.stderr)
    found = json.loads(done.stdout.splitlines()[0])
    check("held", found["verdict"] == "hold" and
          found["findings"][0]["rule"] == "my-school/marks-to-families" and
          found["findings"][0]["spans"][0]["start"] == 12, done.stdout)
    # What the README prints is what comes out, but for what it leaves out.
    shown = re.sub(r"\n *", "", blocks("README.md", "json")[0])
    pieces = [p.strip(",") for p in shown.split("…") if len(p) > 8]
    check("something is shown", len(pieces) >= 3)
    for piece in pieces:
        check("shown: " + piece[:40], piece in done.stdout, piece + "\n" + done.stdout)
    return school


def compile_program(folder, name, page):
    source, program = os.path.join(folder, name + ".c"), os.path.join(folder, name)
    with open(source, "w", encoding="utf-8") as f:
        f.write(blocks(page, "c")[0])
    built = run(*CC.split(), "-Wall", "-Werror", "-I" + os.path.join(ROOT, "include"),
                source, "-o", program, "-L" + LIBDIR, "-lpolicy",
                "-Wl,-rpath," + LIBDIR)
    check(name + " compiles", built.returncode == 0, built.stderr)
    return program


def the_program(folder, school):
    program = compile_program(folder, "host", "README.md")
    done = run(program, school, LIBRARY, EVENT)
    check("the program decides", done.returncode == 0 and done.stdout == "hold\n",
          done.stdout + done.stderr)
    done = run(program, school, LIBRARY, "{")
    check("the program says what is wrong", done.returncode == 2 and done.stderr,
          done.stdout + done.stderr)


def the_gateway(folder):
    """One of three is exchanged for what it is now, another leaves."""
    program = compile_program(folder, "gateway", "docs/tenants.md")
    tree, aside = os.path.join(folder, "tenants"), os.path.join(folder, "aside")
    os.mkdir(tree)
    os.mkdir(aside)
    for name in "my-school", "second", "third":
        new_school(tree, name)
    school = new_school(aside)
    add_rules(school, blocks("README.md", "lua")[0])
    done = run(program, tree, LIBRARY, school, "second", EVENT)
    check("the gateway exchanges", done.stdout == "2 hold\n",
          done.stdout + done.stderr)
    add_rules(school, "rule {")
    done = run(program, tree, LIBRARY, school, "second", EVENT)
    check("the gateway refuses", done.returncode == 2 and done.stderr,
          done.stdout + done.stderr)


def adopt(school, lua):
    """The example is a regulation's: one with the articles that it cites."""
    refs = dict.fromkeys(r for c in re.findall(r"cites = \{(.*?)\}", lua)
                         for r in re.findall(r'"(.*?)"', c))
    path = os.path.join(school, "regulations", "house")
    os.makedirs(path)
    with open(os.path.join(path, "rules.lua"), "w", encoding="utf-8") as f:
        f.write(lua)
    with open(os.path.join(path, "regulation.yaml"), "w", encoding="utf-8") as f:
        f.write("id: house\ntitle: 家规\nkind: school\n")
        for choice in set(re.findall(r'param "(.*?)"', lua)):
            f.writelines(b for b in blocks("policies-lua/README.md", "yaml")
                         if b.startswith("demands:") and choice in b)
        f.write("articles:\n")
        for ref in refs:
            f.write('  - { ref: "%s", class: event, status: rules, zh: 条, '
                    'en: article, outcome: block }\n' % ref)
    yaml = os.path.join(school, "organisation.yaml")
    text = open(yaml, encoding="utf-8").read()
    with open(yaml, "w", encoding="utf-8") as f:
        f.write(text.replace("regulations:\n", "regulations:\n  house: enforce\n"))


def the_manual(folder):
    examples = blocks("policies-lua/README.md", "lua")
    check("the manual has examples", len(examples) >= 10, str(len(examples)))
    for i, lua in enumerate(examples):
        name = re.match(r"-- (?:example: )?(.+)", lua)
        check("example %d has a name" % i, name is not None, lua[:80])
        school = new_school(folder, "e%d" % i)
        if name[1].startswith("in regulations/"):
            adopt(school, lua)
            lua = ""
        if "theme {" in lua and re.search(r'^\s*id\s*=\s*"([\w-]+)"', lua, re.M):
            theme = re.search(r'theme\s*\{\s*id\s*=\s*"([\w-]+)"', lua)
            if theme:
                os.makedirs(os.path.join(school, "themes"), exist_ok=True)
                with open(os.path.join(school, "themes", theme[1] + ".lua"), "w",
                          encoding="utf-8") as f:
                    f.write(lua)
                lua = ""
        add_rules(school, lua)
        for command in "check", "test":
            done = policy(command, school)
            check("%s: %s" % (name[1], command), done.returncode == 0,
                  done.stdout + done.stderr)


with tempfile.TemporaryDirectory() as work:
    os.environ.pop("POLICY_LIBRARY", None)
    the_program(work, the_rule(work))
    the_gateway(work)
    the_manual(work)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0 or passed == 0)
