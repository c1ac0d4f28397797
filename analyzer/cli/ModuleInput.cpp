// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/ModuleInput.h"
#include "cli/Recorder.h"
#include "kbuild/Compdb.h"
#include "kbuild/Headers.h"
#include "kbuild/Paths.h"
#include "kbuild/Progress.h"
#include "store/Digest.h"
#include "store/Upkeep.h"
#include "llvm/Support/FileSystem.h"
#include <algorithm>
#include <sys/utsname.h>
#include <thread>

using namespace holdfast;

bool holdfast::namesFolder(llvm::StringRef Kernel) {
  return Kernel.contains('/') || llvm::sys::fs::is_directory(Kernel);
}

namespace {

/// As DKMS has it, a version is that of an installed kernel, and none is the running one.
llvm::Expected<std::string> headersOf(const std::string &Kernel) {
  if (namesFolder(Kernel))
    return Kernel;
  std::string Version = Kernel;
  if (utsname Running; Version.empty() && uname(&Running) == 0)
    Version = Running.release;
  std::string Folder = "/lib/modules/" + Version + "/build";
  if (llvm::sys::fs::is_directory(Folder))
    return Folder;
  return usageError("there are no headers for the " +
                        llvm::Twine(Kernel.empty() ? "running " : "") + "kernel " +
                        Version + ": " + Folder + " does not exist",
                    "install them (Debian: apt-get install linux-headers-" + Version +
                        "), or name their folder with --kernel");
}

llvm::Expected<std::unique_ptr<WorkFolder>> workFolder(const AnalysisOptions &O,
                                                       llvm::StringRef Headers) {
  std::string Store = O.CacheDir.empty() ? defaultStore() : absolute(O.CacheDir);
  if (O.NoCache || Store.empty())
    return WorkFolder::temporary();
  DigestBuilder Name;
  Name.add(realPath(O.Module)).add(realPath(Headers));
  llvm::Expected<std::unique_ptr<WorkFolder>> Work =
      WorkFolder::lasting(Store + "/" + ModuleFolders, Name.finish().hex());
  if (Work)
    return Work;
  llvm::consumeError(Work.takeError()); // a store that may not be written to
  return WorkFolder::temporary();
}

} // namespace

llvm::Expected<RecordedModule> holdfast::recordModule(const AnalysisOptions &O) {
  llvm::Expected<std::string> Headers = headersOf(O.Kernel);
  if (!Headers)
    return Headers.takeError();
  llvm::Expected<std::unique_ptr<WorkFolder>> Work = workFolder(O, *Headers);
  if (!Work)
    return Work.takeError();
  CompdbOptions Options;
  Options.Headers = *Headers;
  Options.Module = O.Module;
  Options.Work = (*Work)->path();
  Options.Output = (*Work)->path() + "/compile_commands.json";
  Options.Recorder = recorderPath();
  Options.Jobs = O.Jobs ? O.Jobs : std::max(1u, std::thread::hardware_concurrency());
  CountProgress Count("module", "objects");
  CompdbProgress Progress;
  if (!O.Quiet)
    Progress.OnObjects = [&](size_t N) { Count.update(N); };
  llvm::Expected<CompdbResult> Result = makeCompdb(Options, Progress);
  Count.finish();
  if (!Result)
    return Result.takeError();
  RecordedModule Module;
  Module.Database = Result->Output;
  Module.Release = releaseOfHeaders(*Headers);
  Module.Failed = std::move(Result->Failed);
  if (Result->Interrupted)
    Module.Failed = {"interrupted while the module was recorded"};
  Module.Work = std::move(*Work);
  return Module;
}
