# SPDX-License-Identifier: GPL-2.0-or-later
"""changes.py REPORT RULES: one line for each finding of a JSON report of `diff`.
Fails where the report has a member that the schema does not name."""

import json
import os
import sys

report = json.load(open(sys.argv[1]))
schema = json.load(open(os.path.join(sys.argv[2], "report.schema.json")))
known = schema["definitions"]["finding"]["properties"]
assert set(report) <= set(schema["properties"]), sorted(report)
for kind, name in (("introduced", "findings"), ("fixed", "fixed")):
    for finding in report[name]:
        assert set(finding) <= set(known), sorted(finding)
        what = finding["message"].split()[0]
        print(kind, what, "in", finding["function"], "by", finding.get("change", "it"))
