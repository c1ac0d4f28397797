# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every `source` of the rules names an existing line of its tree,
and that what the fact is about appears within a few lines of one of them in
each release it cites.

usage: check_sources.py RULES_DIR 6.1=TREE [6.12=TREE ...]
"""

import json
import pathlib
import re
import sys

NEAR = 4
REF = re.compile(r"([^ :,]+):(\d+) \((\d+\.\d+)\)")


class Trees:
    def __init__(self, pairs):
        self.roots = dict(p.split("=", 1) for p in pairs)
        self.cache = {}

    def lines(self, release, file):
        key = (release, file)
        if key not in self.cache:
            path = pathlib.Path(self.roots[release]) / file
            text = path.read_text(errors="replace") if path.is_file() else ""
            self.cache[key] = text.split("\n")
        return self.cache[key]


def facts(rules):
    """Yields (what it is called, names of which one must appear, source)."""
    for f in rules.get("functions", []):
        names = f["names"]
        pairs = names.items() if isinstance(names, dict) else [(n, f["source"]) for n in names]
        for name, source in pairs:
            yield name, [name], source
    for g in rules.get("guards", []):
        yield g["fields"][0], [field(x) for x in g["fields"]], g["source"]
    for c in rules.get("callbacks", []):
        yield c["slot"], [field(c["slot"])], c["source"]
    for c in rules.get("classes", []):
        # Pseudo classes (@rcu_bh) have no declaration: their functions do.
        pseudo = c["class"].startswith("@")
        wanted = c["class"][1:].split("_")[0] if pseudo else c["class"]
        yield c["class"], [field(wanted)], c["source"]
    for t in rules.get("inner_fields", []):
        yield t["member"], [field(t["member"])], t["source"]


def field(member):
    return member.split("::")[-1]


def check(trees, what, names, source):
    near = {}
    for file, line, release in REF.findall(source):
        if release not in trees.roots:
            continue
        lines = trees.lines(release, file)
        at = int(line)
        if not 1 <= at <= len(lines) or lines == [""]:
            yield f"{what}: {file}:{line} ({release}) does not exist"
            continue
        around = "\n".join(lines[max(0, at - 1 - NEAR) : at + NEAR])
        seen = any(re.search(rf"(?<![A-Za-z0-9]){re.escape(n)}(?![A-Za-z0-9])", around) for n in names)
        near[release] = near.get(release, False) or seen
    for release, seen in near.items():
        if not seen:
            yield f"{what}: named nowhere near its sources in {release}: {source}"


def main():
    trees = Trees(sys.argv[2:])
    wrong, count = [], 0
    for path in sorted((pathlib.Path(sys.argv[1]) / "kernel").glob("*.json")):
        for what, names, source in facts(json.loads(path.read_text())):
            count += 1
            wrong += [f"{path.name}: {w}" for w in check(trees, what, names, source)]
    print("\n".join(wrong + [f"{count} facts, {len(wrong)} wrong"]))
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
