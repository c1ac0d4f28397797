// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Reporting.h"
#include "kbuild/Paths.h"
#include "report/Fixes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cstdio>

using namespace holdfast;

/// A file of the user's as reports name it: below the tree from there, so that no
/// folder of this machine is in them.
std::string Reporting::shown(const std::string &Path) const {
  llvm::StringRef Rest = Path;
  if (Rest.consume_front(Tree) && Rest.consume_front("/"))
    return Rest.str();
  return Path;
}

std::string Reporting::text(const Report &R, const std::string &Format) const {
  if (Format == "json")
    return jsonReport(R);
  if (Format == "sarif")
    return sarifReport(R);
  if (Format == "checkpatch")
    return checkpatchReport(R);
  if (Format == "kcidb")
    return kcidbReport(R, O.Kcidb);
  return textReport(R);
}

llvm::Error Reporting::write(const Report &R) const {
  for (const std::string &Also : O.Also) {
    auto [Format, File] = llvm::StringRef(Also).split('=');
    if (llvm::Error E = writeAtomically(File, text(R, Format.str())))
      return E;
  }
  std::string Main = text(R, O.Format);
  return O.Output.empty() ? printText(Main) : writeAtomically(O.Output, Main);
}

/// What was not looked at may still be there: then no entry is taken out.
llvm::Error Reporting::writeBaseline(const Report &R) const {
  if (O.WriteBaseline.empty())
    return llvm::Error::success();
  return writeAtomically(O.WriteBaseline, F.Known->text(!isComplete(R)));
}

/// A file of the tree, if it is still what was parsed. Nobody knows when a file
/// was read, but none was before Start; clocks of file systems lag behind a bit.
llvm::Expected<std::string> Reporting::readSource(const std::string &File) const {
  auto refuse = [&](const char *Why) {
    return llvm::createStringError(std::errc::invalid_argument, "%s: %s", File.c_str(),
                                   Why);
  };
  std::string Path = absolute(File, Tree), Real = realPath(Path);
  if (llvm::sys::path::is_absolute(File) || !isBelow(Real, realPath(Tree)))
    return refuse("is not in the tree, so it is left alone");
  llvm::sys::fs::file_status Status;
  if (std::error_code Code = llvm::sys::fs::status(Path, Status))
    return refuse(Code.message().c_str());
  if (Status.getLastModificationTime() > Start - std::chrono::milliseconds(10))
    return refuse("has changed since it was read, so it is left alone; run this again");
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return refuse(Buffer.getError().message().c_str());
  return (*Buffer)->getBuffer().str();
}

static void tellRefused(const std::vector<std::string> &Refused) {
  for (const std::string &Why : Refused)
    std::fprintf(stderr, "holdfast: not mended: %s\n", Why.c_str());
}

/// Other text in a file that stays what it is otherwise.
static llvm::Error replaceText(const std::string &Path, const std::string &Text) {
  auto Mode = llvm::sys::fs::getPermissions(Path);
  if (!Mode)
    return fileError("cannot read", Path, Mode.getError());
  if (llvm::Error E = writeAtomically(Path, Text))
    return E;
  if (std::error_code Code = llvm::sys::fs::setPermissions(Path, *Mode))
    return fileError("cannot set who may use", Path, Code);
  return llvm::Error::success();
}

/// Writes the files that changed; puts back what was written if one cannot be.
static llvm::Error writeSources(const FixOutcome &Fixed, const std::string &Tree) {
  std::vector<std::pair<std::string, std::string>> Before;
  for (const auto &[File, Text] : Fixed.Files) {
    std::string Path = absolute(File, Tree);
    Before.push_back({Path, readText(Path)});
    if (llvm::Error E = replaceText(Path, Text)) {
      for (const auto &[Written, Was] : Before)
        E = llvm::joinErrors(std::move(E), replaceText(Written, Was));
      return E;
    }
  }
  return llvm::Error::success();
}

llvm::Error Reporting::mend(const Report &R) const {
  auto Read = [this](const std::string &File) { return readSource(File); };
  if (!O.ExportFixes.empty()) {
    std::vector<std::string> Refused;
    std::string Yaml = fixesYaml(R.Findings, Tree, Read, Refused);
    tellRefused(Refused);
    if (llvm::Error E = writeAtomically(O.ExportFixes, Yaml))
      return E;
  }
  if (!O.Fix)
    return llvm::Error::success();
  FixOutcome Fixed = applyFixes(R.Findings, Read);
  tellRefused(Fixed.Refused);
  if (llvm::Error E = writeSources(Fixed, Tree))
    return E;
  std::fprintf(stderr, "holdfast: %u finding%s mended in %zu file%s\n", Fixed.Applied,
               Fixed.Applied == 1 ? "" : "s", Fixed.Files.size(),
               Fixed.Files.size() == 1 ? "" : "s");
  return llvm::Error::success();
}

/// What the compiler said of failed files, without this machine's folders.
static void shorten(Coverage &Cover, const std::string &Tree) {
  for (Coverage::Failure &F : Cover.Failed)
    for (size_t At; (At = F.Why.find(Tree + "/")) != std::string::npos;)
      F.Why.erase(At, Tree.size() + 1);
}

int Reporting::exitCode(const Report &R) const {
  if (!isComplete(R) || (O.Strict && !R.Cover.Imprecise.empty()))
    return 3;
  if (O.Strict && C.FailOn && !R.Left.Idle.empty())
    return 1;
  return C.FailOn &&
         std::any_of(R.Findings.begin(), R.Findings.end(),
                     [&](const Finding &X) { return X.Severity >= *C.FailOn; });
}

/// Entries that were there for nothing. Only of a run that saw everything: what
/// was not looked at may be what an entry is there for.
void Reporting::findUnused(const Analysis &A, Report &R) const {
  auto add = [&](std::vector<Filtered::Unused> More) {
    R.Left.Idle.insert(R.Left.Idle.end(), More.begin(), More.end());
  };
  auto judged = [&](const std::string &File) {
    return llvm::is_contained(A.FilesRead, File) ||
           !llvm::sys::fs::exists(absolute(File, Tree));
  };
  for (const Suppressions &S : F.Lists)
    add(S.unused(shown(S.path())));
  if (F.Known && O.WriteBaseline.empty())
    add(F.Known->unused(shown(F.Known->path()), judged));
}

llvm::Expected<int> Reporting::finish(const Analysis &A, std::vector<Finding> All,
                                      std::function<bool(const Finding &)> Selected) {
  Report R;
  R.ToolVersion = HOLDFAST_VERSION;
  R.Kernel = A.Kernel;
  R.Cover = A.Cover;
  shorten(R.Cover, Tree);
  for (const CheckInfo &Check : A.R.Checks)
    if (F.Checks.matches(Check.Id, true))
      R.Checks.push_back(Check);
  F.Selected = std::move(Selected);
  filterFindings(std::move(All), F, R);
  if (isComplete(R))
    findUnused(A, R);
  if (llvm::Error E = write(R))
    return E;
  if (llvm::Error E = writeBaseline(R))
    return E;
  if (llvm::Error E = mend(R))
    return E;
  return exitCode(R);
}
