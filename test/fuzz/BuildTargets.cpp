// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What other tools say of how a kernel is built.
#include "Targets.h"
#include "kbuild/CmdFile.h"
#include "kbuild/Database.h"

using namespace holdfast;
using llvm::StringRef;

static void runDatabase(StringRef Data) {
  llvm::Expected<Database> DB = parseDatabase(Data, "/obj/compile_commands.json");
  if (!DB) {
    promise(!llvm::toString(DB.takeError()).empty(), "an error has words");
    return;
  }
  for (const CompileCommand &C : DB->Commands) {
    promise(StringRef(C.File).starts_with("/"), "a file is absolute");
    promise(C.Args.size() >= 2 && C.Args.back() == C.File, "a command ends in its file");
  }
}

static void runCmd(StringRef Data) {
  if (std::optional<CmdRecord> R = parseCmdFile(Data))
    promise(!R->Source.empty() && R->Args.size() > 1, "a record has a source");
}

static std::vector<std::string> databases() {
  return {R"([{"directory": "/obj", "file": "a.c", "output": "a.o",
               "arguments": ["gcc", "-D__KERNEL__", "-I", "inc", "-c", "-o", "a.o", "a.c"]},
              {"directory": "/obj", "file": "/src/b.c",
               "command": "aarch64-linux-gnu-gcc -D__KERNEL__ -DX=\"a b\" '-Ic d' -c -o b.o b.c"}])",
          R"([{"directory": "/o", "file": "a.S", "command": "clang -c a.S"}])", "[]",
          "{}"};
}

static std::vector<std::string> cmdFiles() {
  return {"savedcmd_lib/a.o := gcc -Wp,-MMD,lib/.a.o.d -D__KERNEL__ -D'X=$(pound)1' "
          "-DKBUILD_MODNAME='\"a\"' -c -o lib/a.o ../lib/a.c ; ./tools/objtool/objtool "
          "--orc lib/a.o\n\nsource_lib/a.o := ../lib/a.c\n",
          "cmd_lib/b.o := clang -D__KERNEL__ -c -o lib/b.o lib/b.c && true\n\n",
          "cmd_lib/built-in.a := ar cDPrST lib/built-in.a\n\n"};
}

void holdfast::addBuildTargets(std::vector<FuzzTarget> &Out) {
  Out.push_back({"compdb", runDatabase, databases, 5000});
  Out.push_back({"cmd-file", runCmd, cmdFiles, 5000});
}
