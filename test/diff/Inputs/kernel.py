# SPDX-License-Identifier: GPL-2.0-or-later
"""kernel.py [--git] TREE OBJ FLAG...: makes of TREE what is known as a kernel's
sources, release 6.12.0, and writes OBJ/compile_commands.json for all its C files.
With --git TREE becomes a checkout where everything is committed."""

import json
import os
import subprocess
import sys

args = sys.argv[1:]
git = args[:1] == ["--git"]
tree, obj = (os.path.abspath(name) for name in args[git : git + 2])
flags = args[git + 2 :]
for name in ("Kbuild", "Kconfig", "MAINTAINERS"):
    open(os.path.join(tree, name), "a").close()
with open(os.path.join(tree, "Makefile"), "w") as out:
    out.write("VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n")
files = sorted(
    os.path.join(folder, name)
    for folder, _, names in os.walk(tree)
    for name in names
    if name.endswith(".c")
)
os.makedirs(obj, exist_ok=True)
entries = []
for file in files:
    base = '-DKBUILD_BASENAME="%s"' % os.path.basename(file)[:-2]
    arguments = ["clang", *flags, base, "-c", file]
    entries.append({"directory": tree, "file": file, "arguments": arguments})
with open(os.path.join(obj, "compile_commands.json"), "w") as out:
    json.dump(entries, out, indent=1)
if git:
    for command in ("init -q -b master", "add -A", "commit -q -m start"):
        subprocess.run(["git", "-C", tree, *command.split()], check=True)
