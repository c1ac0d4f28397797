// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/Frontend.h"
#include "frontend/BodyTracker.h"
#include "frontend/MacroIntercept.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <set>
#include <unordered_set>

using namespace holdfast;

namespace {

constexpr const char PreludePath[] = "/holdfast/prelude.h";

/// All that one parse of one unit shares between Clang's callbacks.
struct UnitState {
  const LoweringOptions &Opts;
  const CompileJob &Job;
  BodyCache &Bodies;
  const std::unordered_set<BodyKey> &Forced; ///< bodies that must be parsed
  TranslationUnit Unit;
  std::vector<HeaderBody> Shared; ///< which of its functions are header bodies
  std::vector<BodyKey> Missing;   ///< bodies needed in an unseen variant
  std::string Error;
};

class UnitConsumer : public clang::ASTConsumer {
public:
  UnitConsumer(clang::CompilerInstance &CI, UnitState &S)
      : CI(CI), S(S), N(CI.getSourceManager(), S.Opts.Tree, S.Job.Directory),
        Notes(S.Opts.Annotations, N), Off(S.Opts.Unchecked) {
    CI.getPreprocessor().setTokenWatcher([this](const clang::Token &T) {
      Tracker.token(T);
      Off.token(T);
    });
    Off.attach(CI.getPreprocessor());
    Notes.attach(CI.getPreprocessor());
  }

  /// Called at the opening brace, so that what was noted last is of \p D.
  bool shouldSkipFunctionBody(clang::Decl *D) override {
    auto *FD = llvm::dyn_cast<clang::FunctionDecl>(D);
    if (FD) {
      Notes.declared(FD);
      Off.body(FD);
    }
    if (!FD || !N.inHeader(FD->getLocation()))
      return false;
    BodyKey Key = keyOf(FD);
    bool Skip = !S.Forced.count(Key) && S.Bodies.known(Key);
    Tracker.enterBody(FD, Key, Skip);
    return Skip;
  }

  bool HandleTopLevelDecl(clang::DeclGroupRef Group) override {
    for (clang::Decl *D : Group) {
      if (auto *VD = llvm::dyn_cast<clang::VarDecl>(D))
        if (VD->getInit() && !VD->isInvalidDecl())
          lowerInitializer(VD, CI.getASTContext(), N, S.Unit);
      if (auto *FD = llvm::dyn_cast<clang::FunctionDecl>(D))
        if (!FD->isThisDeclarationADefinition()) {
          Notes.declared(FD);
          Off.declaration(FD);
        }
    }
    Notes.forget();
    Off.forget();
    return true;
  }

  void HandleTranslationUnit(clang::ASTContext &Ctx) override {
    if (CI.getDiagnostics().hasErrorOccurred())
      return;
    S.Unit.File = N.location(CI.getSourceManager().getLocForStartOfFile(
                                 CI.getSourceManager().getMainFileID()))
                      .File;
    lowerOwnFunctions(Ctx);
    addHeaderFunctions(Ctx);
  }

private:
  struct Body {
    BodyKey Key; ///< empty: not a header body
    uint64_t Variant = 0;
    HeaderFunction Found; ///< null: not in the variant that is needed
  };
  using FunctionsByName = std::unordered_map<Symbol, Body>;

  BodyKey keyOf(const clang::FunctionDecl *FD) {
    const clang::SourceManager &SM = CI.getSourceManager();
    clang::SourceLocation L = SM.getExpansionLoc(FD->getLocation());
    return {N.location(L).File, SM.getFileOffset(L)};
  }

  void lowerOwnFunctions(clang::ASTContext &Ctx) {
    for (const clang::Decl *D : Ctx.getTranslationUnitDecl()->decls()) {
      const auto *FD = llvm::dyn_cast<clang::FunctionDecl>(D);
      if (!FD || !FD->doesThisDeclarationHaveABody() || FD->isInvalidDecl())
        continue;
      if (N.inHeader(FD->getLocation()))
        continue;
      lowerStatics(FD, S.Unit);
      S.Unit.Functions.push_back(lower(FD, Ctx));
    }
  }

  std::shared_ptr<Function> lower(const clang::FunctionDecl *FD, clang::ASTContext &Ctx) {
    return lowerFunction(FD, Ctx, N, S.Opts, Off, Notes.of(FD, Ctx));
  }

  /// Ops tables may also be static variables of a function.
  void lowerStatics(const clang::FunctionDecl *FD, TranslationUnit &Out) {
    for (const clang::Decl *D : FD->decls())
      if (const auto *VD = llvm::dyn_cast<clang::VarDecl>(D))
        if (VD->isStaticLocal())
          lowerInitializer(VD, CI.getASTContext(), N, Out);
  }

  /// Those of a header body, which each unit that can reach it has to have,
  /// whoever parsed it; null if there are none.
  std::shared_ptr<const TranslationUnit> staticsOf(const clang::FunctionDecl *FD) {
    TranslationUnit Tables;
    lowerStatics(FD, Tables);
    if (Tables.Slots.empty() && Tables.Constants.empty())
      return nullptr;
    return std::make_shared<const TranslationUnit>(std::move(Tables));
  }

  /// One text may mean two things: a body by what its macros expand to, an
  /// annotation by which types the unit has seen.
  uint64_t variantOf(const BodyTracker::Seen &B, clang::ASTContext &Ctx) const {
    uint64_t Hash = B.Hash + Off.covers(B.Decl);
    for (const LockClaim &C : Notes.of(B.Decl, Ctx))
      Hash = Hash * 31 + llvm::xxh3_64bits(C.Macro.str() + C.Lock->str());
    return Hash;
  }

  /// Functions of which only the declaration is at hand, where it says something.
  void addDeclared(clang::ASTContext &Ctx, FunctionsByName &ByName) {
    for (const clang::FunctionDecl *FD : Notes.functions()) {
      if (FD->isDefined() || FD->isInvalidDecl())
        continue;
      std::vector<LockClaim> Claims = Notes.of(FD, Ctx);
      if (!Claims.empty())
        ByName[N.function(FD)] = {{}, 0, {lowerDeclaration(FD, N, Claims), nullptr}};
    }
  }

  /// Lowers each header body parsed here, then adds those that this unit's
  /// functions can reach, whether parsed here or in an earlier unit.
  void addHeaderFunctions(clang::ASTContext &Ctx) {
    FunctionsByName ByName;
    addDeclared(Ctx, ByName);
    for (const BodyTracker::Seen &B : Tracker.bodies()) {
      uint64_t Variant = variantOf(B, Ctx);
      HeaderFunction F;
      const clang::FunctionDecl *Def = nullptr;
      if (!B.Skipped && B.Decl->hasBody(Def) && Def && Def->getBody() &&
          !Def->isInvalidDecl())
        F = S.Bodies.insert(B.Key, Variant, {lower(Def, Ctx), staticsOf(Def)});
      else
        F = S.Bodies.find(B.Key, Variant);
      ByName[N.function(B.Decl)] = {B.Key, Variant, F};
    }
    std::unordered_set<Symbol> Added;
    for (size_t I = 0; I < S.Unit.Functions.size(); ++I)
      for (Symbol Name : mentioned(*S.Unit.Functions[I])) {
        auto It = ByName.find(Name);
        if (It == ByName.end() || !Added.insert(Name).second)
          continue;
        add(It->second);
      }
  }

  void add(const Body &B) {
    if (!B.Found.Body)
      return S.Missing.push_back(B.Key);
    const TranslationUnit *Tables = B.Found.Tables.get();
    if (B.Key.File)
      S.Shared.push_back({uint32_t(S.Unit.Functions.size()), B.Key, B.Variant,
                          Tables != nullptr});
    S.Unit.Functions.push_back(B.Found.Body);
    if (!Tables)
      return;
    S.Unit.Slots.insert(S.Unit.Slots.end(), Tables->Slots.begin(), Tables->Slots.end());
    S.Unit.Constants.insert(S.Unit.Constants.end(), Tables->Constants.begin(),
                            Tables->Constants.end());
  }

  static void mentioned(const Expr *E, std::vector<Symbol> &Out) {
    if (!E)
      return;
    if (E->Kind == ExprKind::Func)
      Out.push_back(E->Name);
    mentioned(E->A, Out);
    mentioned(E->B, Out);
  }
  static std::vector<Symbol> mentioned(const Function &F) {
    std::vector<Symbol> Out;
    for (const Block &B : F.Blocks)
      for (const Instr &I : B.Instrs) {
        mentioned(I.Value, Out);
        for (const Expr *A : I.Args)
          mentioned(A, Out);
      }
    return Out;
  }

  clang::CompilerInstance &CI;
  UnitState &S;
  Names N;
  Annotations Notes;
  Unchecked Off;
  BodyTracker Tracker;
};

class UnitAction : public clang::ASTFrontendAction {
public:
  explicit UnitAction(UnitState &S) : S(S) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &CI,
                                                        llvm::StringRef) override {
    interceptMacros(CI.getPreprocessor(), S.Opts.Macros);
    return std::make_unique<UnitConsumer>(CI, S);
  }

private:
  UnitState &S;
};

class UnitFactory : public clang::tooling::FrontendActionFactory {
public:
  explicit UnitFactory(UnitState &S) : S(S) {}
  std::unique_ptr<clang::FrontendAction> create() override {
    return std::make_unique<UnitAction>(S);
  }
  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> Inv,
                     clang::FileManager *Files,
                     std::shared_ptr<clang::PCHContainerOperations> PCH,
                     clang::DiagnosticConsumer *Diags) override {
    Inv->getFrontendOpts().SkipFunctionBodies = true;
    Inv->getFrontendOpts().DisableFree = false;
    Inv->getDiagnosticOpts().ShowCarets = false; // nor how many errors there were
    auto &Includes = Inv->getPreprocessorOpts().Includes;
    Includes.insert(Includes.begin(), PreludePath);
    return FrontendActionFactory::runInvocation(std::move(Inv), Files, std::move(PCH),
                                                Diags);
  }

private:
  UnitState &S;
};

/// Keeps the first error; everything else is not our business.
class FirstError : public clang::DiagnosticConsumer {
public:
  std::string Text;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level L,
                        const clang::Diagnostic &D) override {
    DiagnosticConsumer::HandleDiagnostic(L, D);
    if (L < clang::DiagnosticsEngine::Error || !Text.empty())
      return;
    llvm::SmallString<128> Message;
    D.FormatDiagnostic(Message);
    if (D.hasSourceManager() && D.getLocation().isValid()) {
      clang::PresumedLoc P = D.getSourceManager().getPresumedLoc(D.getLocation());
      if (P.isValid())
        Text = std::string(P.getFilename()) + ":" + std::to_string(P.getLine()) + ":" +
               std::to_string(P.getColumn()) + ": ";
    }
    Text += Message.str();
  }
};

void runOnce(UnitState &S, const std::string &Prelude, const std::string &Resources,
             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base) {
  auto FS = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(std::move(Base));
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  Memory->addFile(PreludePath, 0, llvm::MemoryBuffer::getMemBuffer(Prelude));
  FS->pushOverlay(Memory);
  if (std::error_code EC = FS->setCurrentWorkingDirectory(S.Job.Directory)) {
    S.Error = "cannot enter directory '" + S.Job.Directory + "': " + EC.message();
    return;
  }
  std::vector<std::string> Args{"clang", "-fsyntax-only", "-w",
                                "-resource-dir=" + Resources};
  Args.insert(Args.end(), S.Job.Args.begin(), S.Job.Args.end());
  Args.push_back(S.Job.File);
  llvm::IntrusiveRefCntPtr<clang::FileManager> Files(
      new clang::FileManager(clang::FileSystemOptions(), FS));
  UnitFactory Factory(S);
  FirstError Diags;
  clang::tooling::ToolInvocation Tool(Args, &Factory, Files.get(),
                                      std::make_shared<clang::PCHContainerOperations>());
  Tool.setDiagnosticConsumer(&Diags);
  bool Ok = Tool.run();
  if (!Diags.Text.empty() || !Ok)
    S.Error = Diags.Text.empty() ? "the compiler gave up" : Diags.Text;
}

} // namespace

static AnnotationKind kindOf(const FunctionRule &Rule) {
  if (Rule.Cases.empty())
    return AnnotationKind::Demand;
  return Rule.Cases.front().Acquire.empty() ? AnnotationKind::Release
                                            : AnnotationKind::Acquire;
}

Frontend::Frontend(const Rules &R, std::string Tree, std::string ResourceDir)
    : ResourceDir(std::move(ResourceDir)) {
  Opts.Tree = std::move(Tree);
  Opts.GuardedFields = R.GuardedFields;
  for (const auto &[Record, Pin] : R.Pins)
    Opts.PinnedRecords.insert(Record);
  for (const auto &[Name, Rule] : R.Functions) {
    if (Rule.Annotation)
      Opts.Annotations[Name] = kindOf(Rule);
    if (!Rule.Macro || Rule.Annotation)
      continue;
    Opts.Macros.insert(Name);
    if (!Rule.Requires.empty() || Rule.Predicate)
      Opts.Claims.insert(Name);
  }
  for (const UncheckedRule &U : R.Unchecked)
    (U.IsFunction ? Opts.Unchecked.Functions : Opts.Unchecked.Arguments).insert(U.Macro);
  Prelude = interceptPrelude(Opts.Macros);
}

ParseResult Frontend::parse(const CompileJob &Job,
                            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files) {
  if (!Files)
    Files = llvm::vfs::createPhysicalFileSystem();
  std::unordered_set<BodyKey> Forced;
  ParseResult Result;
  for (unsigned Attempt = 0; Attempt < 4; ++Attempt) {
    UnitState S{Opts, Job, Bodies, Forced, {}, {}, {}, {}};
    llvm::CrashRecoveryContext Guard;
    if (!Guard.RunSafely([&] { runOnce(S, Prelude, ResourceDir, Files); }))
      S.Error = "the parser crashed on this file";
    Result.Error = std::move(S.Error);
    Result.Unit = std::move(S.Unit);
    Result.Bodies = std::move(S.Shared);
    if (!Result.Error.empty() || S.Missing.empty())
      return Result;
    Forced.insert(S.Missing.begin(), S.Missing.end());
  }
  Result.Complete = false;
  return Result;
}

void Frontend::adopt(TranslationUnit &U, const std::vector<HeaderBody> &Shared) {
  for (const HeaderBody &B : Shared)
    if (std::shared_ptr<const Function> &F = U.Functions[B.Function]; !B.HasTables)
      F = Bodies.insert(B.Key, B.Variant, {std::move(F), nullptr}).Body;
}

static std::string sorted(const std::unordered_set<Symbol> &Names) {
  std::set<Symbol> Order(Names.begin(), Names.end());
  std::string S;
  for (Symbol N : Order)
    S += N.str() + " ";
  return S + "\n";
}

std::string Frontend::identity() const {
  // Does not compile once there is an option that is missing here.
  const auto &[GuardedFields, PinnedRecords, Macros, Claims, Annotations, Unchecked,
               Tree] = Opts;
  const auto &[Functions, Arguments] = Unchecked;
  std::string S = clang::getClangFullVersion() + "\n" + ResourceDir + "\n" + Tree + "\n" +
                  sorted(GuardedFields) + sorted(PinnedRecords) + sorted(Macros) +
                  sorted(Claims) + sorted(Functions) + sorted(Arguments);
  for (const auto &[Name, Kind] :
       std::map<Symbol, AnnotationKind>(Annotations.begin(), Annotations.end()))
    S += Name.str() + " " + std::to_string(int(Kind)) + "\n";
  return S;
}
