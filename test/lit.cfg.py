# SPDX-License-Identifier: GPL-2.0-or-later
"""The lit suite of Holdfast.

Runs from a build (`check-holdfast`, through lit.site.cfg.py) or straight from
the sources: `lit test` then takes build/bin/holdfast, or what
`--param holdfast=PATH` or $HOLDFAST names.

A kernel tree is used where one is named, by `--param kernel612=DIR` and
`--param obj612=DIR` or by $HOLDFAST_TREE_612 and $HOLDFAST_OBJ_612 (the same
with 61), and the tests that need it say `REQUIRES: kernel-6.12`; those that need
its variants DIR-cases and DIR-powerpc too, `REQUIRES: kernel-cases-6.12`; DIR-arm64,
`REQUIRES: kernel-arm64-6.12`. The packaged headers of one are named by
`--param headers612=DIR` or $HOLDFAST_HEADERS_612. The official schemas of SARIF and
KCIDB are named by $HOLDFAST_SARIF_SCHEMA and $HOLDFAST_KCIDB_SCHEMA.
"""

import importlib.util
import os
import shutil
import sys

import lit.formats

config.name = "holdfast"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))

repo = os.path.dirname(config.test_source_root)
build = getattr(config, "holdfast_binary_dir", None) or os.path.join(repo, "build")
config.test_exec_root = os.path.join(build, "test")


def setting(param, variable, default=None):
    """A --param, or a variable of the environment, or what CMake knew."""
    value = lit_config.params.get(param) or os.environ.get(variable)
    return value or getattr(config, "holdfast_" + param, None) or default


holdfast = setting("holdfast", "HOLDFAST", os.path.join(build, "bin", "holdfast"))
if not os.path.exists(holdfast):
    lit_config.fatal("%s does not exist: build Holdfast first" % holdfast)

llvm_tools = setting("llvm_tools", "HOLDFAST_LLVM_TOOLS", "/usr/lib/llvm-22/bin")
if not os.path.isdir(llvm_tools):
    lit_config.fatal("%s does not exist: install llvm-22-tools" % llvm_tools)
config.environment["PATH"] = os.pathsep.join([llvm_tools, os.environ["PATH"]])
config.environment["LC_ALL"] = "C"
for name in ("HOME", "TMPDIR", "ASAN_SYMBOLIZER_PATH", "LD_LIBRARY_PATH"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# What the tests parse is kept in a store of theirs, empty at the start.
store = os.path.join(config.test_exec_root, "store-of-tests")
shutil.rmtree(store, ignore_errors=True)
config.environment["HOLDFAST_STORE"] = store

# A sanitizer's report must look like neither "findings" (1) nor a usage error
# (2) nor "incomplete" (3), or a test of exit codes would take it for one.
# LLVM's own caches live as long as the process, so leaks are not looked for
# unless $ASAN_OPTIONS says otherwise. Debian's LLVM is built without ASan: what
# its allocators poison in code of ours, the library does not know to unpoison.
for name, ours in (
    ("ASAN_OPTIONS", "exitcode=86:detect_leaks=0:allow_user_poisoning=0"),
    ("UBSAN_OPTIONS", "exitcode=86:print_stacktrace=1:halt_on_error=1"),
    ("TSAN_OPTIONS", "exitcode=86"),
):
    theirs = os.environ.get(name)
    config.environment[name] = ours + (":" + theirs if theirs else "")

inputs = os.path.join(config.test_source_root, "Inputs")
rules = os.path.join(repo, "rules")
flags = "-std=gnu11 -w -I %s" % os.path.join(inputs, "include")
check = "%s check --quiet --fail-on=never --rules %s" % (holdfast, rules)
python = sys.executable or "python3"

# Longer names first where one is the beginning of another; \b keeps %tree61
# out of %tree612.
config.substitutions += [
    (r"%holdfast\b", holdfast),
    (r"%check\b", check),
    # The flags of a test file: our own small kernel headers.
    (r"%cflags\b", flags),
    (r"%inputs\b", inputs),
    (r"%rules\b", rules),
    (r"%repo\b", repo),
    (r"%python\b", python),
    # `%exits N COMMAND...`: the exit code must be exactly N.
    (r"%exits\b", "%s %s" % (python, os.path.join(inputs, "exits.py"))),
    # `%compdb DIR FLAGS -- FILE...`: writes DIR/compile_commands.json.
    (r"%compdb\b", "%s %s" % (python, os.path.join(inputs, "compdb.py"))),
]

for short, release in (("61", "6.1"), ("612", "6.12")):
    tree = setting("kernel" + short, "HOLDFAST_TREE_" + short)
    obj = setting("obj" + short, "HOLDFAST_OBJ_" + short)
    headers = setting("headers" + short, "HOLDFAST_HEADERS_" + short)
    for name, value in (("tree", tree), ("obj", obj), ("headers", headers)):
        config.substitutions.append((r"%%%s%s\b" % (name, short), value or "/nowhere"))
    if tree and os.path.isdir(tree):
        config.available_features.add("kernel-" + release)
    if obj and os.path.isdir(obj):
        config.available_features.add("kernel-obj-" + release)
    if headers and os.path.isdir(headers):
        config.available_features.add("kernel-headers-" + release)
    variants = [(obj or "/nowhere") + "-" + variant for variant in ("cases", "powerpc")]
    if tree and os.path.isdir(tree) and all(map(os.path.isdir, variants)):
        config.available_features.add("kernel-cases-" + release)
    if tree and os.path.isdir(tree) and os.path.isdir((obj or "/nowhere") + "-arm64"):
        config.available_features.add("kernel-arm64-" + release)

if shutil.which("git"):
    config.available_features.add("git")

# Schemas that are not ours to distribute, where somebody names a copy.
for name in ("sarif", "kcidb"):
    schema = setting(name + "_schema", "HOLDFAST_%s_SCHEMA" % name.upper())
    config.substitutions.append(("%%%s_schema" % name, schema or "/nowhere"))
    if schema and os.path.isfile(schema) and importlib.util.find_spec("jsonschema"):
        config.available_features.add(name + "-schema")
