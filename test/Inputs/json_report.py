# SPDX-License-Identifier: GPL-2.0-or-later
"""json_report.py REPORT: checks a JSON report of Inputs/two-findings.c.

Field by field, as the contract of the JSON report has them: names, types, and
nothing that is not named there.
"""

import json
import sys

report = json.load(open(sys.argv[1]))
problems = []


def expect(condition, what):
    if not condition:
        problems.append(what)


def fields(value, where, required, optional=()):
    """`value` is an object with exactly these fields, of these types."""
    if not isinstance(value, dict):
        problems.append("%s is not an object" % where)
        return False
    for name, kind in required.items():
        if name not in value:
            problems.append("%s lacks %r" % (where, name))
        elif not isinstance(value[name], kind) or isinstance(value[name], bool):
            problems.append("%s/%s is not %s: %r" % (where, name, kind, value[name]))
    for name in value:
        if name not in required and name not in optional:
            problems.append("%s has a field %r that the contract does not know" % (where, name))
    return not problems


fields(
    report,
    "",
    {"version": int, "tool": dict, "tree": dict, "coverage": dict, "findings": list},
    optional=("$schema",),
)
expect(report.get("version") == 1, "version is not 1")
expect(report.get("tree", {}).get("kernel") == "6.12", "tree/kernel is not what --kernel said")
expect(report.get("tool", {}).get("name") == "holdfast", "tool/name is not holdfast")

coverage = report.get("coverage", {})
fields(
    coverage,
    "/coverage",
    {"files": int, "failed": list, "functions": int, "indirect_calls": dict, "imprecise": list},
    optional=("interrupted",),
)
fields(coverage.get("indirect_calls"), "/coverage/indirect_calls", {"resolved": int, "unresolved": int})
expect(coverage.get("files") == 1, "coverage/files is not 1")
expect(coverage.get("failed") == [], "coverage/failed is not empty")
expect(coverage.get("functions", 0) > 5, "coverage/functions does not count")

findings = report.get("findings", [])
expect(len(findings) == 2, "%d findings instead of 2" % len(findings))
for index, finding in enumerate(findings):
    where = "/findings/%d" % index
    fields(
        finding,
        where,
        {
            "rule": str,
            "level": str,
            "confidence": str,
            "function": str,
            "file": str,
            "line": int,
            "column": int,
            "message": str,
            "lock": dict,
            "steps": list,
            "fingerprint": str,
        },
        optional=("fix", "advice"),
    )
    fields(finding.get("lock"), where + "/lock", {"class": str, "required": str, "held": str})
    expect(finding.get("level") in ("error", "warning", "note"), where + "/level")
    expect(finding.get("confidence") in ("certain", "likely", "possible"), where + "/confidence")
    expect(finding.get("file", "").endswith("two-findings.c"), where + "/file")
    expect(finding.get("fingerprint"), where + "/fingerprint is empty")
    expect(finding.get("steps"), where + "/steps is empty")
    for number, step in enumerate(finding.get("steps", [])):
        fields(
            step,
            "%s/steps/%d" % (where, number),
            {"file": str, "line": int, "function": str, "message": str},
            optional=("column",),
        )
if len(findings) == 2:
    first, second = findings
    expect((first["rule"], first["function"], first["line"]) == ("mmap-write-in-fault", "fault", 6), "the first finding: %r" % first)
    expect((second["rule"], second["function"], second["line"]) == ("lock-not-held", "only_read", 18), "the second finding: %r" % second)
    for finding, name in ((first, "mm_struct::mmap_lock"), (second, "gadget::sem")):
        wanted = {"class": name, "required": "write", "held": "read"}
        expect(finding["lock"] == wanted, "the lock: %r instead of %r" % (finding["lock"], wanted))
    expect(first["confidence"] == "certain", "a direct call from a resolved table is certain")
    expect(first["fingerprint"] != second["fingerprint"], "two findings, one fingerprint")

for problem in problems:
    print("json_report.py:", problem)
sys.exit(bool(problems))
