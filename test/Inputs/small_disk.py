# SPDX-License-Identifier: GPL-2.0-or-later
"""small_disk.py BYTES COMMAND...: no file that the command writes can grow
beyond BYTES, as on a disk that is full; exits as the command does."""

import resource
import signal
import subprocess
import sys


def limit():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # write() fails instead
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)


sys.exit(subprocess.run(sys.argv[2:], preexec_fn=limit).returncode)
