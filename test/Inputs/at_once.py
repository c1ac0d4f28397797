# SPDX-License-Identifier: GPL-2.0-or-later
"""at_once.py OUT N COMMAND... [--- COMMAND...]: starts N processes at once, of
these commands in turn; number I writes to OUT.I. Fails if one of them fails."""

import subprocess
import sys

out, times, words = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
commands = [[]]
for word in words:
    if word == "---":
        commands.append([])
    else:
        commands[-1].append(word)
running = []
for number in range(times):
    with open("%s.%d" % (out, number), "wb") as file:
        running.append(
            subprocess.Popen(commands[number % len(commands)], stdout=file)
        )
sys.exit(any([process.wait() for process in running]))
