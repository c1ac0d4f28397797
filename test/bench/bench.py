#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holdfast's cost against that of the compiler, on the files of a database.

    bench.py --holdfast BIN --tree SRC --build DIR [--runs N] [--limit RATIO]

Each run, in turn, so that a busy machine troubles all alike:
  holdfast   `check -j1` of the whole database, one process
  clang      `clang-22 -fsyntax-only -w`, one process a file, one after the other
  sparse     the same with sparse and the kernel's flags for it, if installed

CPU is user + system time of the processes and their children, memory the
largest process. Exit 1 if Holdfast's CPU time is above RATIO of clang's.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

# What the kernel's Makefile gives to sparse on x86-64.
SPARSE_FLAGS = """-D__linux__ -Dlinux -D__STDC__ -Dunix -D__unix__ -Wbitwise
    -Wno-return-void -Wno-unknown-attribute -D__x86_64__ --arch=x86
    -mlittle-endian -m64""".split()


@dataclass
class Cost:
    cpu: float = 0.0  # seconds
    wall: float = 0.0  # seconds
    peak: int = 0  # KiB
    failed: int = 0  # processes

    def add(self, other):
        self.cpu += other.cpu
        self.wall += other.wall
        self.peak = max(self.peak, other.peak)
        self.failed += other.failed


def measure(command, folder, allowed=(0,)):
    """Runs one process, without its output."""
    start = time.monotonic()
    child = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.monotonic() - start,
        peak=usage.ru_maxrss,
        failed=child.returncode not in allowed,
    )


def flags_of(entry):
    """The arguments without the compiler, the file, and what makes output."""
    flags = []
    arguments = iter(entry["arguments"][1:])
    for argument in arguments:
        if argument == "-o":
            next(arguments)
        elif argument == "-c" or argument.startswith("-Wp,-M"):
            continue
        elif argument != entry["file"] and not argument.endswith(".c"):
            flags.append(argument)
    return flags


def run_holdfast(options, entries):
    command = [options.holdfast, "check", "-p", options.build, "-j1", "--quiet",
               "--no-cache"]
    return measure(command + ["--fail-on=never"], options.build)


def run_files(command, entries, allowed):
    total = Cost()
    for entry in entries:
        full = command + flags_of(entry) + [entry["file"]]
        total.add(measure(full, entry["directory"], allowed))
    return total


def run_clang(options, entries):
    return run_files(["clang-22", "-fsyntax-only", "-w"], entries, (0,))


def run_sparse(options, entries):
    # It exits with 1 where it has something to say.
    return run_files(["sparse"] + SPARSE_FLAGS, entries, (0, 1))


def warm_up(tree, entries):
    """Reads headers and sources, so that the first tool does not pay the disk."""
    files = [entry["file"] for entry in entries]
    for top in ("include", "arch/x86/include"):
        for folder, _, names in os.walk(os.path.join(tree, top)):
            files += [os.path.join(folder, name) for name in names]
    for name in files:
        with open(name, "rb") as file:
            file.read()


def table(costs):
    """One line a tool: least and median of each figure, ratios to clang."""
    lines = [
        "%-10s %22s %22s %10s %7s %7s"
        % ("", "CPU s (min, median)", "wall s (min, median)", "peak MiB", "CPU", "wall")
    ]

    def pair(values):
        return "%8.1f %8.1f" % (min(values), statistics.median(values))

    base = costs["clang"]
    for tool, runs in costs.items():
        lines.append(
            "%-10s %22s %22s %10.0f %6.2fx %6.2fx"
            % (
                tool,
                pair([run.cpu for run in runs]),
                pair([run.wall for run in runs]),
                max(run.peak for run in runs) / 1024,
                ratio(runs, base, "cpu"),
                ratio(runs, base, "wall"),
            )
        )
    return "\n".join(lines)


def ratio(runs, base, figure):
    median = [statistics.median(getattr(c, figure) for c in r) for r in (runs, base)]
    return median[0] / median[1]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--holdfast", required=True, help="the executable")
    parser.add_argument("--tree", required=True, help="the kernel's sources")
    parser.add_argument("--build", required=True, help="folder of the database")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--limit", type=float, help="largest ratio of CPU times")
    return parser.parse_args()


def main():
    options = arguments()
    with open(os.path.join(options.build, "compile_commands.json")) as file:
        entries = json.load(file)
    tools = {"holdfast": run_holdfast, "clang": run_clang}
    if shutil.which("sparse"):
        tools["sparse"] = run_sparse
    else:
        print("sparse is not installed: left out", file=sys.stderr)
    warm_up(options.tree, entries)
    costs = {tool: [] for tool in tools}
    for number in range(options.runs):
        for tool, run in tools.items():
            print("run %d of %d: %s" % (number + 1, options.runs, tool), file=sys.stderr)
            costs[tool].append(run(options, entries))
    print("%d files, %d runs" % (len(entries), options.runs))
    print(table(costs))
    for tool in ("holdfast", "clang"):
        if any(run.failed for run in costs[tool]):
            sys.exit("bench.py: %s failed; these figures mean nothing" % tool)
    found = ratio(costs["holdfast"], costs["clang"], "cpu")
    if options.limit and found > options.limit:
        sys.exit("bench.py: %.2f of clang's CPU time, %.2f allowed" % (found, options.limit))


if __name__ == "__main__":
    main()
