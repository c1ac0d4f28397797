// SPDX-License-Identifier: GPL-2.0-or-later
//
// An execution for people: who ran what, and what the tasks noted of it.
#include "sched/Scheduler.h"
#include <algorithm>

namespace holdfast {

std::string Scheduler::objectName(ObjectId O) const {
  switch (O) {
  case NoObject:
    return "";
  case AnyObject:
    return "anything";
  case TaskTable:
    return "the task table";
  default:
    break;
  }
  const auto Found = Names.find(O);
  return Found != Names.end() ? Found->second : "#" + std::to_string(O - FirstObject);
}

std::string Scheduler::describe() const {
  size_t Width = 0, Widest = 0;
  for (TaskId T = 0; T < taskCount(); ++T)
    Width = std::max(Width, taskName(T).size());
  std::vector<std::string> Lines;
  for (const Step &S : Steps) {
    std::string Line = std::to_string(Lines.size() + 1);
    Line.insert(0, 4 - std::min<size_t>(4, Line.size()), ' ');
    Line += S.Preempts ? " ! " : "   ";
    Line += letter(S.Task) + " " + taskName(S.Task);
    Line.append(Width - taskName(S.Task).size() + 2, ' ');
    Line += name(S.Kind);
    if (const std::string Object = objectName(S.What.Object);
        S.What.Object >= FirstObject && !Object.empty())
      Line += " " + Object;
    if (Notes.count(Lines.size()))
      Widest = std::max(Widest, std::min<size_t>(Line.size(), 48));
    Lines.push_back(std::move(Line));
  }
  std::string Text;
  for (size_t I = 0; I < Lines.size(); ++I) {
    Text += Lines[I];
    if (const auto Note = Notes.find(I); Note != Notes.end()) {
      Text.append(Widest - std::min(Widest, Lines[I].size()) + 2, ' ');
      Text += Note->second;
    }
    Text += "\n";
  }
  return Text;
}

} // namespace holdfast
