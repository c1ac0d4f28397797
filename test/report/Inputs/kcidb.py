# SPDX-License-Identifier: GPL-2.0-or-later
"""kcidb.py REPORT [--schema FILE]: is it what KCIDB takes, I/O schema 5.3?

Objects and keys are those of the schema that Holdfast uses; anything else is
wrong. With --schema, the official schema (as JSON) is asked as well.
"""

import json
import re
import sys

from shape import against_schema, wrong

ID = re.compile(r"^[a-z0-9_]+:[^\0]*$")
ORIGIN = re.compile(r"^[a-z0-9_]+$")
TEXT = re.compile(r"^[^\0]*\Z")
EXCERPT = re.compile(r"^[^\0]{0,16384}\Z")
STATUS = ("FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP")
REPORT = {
    "version!": {"major!": (5,), "minor!": (3,)},
    "checkouts": [{"id!": ID, "origin!": ORIGIN, "comment": TEXT}],
    "builds": [
        {
            "id!": ID,
            "origin!": ORIGIN,
            "checkout_id!": ID,
            "comment": TEXT,
            "status": STATUS,
            "log_excerpt": EXCERPT,
        }
    ],
    "tests!": [
        {
            "id!": ID,
            "origin!": ORIGIN,
            "build_id!": ID,
            "path!": re.compile(r"^holdfast(\.[a-zA-Z0-9_-]+)+$"),
            "comment": TEXT,
            "status!": STATUS,
            "log_excerpt": EXCERPT,
            "misc": {"findings!": int, "files!": int, "failed!": int, "complete!": bool},
        }
    ],
    "issues!": [
        {
            "id!": ID,
            "version!": int,
            "origin!": ORIGIN,
            "report_subject": TEXT,
            "culprit!": {"code!": bool, "tool!": bool, "harness!": bool},
            "comment": TEXT,
            "misc": {"check!": str, "function!": str},
        }
    ],
    "incidents!": [
        {
            "id!": ID,
            "origin!": ORIGIN,
            "issue_id!": ID,
            "issue_version!": int,
            "test_id!": ID,
            "present!": (True,),
            "comment": TEXT,
            "misc": {"confidence!": ("possible", "likely", "certain")},
        }
    ],
}


def references(report):
    """Each id once, and none that leads nowhere."""
    ids = {}
    for kind in ("checkouts", "builds", "tests", "issues", "incidents"):
        listed = [item["id"] for item in report.get(kind, [])]
        ids[kind] = set(listed)
        if len(listed) != len(ids[kind]):
            yield "%s: an id twice" % kind
    for build in report.get("builds", []):
        if build["checkout_id"] not in ids["checkouts"]:
            yield "no checkout %s" % build["checkout_id"]
    for test in report["tests"]:
        if "builds" in report and test["build_id"] not in ids["builds"]:
            yield "no build %s" % test["build_id"]
    for incident in report["incidents"]:
        if incident["issue_id"] not in ids["issues"] or incident["test_id"] not in ids["tests"]:
            yield "incident %s leads nowhere" % incident["id"]


def main():
    report = json.load(open(sys.argv[1]))
    problems = list(wrong(report, REPORT))
    if not problems:
        problems += references(report)
    if sys.argv[2:3] == ["--schema"]:
        problems += against_schema(report, sys.argv[3])
    for problem in problems:
        print("kcidb.py:", problem)
    for test in report["tests"]:
        print("%s %s" % (test["path"], test["status"]))
    print("%d issues, %d incidents, %d problems" % (len(report["issues"]), len(report["incidents"]), len(problems)))
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
