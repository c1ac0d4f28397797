#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs Holdfast over real kernels and compares with corpus/real-cases.json.

    real_cases.py --holdfast BIN --cases FILE --work DIR RELEASE=TREE,OBJ...

    real_cases.py --self-test --cases FILE --checks FILE

OBJ is the plain object folder of the release; that of a variant lies beside it,
OBJ-VARIANT. One line for each case, then totals:

    found            a bug, reported in its function by the rule expected
    silent           correct code, of which nothing is reported
    known-imprecise  either is not so, and known_imprecise says why
    unsupported      not in any database, and unsupported says why
    FAILED           either is not so and nobody knows of it
    XPASS            known to be imprecise, and is not: the mark is to go

Exit code: 0 all as expected, 1 some FAILED or XPASS, 2 no result at all (a file
that did not parse, a function that is not there, a mistake in the file).
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys

ADVICE = ("missing-assertion", "weak-assertion")


class Broken(Exception):
    """There is no result that could be compared."""


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode not in (0, 1):
        raise Broken("exit code %d of %s\n%s" % (done.returncode, " ".join(command), done.stderr))
    return done.stdout


# --- the cases ----------------------------------------------------------------


def mistakes(corpus, checks):
    """What the schema cannot say."""
    seen = set()
    for case in corpus["cases"]:
        name = case["id"]
        if name in seen:
            yield "%s: twice" % name
        seen.add(name)
        if case["expect"] != "silent" and case["expect"] not in checks:
            yield "%s: no check is called %s" % (name, case["expect"])
        if (case["kind"] == "correct") != (case["expect"] == "silent"):
            yield "%s: %s code, %s expected" % (name, case["kind"], case["expect"])
        if case["release"] not in corpus["releases"]:
            yield "%s: no release %s" % (name, case["release"])
        if ("database" in case) == ("unsupported" in case):
            yield "%s: wants a database, or a reason why there is none" % name
        if case.get("database", "x86") not in corpus["databases"]:
            yield "%s: no database %s" % (name, case["database"])


# --- one database -------------------------------------------------------------


def wanted(entry, only):
    """`only` names the files to keep of folders that can only be recorded whole."""
    source = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
    for folder, files in only.items():
        if entry.get("output", "").startswith(folder + "/"):
            return any(source.endswith("/" + name) for name in files)
    return True


def record(args, database, release, tree, obj, folder):
    """Makes the compile database; returns its files, relative to the tree."""
    obj = "%s-%s" % (obj, database["variant"])
    if not os.path.isdir(obj):
        raise Broken("%s does not exist: './dev trees' makes it" % obj)
    path = os.path.join(folder, "compile_commands.json")
    os.makedirs(folder, exist_ok=True)
    only = database.get("only", {})
    targets = database["targets"]["all"] + database["targets"].get(release, []) + list(only)
    run([args.holdfast, "compdb", "-q", "--tree", tree, "--build", obj, "-o", path] + targets)
    with open(path) as file:
        entries = json.load(file)
    entries = [e for e in entries if wanted(e, only)]
    with open(path, "w") as file:
        json.dump(entries, file)
    top = os.path.realpath(tree)
    paths = [os.path.join(e["directory"], e["file"]) for e in entries]
    return {os.path.relpath(os.path.realpath(p), top) for p in paths}


def analyze(args, folder):
    """The findings, and the functions that were looked at."""
    report = os.path.join(folder, "report.json")
    common = [args.holdfast, "check", "-q", "-p", folder] + args.check_option
    run(common + ["--advice", "--format", "json", "-o", report])
    with open(report) as file:
        report = json.load(file)
    failed = report["coverage"]["failed"]
    if failed:
        raise Broken("\n".join("%(file)s: %(why)s" % f for f in failed))
    programs = run(common + ["--dump"])
    functions = set(re.findall(r"^(\w+)(?:@\S+?)?\(.*\) at ", programs, re.MULTILINE))
    return report["findings"], functions


# --- the comparison -----------------------------------------------------------


def passes(finding, function):
    """Is `function` on the way that the finding tells?"""
    return any(
        step.get("function") == function or re.search(r"\b%s\b" % re.escape(function), step["message"])
        for step in finding["steps"]
    )


def is_found(case, findings):
    places = case.get("reported_in", [case["function"]])
    return any(f["rule"] == case["expect"] and f["function"] in places for f in findings)


def alarms(case, findings):
    for finding in findings:
        if finding["rule"] in ADVICE:
            if case.get("advice") and finding["function"] == case["function"]:
                yield finding
        elif finding["function"] == case["function"]:
            yield finding
        elif "only_here" not in case and passes(finding, case["function"]):
            yield finding


def short(finding):
    return "%(file)s:%(line)d: %(function)s: %(message)s [%(rule)s]" % finding


def verdict(case, findings):
    """(status, what more there is to say)"""
    known = case.get("known_imprecise")
    if case["expect"] == "silent":
        wrong = list(alarms(case, findings))
        right, word = not wrong, "silent"
        more = [short(f) for f in wrong]
    else:
        right, word = is_found(case, findings), "found"
        more = ["no %s" % case["expect"]]
        more += ["instead: " + short(f) for f in findings if f["function"] == case["function"]]
    if right:
        return ("XPASS", ["it is %s: take away known_imprecise" % word]) if known else (word, [])
    return ("known-imprecise", [known]) if known else ("FAILED", more)


def totals(cases, statuses):
    """Lines on recall and false alarms."""
    for title, correct, good in (("bugs", False, "found"), ("correct", True, "silent")):
        mine = [statuses[c["id"]] for c in cases if (c["expect"] == "silent") == correct]
        count = collections.Counter(mine)
        able = len(mine) - count["unsupported"]
        passed = sum(n for status, n in count.items() if status in (good, "XPASS"))
        rate = 100.0 * (able - passed if correct else passed) / able if able else 0
        rest = ", ".join(
            "%d %s" % (count[s], s) for s in ("known-imprecise", "unsupported", "FAILED", "XPASS") if count[s]
        )
        yield "%s: %d of %d %s%s; %s %.0f%% of %d" % (
            title, passed, len(mine), good, ", " + rest if rest else "",
            "false alarms in" if correct else "recall", rate, able,
        )


def run_release(args, corpus, release, tree, obj):
    cases = [c for c in corpus["cases"] if c["release"] == release]
    statuses = {}
    for name, database in corpus["databases"].items():
        mine = [c for c in cases if c.get("database") == name]
        if not mine:
            continue
        folder = os.path.join(args.work, "%s-%s" % (release, name))
        files = record(args, database, release, tree, obj, folder)
        findings, functions = analyze(args, folder)
        print("%s %s: %d files, %d functions" % (release, name, len(files), len(functions)))
        for case in mine:
            if case["file"].endswith(".c") and case["file"] not in files:
                raise Broken("%s: %s is not in the database" % (case["id"], case["file"]))
            for function in [case["function"]] + case.get("reported_in", []):
                if function not in functions:
                    raise Broken("%s: there is no %s() in the database" % (case["id"], function))
            statuses[case["id"]] = verdict(case, findings)
    for case in cases:
        status, more = statuses.setdefault(case["id"], ("unsupported", [case.get("unsupported")]))
        print("%-15s %s: %s %s()" % (status, case["id"], case["file"], case["function"]))
        for line in more:
            print("    " + line)
    statuses = {name: status for name, (status, _) in statuses.items()}
    for line in totals(cases, statuses):
        print("Linux %s: %s" % (release, line))
    return cases, statuses


# --- self-test ----------------------------------------------------------------


def finding(rule, function, *steps):
    steps = [{"function": f, "message": "%s calls something" % f} for f in steps]
    return {"rule": rule, "function": function, "file": "a.c", "line": 1, "message": "", "steps": steps}


BUG = {"id": "bug", "function": "f", "expect": "lock-order"}
FINE = {"id": "fine", "function": "f", "expect": "silent"}
WHY = {"known_imprecise": "why"}
SELF_TEST = (  # case, findings, verdict
    (BUG, [finding("lock-order", "f")], "found"),
    (BUG, [finding("lock-balance", "f")], "FAILED"),
    (BUG, [finding("lock-order", "g", "f")], "FAILED"),
    (dict(BUG, reported_in=["g"]), [finding("lock-order", "g")], "found"),
    (dict(BUG, **WHY), [], "known-imprecise"),
    (dict(BUG, **WHY), [finding("lock-order", "f")], "XPASS"),
    (FINE, [finding("lock-order", "g", "h")], "silent"),
    (FINE, [finding("lock-order", "f")], "FAILED"),
    (FINE, [finding("lock-order", "g", "f")], "FAILED"),
    (dict(FINE, only_here="why"), [finding("lock-order", "g", "f")], "silent"),
    (FINE, [finding("missing-assertion", "f")], "silent"),
    (dict(FINE, advice=True), [finding("missing-assertion", "f")], "FAILED"),
    (dict(FINE, **WHY), [finding("lock-order", "f")], "known-imprecise"),
    (dict(FINE, **WHY), [], "XPASS"),
)


def self_test(corpus, schema):
    for case, findings, wanted in SELF_TEST:
        got, _ = verdict(case, findings)
        if got != wanted:
            yield "%s instead of %s: %s, %s" % (got, wanted, case, findings)
    try:
        import jsonschema
    except ImportError:
        return
    validator = jsonschema.Draft7Validator(schema)
    for error in validator.iter_errors(corpus):
        yield "%s: %s" % ("/".join(map(str, error.path)), error.message)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--holdfast", default="holdfast")
    parser.add_argument("--cases", required=True)
    parser.add_argument("--checks", required=True, help="rules/checks.json")
    parser.add_argument("--work", default=".", help="folder for databases and reports")
    parser.add_argument("--check-option", action="append", default=[], help="for holdfast check")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("trees", nargs="*", metavar="RELEASE=TREE,OBJ")
    args = parser.parse_args()
    with open(args.cases) as file:
        corpus = json.load(file)
    with open(args.checks) as file:
        checks = {check["id"] for check in json.load(file)["checks"]}
    wrong = list(mistakes(corpus, checks))
    if args.self_test:
        with open(os.path.splitext(args.cases)[0] + ".schema.json") as file:
            wrong += self_test(corpus, json.load(file))
    if wrong:
        raise Broken("\n".join(wrong))
    all_cases, all_statuses = [], {}
    for tree in args.trees:
        release, _, folders = tree.partition("=")
        cases, statuses = run_release(args, corpus, release, *folders.split(",", 1))
        all_cases += cases
        all_statuses.update(statuses)
    if len(args.trees) > 1:
        for line in totals(all_cases, all_statuses):
            print("all: " + line)
    return int(any(status in ("FAILED", "XPASS") for status in all_statuses.values()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as error:
        print("real_cases.py: %s" % error, file=sys.stderr)
        sys.exit(2)
