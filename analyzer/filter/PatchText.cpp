// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/PatchText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace holdfast;
using llvm::StringRef;
namespace path = llvm::sys::path;

bool holdfast::isInside(StringRef Path) {
  return !Path.empty() && !path::is_absolute(Path) && !Path.contains('\0') &&
         llvm::none_of(llvm::make_range(path::begin(Path), path::end(Path)),
                       [](StringRef Part) { return Part == "." || Part == ".."; });
}

/// \p Name as git takes it: with one slash where there are several.
static std::string singleSlashes(StringRef Name) {
  std::string Out;
  for (char C : Name)
    if (C != '/' || Out.empty() || Out.back() != '/')
      Out += C;
  return Out;
}

namespace {

/// Collects the names of one patch, line by line.
class NameReader {
public:
  NameReader(const PatchLayout &L, PatchNames &Out) : L(L), Out(Out) {}

  void line(StringRef Line) {
    if (Line.consume_front("--- ") || Line.consume_front("+++ "))
      prefixed(Line.split('\t').first);
    else if (Line.consume_front("rename from "))
      From = add(singleSlashes(Line));
    else if (Line.consume_front("copy from "))
      add(singleSlashes(Line));
    else if (Line.consume_front("rename to "))
      renamed(add(singleSlashes(Line)));
    else if (Line.consume_front("diff --git ")) // a mode or a deletion, no hunks
      prefixed(Line.split(' ').first);
  }

private:
  void prefixed(StringRef Written) {
    if (Written == "/dev/null")
      return;
    std::string Name = singleSlashes(Written);
    StringRef Rest = Name;
    for (unsigned I = 0; I < L.Strip; ++I)
      Rest = Rest.split('/').second;
    if (std::string Path = add(Rest.str()); !Path.empty())
      Out.Prefixed.insert(Path);
  }

  /// The path that \p Name stands for; "" if there is none in the tree.
  std::string add(const std::string &Name) {
    if (!isInside(Name))
      return "";
    std::string Path = L.Folder.empty() ? Name : L.Folder + "/" + Name;
    Out.Files.insert(Path);
    return Path;
  }

  void renamed(const std::string &To) {
    if (!To.empty() && !From.empty())
      Out.Renamed[To] = From;
    From.clear();
  }

  const PatchLayout &L;
  PatchNames &Out;
  std::string From;
};

} // namespace

PatchNames holdfast::namesIn(StringRef Text, const PatchLayout &L) {
  PatchNames Out;
  NameReader Reader(L, Out);
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    Reader.line(Line.rtrim('\r'));
  }
  return Out;
}

/// Does git itself say so: `diff --git a/x b/x`, which differ in their first parts?
static bool hasPrefixes(StringRef Text) {
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    if (!Line.consume_front("diff --git "))
      continue;
    auto [Old, New] = Line.rtrim('\r').split(' ');
    if (Old != New && Old.split('/').second == New.split('/').second)
      return true;
  }
  return false;
}

PatchLayout holdfast::layoutOf(StringRef Text, const std::string &Subfolder,
                               llvm::function_ref<bool(const std::string &)> IsFile,
                               llvm::function_ref<bool(const std::string &)> IsFolder) {
  const PatchLayout AsWritten{0, ""}, Usual{1, ""};
  std::vector<PatchLayout> All{AsWritten, Usual};
  if (!Subfolder.empty())
    All.insert(All.end(), {{1, Subfolder}, {0, Subfolder}});
  if (hasPrefixes(Text))
    std::erase_if(All, [](const PatchLayout &L) { return L.Strip == 0; });
  for (const PatchLayout &L : All)
    if (llvm::any_of(namesIn(Text, L).Prefixed, IsFile))
      return L;
  // Nothing but new files: those of the tree lie in one of its folders.
  auto isKnown = [&](const std::string &Path) {
    StringRef Top = StringRef(Path).split('/').first;
    return Top != Path && IsFolder(Top.str());
  };
  return All[0] == AsWritten && llvm::any_of(namesIn(Text, AsWritten).Prefixed, isKnown)
             ? AsWritten
             : Usual;
}
