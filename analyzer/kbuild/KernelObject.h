// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_KERNELOBJECT_H
#define HOLDFAST_KBUILD_KERNELOBJECT_H

#include <cstddef>
#include <string_view>

/// \file
/// Which objects of a kernel build are the kernel itself. Shared by the
/// recorder, which replaces those by empty ones, and by the database, which
/// lists those; it includes next to nothing, since the recorder starts
/// thousands of times.
namespace holdfast {

/// What one compiler invocation does, as far as kbuild's recorder cares. Feed
/// the arguments in order, without the compiler, with see(); then ask.
class CompilerCall {
public:
  std::string_view Source;  ///< the last operand that ends in .c
  std::string_view Output;  ///< after -o
  std::string_view Depfile; ///< after -Wp,-MMD, or -Wp,-MD,
  bool Compiles = false;    ///< -c
  bool IsKernel = false;    ///< -D__KERNEL__
  bool IsPic = false;       ///< -fPIC or -fpic, and not taken back

  void see(std::string_view Arg) {
    if (TakesOutput) {
      Output = Arg;
      TakesOutput = false;
    } else if (Arg == "-o") {
      TakesOutput = true;
    } else if (Arg == "-c") {
      Compiles = true;
    } else if (Arg == "-D__KERNEL__") {
      IsKernel = true;
    } else if (Arg == "-fPIC" || Arg == "-fpic") {
      IsPic = true;
    } else if (Arg == "-fno-PIC" || Arg == "-fno-pic") {
      IsPic = false;
    } else if (Arg.starts_with("-Wp,-MMD,")) {
      Depfile = Arg.substr(sizeof("-Wp,-MMD,") - 1);
    } else if (Arg.starts_with("-Wp,-MD,")) {
      Depfile = Arg.substr(sizeof("-Wp,-MD,") - 1);
    } else if (!Arg.starts_with("-") && Arg.ends_with(".c")) {
      Source = Arg;
    }
  }

  /// True if the object goes into a program of its own that kbuild links and
  /// inspects while building: the boot and real mode code, purgatory, the vDSO,
  /// arm64's hypervisor half. It must be real, and no kernel lock is its own.
  /// The folders of x86's vDSO hold kernel code as well, told apart by -fPIC.
  bool isForeign() const {
    std::string_view Rest = Output;
    while (Rest.starts_with("./"))
      Rest.remove_prefix(2);
    std::string_view Top = takeFolder(Rest);
    if (Top == "scripts" || Top == "tools")
      return true;
    if (Top != "arch") // also every absolute path: an out-of-tree module
      return false;
    bool IsX86 = takeFolder(Rest) == "x86";
    for (bool First = true; !Rest.empty(); First = false) {
      std::string_view Part = takeFolder(Rest);
      if (First && (Part == "boot" || Part == "purgatory"))
        return true;
      if (First && Part == "realmode" && Rest.starts_with("rm/"))
        return true;
      if (Part == "nvhe")
        return true;
      if (Part.starts_with("vdso") || Part.ends_with("vdso"))
        return !IsX86 || IsPic;
    }
    return false;
  }

  /// True if this makes an object of the kernel from a C file.
  bool makesKernelObject() const {
    return Compiles && IsKernel && !Source.empty() && Output.ends_with(".o") &&
           !isForeign();
  }

private:
  bool TakesOutput = false;

  /// Removes the first folder of \p Path and returns it; "" and an empty path
  /// where there is none.
  static std::string_view takeFolder(std::string_view &Path) {
    size_t Slash = Path.find('/');
    std::string_view Folder;
    if (Slash != std::string_view::npos)
      Folder = Path.substr(0, Slash);
    Path.remove_prefix(Slash == std::string_view::npos ? Path.size()
                                                       : Slash + 1);
    return Folder;
  }
};

} // namespace holdfast

#endif
