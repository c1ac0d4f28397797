// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/ClassCycles.h"
#include "lockdep/Graph.h"
#include <string>

using namespace holdfast;

/// Is there an edge between two classes of the cycle that are no neighbours in it?
static bool hasChord(const Graph &G, const Cycle &C) {
  for (size_t I = 0; I < C.size(); ++I)
    for (size_t J = 0; J < C.size(); ++J)
      if (I != J && J != (I + 1) % C.size() && G.findEdge(C[I].From, C[J].From) != NoId)
        return true;
  return false;
}

std::vector<std::vector<uint32_t>>
holdfast::classCycles(const std::vector<ClassEdge> &Edges, size_t Most) {
  Graph G;
  std::vector<uint32_t> Names; // by the graph's number
  auto node = [&](uint32_t Class) {
    auto Node = G.addClass(std::to_string(Class));
    if (Node == Names.size())
      Names.push_back(Class);
    return Node;
  };
  auto mode = [](bool Read) { return Read ? ReadMode::Read : ReadMode::Write; };
  for (const ClassEdge &E : Edges)
    G.addEdge(node(E.Held), node(E.Next), mode(E.HeldRead), mode(E.NextRead));
  CycleLimits Limits;
  Limits.MaxLength = Most;
  std::vector<std::vector<uint32_t>> Out;
  for (const Cycle &C : G.cycles(Limits)) {
    if (hasChord(G, C))
      continue;
    std::vector<uint32_t> Classes;
    for (const CycleLeg &L : C)
      Classes.push_back(Names[L.From]);
    Out.push_back(std::move(Classes));
  }
  return Out;
}
