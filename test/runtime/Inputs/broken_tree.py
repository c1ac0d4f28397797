# SPDX-License-Identifier: GPL-2.0-or-later
"""broken_tree.py TREE COPY EDIT...: a copy of a kernel tree made of links, with some
files changed: `rm:FILE` takes it away, `cut:FILE` leaves its first half,
`put:FILE:TEXT` appends a line, `set:FILE:NAME:VALUE` changes `NAME = ...`."""
import os
import shutil
import sys

tree, copy, edits = sys.argv[1], sys.argv[2], sys.argv[3:]
shutil.rmtree(copy, ignore_errors=True)
os.makedirs(copy)


def unlinked(path):
    """Makes the folders above a file real ones, full of links, and it a copy."""
    here, there = copy, tree
    parts = path.split("/")
    for part in [None] + parts[:-1]:
        if part:
            here, there = os.path.join(here, part), os.path.join(there, part)
        if os.path.islink(here):
            os.unlink(here)
            os.mkdir(here)
        for name in os.listdir(there):
            if not os.path.lexists(os.path.join(here, name)):
                os.symlink(os.path.join(there, name), os.path.join(here, name))
    file = os.path.join(here, parts[-1])
    os.unlink(file)
    shutil.copy(os.path.join(there, parts[-1]), file)
    return file


for edit in edits:
    how, path, *more = edit.split(":", 2)
    file = unlinked(path)
    if how == "rm":
        os.unlink(file)
        continue
    with open(file, encoding="utf-8") as old:
        text = old.read()
    if how == "cut":
        text = text[:len(text) // 2]
    elif how == "put":
        text += more[0] + "\n"
    else:
        name, value = more[0].split(":", 1)
        lines = text.split("\n")
        text = "\n".join(name + " = " + value if line.startswith(name + " = ") else line
                         for line in lines)
    with open(file, "w", encoding="utf-8") as new:
        new.write(text)
