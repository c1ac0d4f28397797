// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Tree.h"
#include "replay/Process.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

/// An object whose only flags are the tree's.
const char *PlainObject = "lib/ctype.o";

std::string commandFile(const std::string &Object) {
  fs::path P(Object);
  return (P.parent_path() / ("." + P.filename().string() + ".cmd")).string();
}

std::string lineAfter(const std::string &Text, const std::string &Start) {
  std::istringstream In(Text);
  for (std::string Line; std::getline(In, Line);)
    if (Line.rfind(Start, 0) == 0)
      return Line.substr(Start.size());
  return "";
}

/// Words as a shell splits them: quotes and backslashes, no expansion.
std::vector<std::string> shellWords(const std::string &Text) {
  std::vector<std::string> Words;
  std::string Word;
  bool In = false;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (Quote) {
      if (C == Quote)
        Quote = 0;
      else
        Word += C;
    } else if (C == '\'' || C == '"') {
      Quote = C;
      In = true;
    } else if (C == '\\' && I + 1 < Text.size()) {
      Word += Text[++I];
      In = true;
    } else if (C == ' ' || C == '\t') {
      if (In)
        Words.push_back(Word);
      Word.clear();
      In = false;
    } else {
      Word += C;
      In = true;
    }
  }
  if (In)
    Words.push_back(Word);
  return Words;
}

} // namespace

std::string readFile(const std::string &Path) {
  std::ifstream In(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(In), {}};
}

void writeFile(const std::string &Path, const std::string &Text) {
  std::ofstream Out(Path, std::ios::binary | std::ios::trunc);
  Out << Text;
  if (!Out.flush())
    throw ReplayError{"cannot write " + Path};
}

std::string digestOf(const std::string &Text) {
  uint64_t Hash = 0xcbf29ce484222325;
  for (unsigned char C : Text)
    Hash = (Hash ^ C) * 0x100000001b3;
  char Digits[17];
  std::snprintf(Digits, sizeof Digits, "%016llx", static_cast<unsigned long long>(Hash));
  return Digits;
}

std::string cacheFolder() {
  const char *Xdg = std::getenv("XDG_CACHE_HOME"), *Home = std::getenv("HOME");
  if (Xdg && *Xdg)
    return std::string(Xdg) + "/holdfast";
  if (!Home || !*Home)
    throw ReplayError{"neither XDG_CACHE_HOME nor HOME is set; give --build"};
  return std::string(Home) + "/.cache/holdfast";
}

std::string Tree::llvm() {
  const char *Given = std::getenv("HOLDFAST_LLVM");
  return Given && *Given ? Given : "-22";
}

Tree::Tree(std::string Source, std::string Build, std::vector<std::string> Fragments,
           Say Progress)
    : Progress(std::move(Progress)) {
  std::error_code Error;
  this->Source = fs::canonical(Source, Error).string();
  if (Error)
    throw ReplayError{Source + ": " + Error.message()};
  readRelease();
  if (!Build.empty()) {
    this->Build = fs::absolute(Build, Error).lexically_normal().string();
    if (!fs::exists(this->Build + "/.config"))
      throw ReplayError{Build + " is not configured: it has no .config; leave --build "
                                "out and Holdfast configures one of its own"};
  } else {
    std::string Key = this->Source;
    for (const std::string &F : Fragments)
      Key += "\n" + F;
    this->Build =
        cacheFolder() + "/obj/replay-" + Release + "-" + digestOf(Key).substr(0, 8);
    configure(Fragments);
  }
  checkConfig();
}

void Tree::readRelease() {
  std::string Makefile = readFile(Source + "/Makefile");
  std::string V = lineAfter(Makefile, "VERSION = "),
              P = lineAfter(Makefile, "PATCHLEVEL = "),
              S = lineAfter(Makefile, "SUBLEVEL = ");
  if (V.empty() || P.empty() || !fs::exists(Source + "/include/linux/mm.h"))
    throw ReplayError{Source + " is no kernel tree"};
  Version = static_cast<unsigned>(std::atoi(V.c_str()));
  Patchlevel = static_cast<unsigned>(std::atoi(P.c_str()));
  Release = V + "." + P + (S.empty() ? "" : "." + S);
  if (Version < 6 || (Version == 6 && Patchlevel < 1))
    throw ReplayError{Source + " is Linux " + Release +
                      "; the shim models 6.1 and later"};
}

bool Tree::since(unsigned Major, unsigned Minor) const {
  return Version > Major || (Version == Major && Patchlevel >= Minor);
}

std::vector<std::string> Tree::makeCommand() const {
  return {"make", "-C", Source, "O=" + Build, "ARCH=x86_64", "LLVM=" + llvm(), "-s"};
}

void Tree::configure(const std::vector<std::string> &Fragments) {
  std::string Text;
  for (const std::string &F : Fragments)
    Text += F + "\n";
  std::string Stamp = Build + "/.holdfast-config";
  if (fs::exists(Build + "/.config") && readFile(Stamp) == digestOf(Text))
    return;
  Progress("configuring " + Build);
  fs::remove_all(Build);
  fs::create_directories(Build);
  std::string Fragment = Build + "/.holdfast-fragment", Tail;
  writeFile(Fragment, Text);
  std::vector<std::string> Command = {"env", "KCONFIG_ALLCONFIG=" + Fragment};
  for (const std::string &A : makeCommand())
    Command.push_back(A);
  Command.push_back("allnoconfig");
  if (!runQuietly(Command, "", Tail).ok())
    throw ReplayError{"cannot configure " + Source + " in " + Build + ":\n" + Tail};
  writeFile(Stamp, digestOf(Text));
}

void Tree::checkConfig() const {
  std::string Config = readFile(Build + "/.config");
  static const std::pair<const char *, const char *> Needed[] = {
      {"CONFIG_X86_64=y", "only x86-64 is modelled"},
      {"CONFIG_SMP=y", "per-vma locks, and what they assert, depend on it"},
      {"CONFIG_PROVE_LOCKING=y", "without it lock operations tell nothing"},
      {"CONFIG_DEBUG_BUGVERBOSE=y", "without it a WARN does not say where it is"},
      {"CONFIG_FRAME_POINTER=y", "stacks are walked by frame pointers"},
  };
  for (const auto &[Line, Why] : Needed)
    if (Config.find(std::string("\n") + Line + "\n") == std::string::npos)
      throw ReplayError{Build + "/.config lacks " + Line + ": " + Why};
}

/// Is the object newer than all that it was made from, by kbuild's own list?
bool Tree::upToDate(const std::string &Object) const {
  std::error_code Error;
  auto Made = fs::last_write_time(Build + "/" + Object, Error);
  if (Error)
    return false;
  std::istringstream In(readFile(Build + "/" + commandFile(Object)));
  bool Any = false, Listing = false;
  for (std::string Line; std::getline(In, Line);) {
    if (Line.rfind("deps_", 0) == 0 || Line.rfind("source_", 0) == 0)
      Listing = true;
    else if (!Listing)
      continue;
    std::istringstream Words(Line);
    for (std::string Word; Words >> Word;) {
      if (Word.find('/') == std::string::npos || Word[0] == '$' || Word == "\\")
        continue;
      fs::path File = Word[0] == '/' ? fs::path(Word) : fs::path(Build) / Word;
      auto Time = fs::last_write_time(File, Error);
      if (!Error && Time > Made)
        return false;
      Any = Any || !Error;
    }
  }
  return Any;
}

void Tree::make(const std::vector<std::string> &Objects) {
  std::vector<std::string> Command = makeCommand();
  size_t Fixed = Command.size();
  for (const std::string &O : Objects)
    if (!upToDate(O))
      Command.push_back(O);
  if (Command.size() == Fixed)
    return;
  std::string List;
  for (size_t I = Fixed; I < Command.size(); ++I)
    List += " " + Command[I];
  Progress("building" + List);
  std::string Tail;
  if (!runQuietly(Command, "", Tail).ok())
    throw ReplayError{"cannot build" + List + " in " + Build + ":\n" + Tail};
}

std::vector<std::string> Tree::flags() {
  make({PlainObject});
  std::string Text = readFile(Build + "/" + commandFile(PlainObject));
  std::string Command = lineAfter(Text, std::string("savedcmd_") + PlainObject + " := ");
  if (Command.empty())
    Command = lineAfter(Text, std::string("cmd_") + PlainObject + " := ");
  Command = Command.substr(0, Command.find(';'));
  std::vector<std::string> Flags;
  std::vector<std::string> Words = shellWords(Command);
  for (size_t I = 0; I < Words.size(); ++I) {
    const std::string &W = Words[I];
    if (W == "-c" || W.rfind("-Wp,-MMD", 0) == 0 || W.rfind("-DKBUILD_", 0) == 0 ||
        W.rfind("-D__KBUILD_MODNAME", 0) == 0)
      continue;
    if (W == "-o") {
      I += 2; // the object and, last, the source
      continue;
    }
    Flags.push_back(W);
  }
  if (Flags.size() < 10)
    throw ReplayError{"no compiler flags in " + Build + "/" + commandFile(PlainObject)};
  return Flags;
}

} // namespace holdfast
