# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command share: a small organisation of their own, and
a way to run the command in a bare environment."""
import errno
import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["POLICY_SOURCE_ROOT"])
COMMAND = os.environ["POLICY_COMMAND"]
FIXTURES = ROOT / "tests" / "cli" / "fixtures"
# What a sanitizer needs to find its options and its symbols.
KEPT = {k: v for k, v in os.environ.items()
        if k.endswith("SAN_OPTIONS") or k in ("PATH", "POLICY_TEST_LONG")}


def event(number=1, **fields):
    """A message of the shop, as a line of JSON."""
    e = {"id": f"m-{number}", "source": "test", "type": "message",
         "org": "shop", "time": "2026-03-02T09:15:00+08:00", "actor": "u1",
         "text": "早上好"}
    e.update(fields)
    return json.dumps({k: v for k, v in e.items() if v is not None},
                      ensure_ascii=False)


def read_all(terminal):
    """Until the last who writes has closed it, which Linux tells by an error;
    one read may give a part only."""
    parts = []
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)


class CommandTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.work = pathlib.Path(self.folder.name)
        shutil.copytree(FIXTURES / "shop", self.work / "shop")

    def tearDown(self):
        self.folder.cleanup()

    def run_policy(self, *arguments, input="", env=None, timeout=60):
        """Bytes in, text out; the environment is bare but for `env`."""
        if isinstance(input, str):
            input = input.encode()
        done = subprocess.run([COMMAND, *arguments], input=input,
                              capture_output=True, cwd=self.work,
                              env={**KEPT, "LANG": "en_US.UTF-8",
                                   "COLUMNS": "100", **(env or {})},
                              timeout=timeout, check=False)
        done.stdout = done.stdout.decode()
        done.stderr = done.stderr.decode()
        self.assertGreaterEqual(done.returncode, 0,
                                f"killed by a signal: {done.stderr}")
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def on_terminal(self, stream, *arguments, env):
        """What the command shows on one, as its "stdout" or "stderr"."""
        main, side = pty.openpty()
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
                   stream: side}
        try:
            with subprocess.Popen([COMMAND, *arguments], cwd=self.work,
                                  env={**KEPT, **env}, **streams) as child:
                os.close(side)
                shown = read_all(main).decode()
        finally:
            os.close(main)
        self.assertEqual(child.returncode, 0, shown)
        return shown

    def eval(self, lines, *arguments, dir="shop", **more):
        if isinstance(lines, list):
            lines = "\n".join(lines) + "\n"
        return self.run_policy("eval", dir, *arguments, input=lines, **more)

    def decisions(self, done):
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, "utf-8")
        return path
