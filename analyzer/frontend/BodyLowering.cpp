// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// A function body becomes a lock program. Clang's CFG already linearises
/// evaluation order, splits `&&`, `||` and `?:` into branches and runs cleanup
/// attributes on each exit; this file walks it once and keeps calls,
/// assignments, guarded accesses, returns and conditions.
///
/// The one thing the CFG does not give is the *value* of an operator that
/// branches (`ok = a && b`). Such a value lives in a temporary; each edge into
/// the block where the arms meet gets a small block of its own that assigns it.
#include "frontend/BodyLowering.h"
#include "frontend/ExprLowering.h"
#include "frontend/InitList.h"
#include "clang/AST/Attr.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace holdfast;
using clang::cast;
using clang::dyn_cast;
using clang::isa;

namespace {

class BodyLowering {
public:
  BodyLowering(const clang::FunctionDecl *FD, clang::ASTContext &Ctx, Names &N,
               const LoweringOptions &Opts, const Unchecked &Off)
      : FD(FD), Ctx(Ctx), N(N), Opts(Opts), Off(Off), F(functionHeader(FD, N)),
        X(Ctx, N, *F) {
    F->Unchecked = Off.covers(FD);
    for (const clang::ParmVarDecl *P : FD->parameters())
      X.local(P);
  }

  std::shared_ptr<Function> run(llvm::ArrayRef<LockClaim> Claims);

private:
  void lowerBlock(const clang::CFGBlock &B);
  void lowerStmt(const clang::Stmt *S);
  void lowerCall(const clang::CallExpr *CE);
  void lowerAssign(const clang::BinaryOperator *BO);
  void lowerInit(const Expr *Place, const clang::Expr *Init, clang::SourceLocation L);
  void lowerCleanup(const clang::VarDecl *VD);
  void lowerTerminator(const clang::CFGBlock &B);
  void lowerSwitch(const clang::CFGBlock &B, const clang::SwitchStmt *SS);
  void lowerMeet(const clang::CFGBlock &Meet, const clang::Expr *E);
  void assignOnEdge(uint32_t From, unsigned Succ, const Expr *Place, const Expr *V,
                    clang::SourceLocation L);
  const Expr *armValue(const clang::CFGBlock &Pred, bool Shortcut,
                       const clang::CFGBlock &Meet, const clang::Expr *E);
  bool statesClaim(const clang::CFGBlock &B) const;

  Instr &emit(InstrKind K, clang::SourceLocation L) {
    Instr &I = F->Blocks[Current].Instrs.emplace_back();
    I.Kind = K;
    I.Loc = N.location(L);
    I.Unchecked = Off.covers(L, Ctx.getSourceManager());
    return I;
  }
  void assign(const Expr *Place, const Expr *V, clang::SourceLocation L);
  bool isGuarded(const clang::MemberExpr *ME);
  void access(const Expr *Place, bool Write, clang::SourceLocation L);
  void lowerRead(const clang::Expr *E);
  const Expr *opaque(clang::SourceLocation L);
  void move(const clang::Expr *Moved, clang::SourceLocation L);

  const clang::FunctionDecl *FD;
  clang::ASTContext &Ctx;
  Names &N;
  const LoweringOptions &Opts;
  const Unchecked &Off;
  std::shared_ptr<Function> F;
  ExprLowering X;
  std::unique_ptr<clang::CFG> Graph;
  uint32_t Current = 0;
};

Symbol calleeName(const clang::FunctionDecl *FD, Names &N) {
  llvm::StringRef Text = FD->getName();
  if (Text.consume_front(InterceptPrefix))
    return Symbol::get(Text.str());
  return N.function(FD);
}

/// The first statement after the declarations at the head of the body; the body
/// itself if there is none.
const clang::Stmt *firstStatement(const clang::FunctionDecl *FD) {
  const clang::Stmt *Body = FD->getBody();
  for (const clang::Stmt *S : Body->children())
    if (S && !isa<clang::DeclStmt>(S))
      return S;
  return Body;
}

std::shared_ptr<Function> BodyLowering::run(llvm::ArrayRef<LockClaim> Claims) {
  clang::CFG::BuildOptions BO;
  BO.PruneTriviallyFalseEdges = false; // see lowerTerminator
  BO.AddImplicitDtors = true;          // makes cleanup attributes appear
  for (auto C :
       {clang::Stmt::BinaryOperatorClass, clang::Stmt::UnaryOperatorClass,
        clang::Stmt::CompoundAssignOperatorClass, clang::Stmt::CallExprClass,
        clang::Stmt::CompoundLiteralExprClass, clang::Stmt::ConditionalOperatorClass,
        clang::Stmt::BinaryConditionalOperatorClass, clang::Stmt::ImplicitCastExprClass})
    BO.setAlwaysAdd(C);
  F->Body = N.location(firstStatement(FD)->getBeginLoc());
  Graph = clang::CFG::buildCFG(FD, FD->getBody(), &Ctx, BO);
  if (!Graph)
    return F;
  F->Blocks.resize(Graph->getNumBlockIDs());
  F->Entry = Graph->getEntry().getBlockID();
  for (const LockClaim &C : Claims)
    if (C.Kind == AnnotationKind::Demand)
      F->Blocks[F->Entry].Instrs.push_back(callOf(C, X.newCall()));
  for (const clang::CFGBlock *B : *Graph)
    lowerBlock(*B);
  for (const clang::CFGBlock *B : *Graph)
    for (const clang::CFGElement &El : *B)
      if (auto S = El.getAs<clang::CFGStmt>())
        if (const auto *E = dyn_cast<clang::Expr>(S->getStmt()))
          if (X.isTemporary(E) && !isa<clang::CompoundLiteralExpr>(E))
            lowerMeet(*B, E);
  F->NumCalls = 0;
  simplify(*F);
  for (const Block &B : F->Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Call)
        F->NumCalls = std::max(F->NumCalls, I.Index + 1);
  return F;
}

void BodyLowering::lowerBlock(const clang::CFGBlock &B) {
  Current = B.getBlockID();
  for (const clang::CFGElement &El : B) {
    if (auto S = El.getAs<clang::CFGStmt>())
      lowerStmt(S->getStmt());
    else if (auto C = El.getAs<clang::CFGCleanupFunction>())
      lowerCleanup(C->getVarDecl());
  }
  if (&B == &Graph->getExit())
    emit(InstrKind::Leave, FD->getBody()->getEndLoc());
  lowerTerminator(B);
}

void BodyLowering::assign(const Expr *Place, const Expr *V, clang::SourceLocation L) {
  if (Place->isUnknown())
    return;
  if (Place->Kind == ExprKind::Field && Opts.GuardedFields.count(Place->Name))
    access(Place, /*Write=*/true, L);
  Instr &I = emit(InstrKind::Assign, L);
  I.Place = Place;
  I.Value = V;
}

void BodyLowering::access(const Expr *Place, bool Write, clang::SourceLocation L) {
  Instr &I = emit(InstrKind::Access, L);
  I.Write = Write;
  I.Place = Place->A;
  I.Name = Place->Name;
}

/// Does some rule care about uses of this member?
bool BodyLowering::isGuarded(const clang::MemberExpr *ME) {
  const auto *Field = dyn_cast<clang::FieldDecl>(ME->getMemberDecl());
  Symbol Name = Field ? N.field(Field) : Symbol();
  if (!Name)
    return false;
  auto isOf = [Field = llvm::StringRef(Name.str())](Symbol Record) {
    llvm::StringRef Rest = Field;
    return Rest.consume_front(Record.str()) && Rest.starts_with("::");
  };
  return Opts.GuardedFields.count(Name) || llvm::any_of(Opts.PinnedRecords, isOf);
}

/// A member is read, or handed on where it is a record itself (`&mm->mm_mt`).
void BodyLowering::lowerRead(const clang::Expr *E) {
  const auto *ME = dyn_cast<clang::MemberExpr>(E->IgnoreParens());
  if (!ME || !isGuarded(ME))
    return;
  const Expr *Place = X.place(ME);
  if (Place->Kind == ExprKind::Field)
    access(Place, /*Write=*/false, ME->getMemberLoc());
}

void BodyLowering::lowerStmt(const clang::Stmt *S) {
  if (const auto *CE = dyn_cast<clang::ImplicitCastExpr>(S)) {
    if (CE->getCastKind() == clang::CK_LValueToRValue)
      lowerRead(CE->getSubExpr());
    return;
  }
  if (const auto *CE = dyn_cast<clang::CallExpr>(S))
    return lowerCall(CE);
  if (const auto *BO = dyn_cast<clang::BinaryOperator>(S)) {
    if (BO->isAssignmentOp())
      lowerAssign(BO);
    return;
  }
  if (const auto *UO = dyn_cast<clang::UnaryOperator>(S)) {
    if (UO->getOpcode() == clang::UO_AddrOf &&
        UO->getSubExpr()->getType()->isRecordType())
      lowerRead(UO->getSubExpr());
    if (UO->isIncrementDecrementOp())
      move(UO->getSubExpr(), UO->getBeginLoc());
    return;
  }
  if (const auto *DS = dyn_cast<clang::DeclStmt>(S)) {
    for (const clang::Decl *D : DS->decls())
      if (const auto *VD = dyn_cast<clang::VarDecl>(D))
        if (VD->hasLocalStorage() && VD->getInit())
          lowerInit(X.local(VD), VD->getInit(), VD->getLocation());
    return;
  }
  if (const auto *CL = dyn_cast<clang::CompoundLiteralExpr>(S)) {
    if (CL->getType()->isRecordType())
      lowerInit(X.temporary(CL), CL->getInitializer(), CL->getBeginLoc());
    return;
  }
  if (const auto *RS = dyn_cast<clang::ReturnStmt>(S)) {
    if (RS->getRetValue()) {
      const Expr *V = X.value(RS->getRetValue());
      emit(InstrKind::Return, RS->getBeginLoc()).Value = V;
    }
    return;
  }
  if (const auto *AS = dyn_cast<clang::GCCAsmStmt>(S))
    for (unsigned O = 0; O < AS->getNumOutputs(); ++O)
      assign(X.place(AS->getOutputExpr(O)), opaque(AS->getBeginLoc()), AS->getBeginLoc());
}

/// `++`, `p += n`: a pointer moves to some element, a number to some value.
void BodyLowering::move(const clang::Expr *Moved, clang::SourceLocation L) {
  const Expr *Place = X.place(Moved);
  assign(Place,
         Moved->getType()->isPointerType() ? Expr::index(Expr::load(Place)) : opaque(L),
         L);
}

/// A value nothing is known of, but the same wherever it is used.
const Expr *BodyLowering::opaque(clang::SourceLocation L) {
  static const Symbol Name = Symbol::get("@opaque");
  Instr &I = emit(InstrKind::Call, L);
  I.Index = X.newCall();
  I.Value = Expr::func(Name);
  return Expr::result(I.Index);
}

void BodyLowering::lowerCall(const clang::CallExpr *CE) {
  switch (CE->getBuiltinCallee()) {
  case clang::Builtin::BI__builtin_expect:
  case clang::Builtin::BI__builtin_expect_with_probability:
  case clang::Builtin::BI__builtin_constant_p:
    return;
  default:
    break;
  }
  const clang::FunctionDecl *Callee = CE->getDirectCallee();
  const Expr *Target =
      Callee ? Expr::func(calleeName(Callee, N)) : X.value(CE->getCallee());
  std::vector<const Expr *> Args;
  for (const clang::Expr *A : CE->arguments())
    Args.push_back(X.value(A));
  Instr &I = emit(InstrKind::Call, CE->getBeginLoc());
  I.Index = X.callIndex(CE);
  I.Value = Target;
  I.Args = std::move(Args);
}

void BodyLowering::lowerAssign(const clang::BinaryOperator *BO) {
  const Expr *Place = X.place(BO->getLHS());
  clang::SourceLocation L = BO->getBeginLoc();
  switch (BO->getOpcode()) {
  case clang::BO_Assign:
    return assign(Place, X.value(BO->getRHS()), L);
  case clang::BO_OrAssign:
    return assign(Place, Expr::bitOr(Expr::load(Place), X.value(BO->getRHS())), L);
  case clang::BO_AndAssign:
    return assign(Place, Expr::bitAnd(Expr::load(Place), X.value(BO->getRHS())), L);
  default:
    return move(BO->getLHS(), L);
  }
}

void BodyLowering::lowerInit(const Expr *Place, const clang::Expr *Init,
                             clang::SourceLocation L) {
  Init = Init->IgnoreParens();
  const auto *IL = dyn_cast<clang::InitListExpr>(Init);
  if (!IL || (!IL->getType()->isRecordType() && !IL->getType()->isArrayType()))
    return assign(Place, X.value(Init), L);
  if (IL->getType()->isArrayType()) {
    for (const clang::Expr *E : IL->inits())
      lowerInit(Expr::index(Place), E, L);
    return;
  }
  forEachMember(IL, [&](const clang::FieldDecl *Field, const clang::Expr *E) {
    if (isa<clang::ImplicitValueInitExpr>(E) && E->getType()->isRecordType())
      return;
    Symbol Name = N.field(Field);
    lowerInit(Name ? Expr::field(Place, Name) : Place, E, L);
  });
}

void BodyLowering::lowerCleanup(const clang::VarDecl *VD) {
  const auto *A = VD->getAttr<clang::CleanupAttr>();
  if (!A)
    return;
  Instr &I = emit(InstrKind::Call, VD->getLocation());
  I.Index = X.newCall();
  I.Value = Expr::func(N.function(A->getFunctionDecl()));
  I.Args = {X.local(VD)};
}

/// Does \p B call, by its name, a function that is such a one?
template <typename Predicate>
static bool callsOne(const clang::CFGBlock &B, Predicate Is) {
  for (const clang::CFGElement &El : B)
    if (auto S = El.getAs<clang::CFGStmt>())
      if (const auto *CE = dyn_cast<clang::CallExpr>(S->getStmt()))
        if (const clang::FunctionDecl *Callee = CE->getDirectCallee())
          if (Is(Callee))
            return true;
  return false;
}

/// Does \p B itself state a claim about locks? Such a block counts even where
/// the configuration (`if (IS_ENABLED(...))`) makes it dead code.
bool BodyLowering::statesClaim(const clang::CFGBlock &B) const {
  return callsOne(B, [&](const clang::FunctionDecl *Callee) {
    return Opts.Claims.count(calleeName(Callee, N)) != 0;
  });
}

/// Does \p B call what a compiler refuses to emit (`__compiletime_error`)? Then the
/// optimizer has proved that nothing leads here, which `!__builtin_constant_p(p)` of a
/// parameter does not show without it.
static bool isRefused(const clang::CFGBlock &B) {
  return callsOne(B, [](const clang::FunctionDecl *Callee) {
    const auto *A = Callee->getAttr<clang::ErrorAttr>();
    return A && A->isError();
  });
}

void BodyLowering::lowerTerminator(const clang::CFGBlock &B) {
  Block &Out = F->Blocks[Current];
  if (B.hasNoReturnElement())
    return;
  std::vector<const clang::CFGBlock *> Succs;
  bool Refuses = false;
  for (const clang::CFGBlock::AdjacentBlock &S : B.succs()) {
    Succs.push_back(S.getReachableBlock());
    bool Refused = Succs.back() && isRefused(*Succs.back());
    Refuses |= Refused;
    Out.Succs.push_back(Succs.back() && !Refused ? Succs.back()->getBlockID()
                                                 : Block::Nowhere);
  }
  const clang::Stmt *T = B.getTerminatorStmt();
  if (const auto *SS = dyn_cast_or_null<clang::SwitchStmt>(T))
    return lowerSwitch(B, SS);
  if (Out.Succs.size() != 2 || Refuses || isa_and_nonnull<clang::IndirectGotoStmt>(T) ||
      isa_and_nonnull<clang::GCCAsmStmt>(T))
    return;
  const auto *Cond = dyn_cast_or_null<clang::Expr>(B.getLastCondition());
  if (!Cond)
    Cond = dyn_cast_or_null<clang::Expr>(B.getTerminatorCondition());
  if (!Cond)
    return;
  const Expr *C = X.value(Cond);
  if (C->isUnknown())
    return;
  if (C->isConst()) {
    unsigned Dead = C->Value ? 1 : 0;
    if (!Succs[Dead] || !statesClaim(*Succs[Dead]))
      F->Blocks[Current].Succs[Dead] = Block::Nowhere;
    return;
  }
  F->Blocks[Current].Term.Kind = Terminator::Branch;
  F->Blocks[Current].Term.Cond = C;
}

void BodyLowering::lowerSwitch(const clang::CFGBlock &B, const clang::SwitchStmt *SS) {
  const Expr *C = X.value(SS->getCond());
  if (C->isUnknown())
    return;
  Block &Out = F->Blocks[Current];
  std::vector<ValueRange> Cases;
  for (unsigned I = 0; I + 1 < Out.Succs.size(); ++I) {
    const clang::CFGBlock *S = (B.succ_begin() + I)->getReachableBlock();
    const auto *CS = S ? dyn_cast_or_null<clang::CaseStmt>(S->getLabel()) : nullptr;
    clang::Expr::EvalResult Lo, Hi;
    if (!CS || !CS->getLHS()->EvaluateAsInt(Lo, Ctx)) {
      Cases.push_back(ValueRange::top());
      continue;
    }
    int64_t From = int64Of(Lo.Val.getInt()), To = From;
    if (CS->getRHS() && CS->getRHS()->EvaluateAsInt(Hi, Ctx))
      To = int64Of(Hi.Val.getInt());
    Cases.push_back(From == To ? ValueRange::constant(From)
                               : ValueRange::interval(From, To));
  }
  Out.Term.Kind = Terminator::Switch;
  Out.Term.Cond = C;
  Out.Term.Cases = std::move(Cases);
}

static bool reaches(const clang::CFGBlock *From, const clang::CFGBlock *To,
                    const clang::CFGBlock *Stop) {
  llvm::SmallPtrSet<const clang::CFGBlock *, 16> Seen;
  llvm::SmallVector<const clang::CFGBlock *, 16> Work{From};
  while (!Work.empty()) {
    const clang::CFGBlock *B = Work.pop_back_val();
    if (!B || B == Stop || !Seen.insert(B).second)
      continue;
    if (B == To)
      return true;
    for (const clang::CFGBlock::AdjacentBlock &S : B->succs())
      Work.push_back(S.getReachableBlock());
  }
  return false;
}

/// What the branching operator \p E is worth when control arrives at \p Meet
/// from \p Pred.
const Expr *BodyLowering::armValue(const clang::CFGBlock &Pred, bool Shortcut,
                                   const clang::CFGBlock &Meet, const clang::Expr *E) {
  if (const auto *BO = dyn_cast<clang::BinaryOperator>(E)) {
    if (Shortcut)
      return Expr::constant(BO->getOpcode() == clang::BO_LOr);
    return Expr::cmp(CmpOp::Ne, X.value(BO->getRHS()), Expr::constant(0));
  }
  if (const auto *CO = dyn_cast<clang::ConditionalOperator>(E)) {
    for (const clang::CFGBlock *C : *Graph)
      if (C->getTerminatorStmt() == CO && C->succ_size() == 2) {
        const clang::CFGBlock *True = C->succ_begin()->getReachableBlock();
        bool Taken = True && reaches(True, &Pred, &Meet);
        return X.value(Taken ? CO->getTrueExpr() : CO->getFalseExpr());
      }
  }
  if (const auto *BC = dyn_cast<clang::BinaryConditionalOperator>(E))
    return X.value(Shortcut ? BC->getCommon() : BC->getFalseExpr());
  return Expr::unknown();
}

void BodyLowering::lowerMeet(const clang::CFGBlock &Meet, const clang::Expr *E) {
  const Expr *Place = X.temporary(E);
  for (const clang::CFGBlock *Pred : *Graph)
    for (unsigned I = 0; I < Pred->succ_size(); ++I) {
      if ((Pred->succ_begin() + I)->getReachableBlock() != &Meet)
        continue;
      bool Shortcut = Pred->succ_size() > 1;
      assignOnEdge(Pred->getBlockID(), I, Place, armValue(*Pred, Shortcut, Meet, E),
                   E->getBeginLoc());
    }
}

void BodyLowering::assignOnEdge(uint32_t From, unsigned Succ, const Expr *Place,
                                const Expr *V, clang::SourceLocation L) {
  uint32_t To = F->Blocks[From].Succs[Succ];
  if (To == Block::Nowhere)
    return;
  Current = uint32_t(F->Blocks.size());
  F->Blocks.emplace_back().Succs = {To};
  F->Blocks[From].Succs[Succ] = Current;
  assign(Place, V, L);
}

} // namespace

std::shared_ptr<Function> holdfast::functionHeader(const clang::FunctionDecl *FD,
                                                   Names &N) {
  auto F = std::make_shared<Function>();
  F->Name = N.function(FD);
  F->InHeader = N.inHeader(FD->getLocation());
  F->Link = FD->hasAttr<clang::WeakAttr>() ? Linkage::Weak
            : FD->getStorageClass() == clang::SC_Static || FD->isInlined()
                ? Linkage::Static
                : Linkage::Global;
  F->Loc = N.location(FD->getLocation());
  F->NumParams = FD->getNumParams();
  return F;
}

Instr holdfast::callOf(const LockClaim &Claim, uint32_t Index) {
  Instr I;
  I.Kind = InstrKind::Call;
  I.Index = Index;
  I.Value = Expr::func(Claim.Macro);
  I.Args = {Claim.Lock};
  I.Loc = Claim.Loc;
  return I;
}

std::shared_ptr<Function> holdfast::lowerFunction(const clang::FunctionDecl *FD,
                                                  clang::ASTContext &Ctx, Names &N,
                                                  const LoweringOptions &Opts,
                                                  const Unchecked &Off,
                                                  llvm::ArrayRef<LockClaim> Claims) {
  return BodyLowering(FD, Ctx, N, Opts, Off).run(Claims);
}
