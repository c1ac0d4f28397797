// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/Names.h"
#include "llvm/Support/Path.h"

using namespace holdfast;
using namespace clang;

Symbol Names::fileName(FileID F) {
  Symbol &Name = Files[F];
  if (Name)
    return Name;
  OptionalFileEntryRef Entry = SM.getFileEntryRefForID(F);
  llvm::SmallString<256> Path(Entry ? Entry->getName() : StringRef("<builtin>"));
  if (Entry && llvm::sys::path::is_relative(Path) && !Directory.empty()) {
    llvm::SmallString<256> Full(Directory);
    llvm::sys::path::append(Full, Path);
    Path = Full;
  }
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  StringRef Text = Path;
  if (!Tree.empty() && Text.consume_front(Tree) && !Text.consume_front("/"))
    Text = Path;
  return Name = Symbol::get(Text.str());
}

bool Names::inHeader(SourceLocation L) {
  FileID F = SM.getFileID(SM.getExpansionLoc(L));
  return F != SM.getMainFileID() &&
         !llvm::StringRef(fileName(F).str()).ends_with(".c");
}

Symbol Names::scoped(const NamedDecl *D, bool Static) {
  Symbol &Name = Known[D->getCanonicalDecl()];
  if (Name)
    return Name;
  std::string Text = D->getName().str();
  if (Static && !inHeader(D->getLocation()))
    Text += "@" + fileName(SM.getFileID(SM.getExpansionLoc(D->getLocation()))).str();
  return Name = Symbol::get(Text);
}

Symbol Names::function(const FunctionDecl *FD) {
  return scoped(FD, FD->getStorageClass() == SC_Static);
}

Symbol Names::variable(const VarDecl *VD) {
  if (!VD->isStaticLocal())
    return scoped(VD, VD->getStorageClass() == SC_Static);
  const auto *FD = dyn_cast<FunctionDecl>(VD->getDeclContext());
  return Symbol::get((FD ? function(FD).str() : std::string()) + "." +
                     VD->getName().str());
}

Symbol Names::field(const FieldDecl *FD) {
  if (FD->getName().empty())
    return Symbol();
  Symbol &Name = Known[FD];
  if (Name)
    return Name;
  const RecordDecl *Owner = FD->getParent();
  std::string Record;
  while (Owner && Record.empty()) {
    if (!Owner->getName().empty())
      Record = Owner->getName().str();
    else if (const TypedefNameDecl *T = Owner->getTypedefNameForAnonDecl())
      Record = T->getName().str();
    else
      Owner = dyn_cast<RecordDecl>(Owner->getDeclContext());
  }
  if (Record.empty())
    Record = "(unnamed)";
  return Name = Symbol::get(Record + "::" + FD->getName().str());
}

Location Names::location(SourceLocation L) {
  if (L.isInvalid())
    return {};
  L = SM.getExpansionLoc(L);
  return {fileName(SM.getFileID(L)), SM.getExpansionLineNumber(L),
          SM.getExpansionColumnNumber(L)};
}
