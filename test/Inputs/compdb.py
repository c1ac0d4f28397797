# SPDX-License-Identifier: GPL-2.0-or-later
"""compdb.py DIR FLAG... -- FILE...: writes DIR/compile_commands.json.

FILEs are relative to DIR. With --shuffle as the first flag the entries come in
another order: the last first.
"""

import json
import os
import sys

folder = os.path.abspath(sys.argv[1])
split = sys.argv.index("--")
flags, files = sys.argv[2:split], sys.argv[split + 1 :]
if flags[:1] == ["--shuffle"]:
    flags, files = flags[1:], files[::-1]
entries = [
    {
        "directory": folder,
        "file": os.path.join(folder, name),
        "arguments": ["clang", *flags, "-c", os.path.join(folder, name)],
    }
    for name in files
]
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out, indent=1)
