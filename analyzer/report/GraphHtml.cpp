// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// One page: on the left a list of classes that can be searched, on the right what is
/// held before, and what is waited for after, the class that was chosen, each with its
/// witness. It is plain HTML that reads without a script, too; the script only hides
/// what was not asked for. Nothing is loaded from anywhere.
#include "report/LockGraph.h"
#include <map>

using namespace holdfast;

static std::string escaped(const std::string &Text) {
  static const std::map<char, std::string> Names = {
      {'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}};
  std::string S;
  for (char C : Text) {
    auto It = Names.find(C);
    S += It == Names.end() ? std::string(1, C) : It->second;
  }
  return S;
}

static const char *const Style = R"(
body { margin: 0; font: 14px/1.4 sans-serif; display: flex; height: 100vh; }
nav { width: 22em; overflow: auto; border-right: 1px solid #bbb; padding: .7em; }
main { flex: 1; overflow: auto; padding: .7em 1.5em; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .3em; }
nav ul { list-style: none; padding: 0; font-family: monospace; }
a { color: inherit; } nav a { text-decoration: none; }
h2, summary { font-family: monospace; } h2 { font-size: 1.1em; margin: 1.4em 0 .3em; }
summary { cursor: pointer; } pre { margin: .2em 0 .6em 1.5em; white-space: pre-wrap; }
.try { color: #777; font-style: italic; } .mode, .count { color: #777; }
[hidden] { display: none; }
)";

static const char *const Script = R"(
const find = document.getElementById("find");
const rows = [...document.querySelectorAll("nav li")];
const parts = [...document.querySelectorAll("main section")];
function show() {
  const text = find.value.toLowerCase();
  const chosen = decodeURIComponent(location.hash.slice(1));
  for (const row of rows)
    row.hidden = !row.dataset.name.toLowerCase().includes(text);
  for (const part of parts)
    part.hidden = chosen ? part.id !== chosen
                         : !part.dataset.name.toLowerCase().includes(text);
}
find.addEventListener("input", () => { history.replaceState(null, "", "#"); show(); });
addEventListener("hashchange", show);
show();
)";

namespace {

class Page {
public:
  explicit Page(const LockGraph &G) : G(G), Names(G.classes()) {
    for (size_t I = 0; I < Names.size(); ++I)
      Ids[Names[I]] = "c" + std::to_string(I);
    for (const LockGraphEdge &E : G.Edges) {
      After[E.Held].push_back(&E);
      Before[E.Next].push_back(&E);
    }
  }
  std::string str() const;

private:
  using Edges = std::vector<const LockGraphEdge *>;
  static std::string mode(bool Read) {
    return Read ? " <span class=\"mode\">(read)</span>" : "";
  }
  std::string link(const std::string &Name) const {
    return "<a href=\"#" + Ids.at(Name) + "\">" + escaped(Name) + "</a>";
  }
  std::string edge(const LockGraphEdge &E) const;
  std::string list(const char *Title, const std::map<std::string, Edges> &All,
                   const std::string &Name) const;

  const LockGraph &G;
  std::vector<std::string> Names;
  std::map<std::string, std::string> Ids;
  std::map<std::string, Edges> After, Before;
};

} // namespace

std::string Page::edge(const LockGraphEdge &E) const {
  std::string S = std::string("<details") + (E.Try ? " class=\"try\"" : "") +
                  "><summary>" + link(E.Held) + mode(E.HeldRead) + " &rarr; " +
                  link(E.Next) + mode(E.NextRead) + (E.Try ? " try" : "") +
                  "</summary><pre>";
  for (const Step &W : E.Witness)
    S += escaped(W.Loc.File.str()) + ":" + std::to_string(W.Loc.Line) + ": " +
         escaped(W.Message) + "\n";
  return S + "</pre></details>\n";
}

std::string Page::list(const char *Title, const std::map<std::string, Edges> &All,
                       const std::string &Name) const {
  auto It = All.find(Name);
  if (It == All.end())
    return "";
  std::string S = std::string("<h3>") + Title + "</h3>\n";
  for (const LockGraphEdge *E : It->second)
    S += edge(*E);
  return S;
}

std::string Page::str() const {
  std::string S =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<title>" +
      escaped(G.Title) + "</title>\n<style>" + Style +
      "</style></head><body>\n<nav><input id=\"find\" type=\"search\" "
      "placeholder=\"find a lock class\" autofocus>\n<p><a href=\"#\">all</a> "
      "<span class=\"count\">" +
      escaped(G.summary()) + "</span></p><ul>\n";
  auto named = [](const std::string &Name) {
    return " data-name=\"" + escaped(Name) + "\">";
  };
  for (const std::string &Name : Names)
    S += "<li" + named(Name) + link(Name) + "</li>\n";
  S += "</ul></nav>\n<main><h1>" + escaped(G.Title) + "</h1>\n";
  for (const std::string &Name : Names)
    S += "<section id=\"" + Ids.at(Name) + "\"" + named(Name) + "<h2>" + escaped(Name) +
         "</h2>\n" + list("waited for with it held", After, Name) +
         list("held when it is waited for", Before, Name) + "</section>\n";
  return S + "</main>\n<script>" + Script + "</script></body></html>\n";
}

std::string holdfast::graphHtml(const LockGraph &G) { return Page(G).str(); }
