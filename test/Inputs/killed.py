# SPDX-License-Identifier: GPL-2.0-or-later
"""killed.py TIMES COMMAND...: starts the command again and again, and kills it
(SIGKILL) each time a little later."""

import subprocess
import sys

times = int(sys.argv[1])
for number in range(times):
    command = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
    try:
        command.wait(timeout=0.02 + 0.02 * number)
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()
