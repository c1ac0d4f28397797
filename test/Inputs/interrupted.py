# SPDX-License-Identifier: GPL-2.0-or-later
"""interrupted.py PIPE COMMAND...: interrupts the command while it reads PIPE.

Makes PIPE (one of the files that the command is to read), waits until it is
opened, sends SIGINT, lets the command read an empty file and exits as it does.
"""

import os
import signal
import subprocess
import sys

pipe = sys.argv[1]
os.mkfifo(pipe)
signal.alarm(60)  # a command that never opens it must not hang the suite
# A shell's background jobs ignore SIGINT, and hand that down.
command = subprocess.Popen(
    sys.argv[2:], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
)
with open(pipe, "wb"):
    command.send_signal(signal.SIGINT)
sys.exit(command.wait())
