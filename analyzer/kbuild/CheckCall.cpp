// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/CheckCall.h"
#include "kbuild/KernelObject.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace holdfast {

static bool isDepfile(StringRef Arg) {
  return Arg.starts_with("-Wp,-MMD,") || Arg.starts_with("-Wp,-MD,");
}

/// What a checker alone is told. It only matters where c_flags do not begin as they
/// should: somebody's wrapper dropped the dependency file.
static bool isForChecker(StringRef Arg) {
  constexpr StringRef Whole[] = {"-D__linux__",
                                 "-Dlinux",
                                 "-D__STDC__",
                                 "-Dunix",
                                 "-D__unix__",
                                 "-D__CHECKER__",
                                 "-fdiagnostic-prefix",
                                 "--two-passes",
                                 "--spammy",
                                 "--succeed",
                                 "--full-path",
                                 "--file-output",
                                 "--pedantic",
                                 "--info",
                                 "--debug",
                                 "--no-data",
                                 "--timeout"};
  constexpr StringRef Begins[] = {"--arch=",
                                  "-p=",
                                  "--project=",
                                  "--data=",
                                  "-fmax-warnings=",
                                  "-ftabstop=",
                                  "-fmemcpy-max-count=",
                                  "-fdiagnostic-prefix=",
                                  "--enable=",
                                  "--disable=",
                                  "--debug=",
                                  "-vcompound"};
  return llvm::is_contained(Whole, Arg) ||
         llvm::any_of(Begins, [&](StringRef B) { return Arg.starts_with(B); });
}

static std::vector<std::string> compilerFlags(llvm::ArrayRef<std::string> Args) {
  auto Begin = llvm::find_if(Args, isDepfile);
  if (Begin != Args.end())
    return {Begin, Args.end()};
  std::vector<std::string> Flags(Args.begin(), Args.end());
  llvm::erase_if(Flags, isForChecker);
  return Flags;
}

/// "a/b.o" of the dependency file "a/.b.o.d"; "" if there is none.
static std::string objectOf(StringRef Depfile) {
  StringRef Name = llvm::sys::path::filename(Depfile);
  StringRef Folder = Depfile.drop_back(Name.size());
  if (!Name.consume_front(".") || !Name.consume_back(".d"))
    return "";
  return (Folder + Name).str();
}

std::optional<DatabaseEntry> commandOfCheck(llvm::ArrayRef<std::string> Args,
                                            StringRef Directory, StringRef Compiler) {
  std::vector<std::string> Flags = compilerFlags(Args);
  CompilerCall Call;
  for (const std::string &Flag : Flags)
    Call.see(Flag);
  if (Call.Source.empty())
    return std::nullopt;
  std::string Source(Call.Source), Object = objectOf(Call.Depfile);
  if (Object.empty())
    Object = StringRef(Source).drop_back(2).str() + ".o";
  llvm::erase(Flags, Source);
  Flags.insert(Flags.begin(), Compiler.str());
  Flags.insert(Flags.end(), {"-c", "-o", Object, Source});

  CompilerCall Made; // of whole strings of its own: it keeps views
  for (size_t I = 1; I < Flags.size(); ++I)
    Made.see(Flags[I]);
  if (!Made.makesKernelObject())
    return std::nullopt;
  return DatabaseEntry{Directory.str(), absolute(Source, Directory), Object,
                       std::move(Flags)};
}

} // namespace holdfast
