# SPDX-License-Identifier: GPL-2.0-or-later
"""exits.py N COMMAND...: runs the command and demands that it exits with N."""

import subprocess
import sys

wanted = int(sys.argv[1])
got = subprocess.run(sys.argv[2:]).returncode
if got != wanted:
    print("exits.py: exit code %d instead of %d" % (got, wanted), file=sys.stderr)
sys.exit(got != wanted)
