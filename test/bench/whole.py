#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the second run costs, and a patch, with a whole kernel as context.

    whole.py --holdfast BIN --tree SRC --build DIR --cache DIR --file FILE...

  cold     `check` of the whole database with an empty cache
  warm     the same again; the reports must be the same bytes
  patch    for each FILE (relative to SRC), `diff` of a patch that drops its first
           line with an unlock, beside `clang-22 -fsyntax-only` of the file alone.
           The aim is twice the compiler's time plus two seconds.

Exit 1 if a run fails or the reports differ. No time decides anything.
"""

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile

from bench import flags_of, measure


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", required=True, help="the executable")
    parser.add_argument("--tree", required=True, help="the kernel's sources")
    parser.add_argument("--build", required=True, help="folder of the database")
    parser.add_argument("--cache", required=True, help="is emptied first")
    parser.add_argument("--file", action="append", required=True)
    return parser.parse_args()


def check(options, report):
    command = [options.holdfast, "check", "-p", options.build, "--quiet", "--cache",
               options.cache, "--fail-on=never", "--format", "json", "-o", report]
    return measure(command, options.tree)


def patch_of(tree, name):
    """A patch that drops the first line with an unlock."""
    with open(os.path.join(tree, name)) as file:
        old = file.readlines()
    drop = next(i for i, line in enumerate(old) if line.strip().endswith(");")
                and "unlock" in line.split("(")[0])
    new = old[:drop] + old[drop + 1:]
    return "".join(difflib.unified_diff(old, new, "a/" + name, "b/" + name))


def run_patch(options, entries, name, folder):
    path = os.path.join(folder, "bench.patch")
    with open(path, "w") as file:
        file.write(patch_of(options.tree, name))
    command = [options.holdfast, "diff", "-p", options.build, "--quiet", "--cache",
               options.cache, path]
    entry = next(e for e in entries if e["file"].endswith("/" + name))
    clang = ["clang-22", "-fsyntax-only", "-w"] + flags_of(entry) + [entry["file"]]
    return (measure(clang, entry["directory"]),
            measure(command, options.tree, allowed=(0, 1)))


def line(name, cost, note=""):
    print("%-44s %8.1f %8.1f %8.0f  %s"
          % (name, cost.cpu, cost.wall, cost.peak / 1024, note))


def same(first, second):
    with open(first, "rb") as a, open(second, "rb") as b:
        return a.read() == b.read()


def main():
    options = arguments()
    with open(os.path.join(options.build, "compile_commands.json")) as file:
        entries = json.load(file)
    shutil.rmtree(options.cache, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        reports = [os.path.join(folder, which) for which in ("cold", "warm")]
        print("whole tree, cold: %d files" % len(entries), file=sys.stderr)
        cold, warm = (check(options, report) for report in reports)
        costs = [cold, warm]
        print("%-44s %8s %8s %8s" % ("", "CPU s", "wall s", "peak MiB"))
        line("check, nothing kept", cold)
        line("check again", warm, "%.1f %% of the CPU time" % (100 * warm.cpu / cold.cpu))
        for name in options.file:
            clang, diff = run_patch(options, entries, name, folder)
            costs += [clang, diff]
            line("clang -fsyntax-only " + os.path.basename(name), clang)
            line("diff, one line of it", diff,
                 "aim: %.1f s wall" % (2 * clang.wall + 2))
        if any(cost.failed for cost in costs):
            sys.exit("whole.py: a run failed; these figures mean nothing")
        if not same(*reports):
            sys.exit("whole.py: the second report is not the first")


if __name__ == "__main__":
    main()
