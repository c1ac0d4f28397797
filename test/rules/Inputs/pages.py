# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that each check has a page, and that the page tells the truth.

usage: pages.py RULES_DIR HOLDFAST -- CLANG_FLAG...

Each row of checks.json has a page docs/ID.md and each page a row. The heading is
the id; the bug, the fix and how to silence it have a section each. After each
block of C (```c) comes a block of text (```text): what `holdfast check` says of
the C, once it is in example.c. Its lines are all there is, advice too, or
'0 findings'. The first example has a finding of the page's own check; the last
has none.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

SECTIONS = ["The bug", "The fix", "How to silence it"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def warnings_in(rules, holdfast, flags, code):
    """The lines of `holdfast check` that are a warning or an error."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "example.c").write_text(code)
        command = [holdfast, "check", "--quiet", "--rules", rules, "--kernel", "6.12"]
        command += ["--advice", "--confidence", "possible", "example.c", "--", *flags]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ran.returncode not in (0, 1):
        raise ValueError("exit code %d: %s" % (ran.returncode, ran.stdout + ran.stderr))
    return re.findall(r"^\S+: (?:warning|error|note): .*\]$", ran.stdout, re.MULTILINE)


def examples(text):
    """(line, C, expected lines) of each example."""
    blocks = [(m.group(1), m.group(2), text.count("\n", 0, m.start()) + 1) for m in BLOCK.finditer(text)]
    if [kind for kind, _, _ in blocks] != ["c", "text"] * (len(blocks) // 2) or len(blocks) < 4:
        raise ValueError("expected blocks of C and of text in turn, two of each at least")
    for (_, code, line), (_, wanted, _) in zip(blocks[::2], blocks[1::2]):
        yield line, code, [] if wanted.strip() == "0 findings" else wanted.strip().split("\n")


def problems(page, rules, holdfast, flags):
    """What is wrong with one page."""
    text, check = page.read_text(), page.stem
    if not re.search(r"^# %s$" % re.escape(check), text, re.MULTILINE):
        yield "expected the heading '# %s'" % check
    if re.findall(r"^## (.*)$", text, re.MULTILINE) != SECTIONS:
        yield "expected the sections " + ", ".join(SECTIONS)
    told = []
    for line, code, wanted in examples(text):
        got = warnings_in(rules, holdfast, flags, code)
        told.append(wanted)
        if got != wanted:
            yield "the example at line %d: expected %s, got %s" % (line, wanted, got)
    if not any(w.endswith("[%s]" % check) for w in told[0]):
        yield "expected a finding of %s in the first example" % check
    if told[-1]:
        yield "expected no finding in the last example"


def main():
    split = sys.argv.index("--")
    rules, holdfast = sys.argv[1:split]
    checks = json.loads(pathlib.Path(rules, "checks.json").read_text())["checks"]
    ids = [check["id"] for check in checks]
    pages = {page.stem: page for page in pathlib.Path(rules, "docs").glob("*.md")}
    wrong = ["%s: expected a page docs/%s.md, found none" % (i, i) for i in ids if i not in pages]
    wrong += ["docs/%s.md: expected a row in checks.json, found none" % p for p in pages if p not in ids]
    for page in pages.values():
        try:
            wrong += ["docs/%s: %s" % (page.name, p) for p in problems(page, rules, holdfast, sys.argv[split + 1 :])]
        except ValueError as error:
            wrong.append("docs/%s: %s" % (page.name, error))
    for line in sorted(wrong):
        print("pages.py:", line)
    print("%d checks, %d pages, %d wrong" % (len(ids), len(pages), len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
