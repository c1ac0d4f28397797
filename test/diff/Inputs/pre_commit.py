# SPDX-License-Identifier: GPL-2.0-or-later
"""pre_commit.py YAML ID BIN ARG...: runs the entry of a hook as pre-commit does for
`language: system`: its words, then the args, with BIN in front of PATH."""

import os
import shlex
import subprocess
import sys

yaml, name, folder, *args = sys.argv[1:]
hooks = {}
for line in open(yaml):
    line = line.strip()
    if line.startswith("- id: "):
        hook = hooks[line[6:]] = {}
    elif ": " in line and not line.startswith("#"):
        key, value = line.split(": ", 1)
        hook[key] = value
hook = hooks[name]
assert hook["language"] == "system" and hook["pass_filenames"] == "false"
path = folder + os.pathsep + os.environ["PATH"]
words = shlex.split(hook["entry"])
sys.exit(subprocess.run(words + args, env={**os.environ, "PATH": path}).returncode)
