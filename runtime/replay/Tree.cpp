// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Tree.h"
#include "replay/Process.h"
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

/// An object whose only flags are the tree's.
const char *PlainObject = "lib/ctype.o";

/// Releases whose interfaces the shim's SINCE() conditions know.
constexpr std::pair<unsigned, unsigned> Oldest = {6, 1}, Newest = {6, 17};
const char *KnownReleases = "6.1 to 6.17";

const char *OwnBuild = "leave --build out and Holdfast configures one of its own";

std::string commandFile(const std::string &Object) {
  fs::path P(Object);
  return (P.parent_path() / ("." + P.filename().string() + ".cmd")).string();
}

} // namespace

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
    throw ReplayError{"--tree " + Source + ": " + Error.message() +
                      "; give the folder that holds a kernel's sources"};
  readRelease();
  if (!Build.empty()) {
    this->Build = fs::absolute(Build, Error).lexically_normal().string();
    if (!fs::exists(this->Build + "/.config"))
      throw ReplayError{Build + " is not configured: it has no .config; " + OwnBuild};
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

namespace {

/// False if it is no number of at most four digits.
bool parseNumber(const std::string &Text, unsigned &Value) {
  const char *End = Text.data() + Text.size();
  return !Text.empty() && Text.size() <= 4 &&
         std::from_chars(Text.data(), End, Value).ptr == End;
}

} // namespace

void Tree::readRelease() {
  for (const char *File : {"/Makefile", "/Kbuild", "/include/linux/mm.h"})
    if (!fs::exists(Source + File))
      throw ReplayError{Source + " is no kernel tree: it has no " + (File + 1) +
                        "; give --tree the top folder of a kernel's sources, and if "
                        "this is it, unpack it again"};
  std::string Makefile = readFile(Source + "/Makefile");
  std::string V = lineAfter(Makefile, "VERSION = "),
              P = lineAfter(Makefile, "PATCHLEVEL = "),
              S = lineAfter(Makefile, "SUBLEVEL = ");
  if (!parseNumber(V, Version) || !parseNumber(P, Patchlevel))
    throw ReplayError{Source +
                      "/Makefile does not say of which release it is (VERSION = " + V +
                      ", PATCHLEVEL = " + P + "); unpack the tree again"};
  Release = V + "." + P + (S.empty() ? "" : "." + S);
  if (!since(Oldest.first, Oldest.second))
    throw ReplayError{Source + " is Linux " + Release +
                      "; the shim models 6.1 and later; "
                      "give a newer tree"};
  if (since(Newest.first, Newest.second + 1))
    Progress("Linux " + Release + " is newer than what the shim was written for (" +
             KnownReleases + "); it may not compile");
}

/// What to do when something of the tree does not build.
std::string Tree::advice() const {
  const bool TooNew = since(Newest.first, Newest.second + 1);
  if (TooNew)
    return Source + " is Linux " + Release + ", and the shim was written for " +
           KnownReleases +
           ": give a tree of one of these, or teach runtime/shim/kernel the new release";
  return "if " + Source + " was changed or is not complete, unpack it again; if " +
         Build + " may be stale, delete it";
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
    throw ReplayError{"cannot configure " + Source + " in " + Build + ":\n" + Tail +
                      advice()};
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
      throw ReplayError{Build + "/.config lacks " + Line + ": " + Why + "; " + OwnBuild};
  std::error_code Error;
  const fs::path Of = fs::canonical(Build + "/source", Error);
  if (!Error && Of != Source)
    throw ReplayError{Build + " belongs to " + Of.string() + ", not to " + Source +
                      "; give that tree, or " + OwnBuild};
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

/// Those without a C file of their own may be made otherwise: only a hint.
std::string Tree::missingSources(const std::vector<std::string> &Objects) const {
  std::string Text;
  for (const std::string &O : Objects)
    if (const std::string C = fs::path(O).replace_extension(".c").string();
        !fs::exists(Source + "/" + C))
      Text += Source + " has no " + C + "\n";
  return Text;
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
    throw ReplayError{"cannot build" + List + " in " + Build + ":\n" + Tail +
                      missingSources(Objects) + advice()};
}

/// By kbuild's own record, up to what it does to the object afterwards.
std::string Tree::savedCommand(const std::string &Object) const {
  std::string Text = readFile(Build + "/" + commandFile(Object));
  std::string Command = lineAfter(Text, "savedcmd_" + Object + " := ");
  if (Command.empty())
    Command = lineAfter(Text, "cmd_" + Object + " := ");
  return Command.substr(0, Command.find(';'));
}

/// A link names its objects, or a file that lists them.
std::vector<std::string> Tree::partsOf(const std::string &Object) const {
  std::vector<std::string> Words = shellWords(savedCommand(Object)), Parts;
  if (std::find(Words.begin(), Words.end(), "-r") == Words.end())
    return {Object};
  std::string Listed;
  for (size_t I = 0; I < Words.size(); ++I)
    if (Words[I] == "-o")
      ++I;
    else if (Words[I][0] == '@')
      Listed += readFile(Build + "/" + Words[I].substr(1)) + "\n";
    else if (fs::path(Words[I]).extension() == ".o")
      Listed += Words[I] + "\n";
  std::istringstream In(Listed);
  for (std::string Part; In >> Part;)
    for (const std::string &P : partsOf(Part))
      Parts.push_back(P);
  return Parts;
}

bool Tree::isFromC(const std::string &Object) const {
  std::vector<std::string> Words = shellWords(savedCommand(Object));
  return !Words.empty() && fs::path(Words.back()).extension() == ".c";
}

std::vector<std::string> Tree::commandOf(const std::string &Object) const {
  std::vector<std::string> Command;
  std::vector<std::string> Words = shellWords(savedCommand(Object));
  for (size_t I = 0; I < Words.size(); ++I) {
    if (Words[I] == "-o")
      ++I;
    else if (Words[I] != "-c" && Words[I].rfind("-Wp,-MMD", 0) != 0)
      Command.push_back(Words[I]);
  }
  if (Command.empty() || fs::path(Command.back()).extension() != ".c")
    throw ReplayError{Object + " is not compiled from one C file of its own"};
  return Command;
}

std::vector<std::string> Tree::flags() {
  make({PlainObject});
  std::vector<std::string> Flags = commandOf(PlainObject);
  Flags.pop_back(); // the source
  std::erase_if(Flags, [](const std::string &W) {
    return W.rfind("-DKBUILD_", 0) == 0 || W.rfind("-D__KBUILD_MODNAME", 0) == 0;
  });
  if (Flags.size() < 10)
    throw ReplayError{"no compiler flags in " + Build + "/" + commandFile(PlainObject) +
                      "; delete it and run this again"};
  return Flags;
}

} // namespace holdfast
