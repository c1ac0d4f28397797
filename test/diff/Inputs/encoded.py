# SPDX-License-Identifier: GPL-2.0-or-later
"""encoded.py MAIL: the same mail with its text in base64."""

import base64
import sys

head, text = open(sys.argv[1]).read().split("\n\n", 1)
print(head)
print("MIME-Version: 1.0")
print("Content-Type: text/plain; charset=utf-8")
print("Content-Transfer-Encoding: base64\n")
print(base64.encodebytes(text.encode()).decode(), end="")
