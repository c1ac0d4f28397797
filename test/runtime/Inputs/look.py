# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints what tests look at of a JSON report of `holdfast replay`."""
import json
import sys

report = json.load(open(sys.argv[1]))
if len(sys.argv) > 2 and sys.argv[2] == "trace":
    kind = sys.argv[3]
    print(next(f["trace"] for s in report["stages"] for f in s["findings"]
               if f["kind"] == kind), end="")
    sys.exit()
for stage in report["stages"]:
    print("%s: %s" % (stage["name"], stage["verdict"]))
    for play in stage["plays"]:
        done = "complete" if play["complete"] else "not all"
        print("%s: %d executions, %s" % (play["play"], play["executions"], done))
        for name, values in play["measured"].items():
            print(name, " ".join("%d=%d" % tuple(v) for v in values))
    for f in stage["findings"]:
        print("finding", f["kind"], f["rule"], f["play"], f["fingerprint"])
