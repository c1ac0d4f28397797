# SPDX-License-Identifier: GPL-2.0-or-later
"""damage.py KIND STORE: damages every entry of a store in the same way.

KIND: cut (half of it is gone), empty, bit (one is flipped), junk (something else
altogether), long (something is added), gone (every second one is deleted),
folder (a folder is in its place).
"""

import os
import random
import sys

kind, store = sys.argv[1:]
random.seed(kind)
paths = sorted(
    os.path.join(folder, name)
    for part in ("manifests", "units", "bodies")
    for folder, _, names in os.walk(os.path.join(store, part))
    for name in names
)
assert paths, "nothing to damage"
for number, path in enumerate(paths):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    if kind == "gone":
        if number % 2:
            os.remove(path)
        continue
    if kind == "folder":
        os.remove(path)
        os.mkdir(path)
        continue
    if kind == "cut":
        del data[len(data) // 2 :]
    elif kind == "empty":
        data.clear()
    elif kind == "bit":
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    elif kind == "junk":
        data = random.randbytes(len(data))
    elif kind == "long":
        data += b"x"
    with open(path, "wb") as file:
        file.write(data)
