// SPDX-License-Identifier: GPL-2.0-or-later
//
// The image is linked on its own: the shim first (the lock functions, then the
// file that marks their end), then the scenario, then the driver. A name that
// nobody defines gets an address in a region that the harness leaves
// inaccessible, so nothing is generated for it, and data and functions need not
// be told apart. Tracepoints and static calls are off: they get zeros.
//
// Objects are cached by a digest of everything that goes into them but the
// tree, which has its own object folder.
#include "replay/Build.h"
#include "replay/Process.h"
#include "replay/Symbols.h"
#include "shim/host/Image.h"
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

struct Job {
  std::string Source, Object;
  std::vector<std::string> Command;
};

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
      : T(T), Runtime(Runtime), R(R), Flags(T.flags()), Folder(T.build() + "/holdfast") {
    fs::create_directories(Folder);
    for (const char *Sub : {"/shim", "/shim/kernel", "/scenarios"})
      for (const std::string &H : filesOf(Runtime + Sub, ".h"))
        Headers += readFile(H);
    for (const std::string &F : Flags)
      Headers += F + " ";
  }

  BuiltImage build(unsigned Jobs);

private:
  std::string compile(const std::string &Source, std::vector<std::string> Options,
                      const std::string &Extra = "");
  bool isConfigured(const std::string &Object) const;
  void runJobs(unsigned Jobs);
  BuiltImage link();
  std::string digestOfObjects() const;

  Tree &T;
  std::string Runtime;
  const ImageRequest &R;
  std::vector<std::string> Flags;
  std::string Folder, Headers;
  std::vector<std::string> Objects;
  std::vector<Job> Pending;
};

/// Queues the compilation of Source unless it is in the cache; returns the object.
std::string Builder::compile(const std::string &Source, std::vector<std::string> Options,
                             const std::string &Extra) {
  std::string Base = fs::path(Source).stem().string(), Name;
  for (char C : Base)
    Name += std::isalnum(static_cast<unsigned char>(C)) ? C : '_';
  Job J{Source, "", Flags};
  for (const char *Include : {"/shim", "/shim/kernel", "/scenarios"})
    J.Command.push_back("-I" + Runtime + Include);
  for (const std::string &O : {"-DKBUILD_BASENAME=\"" + Name + "\"",
                               std::string("-DKBUILD_MODNAME=\"holdfast\""),
                               std::string("-DKBUILD_MODFILE=\"holdfast\""),
                               std::string("-D__KBUILD_MODNAME=kmod_") + Name})
    J.Command.push_back(O);
  std::string Key = Headers + Extra + readFile(Source) + Source;
  for (const std::string &O : Options) {
    J.Command.push_back(O);
    Key += O + " ";
  }
  J.Object = Folder + "/" + Name + "-" + digestOf(Key) + ".o";
  for (const std::string &O : {std::string("-c"), std::string("-o"), J.Object, Source})
    J.Command.push_back(O);
  if (!fs::exists(J.Object))
    Pending.push_back(J);
  return J.Object;
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

void Builder::runJobs(unsigned Jobs) {
  std::atomic<size_t> Next{0};
  std::mutex Guard;
  std::string Failed;
  auto Work = [&] {
    for (size_t I; (I = Next++) < Pending.size();) {
      std::string Tail;
      std::string Part = Pending[I].Object + ".part";
      std::vector<std::string> Command = Pending[I].Command;
      Command[Command.size() - 2] = Part;
      bool Ok = runQuietly(Command, T.build(), Tail, 300).ok();
      if (Ok)
        fs::rename(Part, Pending[I].Object);
      std::lock_guard<std::mutex> Lock(Guard);
      if (!Ok && Failed.empty())
        Failed = "cannot compile " + Pending[I].Source + " against " + T.source() +
                 ":\n" + Tail;
    }
  };
  if (Jobs == 0)
    Jobs = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> Threads;
  for (unsigned I = 1; I < Jobs && I < Pending.size(); ++I)
    Threads.emplace_back(Work);
  Work();
  for (std::thread &Thread : Threads)
    Thread.join();
  if (!Failed.empty())
    throw ReplayError{Failed};
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
  if (R.MemoryPoints)
    for (const char *O : {"-fsanitize=thread", "-mllvm", "-tsan-instrument-atomics=0",
                          "-mllvm", "-tsan-instrument-func-entry-exit=0", "-mllvm",
                          "-tsan-instrument-memintrinsics=0"})
      Options.push_back(O);
  for (const std::string &F : R.Sources) {
    std::string Near;
    for (const std::string &H : filesOf(fs::path(F).parent_path().string(), ".h"))
      Near += readFile(H);
    Objects.push_back(compile(F, Options, Near));
  }
  for (const std::string &O : R.Objects) {
    std::string Source = T.source() + "/" + fs::path(O).replace_extension(".c").string();
    if (!fs::exists(Source))
      throw ReplayError{"there is no " + Source + " for --object " + O};
    if (isConfigured(O))
      Goals.push_back(O);
    else
      Objects.push_back(compile(
          Source, {"-I" + fs::path(Source).parent_path().string(), "-Wno-error"}));
  }
  runJobs(Jobs);
  if (!Goals.empty())
    T.make(Goals);
  for (const std::string &G : Goals)
    Objects.push_back(T.build() + "/" + G);
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
    throw ReplayError{"cannot link the image:\n" + Tail};
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
    throw ReplayError{"there is no scenario " + Path};
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
