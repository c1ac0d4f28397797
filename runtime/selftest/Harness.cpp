// SPDX-License-Identifier: GPL-2.0-or-later
// Building a process out of kernel objects.
//
// kbuild knows how each file is compiled; it leaves the command in .X.o.cmd. We
// let it compile once, take that command, put our overlay of asm/irqflags.h in
// front of the include path, and compile the same file again into a folder of our
// own. Our kernel half is compiled in the same way: it sees the user's structs.
//
// What is still undefined then becomes a stub that says its name and ends the
// process: a kernel file drags in references that a given run never follows, and
// one that it does follow must not pass in silence.
#include "Harness.h"

#include <algorithm>
#include <fcntl.h>
#include <regex>
#include <set>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace holdfast::selftest {

namespace {

/// Everything in the program is a static object to lockdep.c.
constexpr const char *Symbols = " -Wl,--defsym=_sdata=__executable_start"
                                " -Wl,--defsym=__bss_stop=_end";

std::string words(const std::vector<fs::path> &Files) {
  std::string Text;
  for (const fs::path &F : Files)
    Text += " " + quote(F.string());
  return Text;
}

} // namespace

Harness::Harness(Settings Given) : S(std::move(Given)) {
  S.Tree = fs::absolute(S.Tree);
  S.Build = fs::absolute(S.Build);
  if (!fs::exists(S.Tree / "kernel/locking/lockdep.c"))
    throw Failure{S.Tree.string() +
                      " is not a kernel source tree; give --tree the folder of a "
                      "kernel's sources",
                  2};
  Out = S.Build / "holdfast";
  Log = Out / "build.log";
  fs::create_directories(Out);
  // One at a time in this folder; held until the process ends.
  int Lock = open((Out / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
  if (Lock < 0 || flock(Lock, LOCK_EX) != 0)
    throw Failure{"cannot lock " + Out.string()};
  fs::remove(Log);
}

void Harness::run(const std::string &What, const std::string &Command) {
  if (shell(Command, S.Build, Log) != 0)
    throw Failure{What + " failed; see " + Log.string()};
}

void Harness::configure() {
  fs::path Done = Out / "configured-with";
  std::string Fragment = readFile(S.Config);
  if (fs::exists(S.Build / ".config") && readFile(Done) == Fragment)
    return;
  run("make allnoconfig", "KCONFIG_ALLCONFIG=" + quote(S.Config.string()) +
                              " nice make -s -C " + quote(S.Tree.string()) +
                              " O=" + quote(S.Build.string()) + " LLVM=" + S.Llvm +
                              " allnoconfig");
  writeFile(Done, Fragment);
}

/// Lets kbuild compile what it has not compiled yet, for its commands.
void Harness::record(const std::vector<Unit> &Units) {
  std::string Targets;
  for (const Unit &U : Units) {
    fs::path Path = S.Build / U.Name;
    fs::path Command = Path.parent_path() / ("." + Path.filename().string() + ".o.cmd");
    if (!U.Ours && !fs::exists(Command))
      Targets += " " + U.Name + ".o";
  }
  if (!Targets.empty())
    run("make" + Targets, "nice make -s -C " + quote(S.Tree.string()) + " O=" +
                              quote(S.Build.string()) + " LLVM=" + S.Llvm + Targets);
}

/// The compiler's command without its output, input and dependency file.
std::string Harness::flags(const std::string &Unit) const {
  fs::path Path = S.Build / Unit;
  std::string Text =
      readFile(Path.parent_path() / ("." + Path.filename().string() + ".o.cmd"));
  std::string Line = Text.substr(0, Text.find('\n'));
  size_t From = Line.find(":= ");
  if (From == std::string::npos)
    throw Failure{"no command is recorded for " + Unit + ".o"};
  Line = Line.substr(From + 3);
  Line = Line.substr(0, Line.find(" ; "));
  Line = std::regex_replace(Line, std::regex("-Wp,-MMD,[^ ]+"), "");
  Line = std::regex_replace(Line, std::regex(" -c -o [^ ]+ [^ ]+\\s*$"), "");
  size_t Space = Line.find(' '); // after the compiler's name
  return Line.substr(0, Space) + " -I" + quote((S.Kernel / "overlay").string()) +
         Line.substr(Space);
}

bool Harness::upToDate(const fs::path &Output,
                       const std::vector<fs::path> &Inputs) const {
  if (!fs::exists(Output))
    return false;
  return std::all_of(Inputs.begin(), Inputs.end(), [&](const fs::path &I) {
    return fs::last_write_time(I) < fs::last_write_time(Output);
  });
}

fs::path Harness::compile(const Unit &U) {
  fs::path Source = U.Ours ? S.Kernel / (U.Name + ".c") : S.Tree / (U.Name + ".c");
  fs::path Object =
      Out / ((U.Ours ? "hf-" : "") + fs::path(U.Name).filename().string() + ".o");
  if (upToDate(Object, {Source, S.Kernel / "overlay/asm/irqflags.h", S.Kernel / "abi.h",
                        S.Build / ".config"}))
    return Object;
  std::string Command = "nice " + flags(U.Ours ? FlagsFrom : U.Name);
  if (U.Ours)
    Command += " -Wno-missing-prototypes -Wno-missing-declarations";
  run("compiling " + Source.string(),
      Command + " -c -o " + quote(Object.string()) + " " + quote(Source.string()));
  return Object;
}

/// A first link tells what is undefined.
fs::path Harness::stubs(const std::string &Program, const std::vector<fs::path> &Objects,
                        const std::vector<fs::path> &Archives) {
  fs::path Messages = Out / (Program + ".undefined");
  fs::remove(Messages);
  std::string Command = "nice " + tool("clang++") +
                        " -no-pie -fuse-ld=lld -Wl,--error-limit=0 "
                        "-Wl,--warn-unresolved-symbols -o /dev/null" +
                        Symbols;
  Command += words(Objects) + words(Archives);
  if (shell(Command, S.Build, Messages) != 0)
    throw Failure{"linking failed; see " + Messages.string()};
  std::set<std::string> Names;
  std::istringstream Lines(readFile(Messages));
  static const std::regex Undefined("undefined symbol: ([A-Za-z0-9_.]+)$");
  for (std::string Line; std::getline(Lines, Line);) {
    std::smatch Match;
    if (std::regex_search(Line, Match, Undefined))
      Names.insert(Match[1]);
  }
  if (Names.count("main"))
    throw Failure{"the host half has no main(); was it built?"};
  std::string Text = "void hf_stub_reached(const char *name);\n";
  for (const std::string &N : Names)
    Text += "void " + N + "(void) { hf_stub_reached(\"" + N + "\"); }\n";
  fs::path Source = Out / (Program + "-stubs.c");
  fs::path Object = Out / (Program + "-stubs.o");
  writeFile(Source, Text);
  run("compiling stubs", tool("clang") + " -w -O1 -ffreestanding -fno-builtin -c -o " +
                             quote(Object.string()) + " " + quote(Source.string()));
  return Object;
}

fs::path Harness::link(const std::string &Program, const std::vector<Unit> &Units,
                       const std::vector<fs::path> &Archives) {
  record(Units);
  FlagsFrom = std::find_if(Units.begin(), Units.end(), [](const Unit &U) {
                return !U.Ours;
              })->Name;
  std::vector<fs::path> Objects;
  for (const Unit &U : Units)
    Objects.push_back(compile(U));
  fs::path Result = Out / Program;
  std::vector<fs::path> Inputs = Objects;
  Inputs.insert(Inputs.end(), Archives.begin(), Archives.end());
  if (upToDate(Result, Inputs))
    return Result;
  Objects.push_back(stubs(Program, Objects, Archives));
  std::string Command = "nice " + tool("clang++") +
                        " -no-pie -fuse-ld=lld -Wl,-z,noexecstack -o " +
                        quote(Result.string()) + Symbols;
  Command += words(Objects) + words(Archives);
  run("linking " + Program, Command);
  return Result;
}

} // namespace holdfast::selftest
