# SPDX-License-Identifier: GPL-2.0-or-later
"""more.py FEW MANY: what the second report of `holdfast replay` has more of."""
import json
import sys


def total(path, key):
    report = json.load(open(path))
    return sum(p[key] for s in report["stages"] for p in s["plays"])


for key in ("executions", "points"):
    if total(sys.argv[2], key) > total(sys.argv[1], key):
        print("more", key)
