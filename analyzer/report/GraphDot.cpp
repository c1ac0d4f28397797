// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/LockGraph.h"

using namespace holdfast;

static std::string quoted(const std::string &Text) {
  std::string S = "\"";
  for (char C : Text)
    S += C == '"' || C == '\\' ? std::string("\\") + C : std::string(1, C);
  return S + "\"";
}

/// How each is held; nothing where both are held for write.
static std::string label(const LockGraphEdge &E) {
  std::string S;
  if (E.HeldRead || E.NextRead)
    S = std::string(E.HeldRead ? "read" : "write") + " / " +
        (E.NextRead ? "read" : "write");
  return E.Try ? S + (S.empty() ? "try" : ", try") : S;
}

/// What a reader sees who points at the edge.
static std::string tooltip(const LockGraphEdge &E) {
  std::string S;
  for (const Step &W : E.Witness)
    S += (S.empty() ? "" : "; ") + W.Loc.File.str() + ":" + std::to_string(W.Loc.Line) +
         ": " + W.Message;
  return S;
}

std::string holdfast::graphDot(const LockGraph &G) {
  std::string S = "// " + G.summary() + "\ndigraph locks {\n";
  S += "  label=" + quoted(G.Title) + ";\n";
  S += "  node [shape=box, fontname=\"monospace\"];\n";
  S += "  edge [fontname=\"monospace\", fontsize=9];\n";
  for (const std::string &C : G.classes())
    S += "  " + quoted(C) + ";\n";
  for (const LockGraphEdge &E : G.Edges)
    S += "  " + quoted(E.Held) + " -> " + quoted(E.Next) + " [label=" + quoted(label(E)) +
         (E.Try ? ", style=dashed, constraint=false" : "") +
         ", tooltip=" + quoted(tooltip(E)) + "];\n";
  return S + "}\n";
}
