// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// lock-order: two classes that are taken in one order here and in the other
/// there; or user memory that is touched under mmap_lock, which that waits for. Legs.h
/// finds the places and says what each is worth. Access to user memory waits for
/// mmap_lock, as the tree's own might_fault() says.
///
/// A third lock that both legs hold keeps them from running at once.
#include "checks/OrderFindings.h"
#include <algorithm>

using namespace holdfast;

namespace {

class LockOrder {
public:
  LockOrder(const CheckInput &In, std::vector<Finding> &Out)
      : In(In), Out(Out), Order(In), Words(In, Order) {}
  void run();

private:
  void self(ClassId C);
  std::vector<Legs::Pair> inversions() const;
  void pair(ClassId A, ClassId B, const std::vector<Leg> &Firsts,
            const std::vector<Leg> &Seconds);
  void report(ClassId A, ClassId B, const Leg &First, const Leg &Second);

  const CheckInput &In;
  std::vector<Finding> &Out;
  Legs Order;
  OrderFindings Words;
};

void LockOrder::report(ClassId A, ClassId B, const Leg &First, const Leg &Second) {
  Finding R = Words.start(A, B, First);
  R.Sure = std::min(First.Sure, Second.Sure);
  bool Keyed = In.R.Keyed.count(Words.name(A)) || In.R.Keyed.count(Words.name(B));
  // Who gets to the second leg with a lock of the first class held is in both.
  if (R.Sure > Confidence::Possible &&
      ((Keyed && Order.homeOf(First) != Order.homeOf(Second)) ||
       Words.alwaysHolds(Second, Words.name(A)) ||
       Words.alwaysHolds(First, Words.name(B))))
    R.Sure = Confidence::Possible;
  R.Message = R.Function + "() waits for " + Words.lock(B) + " with " + Words.lock(A) +
              " held, but " + Words.nameOf(Second.In) + "() waits for " + Words.lock(A) +
              " with " + Words.lock(B) + " held";
  Words.describe(First, A, B, R.Steps);
  Words.describe(Second, B, A, R.Steps);
  R.Steps.push_back(
      {R.Loc, R.Function, "no lock is held on both ways, so both may run at once"});
  Out.push_back(std::move(R));
}

void LockOrder::pair(ClassId A, ClassId B, const std::vector<Leg> &Firsts,
                     const std::vector<Leg> &Seconds) {
  static constexpr size_t MaxReports = 8;
  size_t Reports = 0;
  for (const Leg &F : Firsts)
    for (const Leg &S : Seconds) {
      if (guarded(F, S, {Words.name(A), Words.name(B)}) || Reports == MaxReports)
        continue;
      ++Reports;
      report(A, B, F, S);
      break;
    }
}

/// A callback that is entered with mmap_lock held and touches user memory: it waits
/// for itself as soon as a writer waits between its two acquisitions.
void LockOrder::self(ClassId C) {
  Ways To(Order.acquired(), C, C);
  Order.eachCallback([&](FunctionId F, const SlotStore &Store, const RuleLock &R) {
    Leg L{F, 0, {}, &Store, {}, To.fromEntry(F)};
    if (Order.idOf(R) != C || L.Path.empty())
      return;
    const Acquired::Hop &Last = L.Path.back();
    if (!Order.acquired().direct(Last.In, Last.Call, C)->GivenBack)
      return;
    L.Held.State = R.Mode == LockMode::Read ? LockState::HeldRead : LockState::HeldWrite;
    Order.judge(L, C);
    Finding Found = Words.start(C, C, L);
    Found.Sure = L.Sure;
    Found.Message =
        Found.Function + "() waits for " + Words.lock(C) + ", with which it is entered";
    Words.describe(L, C, C, Found.Steps);
    Out.push_back(std::move(Found));
  });
}

/// The pairs that are waited for in both orders, once each. User memory is what is
/// most easily moved: the leg that touches it is the first.
std::vector<Legs::Pair> LockOrder::inversions() const {
  std::vector<Legs::Pair> Found;
  for (ClassId A = 0; A < Order.classes(); ++A)
    Order.after(A).each([&](ClassId B) {
      bool Turned = Order.isUserMemory(A) || (A > B && !Order.isUserMemory(B));
      if (A != B && !Turned && Order.after(B).test(A))
        Found.push_back({A, B});
    });
  return Found;
}

void LockOrder::run() {
  for (ClassId C : Order.userMemory())
    self(C);
  std::vector<Legs::Pair> Found = inversions(), Both = Found;
  for (auto [A, B] : Found)
    Both.push_back({B, A});
  auto Places = Order.legs(Both);
  for (auto [A, B] : Found)
    pair(A, B, Places[{A, B}], Places[{B, A}]);
  findLongCycles(Words, Out);
  findAgainstDocuments(Words, Out);
}

} // namespace

void holdfast::checkLockOrder(const CheckInput &In, std::vector<Finding> &Out) {
  LockOrder(In, Out).run();
}
