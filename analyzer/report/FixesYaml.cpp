// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// The form of clang::tooling::TranslationUnitDiagnostics, written with traits of
/// our own: only the frontend sees Clang.
#include "report/Fixes.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"

using namespace holdfast;

namespace {

struct Replacement {
  std::string FilePath;
  size_t Offset = 0;
  size_t Length = 0;
  std::string Text;
};

struct Message {
  std::string Text;
  std::string FilePath;
  size_t FileOffset = 0;
  std::vector<Replacement> Replacements;
};

struct Diagnostic {
  std::string Name;
  Message Main;
  std::string Level;
  std::string BuildDirectory;
};

struct Unit {
  std::string MainSourceFile;
  std::vector<Diagnostic> Diagnostics;
};

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Replacement)
LLVM_YAML_IS_SEQUENCE_VECTOR(Diagnostic)

namespace llvm::yaml {

template <> struct MappingTraits<Replacement> {
  static void mapping(IO &Io, Replacement &R) {
    Io.mapRequired("FilePath", R.FilePath);
    Io.mapRequired("Offset", R.Offset);
    Io.mapRequired("Length", R.Length);
    Io.mapRequired("ReplacementText", R.Text);
  }
};

template <> struct MappingTraits<Message> {
  static void mapping(IO &Io, Message &M) {
    Io.mapRequired("Message", M.Text);
    Io.mapRequired("FilePath", M.FilePath);
    Io.mapRequired("FileOffset", M.FileOffset);
    Io.mapRequired("Replacements", M.Replacements);
  }
};

template <> struct MappingTraits<Diagnostic> {
  static void mapping(IO &Io, Diagnostic &D) {
    Io.mapRequired("DiagnosticName", D.Name);
    Io.mapRequired("DiagnosticMessage", D.Main);
    Io.mapRequired("Level", D.Level);
    Io.mapRequired("BuildDirectory", D.BuildDirectory);
  }
};

template <> struct MappingTraits<Unit> {
  static void mapping(IO &Io, Unit &U) {
    Io.mapRequired("MainSourceFile", U.MainSourceFile);
    Io.mapRequired("Diagnostics", U.Diagnostics);
  }
};

} // namespace llvm::yaml

/// Where \p At is in its file as it is now.
static llvm::Expected<size_t> place(const Location &At, const SourceReader &Read) {
  llvm::Expected<std::string> Text = Read(At.File.str());
  if (!Text)
    return Text.takeError();
  return offsetOf(*Text, At);
}

static llvm::Expected<Diagnostic> diagnostic(const Finding &F, const std::string &Root,
                                             const SourceReader &Read) {
  static const char *const Levels[] = {"Remark", "Warning", "Error"};
  Diagnostic D{F.Rule, {F.Mend->Message, "", 0, {}}, Levels[int(F.Severity)], Root};
  for (const Edit &E : F.Mend->Edits) {
    llvm::Expected<size_t> Offset = place(E.At, Read);
    if (!Offset)
      return Offset.takeError();
    D.Main.Replacements.push_back({E.At.File.str(), *Offset, 0, E.Insert});
  }
  // Where the fix begins: that file can be read, the finding's own may be another.
  D.Main.FilePath = D.Main.Replacements.front().FilePath;
  D.Main.FileOffset = D.Main.Replacements.front().Offset;
  return D;
}

std::string holdfast::fixesYaml(const std::vector<Finding> &Findings,
                                const std::string &Root, const SourceReader &Read,
                                std::vector<std::string> &Refused) {
  Unit U;
  for (const Finding &F : Findings) {
    if (!F.Mend || F.Mend->Edits.empty())
      continue;
    llvm::Expected<Diagnostic> D = diagnostic(F, Root, Read);
    if (D)
      U.Diagnostics.push_back(std::move(*D));
    else
      Refused.push_back(llvm::toString(D.takeError()));
  }
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  llvm::yaml::Output Out(OS);
  Out << U;
  return Text;
}
