// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/LockGraph.h"
#include <algorithm>
#include <set>

using namespace holdfast;

std::vector<std::string> LockGraph::classes() const {
  std::set<std::string> All;
  for (const LockGraphEdge &E : Edges) {
    All.insert(E.Held);
    All.insert(E.Next);
  }
  return {All.begin(), All.end()};
}

static std::string count(size_t N, const char *One, const char *Many) {
  return std::to_string(N) + " " + (N == 1 ? One : Many);
}

std::string LockGraph::summary() const {
  auto Tries = size_t(std::count_if(Edges.begin(), Edges.end(),
                                    [](const LockGraphEdge &E) { return E.Try; }));
  return count(classes().size(), "class", "classes") + ", " +
         count(Edges.size(), "edge", "edges") +
         (Tries ? " (" + std::to_string(Tries) + " of them only tried)" : "") +
         (Kernel.empty() ? "" : "; kernel " + Kernel);
}

std::string holdfast::lockText(const std::string &Class, bool Read) {
  return Class + (Read ? " (read)" : "");
}

std::string holdfast::graphText(const LockGraph &G) {
  std::string S;
  for (const LockGraphEdge &E : G.Edges) {
    S += lockText(E.Held, E.HeldRead) + " -> " + lockText(E.Next, E.NextRead) +
         (E.Try ? " (try)" : "") + "\n";
    for (const Step &W : E.Witness)
      S += "    " + W.Loc.File.str() + ":" + std::to_string(W.Loc.Line) + ": " +
           W.Message + "\n";
  }
  return S + G.summary() + "\n";
}
