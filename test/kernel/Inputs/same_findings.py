# SPDX-License-Identifier: GPL-2.0-or-later
"""same_findings.py A B: two text reports have the same findings.

Same place, message (with the functions and the lock) and rule; the notes may
differ, since assertions are other functions where lockdep is compiled in.
"""

import re
import sys

FINDING = re.compile(r"^(?P<place>\S+:\d+):\d+: \w+: (?P<what>.* \[[a-z-]+\])$")


def findings(name):
    with open(name) as report:
        matches = (FINDING.match(line) for line in report)
        return {(match["place"], match["what"]) for match in matches if match}


first, second = (findings(name) for name in sys.argv[1:3])
for name, only in ((sys.argv[1], first - second), (sys.argv[2], second - first)):
    for place, what in sorted(only):
        print("only in %s: %s: %s" % (name, place, what))
if not first:
    print("no findings in %s: nothing was compared" % sys.argv[1])
sys.exit(first != second or not first)
