// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_SHADOW_H
#define HOLDFAST_KBUILD_SHADOW_H

#include "kbuild/Compdb.h"
#include "kbuild/MakeRun.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

/// \file
/// The object folder of our own that kbuild runs in, `OBJ/.holdfast/`. (Where a
/// module is built against headers alone, kbuild runs in those: see Headers.h.)
namespace holdfast {

/// Where everything is. All paths are absolute and without links.
struct ShadowPaths {
  std::string Tree;
  std::string Build;   ///< the user's object folder
  std::string Root;    ///< Build/.holdfast, the only folder written to
  std::string Shadow;  ///< Root/build, kbuild's O=
  std::string LogFile; ///< Root/compdb.log
  std::string Release; ///< of Tree
  std::string Arch;    ///< kbuild's ARCH=; "" to let kbuild choose
  std::string Empty;   ///< the object that stands for those of the kernel
  /// Tree, Build and Shadow are headers, which are not written to. Root is elsewhere.
  bool IsHeaders = false;
};

/// An error of usage or configuration, with its remedy in a second line.
llvm::Error usageError(const llvm::Twine &What, const llvm::Twine &Remedy);

/// Checks that make and Clang's tools are there, and our recorder.
llvm::Error checkTools(const CompdbOptions &Options);

/// ARCH= for the architecture that the `.config` at \p Path was made for, which
/// its header names ("Linux/arm64 6.12 Kernel Configuration"). x86 is kbuild's
/// own choice on x86 machines and leaves 64 bits to the configuration.
std::string configuredArch(llvm::StringRef Path);

/// Checks what the user named, and that the tools are there.
llvm::Expected<ShadowPaths> locateShadow(const CompdbOptions &Options);

/// Only one run at a time may use a shadow folder: holds it while it lives.
class ShadowLock {
public:
  static llvm::Expected<ShadowLock> take(const ShadowPaths &Paths);
  ShadowLock(ShadowLock &&Other) : Fd(Other.Fd) { Other.Fd = -1; }
  ShadowLock(const ShadowLock &) = delete;
  ~ShadowLock();

private:
  explicit ShadowLock(int Fd) : Fd(Fd) {}
  int Fd;
};

/// What of an earlier run there is.
enum class ShadowState { New, Complete, Interrupted };
ShadowState shadowState(const ShadowPaths &Paths);
/// Until markComplete(), the state is Interrupted.
llvm::Error markStarted(const ShadowPaths &Paths);
void markComplete(const ShadowPaths &Paths);

/// Links the recorder under the name that kbuild's records have.
llvm::Error linkRecorder(const ShadowPaths &Paths, const std::string &Recorder);

/// Makes the folders, throws away what is of no use (another tree's, or
/// everything if so asked), and copies OBJ/.config if it changed.
llvm::Error prepareFolders(const ShadowPaths &Paths,
                           const CompdbOptions &Options);

/// To be called once the configuration is in force: if it is another one than
/// that of the last recording, forgets all records, since objects that are no
/// longer configured would stay among them.
llvm::Error forgetIfReconfigured(const ShadowPaths &Paths);

/// A make in the shadow folder with the recorder as its compiler. Objects of
/// the kernel are only replaced if \p Record.
MakeCommand shadowMake(const ShadowPaths &Paths, const CompdbOptions &Options,
                       bool Record, std::vector<std::string> Goals);

} // namespace holdfast

#endif
