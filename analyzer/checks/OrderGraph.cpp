// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// The lock-order graph for a reader. The check looks for what contradicts itself and
/// leaves out what it cannot vouch for; a reader of the graph wants to see what there
/// is, attempts as well, but near: what lies many calls below is some allocation that
/// reclaims, and would join every class to every other.
///
/// So for each function it is listed once which locks its next few calls come to (its
/// *ends*), callees' ends included; a place that holds a lock has the edges to the ends
/// of its call. The way to an end is searched only where an edge needs its witness.
#include "checks/OrderGraph.h"
#include "checks/Acquired.h"
#include "checks/Feasible.h"
#include "checks/Words.h"
#include <algorithm>

using namespace holdfast;

namespace {

/// What a call comes to.
struct End {
  Symbol Class;
  LockMode Mode = LockMode::Write;
  bool Try = false;
  auto key() const { return std::tuple(Class, Mode, Try); }
  friend bool operator<(const End &A, const End &B) { return A.key() < B.key(); }
};
using EndId = uint32_t;

struct Own {
  uint32_t Call;
  EndId To;
};

class Graph {
public:
  Graph(const CheckInput &In, const OrderGraphOptions &O)
      : In(In), O(O), Acq(In.Prog, In.R, In.Sol), Owns(In.Prog.size()),
        Reached(std::max(O.Depth, 1u), std::vector<std::vector<EndId>>(In.Prog.size())) {}
  std::vector<OrderEdge> run();

private:
  using Hops = std::vector<Acquired::Hop>;
  /// What is held, how, and what that meets.
  struct Key {
    Symbol Held;
    LockMode Mode;
    EndId To;
    bool operator<(const Key &B) const {
      return std::tie(Held, Mode, To) < std::tie(B.Held, B.Mode, B.To);
    }
  };
  struct Place {
    FunctionId In = NoFunction;
    Location Acquired;
    const SlotStore *Store = nullptr;
    Hops Path;
  };

  EndId idOf(const End &E);
  void listOwn(FunctionId F);
  void listTries(FunctionId F);
  void list();
  const Instr *instr(FunctionId F, uint32_t Call) const;
  std::vector<FunctionId> targets(FunctionId F, uint32_t Call) const;
  std::vector<EndId> endsOf(FunctionId F, uint32_t Call) const;
  bool way(FunctionId F, uint32_t Call, Symbol Held, EndId To, unsigned Depth,
           Hops &Path) const;
  bool wayFromEntry(FunctionId F, const KnownParams &Given, Symbol Held, EndId To,
                    unsigned Depth, Hops &Path) const;
  template <typename F> void offer(const Key &K, Place P, F Way);
  void sites(FunctionId F);
  void callbacks(FunctionId F);
  OrderEdge edge(const Key &K, const Place &P) const;

  const CheckInput &In;
  const OrderGraphOptions &O;
  Acquired Acq;
  std::vector<End> Ends;
  std::map<End, EndId> EndIds;
  std::vector<std::vector<Own>> Owns; ///< by function
  /// By depth less one, by function: the ends within as many calls; ascending.
  std::vector<std::vector<std::vector<EndId>>> Reached;
  std::map<Key, Place> Found;
};

EndId Graph::idOf(const End &E) {
  auto [It, New] = EndIds.try_emplace(E, EndId(Ends.size()));
  if (New)
    Ends.push_back(E);
  return It->second;
}

void Graph::listOwn(FunctionId F) {
  for (const Acquire &A : In.Sol[F].Acquires)
    Owns[F].push_back({A.Call, idOf({A.Class, A.Mode, false})});
  listTries(F);
}

/// Attempts, which the solution leaves out as nothing follows from them.
void Graph::listTries(FunctionId F) {
  for (const Block &B : In.Prog.function(F).Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind != InstrKind::Call || I.Value->Kind != ExprKind::Func)
        continue;
      auto Rule = In.R.Functions.find(I.Value->Name);
      if (Rule == In.R.Functions.end() || !Rule->second.Try)
        continue;
      auto argument = [&](const Expr *Leaf) {
        return Leaf->Kind == ExprKind::Param && size_t(Leaf->Value) < I.Args.size()
                   ? I.Args[size_t(Leaf->Value)]
                   : Leaf;
      };
      for (const RuleCase &C : Rule->second.Cases)
        for (const RuleLock &L : C.Acquire)
          if (Symbol Class = classOf(L.Lock->rewrite(argument), In.R.InnerFields);
              Class && !In.R.Recursive.count(Class))
            Owns[F].push_back({I.Index, idOf({Class, L.Mode, true})});
    }
}

void Graph::list() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    listOwn(F);
    for (const Own &W : Owns[F])
      Reached[0][F].push_back(W.To);
  }
  for (size_t D = 0; D < Reached.size(); ++D)
    for (FunctionId F = 0; F < In.Prog.size(); ++F) {
      std::vector<EndId> &All = Reached[D][F];
      for (uint32_t Call = 0; D && Call < In.Prog.function(F).NumCalls; ++Call)
        for (FunctionId T : targets(F, Call))
          All.insert(All.end(), Reached[D - 1][T].begin(), Reached[D - 1][T].end());
      if (D)
        All.insert(All.end(), Reached[0][F].begin(), Reached[0][F].end());
      std::sort(All.begin(), All.end());
      All.erase(std::unique(All.begin(), All.end()), All.end());
    }
}

/// Not those whose bodies stand for nothing, as rules say what they do.
std::vector<FunctionId> Graph::targets(FunctionId F, uint32_t Call) const {
  std::vector<FunctionId> Out;
  const std::vector<FunctionId> &All = In.Prog.targets(F, Call);
  for (size_t I = 0; I < All.size() && All.size() <= Acquired::MaxTargets; ++I) {
    auto Rule = In.R.Functions.find(In.Prog.function(All[I]).Name);
    if (Rule == In.R.Functions.end() ||
        (Rule->second.Cases.empty() && !Rule->second.IgnoreBody))
      Out.push_back(All[I]);
  }
  return Out;
}

const Instr *Graph::instr(FunctionId F, uint32_t Call) const {
  for (const Block &B : In.Prog.function(F).Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Call && I.Index == Call)
        return &I;
  return nullptr;
}

std::vector<EndId> Graph::endsOf(FunctionId F, uint32_t Call) const {
  std::vector<EndId> All;
  for (const Own &W : Owns[F])
    if (W.Call == Call)
      All.push_back(W.To);
  for (FunctionId T : targets(F, Call))
    if (O.Depth > 1)
      All.insert(All.end(), Reached[O.Depth - 2][T].begin(),
                 Reached[O.Depth - 2][T].end());
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  return All;
}

/// Is there a way of at most \p Depth calls, call \p Call of \p F the first of them?
bool Graph::way(FunctionId F, uint32_t Call, Symbol Held, EndId To, unsigned Depth,
                Hops &Path) const {
  const Instr *I = instr(F, Call);
  if (!I)
    return false;
  Path.push_back({F, Call, I->Loc, 1});
  for (const Own &W : Owns[F])
    if (W.Call == Call && W.To == To)
      return true;
  if (Depth > 1) {
    KnownParams Given = constantsOf(I->Args);
    for (FunctionId T : targets(F, Call))
      if (wayFromEntry(T, Given, Held, To, Depth - 1, Path))
        return true;
  }
  Path.pop_back();
  return false;
}

bool Graph::wayFromEntry(FunctionId F, const KnownParams &Given, Symbol Held, EndId To,
                         unsigned Depth, Hops &Path) const {
  const std::vector<EndId> &Near = Reached[Depth - 1][F];
  if (!std::binary_search(Near.begin(), Near.end(), To))
    return false;
  const Function &Fn = In.Prog.function(F);
  ClassId Lock = Acq.id(Held);
  std::vector<bool> Feasible;
  if (!Given.empty())
    Feasible = reachedCalls(Fn, Given);
  for (uint32_t Call = 0; Call < Fn.NumCalls; ++Call)
    if ((Feasible.empty() || Feasible[Call]) && !Acq.drops(F, Call, Lock) &&
        way(F, Call, Held, To, Depth, Path))
      return true;
  return false;
}

/// Keeps the nearest of all places; Way(depth, path) looks for one.
template <typename F> void Graph::offer(const Key &K, Place P, F Way) {
  if (Ends[K.To].Class == K.Held || In.R.Recursive.count(K.Held))
    return;
  Place &Known = Found[K];
  size_t Most = Known.Path.empty() ? O.Depth : Known.Path.size() - 1;
  for (unsigned Depth = 1; Depth <= Most; ++Depth)
    if (Way(Depth, P.Path)) {
      Known = std::move(P);
      return;
    }
}

/// What function \p F holds at its calls.
void Graph::sites(FunctionId F) {
  for (const CallLocks &C : In.Sol[F].Calls) {
    if (C.Locks.empty())
      continue;
    std::vector<EndId> Near = endsOf(F, C.Call);
    for (const LockEntry &E : C.Locks)
      for (EndId To : Near)
        if (isHeld(E.State) && E.Class && !E.Nested && !E.Unsteady && !E.Guessed)
          offer({E.Class, modeOf(E.State), To}, {F, E.Where, nullptr, {}},
                [&](unsigned Depth, Hops &Path) {
                  return way(F, C.Call, E.Class, To, Depth, Path);
                });
  }
}

/// What the rules say that \p F is entered with.
void Graph::callbacks(FunctionId F) {
  for (const SlotStore &Store : In.Prog.slotsOf(F)) {
    auto It = In.R.Callbacks.find(Store.Slot);
    if (It == In.R.Callbacks.end() || It->second.Contexts.empty())
      continue;
    for (const RuleLock &L : It->second.Contexts.front().Holds)
      for (EndId To : Reached.back()[F])
        if (Symbol Held = classOf(L.Lock, In.R.InnerFields))
          offer({Held, L.Mode, To}, {F, {}, &Store, {}}, [&](unsigned Depth, Hops &Path) {
            return wayFromEntry(F, {}, Held, To, Depth, Path);
          });
  }
}

OrderEdge Graph::edge(const Key &K, const Place &P) const {
  const End &To = Ends[K.To];
  OrderEdge E{K.Held, To.Class, K.Mode, To.Mode, To.Try, {}};
  std::string Held = lockName(In.R, K.Held), Next = lockName(In.R, To.Class);
  auto nameOf = [&](FunctionId F) { return plainName(In.Prog.function(F).Name); };
  std::string F = nameOf(P.In);
  if (P.Store)
    E.Witness.push_back(
        {P.Store->Loc, F,
         setHere(F, *P.Store) + "; entered with " + Held + heldFor(K.Mode)});
  else
    E.Witness.push_back({P.Acquired, F, F + " acquires " + Held + " here"});
  for (size_t I = 0; I < P.Path.size(); ++I) {
    bool Last = I + 1 == P.Path.size();
    std::string Caller = nameOf(P.Path[I].In);
    E.Witness.push_back({P.Path[I].Loc, Caller,
                         Caller + (!Last    ? " calls " + nameOf(P.Path[I + 1].In)
                                   : To.Try ? " tries for " + Next + " here"
                                            : " waits for " + Next + " here")});
  }
  return E;
}

std::vector<OrderEdge> Graph::run() {
  list();
  auto selected = [&](Symbol File) { return !O.Select || O.Select(File); };
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    if (selected(In.Prog.function(F).Loc.File)) {
      sites(F);
      callbacks(F);
    }
  std::vector<OrderEdge> Edges;
  for (const auto &[K, P] : Found)
    if (!P.Path.empty())
      Edges.push_back(edge(K, P));
  auto key = [](const OrderEdge &E) {
    return std::tuple(E.Held, E.Next, E.HeldMode, E.Try, E.NextMode);
  };
  std::sort(Edges.begin(), Edges.end(),
            [&](const OrderEdge &A, const OrderEdge &B) { return key(A) < key(B); });
  return Edges;
}

} // namespace

std::vector<OrderEdge> holdfast::orderGraph(const CheckInput &In,
                                            const OrderGraphOptions &O) {
  return Graph(In, O).run();
}
