# SPDX-License-Identifier: GPL-2.0-or-later
"""with_trace.py FILE COMMAND...: the command with --trace and FILE's contents."""
import subprocess
import sys

sys.exit(subprocess.call(sys.argv[2:] + ["--trace", open(sys.argv[1]).read()]))
