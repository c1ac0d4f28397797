#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the fences of the design on the sources themselves.

    fences.py REPOSITORY     one line for each breach, exit 1 if there is any
    fences.py --self-test    breaks each fence in a scratch tree and looks

The fences:
  model      analyzer/model includes nothing but itself and the standard library
  clang      only analyzer/frontend includes clang/
  llvm       runtime/ includes neither llvm/ nor clang/
  json       nlohmann only at the edges (JSON_ROOMS)
  licence    each tracked file says its licence in its first lines
  facts      no name of a driver, of a kernel function or field and no kernel
             release in a string of the rooms that decide (FACT_FREE_ROOMS):
             such facts are data, in rules/
"""

import fnmatch
import os
import re
import subprocess
import sys
import tempfile

CXX = (".h", ".cpp", ".c", ".cc", ".hpp", ".inc")

JSON_ROOMS = (
    "analyzer/rules/*",
    "analyzer/report/*",
    "analyzer/kbuild/Database*",
    "analyzer/kbuild/Compdb*",
    "analyzer/cli/*",
    "runtime/replay/*",
    "test/unit/*",
)

FACT_FREE_ROOMS = tuple(
    "analyzer/%s/" % room
    for room in ("frontend", "link", "solve", "checks", "filter", "report")
)
FACTS = (
    "vfio",
    "gru",
    "binder",
    "privcmd",
    "i915",
    "remap_pfn_range",
    "vm_flags",
    "mmap_lock",
)
# A word of its own, or a part of an identifier between underscores.
FACT = re.compile(
    r"(?<![A-Za-z0-9])(%s)(?![A-Za-z0-9])" % "|".join(FACTS), re.IGNORECASE
)
RELEASE = re.compile(r"(?<![\w.])[2-7]\.\d{1,2}(\.\d+)?(?![\w.]*\d)")
FORMAT_VERSIONS = {"analyzer/report/Sarif.cpp": ("2.1.0",)}  # of no kernel

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
# Comments (to skip), character literals (to skip) and strings (to look at).
TOKEN = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r"|'(?:\\.|[^'\\\n])+'"
    r'|R"(?P<delimiter>[^()\\\s]*)\((?P<raw>.*?)\)(?P=delimiter)"'
    r'|"(?P<plain>(?:\\.|[^"\\\n])*)"',
    re.DOTALL,
)

# Files that have no place for a comment, and licence texts themselves.
NO_LICENCE_LINE = ("LICENSES/*", "COPYING", "LICENSE", "*.png", "*.svg.gz")
LICENCE_WITHIN = 10  # lines


def in_build(root, name):
    """Is it in a build folder that nobody told git to ignore?"""
    first = name.split("/")[0]
    return os.path.exists(os.path.join(root, first, "CMakeCache.txt"))


def tracked_files(root):
    """What git tracks or would track; without git, whatever is there."""
    if os.path.exists(os.path.join(root, ".git")):
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"]
            + ["--cached", "--others", "--exclude-standard"],
            capture_output=True,
        )
        if listed.returncode == 0:
            names = listed.stdout.decode().split("\0")
            names = {n for n in names if os.path.isfile(os.path.join(root, n))}
            return sorted(n for n in names if not in_build(root, n))
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in (".git", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(name for name in found if not in_build(root, name))


def in_any(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def includes(text):
    """(line, is it quoted?, path) of each #include."""
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start(1)), match.group(1) == '"', match.group(2)


def strings(text):
    """(line, text) of each string literal; not of comments and #includes."""
    text = INCLUDE.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)
    for match in TOKEN.finditer(text):
        body = match.group("plain") if match.group("raw") is None else match.group("raw")
        if body is not None:
            yield line_of(text, match.start()), body


def include_breaches(name, text):
    for line, quoted, path in includes(text):
        if name.startswith("analyzer/model/"):
            # <algorithm>, <cstdint>: standard headers have neither folder nor suffix.
            if not (path.startswith("model/") if quoted else re.fullmatch(r"[a-z0-9_]+", path)):
                yield line, "model", "includes %s: model includes only itself and the standard library" % path
        if path.startswith(("clang/", "clang-c/")) and not name.startswith(("analyzer/frontend/", "test/unit/frontend")):
            yield line, "clang", "includes %s: only analyzer/frontend sees Clang" % path
        if path.startswith(("llvm/", "llvm-c/", "clang/", "clang-c/")) and name.startswith("runtime/"):
            yield line, "llvm", "includes %s: the runtime never includes LLVM" % path
        if path.startswith("nlohmann/") and not in_any(name, JSON_ROOMS):
            yield line, "json", "includes %s: JSON is for the edge files" % path


def fact_breaches(name, text):
    if not name.startswith(FACT_FREE_ROOMS):
        return
    for line, body in strings(text):
        for kind, pattern in (("fact", FACT), ("release", RELEASE)):
            hit = pattern.search(body)
            if hit and hit.group(0) not in FORMAT_VERSIONS.get(name, ()):
                yield line, "facts", 'has the %s %s in "%s": it belongs in rules/' % (kind, hit.group(0), body[:60])


def licence_breaches(name, text):
    if in_any(name, NO_LICENCE_LINE) or not text.strip():
        return
    head = "\n".join(text.split("\n")[:LICENCE_WITHIN])
    if "SPDX-License-Identifier:" not in head:
        yield 1, "licence", "has no SPDX-License-Identifier in its first %d lines" % LICENCE_WITHIN


def breaches(root):
    for name in tracked_files(root):
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
            text = file.read()
        checks = [licence_breaches]
        if name.endswith(CXX) and name.startswith(("analyzer/", "runtime/", "test/unit/")):
            checks += [include_breaches, fact_breaches]
        for check in checks:
            for line, fence, what in check(name, text):
                yield "%s:%d: %s [%s]" % (name, line, what, fence)


SPDX = "// SPDX-License-Identifier: GPL-2.0-or-later\n"
SELF_TEST = {  # file: (content, the fence it breaks or None)
    "analyzer/model/A.h": ('#include <clang/AST/Expr.h>\n', "model"),
    "analyzer/model/B.h": ('#include "rules/RuleLoader.h"\n', "model"),
    "analyzer/model/C.h": ('#include "model/B.h"\n#include <string_view>\n', None),
    "analyzer/model/D.h": ('#include <llvm/ADT/StringRef.h>\n', "model"),
    "analyzer/main.cpp": ('#include "clang/Basic/Version.h"\n', "clang"),
    "analyzer/frontend/A.cpp": ('#include "clang/AST/Expr.h"\n', None),
    "analyzer/solve/A.cpp": ('#include <nlohmann/json.hpp>\n', "json"),
    "analyzer/report/Sarif.cpp": ('auto X = "2.1.0";\n', None),
    "analyzer/report/B.cpp": ('auto X = "2.1.0";\n', "facts"),
    "analyzer/report/A.cpp": ('#include <nlohmann/json.hpp>\n', None),
    "runtime/lockdep/A.cpp": ('#include "llvm/ADT/DenseMap.h"\n', "llvm"),
    "analyzer/checks/A.cpp": ('auto X = "mm_struct::mmap_lock";\n', "facts"),
    "analyzer/checks/B.cpp": ('// mmap_lock, 6.12\nauto X = "mmap-write-in-fault";\n', None),
    "analyzer/checks/C.cpp": ('auto X = "since 6.12";\n', "facts"),
    "analyzer/checks/D.cpp": ('auto X = R"(vfio_pci)";\n', "facts"),
    "analyzer/checks/E.cpp": ("char Quote = '\"'; // vfio\nauto X = \"fine\";\n", None),
    "analyzer/kbuild/A.cpp": ('auto X = "since 6.12";\n', None),
    "docs/plain.md": ("no licence\n", "licence"),
}


def self_test():
    with tempfile.TemporaryDirectory() as root:
        for name, (content, fence) in SELF_TEST.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as out:
                out.write(content if fence == "licence" else SPDX + content)
        found = list(breaches(root))
    wrong = []
    for name, (_, fence) in SELF_TEST.items():
        seen = {line.rsplit("[", 1)[1].rstrip("]") for line in found if line.startswith(name + ":")}
        if fence and fence not in seen:
            wrong.append("%s: expected %s, saw %s" % (name, fence, sorted(seen)))
        if fence is None and seen:
            wrong.append("%s: expected silence, saw %s" % (name, sorted(seen)))
    return wrong


def main():
    lines = self_test() if sys.argv[1] == "--self-test" else list(breaches(sys.argv[1]))
    for line in lines:
        print("fences.py:", line)
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
