// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Config.h"
#include "filter/Globs.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace holdfast;

namespace {
/// So that a level may be `never`.
struct FailLevel {
  std::optional<Level> Least;
};

/// So that globs are looked at where they stand.
struct Globs {
  std::string Text;
};

/// What the traits are given: the checks, and room for a message.
struct Reading {
  const std::vector<CheckInfo> &Checks;
  std::string Wrong;
};

constexpr const char *Keys =
    "Checks, WarningsAsErrors, Confidence, FailOn, Baseline or Suppressions";
} // namespace

namespace llvm::yaml {

template <> struct ScalarTraits<holdfast::Confidence> {
  static void output(const Confidence &C, void *, raw_ostream &OS) { OS << name(C); }
  static StringRef input(StringRef Text, void *, Confidence &C) {
    std::optional<Confidence> Known = parseConfidence(Text);
    C = Known.value_or(C);
    return Known ? "" : "expected possible, likely or certain";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<FailLevel> {
  static void output(const FailLevel &F, void *, raw_ostream &OS) {
    OS << (F.Least ? name(*F.Least) : "never");
  }
  static StringRef input(StringRef Text, void *, FailLevel &F) {
    F.Least = parseLevel(Text);
    return F.Least || Text == "never" ? "" : "expected note, warning, error or never";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Globs> {
  static void output(const Globs &G, void *, raw_ostream &OS) { OS << G.Text; }
  static StringRef input(StringRef Text, void *Context, Globs &G) {
    Reading &R = *static_cast<Reading *>(Context);
    G.Text = Text.str();
    R.Wrong = toString(CheckGlobs::parse(Text, R.Checks).takeError());
    return R.Wrong;
  }
  static QuotingType mustQuote(StringRef Text) { return needsQuotes(Text); }
};

template <> struct MappingTraits<Config> {
  static void mapping(IO &Io, Config &C) {
    FailLevel Fail{C.FailOn};
    Globs Checks{C.Checks}, AsErrors{C.WarningsAsErrors};
    Io.mapOptional("Checks", Checks);
    Io.mapOptional("WarningsAsErrors", AsErrors);
    Io.mapOptional("Confidence", C.Least);
    Io.mapOptional("FailOn", Fail);
    Io.mapOptional("Baseline", C.Baseline);
    Io.mapOptional("Suppressions", C.Suppressions);
    C.FailOn = Fail.Least;
    C.Checks = Checks.Text;
    C.WarningsAsErrors = AsErrors.Text;
  }
};

} // namespace llvm::yaml

std::optional<Confidence> holdfast::parseConfidence(llvm::StringRef Text) {
  for (Confidence C : {Confidence::Possible, Confidence::Likely, Confidence::Certain})
    if (Text == name(C))
      return C;
  return std::nullopt;
}

std::optional<Level> holdfast::parseLevel(llvm::StringRef Text) {
  for (Level L : {Level::Note, Level::Warning, Level::Error})
    if (Text == name(L))
      return L;
  return std::nullopt;
}

std::string holdfast::findConfig(llvm::StringRef Folder) {
  for (; !Folder.empty(); Folder = llvm::sys::path::parent_path(Folder)) {
    llvm::SmallString<256> Path(Folder);
    llvm::sys::path::append(Path, ".holdfast.yaml");
    if (llvm::sys::fs::is_regular_file(Path))
      return std::string(Path);
  }
  return "";
}

/// Keeps the first complaint, as `line: what`.
static void keepFirst(const llvm::SMDiagnostic &D, void *First) {
  std::string &Text = *static_cast<std::string *>(First);
  if (!Text.empty())
    return;
  llvm::StringRef What = D.getMessage();
  Text = std::to_string(D.getLineNo()) + ": " + What.str();
  if (What.starts_with("unknown key") || What == "not a mapping")
    Text += std::string(", expected ") + Keys;
  else if (What == "not a sequence")
    Text += ", expected a list of files";
}

llvm::Expected<Config> holdfast::loadConfig(const std::string &Path,
                                            const std::vector<CheckInfo> &Checks) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(), "%s: cannot be read: %s",
                                   Path.c_str(), Buffer.getError().message().c_str());
  Config C;
  std::string Wrong;
  Reading Context{Checks, ""};
  llvm::yaml::Input In((*Buffer)->getBuffer(), &Context, keepFirst, &Wrong);
  In >> C;
  if (In.error() || !Wrong.empty())
    return llvm::createStringError(std::errc::invalid_argument, "%s:%s", Path.c_str(),
                                   Wrong.empty() ? "1: expected YAML" : Wrong.c_str());
  llvm::StringRef Folder = llvm::sys::path::parent_path(Path);
  auto beside = [&](std::string &File) {
    llvm::SmallString<256> Full(File);
    llvm::sys::path::make_absolute(Folder, Full);
    File = std::string(Full);
  };
  if (!C.Baseline.empty())
    beside(C.Baseline);
  for (std::string &File : C.Suppressions)
    beside(File);
  return C;
}

std::string holdfast::dumpConfig(Config C, llvm::StringRef Folder) {
  auto shorten = [&](std::string &File) {
    llvm::StringRef Rest = File;
    if (Rest.consume_front(Folder) && Rest.consume_front("/"))
      File = Rest.str();
  };
  shorten(C.Baseline);
  for (std::string &File : C.Suppressions)
    shorten(File);
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  llvm::yaml::Output Out(OS);
  Out << C;
  return Text;
}
