// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Orders that the kernel's own comments and documents lay down (`orders` of the rules):
/// who takes two locks the other way round is wrong even if nobody is seen to take them
/// the right way. What a comment says is true of the common case and of the objects it
/// has in mind, so a class that lockdep knows as many (each file system has its own
/// i_rwsem) is only worth a *possible*, and so is a long way.
#include "checks/OrderFindings.h"
#include <algorithm>
#include <set>

using namespace holdfast;

namespace {

class Documented {
public:
  Documented(const OrderFindings &Words, std::vector<Finding> &Out)
      : Words(Words), Out(Out) {}
  void run();

private:
  std::map<Legs::Pair, const OrderRule *> contradictions() const;
  void report(Legs::Pair P, const Leg &L, const OrderRule &Rule);

  const OrderFindings &Words;
  std::vector<Finding> &Out;
};

} // namespace

/// By what is held and what is waited for: the order that forbids it.
std::map<Legs::Pair, const OrderRule *> Documented::contradictions() const {
  std::map<Legs::Pair, const OrderRule *> Found;
  const Legs &Order = Words.Order;
  for (const OrderRule &R : Words.In.R.Orders)
    for (size_t Outer = 0; Outer < R.Chain.size(); ++Outer)
      for (size_t Inner = Outer + 1; Inner < R.Chain.size(); ++Inner) {
        ClassId Held = Order.acquired().id(R.Chain[Inner]);
        ClassId Next = Order.acquired().id(R.Chain[Outer]);
        if (Held != Acquired::NoClass && Next != Acquired::NoClass &&
            Order.after(Held).test(Next))
          Found.try_emplace({Held, Next}, &R);
      }
  return Found;
}

void Documented::report(Legs::Pair P, const Leg &L, const OrderRule &Rule) {
  auto [Held, Next] = P;
  Finding R = Words.start(Held, Next, L);
  auto known = [&](const Finding &F) {
    return F.Rule == R.Rule && F.Loc == R.Loc && F.LockClass == R.LockClass;
  };
  const auto &Keyed = Words.In.R.Keyed;
  R.Sure = L.Sure;
  if (R.Sure > Confidence::Possible &&
      (Keyed.count(Words.name(Held)) || Keyed.count(Words.name(Next)) ||
       Words.alwaysHolds(L, Words.name(Next))))
    R.Sure = Confidence::Possible;
  if (std::any_of(Out.begin(), Out.end(),
                  [&](const Finding &F) { return known(F) && F.Sure >= R.Sure; }))
    return;
  std::erase_if(Out, known);
  R.Message = R.Function + "() waits for " + Words.lock(Next) + " with " +
              Words.lock(Held) + " held, but " + Words.lock(Next) +
              " is documented to be taken before " + Words.lock(Held);
  Words.describe(L, Held, Next, R.Steps);
  R.Steps.push_back(
      {R.Loc, R.Function,
       Words.lock(Next) + " before " + Words.lock(Held) + ": " + Rule.Source});
  Out.push_back(std::move(R));
}

void Documented::run() {
  static constexpr size_t Most = 8;
  std::map<Legs::Pair, const OrderRule *> Rules = contradictions();
  std::vector<Legs::Pair> Wanted;
  for (const auto &[P, Rule] : Rules)
    Wanted.push_back(P);
  for (const auto &[P, All] : Words.Order.legs(Wanted))
    for (size_t I = 0; I < std::min(All.size(), Most); ++I)
      report(P, All[I], *Rules.at(P));
}

void holdfast::findAgainstDocuments(const OrderFindings &Words,
                                    std::vector<Finding> &Out) {
  Documented(Words, Out).run();
}
