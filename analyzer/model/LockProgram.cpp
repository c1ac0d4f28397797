// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/LockProgram.h"

using namespace holdfast;

static std::string text(const Instr &I) {
  switch (I.Kind) {
  case InstrKind::Assign:
    return Expr::load(I.Place)->str() + " = " + I.Value->str();
  case InstrKind::Call: {
    std::string S = "r" + std::to_string(I.Index) + " = " + I.Value->str() + "(";
    for (size_t A = 0; A < I.Args.size(); ++A)
      S += (A ? ", " : "") + I.Args[A]->str();
    return S + ")";
  }
  case InstrKind::Access:
    return std::string(I.Write ? "write " : "read ") +
           Expr::load(Expr::field(I.Place, I.Name))->str();
  case InstrKind::Return:
    return "return " + I.Value->str();
  case InstrKind::Leave:
    return "leave";
  }
  return "";
}

static std::string text(const Block &B) {
  auto to = [](uint32_t S) {
    return S == Block::Nowhere ? std::string("-") : "b" + std::to_string(S);
  };
  std::string S;
  switch (B.Term.Kind) {
  case Terminator::Jump:
    for (uint32_t T : B.Succs)
      S += (S.empty() ? "goto " : ", ") + to(T);
    return S;
  case Terminator::Branch:
    return "if " + B.Term.Cond->str() + " " + to(B.Succs[0]) + " else " +
           to(B.Succs[1]);
  case Terminator::Switch:
    S = "switch " + B.Term.Cond->str();
    for (size_t I = 0; I < B.Succs.size(); ++I)
      S += " [" +
           (I < B.Term.Cases.size() ? B.Term.Cases[I].str()
                                    : std::string("default")) +
           "] " + to(B.Succs[I]);
    return S;
  }
  return S;
}

std::string holdfast::dump(const Function &F) {
  std::string S = F.Name.str() + "(";
  for (uint32_t I = 0; I < F.NumParams; ++I)
    S += (I ? ", " : "") + (I < F.LocalNames.size() ? F.LocalNames[I].str() : "");
  S += ") at " + F.Loc.File.str() + ":" + std::to_string(F.Loc.Line) + " entry b" +
       std::to_string(F.Entry) + (F.Unchecked ? " unchecked\n" : "\n");
  for (size_t B = 0; B < F.Blocks.size(); ++B) {
    S += "b" + std::to_string(B) + ":\n";
    for (const Instr &I : F.Blocks[B].Instrs)
      S += "  " + std::to_string(I.Loc.Line) + ": " + text(I) +
           (I.Unchecked ? " unchecked\n" : "\n");
    if (std::string T = text(F.Blocks[B]); !T.empty())
      S += "  " + T + "\n";
  }
  return S;
}
