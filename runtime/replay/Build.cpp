// SPDX-License-Identifier: GPL-2.0-or-later
//
// The image is linked on its own: the shim first (the lock functions, then the
// file that marks their end), then the scenario, then the driver. A name that
// nobody defines gets an address in a region that the harness leaves
// inaccessible, so nothing is generated for it, and data and functions need not
// be told apart. Tracepoints and static calls are off: they get zeros.
//
// Objects are cached by a digest of the command that makes them, and made again
// when a header has changed, of ours or of the tree.
#include "replay/Build.h"
#include "replay/Compile.h"
#include "replay/Process.h"
#include "replay/Symbols.h"
#include "shim/host/Image.h"
#include <algorithm>
#include <filesystem>
#include <sstream>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

std::vector<std::string> filesOf(const std::string &Folder, const std::string &Ending) {
  std::vector<std::string> Files;
  std::error_code Error;
  for (const fs::directory_entry &E : fs::directory_iterator(Folder, Error))
    if (E.path().extension() == Ending)
      Files.push_back(E.path().string());
  std::sort(Files.begin(), Files.end());
  return Files;
}

class Builder {
public:
  Builder(Tree &T, const std::string &Runtime, const ImageRequest &R)
      : T(T), Runtime(Runtime), R(R), Flags(T.flags()), Folder(T.build() + "/holdfast"),
        Work(T, Folder) {
    fs::create_directories(Folder);
  }

  BuiltImage build(unsigned Jobs);

private:
  std::string compile(const std::string &Source, const std::vector<std::string> &Options);
  bool isConfigured(const std::string &Object) const;
  void compileHooked(const std::string &Goal);
  void compileTree(const std::vector<std::string> &Hooks, std::vector<std::string> &Goals,
                   unsigned Jobs);
  void makeGoals(const std::vector<std::string> &Goals, unsigned Jobs);
  BuiltImage link();
  std::string digestOfObjects() const;

  Tree &T;
  std::string Runtime;
  const ImageRequest &R;
  std::vector<std::string> Flags;
  std::string Folder;
  Compilations Work;
  std::vector<std::string> Objects;
};

/// Queues the compilation of Source unless it is in the cache; returns the object.
std::string Builder::compile(const std::string &Source,
                             const std::vector<std::string> &Options) {
  std::string Base = fs::path(Source).stem().string(), Name;
  for (char C : Base)
    Name += std::isalnum(static_cast<unsigned char>(C)) ? C : '_';
  std::vector<std::string> Command = Flags;
  for (const char *Include : {"/shim", "/shim/kernel", "/scenarios"})
    Command.push_back("-I" + Runtime + Include);
  for (const std::string &O : {"-DKBUILD_BASENAME=\"" + Name + "\"",
                               std::string("-DKBUILD_MODNAME=\"holdfast\""),
                               std::string("-DKBUILD_MODFILE=\"holdfast\""),
                               std::string("-D__KBUILD_MODNAME=kmod_") + Name})
    Command.push_back(O);
  Command.insert(Command.end(), Options.begin(), Options.end());
  return Work.add(Name, Source, std::move(Command), readFile(Source));
}

/// Does the folder's Makefile build it in this configuration? Only kbuild knows;
/// it refuses a goal in a folder that it does not descend into.
bool Builder::isConfigured(const std::string &Object) const {
  try {
    T.make({Object});
    return true;
  } catch (const ReplayError &) {
    return false;
  }
}

/// What makes plain memory accesses scheduling points: each calls the shim.
const std::vector<std::string> MemoryHooks = {"-fsanitize=thread",
                                              "-mllvm",
                                              "-tsan-instrument-atomics=0",
                                              "-mllvm",
                                              "-tsan-instrument-func-entry-exit=0",
                                              "-mllvm",
                                              "-tsan-instrument-memintrinsics=0"};

/// An object of the tree as the tree compiles it, but with the hooks: each of those
/// that it is linked from. Assembly has none.
void Builder::compileHooked(const std::string &Goal) {
  for (const std::string &Part : T.partsOf(Goal)) {
    if (!T.isFromC(Part)) {
      Objects.push_back(T.build() + "/" + Part);
      continue;
    }
    std::vector<std::string> Command = T.commandOf(Part);
    const std::string Source = Command.back();
    Command.pop_back();
    Command.insert(Command.end(), MemoryHooks.begin(), MemoryHooks.end());
    Objects.push_back(
        Work.add(fs::path(Part).stem().string() + "-hooked", Source, std::move(Command)));
  }
}

/// Objects that the tree's own makefiles make.
void Builder::makeGoals(const std::vector<std::string> &Goals, unsigned Jobs) {
  if (!Goals.empty())
    T.make(Goals);
  for (const std::string &G : Goals)
    if (R.MemoryPoints)
      compileHooked(G);
    else
      Objects.push_back(T.build() + "/" + G);
  Work.run(Jobs);
}

/// Objects of the tree that were asked for: those that the configuration builds
/// become Goals, the others are compiled with the tree's common flags.
void Builder::compileTree(const std::vector<std::string> &Hooks,
                          std::vector<std::string> &Goals, unsigned Jobs) {
  std::string LeftOut;
  for (const std::string &O : R.Objects) {
    if (isConfigured(O)) {
      Goals.push_back(O);
      continue;
    }
    std::string Source = T.source() + "/" + fs::path(O).replace_extension(".c").string();
    if (!fs::exists(Source))
      throw ReplayError{"there is no " + Source + " for --object " + O +
                        "; name an object by its path in the tree (one that is linked "
                        "from several: a module, with its option set to m by --config)"};
    LeftOut += " " + O;
    std::vector<std::string> Own = {"-I" + fs::path(Source).parent_path().string(),
                                    "-Wno-error"};
    Own.insert(Own.end(), Hooks.begin(), Hooks.end());
    Objects.push_back(compile(Source, Own));
  }
  try {
    Work.run(Jobs);
  } catch (const ReplayError &E) {
    if (LeftOut.empty())
      throw;
    throw ReplayError{E.Text + "\nthe configuration leaves out" + LeftOut +
                      ": name what it depends on with --config CONFIG_FOO=y"};
  }
}

BuiltImage Builder::build(unsigned Jobs) {
  std::vector<std::string> Goals = R.How.Objects;
  const std::string Kernel = Runtime + "/shim/kernel/";
  std::vector<std::string> First = {"lockdep.c", "locks.c", "spinlocks.c", "image.c"};
  for (const std::string &F : First)
    Objects.push_back(compile(Kernel + F, {}));
  for (const std::string &F : filesOf(Kernel, ".c"))
    if (std::find(First.begin(), First.end(), fs::path(F).filename()) == First.end())
      Objects.push_back(compile(F, {}));
  std::vector<std::string> Own = R.Options;
  for (const std::string &Folder : R.How.Includes)
    Own.push_back("-I" + T.source() + "/" + Folder);
  Objects.push_back(compile(R.How.Path, Own));
  for (const std::string &F : R.How.Files)
    Objects.push_back(compile(F, Own));
  std::vector<std::string> Options = R.Options;
  std::vector<std::string> Hooks;
  if (R.MemoryPoints)
    Hooks = MemoryHooks;
  Options.insert(Options.end(), Hooks.begin(), Hooks.end());
  for (const std::string &F : R.Sources)
    Objects.push_back(compile(F, Options));
  Work.run(Jobs);
  compileTree(Hooks, Goals, Jobs);
  makeGoals(Goals, Jobs);
  return link();
}

bool isOff(const std::string &Name) {
  for (const char *Start : {"__tracepoint_", "__SCK__", "__SCT__", "__static_call_"})
    if (Name.rfind(Start, 0) == 0)
      return true;
  return false;
}

bool listed(const std::vector<std::string> &Names, const std::string &Name) {
  return std::find(Names.begin(), Names.end(), Name) != Names.end();
}

/// Those are made by the linker or its script.
bool isLinkers(const std::string &Name) {
  return Name.rfind("__start_", 0) == 0 || Name.rfind("__stop_", 0) == 0 ||
         Name.rfind("hf_initcalls_", 0) == 0;
}

BuiltImage Builder::link() {
  Symbols Names;
  for (const std::string &O : Objects)
    Names.add(O);
  BuiltImage Built;
  std::ostringstream Response;
  uint64_t Stub = StubBase;
  for (const std::string &Name : Names.missing()) {
    if (isLinkers(Name))
      continue;
    if (Name == "hf_scenarios")
      throw ReplayError{R.How.Path + " defines no play; end it with HF_SCENARIOS(...)"};
    Response << "--defsym=" << Name << "=";
    if (isOff(Name) || listed(R.Zeros, Name)) {
      Response << "hf_off\n";
      continue;
    }
    if (listed(R.Nulls, Name)) {
      Response << "hf_null\n";
      continue;
    }
    Response << Stub << "\n";
    Built.Missing.push_back(Name);
    if ((Stub += StubStride) >= StubLimit)
      throw ReplayError{"too many names are undefined"};
  }
  for (const std::string &O : Objects)
    Response << O << "\n";
  std::string Key =
      digestOf(Response.str() + readFile(Runtime + "/shim/image.ld") + digestOfObjects());
  Built.Path = Folder + "/image-" + Key;
  if (fs::exists(Built.Path))
    return Built;
  writeFile(Folder + "/image-" + Key + ".rsp", Response.str());
  std::string Tail;
  std::ostringstream Base;
  Base << "--image-base=" << ImageBase;
  std::vector<std::string> Command = {"ld.lld" + Tree::llvm(),
                                      "-static",
                                      "-no-pie",
                                      Base.str(),
                                      "-z",
                                      "norelro",
                                      "--no-warnings",
                                      "-T",
                                      Runtime + "/shim/image.ld",
                                      "-e",
                                      "hf_image",
                                      "-o",
                                      Built.Path + ".part",
                                      "@" + Built.Path + ".rsp"};
  if (!runQuietly(Command, T.build(), Tail, 300).ok())
    throw ReplayError{"cannot link the image of " + R.How.Path + ":\n" + Tail +
                      "(each name may be defined once, by the driver, by the scenario or "
                      "by the shim)"};
  fs::rename(Built.Path + ".part", Built.Path);
  return Built;
}

/// The tree's objects have stable names: their contents must count.
std::string Builder::digestOfObjects() const {
  std::string All;
  for (const std::string &O : Objects)
    if (O.rfind(Folder, 0) != 0)
      All += digestOf(readFile(O));
  return All;
}

} // namespace

Scenario Scenario::read(const std::string &Path) {
  Scenario S;
  std::error_code Error;
  S.Path = fs::canonical(Path, Error).string();
  if (Error)
    throw ReplayError{"there is no scenario " + Path + "; give a C file"};
  std::istringstream In(readFile(S.Path));
  for (std::string Line; std::getline(In, Line) && Line != " */";) {
    auto Value = [&](const char *Name) -> std::string {
      size_t At = Line.find(std::string("holdfast-") + Name + ": ");
      return At == std::string::npos ? ""
                                     : Line.substr(At + 11 + std::string(Name).size());
    };
    if (std::string V = Value("object"); !V.empty())
      S.Objects.push_back(V);
    if (std::string V = Value("plays"); !V.empty())
      S.Files.push_back((fs::path(S.Path).parent_path() / V).string());
    if (std::string V = Value("include"); !V.empty())
      S.Includes.push_back(V);
    if (std::string V = Value("config"); !V.empty())
      S.Config.push_back(V);
  }
  return S;
}

BuiltImage buildImage(Tree &T, const std::string &Runtime, const ImageRequest &R,
                      unsigned Jobs) {
  return Builder(T, Runtime, R).build(Jobs);
}

} // namespace holdfast
