// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Flags.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace holdfast {

namespace {

/// What happens to an option.
enum class Fate {
  Keep,
  Drop,    ///< has no say in what the source means
  GccOnly, ///< Clang would refuse it
};

/// How an option is recognised and how many arguments it takes.
struct Row {
  StringRef Spelling;
  bool IsPrefix;   ///< matches anything that begins so
  unsigned Values; ///< further arguments that belong to it if matched whole
  Fate What;
};

constexpr bool Whole = false, Prefix = true;

/// The first row that matches decides; what matches none is kept.
constexpr Row Table[] = {
    // Options whose value is an argument of its own.
    {"-I", Whole, 1, Fate::Keep},
    {"-D", Whole, 1, Fate::Keep},
    {"-U", Whole, 1, Fate::Keep},
    {"-include", Whole, 1, Fate::Keep},
    {"-imacros", Whole, 1, Fate::Keep},
    {"-isystem", Whole, 1, Fate::Keep},
    {"-iquote", Whole, 1, Fate::Keep},
    {"-idirafter", Whole, 1, Fate::Keep},
    {"-isysroot", Whole, 1, Fate::Keep},
    {"-x", Whole, 1, Fate::Keep},
    {"-target", Whole, 1, Fate::Keep},
    {"-Xclang", Whole, 1, Fate::Drop},
    {"-mllvm", Whole, 1, Fate::Drop}, // global state of the process
    {"-Xassembler", Whole, 1, Fate::Drop},
    {"-Xlinker", Whole, 1, Fate::Drop},
    {"-Xpreprocessor", Whole, 1, Fate::Drop},

    // What is written, and where to.
    {"-c", Whole, 0, Fate::Drop},
    {"-S", Whole, 0, Fate::Drop},
    {"-E", Whole, 0, Fate::Drop},
    {"-fsyntax-only", Whole, 0, Fate::Drop},
    {"-o", Whole, 1, Fate::Drop},
    {"-o", Prefix, 0, Fate::Drop},
    {"-MF", Whole, 1, Fate::Drop},
    {"-MT", Whole, 1, Fate::Drop},
    {"-MQ", Whole, 1, Fate::Drop},
    {"-MJ", Whole, 1, Fate::Drop},
    {"-M", Prefix, 0, Fate::Drop},
    {"-pipe", Whole, 0, Fate::Drop},
    {"-save-temps", Prefix, 0, Fate::Drop},
    {"-###", Whole, 0, Fate::Drop},
    {"-v", Whole, 0, Fate::Drop},

    // Warnings, debug information, the assembler, the linker.
    {"-W", Prefix, 0, Fate::Drop},
    {"-w", Whole, 0, Fate::Drop},
    {"-pedantic", Prefix, 0, Fate::Drop},
    {"-fdiagnostics-", Prefix, 0, Fate::Drop},
    {"-fno-diagnostics-", Prefix, 0, Fate::Drop},
    {"-fmax-errors=", Prefix, 0, Fate::Drop},
    {"-g", Prefix, 0, Fate::Drop},
    {"-fdebug-", Prefix, 0, Fate::Drop},
    {"-femit-struct-debug-", Prefix, 0, Fate::GccOnly},
    {"-l", Prefix, 0, Fate::Drop},
    {"-L", Whole, 1, Fate::Drop},
    {"-L", Prefix, 0, Fate::Drop},
    {"-pg", Whole, 0, Fate::Drop},
    {"-mfentry", Whole, 0, Fate::Drop},
    {"-mrecord-mcount", Whole, 0, Fate::GccOnly},
    {"-mnop-mcount", Whole, 0, Fate::GccOnly},

    // Plugins, and what they are told.
    {"-fplugin", Prefix, 0, Fate::GccOnly},
    {"-fpass-plugin", Prefix, 0, Fate::Drop},

    // GCC's own optimisations and code generation.
    {"--param", Whole, 1, Fate::GccOnly},
    {"--param=", Prefix, 0, Fate::GccOnly},
    {"-fconserve-stack", Whole, 0, Fate::GccOnly},
    {"-fno-conserve-stack", Whole, 0, Fate::GccOnly},
    {"-fno-allow-store-data-races", Whole, 0, Fate::GccOnly},
    {"-fallow-store-data-races", Whole, 0, Fate::GccOnly},
    {"-fno-ipa", Prefix, 0, Fate::GccOnly},
    {"-fipa", Prefix, 0, Fate::GccOnly},
    {"-fno-tree-vectorize", Whole, 0, Fate::Keep},
    {"-ftree-vectorize", Whole, 0, Fate::Keep},
    {"-fno-tree-slp-vectorize", Whole, 0, Fate::Keep},
    {"-fno-tree-", Prefix, 0, Fate::GccOnly},
    {"-ftree-", Prefix, 0, Fate::GccOnly},
    {"-fno-var-tracking-", Prefix, 0, Fate::GccOnly},
    {"-fvar-tracking-", Prefix, 0, Fate::GccOnly},
    {"-falign-jumps", Prefix, 0, Fate::GccOnly},
    {"-falign-labels", Prefix, 0, Fate::GccOnly},
    {"-fno-align-", Prefix, 0, Fate::GccOnly},
    {"-fmin-function-alignment", Prefix, 0, Fate::GccOnly},
    {"-fno-code-hoisting", Whole, 0, Fate::GccOnly},
    {"-fno-gcse", Prefix, 0, Fate::GccOnly},
    {"-fno-inline-functions-called-once", Whole, 0, Fate::GccOnly},
    {"-fno-inline-small-functions", Whole, 0, Fate::GccOnly},
    {"-fno-partial-inlining", Whole, 0, Fate::GccOnly},
    {"-fno-isolate-erroneous-paths", Prefix, 0, Fate::GccOnly},
    {"-fno-reorder-", Prefix, 0, Fate::GccOnly},
    {"-fno-toplevel-reorder", Whole, 0, Fate::GccOnly},
    {"-fno-caller-saves", Whole, 0, Fate::GccOnly},
    {"-fno-crossjumping", Whole, 0, Fate::GccOnly},
    {"-fno-shrink-wrap", Prefix, 0, Fate::GccOnly},
    {"-fno-stack-limit", Whole, 0, Fate::GccOnly},
    {"-fno-section-anchors", Whole, 0, Fate::GccOnly},
    {"-fno-early-inlining", Whole, 0, Fate::GccOnly},
    {"-fno-merge-constants", Whole, 0, Fate::GccOnly},
    {"-fno-move-loop-invariants", Whole, 0, Fate::GccOnly},
    {"-fno-printf-return-value", Whole, 0, Fate::GccOnly},
    {"-fno-split-wide-types", Whole, 0, Fate::GccOnly},
    {"-fno-thread-jumps", Whole, 0, Fate::GccOnly},
    {"-freorder-", Prefix, 0, Fate::GccOnly},
    {"-fsched-", Prefix, 0, Fate::GccOnly},
    {"-fno-sched-", Prefix, 0, Fate::GccOnly},
    {"-fstack-check=", Prefix, 0, Fate::GccOnly},
    {"-fprofile-abs-path", Whole, 0, Fate::GccOnly},
    {"-fprofile-info-section", Prefix, 0, Fate::GccOnly},
    {"-flive-patching", Prefix, 0, Fate::GccOnly},
    {"-fcondition-coverage", Whole, 0, Fate::GccOnly},
    {"-fdump-", Prefix, 0, Fate::GccOnly},
    {"-fsanitize=bounds-strict", Whole, 0, Fate::GccOnly},
    {"-flto-", Prefix, 0, Fate::GccOnly},
    {"-mindirect-branch=", Prefix, 0, Fate::GccOnly},
    {"-mindirect-branch-register", Whole, 0, Fate::GccOnly},
    {"-mpreferred-stack-boundary", Prefix, 0, Fate::GccOnly},
    {"-maccumulate-outgoing-args", Whole, 0, Fate::GccOnly},
    {"-mno-accumulate-outgoing-args", Whole, 0, Fate::GccOnly},
    {"-mmanual-endbr", Whole, 0, Fate::GccOnly},
    {"-mno-sched-", Prefix, 0, Fate::GccOnly},
    {"-mno-fancy-math-387", Whole, 0, Fate::GccOnly},
    {"-mpc-relative-literal-loads", Whole, 0, Fate::GccOnly},
    {"-mno-pc-relative-literal-loads", Whole, 0, Fate::GccOnly},
    {"-mno-thumb-interwork", Whole, 0, Fate::GccOnly},
    {"-mthumb-interwork", Whole, 0, Fate::GccOnly},
    {"-mno-fdpic", Whole, 0, Fate::GccOnly},
    {"-mno-strict-align", Whole, 0, Fate::GccOnly},
    {"-mno-pointers-to-nested-functions", Whole, 0, Fate::GccOnly},
    {"-mno-string", Whole, 0, Fate::GccOnly},
    {"-mno-update", Whole, 0, Fate::GccOnly},
    {"-mcall-", Prefix, 0, Fate::GccOnly},
    {"-mtraceback=", Prefix, 0, Fate::GccOnly},
};

Row rowOf(StringRef Arg) {
  for (const Row &R : Table)
    if (R.IsPrefix ? Arg.starts_with(R.Spelling) : Arg == R.Spelling)
      return R;
  return {Arg, Whole, 0, Fate::Keep};
}

/// "aarch64-linux-gnu" of "/usr/bin/aarch64-linux-gnu-gcc-12"; "" where the
/// compiler is no cross GCC.
StringRef gccTarget(StringRef Compiler) {
  StringRef Name = llvm::sys::path::filename(Compiler);
  size_t At = Name.rfind("-gcc");
  return At == StringRef::npos ? StringRef() : Name.take_front(At);
}

/// -Wp, hands options to the preprocessor; definitions among them count.
void keepPreprocessorOptions(StringRef Arg, std::vector<std::string> &Out) {
  llvm::SmallVector<StringRef, 4> Parts;
  Arg.drop_front(sizeof("-Wp,") - 1).split(Parts, ',');
  for (StringRef Part : Parts)
    if (Part.size() > 2 && (Part.starts_with("-D") || Part.starts_with("-U") ||
                            Part.starts_with("-I")))
      Out.push_back(Part.str());
}

/// The option without its value, which would make a list of many.
std::string nameOf(StringRef Arg) {
  auto [Name, Value] = Arg.split('=');
  return Value.empty() ? Arg.str() : (Name + "=").str();
}

} // namespace

std::vector<std::string> sanitizeFlags(llvm::ArrayRef<std::string> Args,
                                       std::set<std::string> &GccOnly) {
  std::vector<std::string> Out = {"clang-22"};
  if (Args.empty())
    return Out;
  StringRef Target = gccTarget(Args.front());
  if (!Target.empty())
    Out.push_back(("--target=" + Target).str());
  for (size_t I = 1; I < Args.size(); ++I) {
    StringRef Arg = Args[I];
    if (!Arg.starts_with("-") || Arg == "-")
      continue; // a source
    if (Arg.starts_with("-Wp,")) {
      keepPreprocessorOptions(Arg, Out);
      continue;
    }
    Row R = rowOf(Arg);
    size_t Last = std::min(I + R.Values, Args.size() - 1);
    if (R.What == Fate::Keep)
      Out.insert(Out.end(), Args.begin() + I, Args.begin() + Last + 1);
    else if (R.What == Fate::GccOnly)
      GccOnly.insert(nameOf(Arg));
    I = Last;
  }
  return Out;
}

std::string outputOf(llvm::ArrayRef<std::string> Args) {
  std::string Output;
  for (size_t I = 1; I < Args.size(); ++I) {
    StringRef Arg = Args[I];
    if (Arg == "-o" && I + 1 < Args.size())
      Output = Args[++I];
    else if (Arg.starts_with("-o") && Arg.size() > 2)
      Output = Arg.drop_front(2).str();
  }
  return Output;
}

} // namespace holdfast
