# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes patches for a kernel tree, whose own text stays in the tree.

PATCHES maps a patch's name to {path: [change...]}. A change takes a file's text and
returns it with what it replaced, and in how many places: one, or it is a mistake."""

import difflib
import os


def write(patches, tree, out):
    os.makedirs(out, exist_ok=True)
    for name, files in patches.items():
        with open(os.path.join(out, name + ".patch"), "w") as patch:
            for path, changes in files.items():
                old = new = open(os.path.join(tree, path)).read()
                for change in changes:
                    last = new
                    new, count = change(last)
                    assert count == 1 and new != last, "%s: %s: %d places" % (name, path, count)
                lines = [text.splitlines(keepends=True) for text in (old, new)]
                patch.writelines(difflib.unified_diff(*lines, "a/" + path, "b/" + path))
