// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Unchecked.h"
#include <algorithm>

using namespace holdfast;

UncheckedPlaces::UncheckedPlaces(const Program &Prog) {
  for (FunctionId Id = 0; Id < Prog.size(); ++Id) {
    const Function &F = Prog.function(Id);
    if (F.Unchecked)
      Functions.insert({F.Loc.File, plainName(F.Name)});
    for (const Block &B : F.Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Unchecked)
          Places.insert(I.Loc);
  }
}

bool UncheckedPlaces::covers(const Location &L, const std::string &Function) const {
  return Places.count(L) || Functions.count({L.File, Function});
}

bool UncheckedPlaces::covers(const Finding &F) const {
  if (covers(F.Loc, F.Function))
    return true;
  bool IsDemand = !F.Required.empty();
  return IsDemand && std::any_of(F.Steps.begin(), F.Steps.end(), [&](const Step &S) {
           return covers(S.Loc, S.Function);
         });
}
