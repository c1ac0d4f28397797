// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Patches, mails and what git prints. `patch` is our own part of reading them;
/// `series` is all of it, with git, on a small tree.
#include "Targets.h"
#include "filter/Git.h"
#include "filter/Mailbox.h"
#include "filter/PatchText.h"
#include "filter/Patches.h"
#include "filter/RawDiff.h"
#include "kbuild/Paths.h"
#include "llvm/Support/FileSystem.h"

using namespace holdfast;
using llvm::StringRef;

static void checkNames(StringRef Text, const PatchLayout &L) {
  PatchNames Names = namesIn(Text, L);
  for (const std::string &Path : Names.Files)
    promise(isInside(Path), "a patch names files of the tree only");
  for (const auto &[New, Old] : Names.Renamed)
    promise(isInside(New) && isInside(Old), "renames stay in the tree");
}

static void runPatch(StringRef Data) {
  (void)looksLikeMail(Data);
  (void)hasDiff(Data);
  SeriesPlace Place = placeOf(Data);
  promise(Place.Total || !Place.Number || Data.contains('/'), "a place has a total");
  (void)withoutTags(Data);
  for (const RawRow &R : parseRawDiff(Data))
    promise(R.OldFile || R.NewFile, "a row has a file on some side");
  PatchLayout L = layoutOf(
      Data, "sub", [](const std::string &Path) { return Path == "lib/b.c"; },
      [](const std::string &Path) { return Path == "lib"; });
  for (const PatchLayout &Each : {L, PatchLayout{0, ""}, PatchLayout{1, "sub"}})
    checkNames(Data, Each);
}

namespace {

/// A tree with a file, a link and nothing else, and a file outside of it.
class SmallTree {
public:
  SmallTree() : Folder(llvm::cantFail(ScratchFolder::make())) {
    (void)llvm::sys::fs::create_directories(root() + "/lib");
    llvm::cantFail(writeAtomically(root() + "/lib/b.c", Text));
    llvm::cantFail(writeAtomically(Folder.path() + "/outside.c", Text));
    (void)llvm::sys::fs::create_link("../outside.c", root() + "/link");
  }
  std::string root() const { return Folder.path() + "/tree"; }
  bool untouched() const {
    return readText(root() + "/lib/b.c") == Text &&
           readText(Folder.path() + "/outside.c") == Text && !extra();
  }

private:
  /// Is there anything that was not put there?
  bool extra() const {
    unsigned Count = 0;
    std::error_code Code;
    for (llvm::sys::fs::recursive_directory_iterator I(Folder.path(), Code, false), End;
         !Code && I != End; I.increment(Code))
      ++Count;
    return Count != 5;
  }

  static constexpr const char Text[] = "int a;\nint b;\nint c;\n";
  ScratchFolder Folder;
};

} // namespace

static void runSeries(StringRef Data) {
  static const SmallTree Tree;
  ChangeRequest Asked;
  Asked.Root = Tree.root();
  Asked.Words = {fuzzFile(Data)};
  Asked.Subfolder = "lib";
  llvm::Expected<ChangeSet> Set = readChanges(Asked);
  if (!Set)
    promise(!llvm::toString(Set.takeError()).empty(), "an error has words");
  else
    for (const ChangeStep &S : Set->Steps)
      promise(S.New < Set->Versions.size(), "a step leads to a version");
  promise(Tree.untouched(), "the tree is not touched");
}

static const char *const Diff = "--- a/lib/b.c\n+++ b/lib/b.c\n@@ -1,3 +1,3 @@\n int a;\n"
                                "-int b;\n+int d;\n int c;\n";

static std::string mail(const std::string &Subject, const std::string &Body) {
  return "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"
         "From: A <a@example.org>\nDate: Wed, 1 May 2024 12:00:00 +0000\nSubject: " +
         Subject + "\n\nWhy.\n---\n" + Body + "-- \n2.39.5\n\n";
}

static std::vector<std::string> patches() {
  using namespace std::string_literals;
  std::string Git = "diff --git a/lib/b.c b/lib/b.c\n";
  return {Diff,
          Git + Diff,
          Git + "old mode 100644\nnew mode 100755\n",
          "diff --git a/lib/b.c b/lib/c.c\nsimilarity index 100%\n"
          "rename from lib/b.c\nrename to lib/c.c\n",
          "diff --git a/link b/link\nindex 1..2 120000\n--- a/link\n+++ b/link\n@@ -1 +1 "
          "@@\n-../outside.c\n\\ No newline at end of file\n+lib\n"
          "\\ No newline at end of file\n",
          "diff --git a/new.c b/new.c\nnew file mode 100644\n--- /dev/null\n+++ b/new.c\n"
          "@@ -0,0 +1 @@\n+int n;\n",
          "diff --git a/x b/x\nindex e69de29..9daeafb 100644\nGIT binary patch\nliteral "
          "5\nMcmYdfU|?VX0001v02TlM\n\nliteral 0\nHcmV?d00001\n\n",
          mail("[PATCH v2 1/2] lib: one", Diff) + mail("[PATCH v2 2/2] lib: two", Diff),
          mail("[PATCH 0/1] cover", "") + mail("[PATCH 1/1] lib: one", Diff) +
              mail("Re: [PATCH 1/1] lib: one", Diff),
          ":100644 100755 aaa bbb R090\0a.c\0b.c\0"
          ":000000 120000 000 ccc A\0l\0"s};
}

void holdfast::addPatchTargets(std::vector<FuzzTarget> &Out) {
  Out.push_back({"patch", runPatch, patches, 5000});
  Out.push_back({"series", runSeries, patches, 60});
}
