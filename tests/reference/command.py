# SPDX-FileCopyrightText: The libpolicy authors
# SPDX-License-Identifier: Apache-2.0
"""What the command says of events, and how much of it a reference says too."""
import json
import os
import pathlib
import subprocess
import tempfile

import bundles

COMMAND = os.environ["POLICY_COMMAND"]
KEPT = {k: v for k, v in os.environ.items()
        if k.endswith("SAN_OPTIONS") or k == "PATH"}


def run(organisations, events):
    """What the command answers, event by event."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "library").mkdir()
        for organisation in organisations:
            bundles.write(folder / "all", organisation)
        done = subprocess.run(
            [COMMAND, "eval", str(folder / "all"), "--library",
             str(folder / "library"), "--format", "json", "--clear"],
            input="".join(json.dumps(e, ensure_ascii=False) + "\n"
                          for e in events).encode(),
            capture_output=True, env={**KEPT, "LANG": "C.UTF-8"}, timeout=240,
            check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode()[:4000])
    return [json.loads(line) for line in done.stdout.splitlines()]


def shape(decision):
    """Of a decision, what the second evaluator says too."""
    def entry(f):
        return (f["rule"], f["mode"], f["verdict"], tuple(sorted(
            {(s["field"], s["start"], s["end"]) for s in f["spans"]})),
                f.get("missing"), f.get("count"), f.get("limit"), f.get("idle"))
    for name in ("findings", "shadow", "suppressed"):
        for f in decision[name]:
            assert f["cites"] == [], f
    return {"verdict": decision["verdict"],
            "facts_needed": sorted(decision["facts_needed"]),
            "errors": sorted((e["rule"], e["code"])
                             for e in decision["errors"]),
            **{k: sorted(map(entry, decision[k]), key=repr)
               for k in ("findings", "shadow", "suppressed")}}
