# SPDX-License-Identifier: GPL-2.0-or-later
"""sarif.py REPORT [--schema FILE]: is it SARIF 2.1.0 that GitHub takes?

Objects and keys are those of the specification that Holdfast uses; anything else
is wrong. With --schema, the official schema is asked as well.
"""

import json
import re
import sys

from shape import against_schema, strings, wrong

LEVEL = ("none", "note", "warning", "error")
URI = re.compile(r"^(file:///)?[A-Za-z0-9._~+,@=/%-]+$")
MESSAGE = {"text!": str}
ARTIFACT = {"uri!": URI, "uriBaseId": ("%SRCROOT%",)}
REGION = {"startLine!": int, "startColumn": int, "endLine": int, "endColumn": int}
LOCATION = {
    "physicalLocation!": {"artifactLocation!": ARTIFACT, "region": REGION},
    "logicalLocations": [{"name!": str, "kind!": ("function",)}],
    "message": MESSAGE,
}
REPLACEMENT = {"deletedRegion!": REGION, "insertedContent!": {"text!": str}}
FIX = {
    "description!": MESSAGE,
    "artifactChanges!": [{"artifactLocation!": ARTIFACT, "replacements!": [REPLACEMENT]}],
}
RESULT = {
    "ruleId!": str,
    "ruleIndex!": int,
    "level!": LEVEL,
    "message!": MESSAGE,
    "locations!": [LOCATION],
    "codeFlows": [{"threadFlows!": [{"locations!": [{"location!": LOCATION}]}]}],
    "partialFingerprints!": {
        "primaryLocationLineHash!": re.compile(r"^[0-9a-f]{16}:[1-9][0-9]*$"),
        "holdfast/v1!": re.compile(r"^[0-9a-f]{16}$"),
    },
    "fixes": [FIX],
    "properties!": {
        "confidence!": ("possible", "likely", "certain"),
        "lock!": {"class!": str, "required!": str, "held!": str},
    },
}
RULE = {
    "id!": str,
    "shortDescription!": {"text!": re.compile(r"^.{1,1024}$")},
    "fullDescription!": {"text!": re.compile(r"^.{1,1024}$")},
    "help!": {"text!": str, "markdown": str},
    "helpUri": re.compile("^https://"),
    "defaultConfiguration!": {"level!": LEVEL},
    "properties!": {
        "tags!": [str],
        "precision!": ("very-high", "high", "medium", "low"),
        "problem.severity!": ("error", "warning", "recommendation"),
    },
}
NOTIFICATION = {"descriptor!": {"id!": str}, "level!": LEVEL, "message!": MESSAGE, "locations": [LOCATION]}
RUN = {
    "tool!": {"driver!": {"name!": str, "semanticVersion!": str, "rules!": [RULE], "notifications!": [{"id!": str}]}},
    "invocations!": [{"executionSuccessful!": bool, "toolExecutionNotifications!": [NOTIFICATION]}],
    "originalUriBaseIds!": {"%SRCROOT%!": {"description!": MESSAGE}},
    "results!": [RESULT],
    "properties!": {
        "kernel!": str,
        "filesAnalyzed!": int,
        "filesFailed!": int,
        "functions!": int,
        "suppressed!": int,
        "baselined!": int,
    },
}
LOG = {"$schema!": re.compile(r"^https://.*/sarif-schema-2\.1\.0\.json$"), "version!": ("2.1.0",), "runs!": [RUN]}


def locations(value):
    """Every object with an artifactLocation."""
    if isinstance(value, dict):
        if "artifactLocation" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from locations(item)


def meaning(run):
    """What no shape says."""
    driver, results, invocation = run["tool"]["driver"], run["results"], run["invocations"][0]
    ids = [rule["id"] for rule in driver["rules"]]
    if ids != sorted(set(ids)):
        yield "the rules are not sorted, or one is there twice: %s" % ids
    for result in results:
        if ids[result["ruleIndex"]] != result["ruleId"]:
            yield "ruleIndex %d is not %s" % (result["ruleIndex"], result["ruleId"])
        if not result["locations"] or not result["message"]["text"]:
            yield "a result without a place or a message"
        for flow in result.get("codeFlows", []):
            if not 1 <= len(flow["threadFlows"][0]["locations"]) <= 10000:
                yield "a path of %d steps" % len(flow["threadFlows"][0]["locations"])
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    if len(prints) != len(set(prints)):
        yield "two results of one fingerprint"
    if len(results) > 25000 or len(ids) > 25000:
        yield "too many results or rules for GitHub"
    known = {notification["id"] for notification in driver["notifications"]}
    told = invocation["toolExecutionNotifications"]
    for notification in told:
        if notification["descriptor"]["id"] not in known:
            yield "nobody declared the notification %s" % notification["descriptor"]["id"]
    if invocation["executionSuccessful"] == any(n["level"] == "error" for n in told):
        yield "executionSuccessful and the notifications disagree"
    for place in locations(run):
        uri = place["artifactLocation"]["uri"]
        if ("uriBaseId" in place["artifactLocation"]) == uri.startswith("file:"):
            yield "%s: relative and absolute at once, or neither" % uri
        if min(place.get("region", {"startLine": 1}).values()) < 1:
            yield "%s: a line or column below 1" % uri


def main():
    text = open(sys.argv[1]).read()
    log = json.loads(text)
    problems = list(wrong(log, LOG))
    if not problems:
        problems += meaning(log["runs"][0])
    if len(log["runs"]) != 1:
        problems.append("%d runs" % len(log["runs"]))
    problems += ["an address: " + s for s in strings(log) if re.search(r"\b0x[0-9a-f]{6,}", s)]
    if sys.argv[2:3] == ["--schema"]:
        problems += against_schema(log, sys.argv[3])
    for problem in problems:
        print("sarif.py:", problem)
    results = log["runs"][0]["results"]
    print("%d results, %d problems" % (len(results), len(problems)))
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
