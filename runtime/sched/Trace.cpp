// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched/Trace.h"
#include <charconv>

namespace holdfast {

const char *name(OpKind Kind) {
  switch (Kind) {
  case OpKind::Start:
    return "start";
  case OpKind::Acquire:
    return "acquire";
  case OpKind::Release:
    return "release";
  case OpKind::Read:
    return "read";
  case OpKind::Write:
    return "write";
  case OpKind::Wait:
    return "wait";
  case OpKind::Wake:
    return "wake";
  case OpKind::Yield:
    return "yield";
  case OpKind::Spawn:
    return "spawn";
  case OpKind::Other:
    return "step";
  case OpKind::End:
    return "end";
  }
  return "?";
}

std::string letter(TaskId Task) {
  if (Task < 26)
    return std::string(1, static_cast<char>('a' + Task));
  if (Task < 52)
    return std::string(1, static_cast<char>('A' + (Task - 26)));
  return "<" + std::to_string(Task) + ">";
}

uint32_t digest(const std::vector<Step> &Steps) {
  uint32_t Hash = 2166136261u; // FNV-1a, word by word
  for (const Step &S : Steps)
    for (uint32_t Word : {S.Task, static_cast<uint32_t>(S.Kind), S.What.Object,
                          static_cast<uint32_t>(S.What.IsWrite)}) {
      Hash = (Hash ^ Word) * 16777619u;
      Hash ^= Hash >> 15;
    }
  return Hash;
}

Trace Trace::of(const std::vector<Step> &Steps) {
  Trace T;
  for (const Step &S : Steps) {
    if (T.Runs.empty() || T.Runs.back().Task != S.Task)
      T.Runs.push_back({S.Task, 0});
    ++T.Runs.back().Count;
  }
  T.Digest = digest(Steps);
  return T;
}

std::string Trace::str() const {
  std::string Text;
  for (const Run &R : Runs) {
    Text += Text.empty() ? "" : " ";
    Text += letter(R.Task);
    Text += R.Count == 0 ? "*" : std::to_string(R.Count);
  }
  if (Digest) {
    char Hex[8];
    const std::to_chars_result End = std::to_chars(Hex, Hex + 8, *Digest, 16);
    const size_t Length = static_cast<size_t>(End.ptr - Hex);
    Text += Text.empty() ? "#" : " #";
    Text += std::string(8 - Length, '0') + std::string(Hex, Length);
  }
  return Text;
}

namespace {

class Parser {
public:
  explicit Parser(std::string_view Text) : Text(Text) {}

  std::optional<Trace> parse() {
    Trace T;
    for (skipBlanks(); At < Text.size(); skipBlanks()) {
      if (T.Digest)
        return fail("nothing may follow the digest");
      if (Text[At] == '#' ? !digest(T) : !run(T))
        return std::nullopt;
      if (At < Text.size() && !isBlank(Text[At]))
        return fail("expected a blank");
    }
    return T;
  }

  std::string Error;

private:
  static bool isBlank(char C) { return C == ' ' || C == '\t' || C == '\n' || C == '\r'; }
  void skipBlanks() {
    while (At < Text.size() && isBlank(Text[At]))
      ++At;
  }
  std::nullopt_t fail(const char *What) {
    Error = "column " + std::to_string(At + 1) + ": " + What;
    return std::nullopt;
  }
  bool refuse(const char *What) { return fail(What), false; }

  /// Advances only over a number that fits.
  bool number(uint32_t &Value, int Base) {
    const char *First = Text.data() + At, *Last = Text.data() + Text.size();
    const std::from_chars_result R = std::from_chars(First, Last, Value, Base);
    if (R.ec != std::errc())
      return false;
    At += static_cast<size_t>(R.ptr - First);
    return true;
  }

  bool task(TaskId &Task) {
    const char C = Text[At];
    if (C >= 'a' && C <= 'z')
      return Task = static_cast<TaskId>(C - 'a'), ++At, true;
    if (C >= 'A' && C <= 'Z')
      return Task = static_cast<TaskId>(26 + C - 'A'), ++At, true;
    if (C != '<')
      return refuse("expected a task (a-z, A-Z or <number>) or #digest");
    ++At;
    if (!number(Task, 10) || Task == NoTask)
      return refuse("expected a task number after '<'");
    if (At == Text.size() || Text[At] != '>')
      return refuse("expected '>' after the task number");
    return ++At, true;
  }

  bool run(Trace &T) {
    Trace::Run R;
    if (!task(R.Task))
      return false;
    if (At < Text.size() && Text[At] == '*')
      ++At;
    else if (!number(R.Count, 10) || R.Count == 0)
      return refuse("expected a number of steps (1 to 4294967295) or '*' after the task");
    T.Runs.push_back(R);
    return true;
  }

  bool digest(Trace &T) {
    const size_t First = ++At;
    uint32_t Value = 0;
    if (!number(Value, 16) || At - First != 8)
      return refuse("expected eight hexadecimal digits after '#'");
    T.Digest = Value;
    return true;
  }

  std::string_view Text;
  size_t At = 0;
};

} // namespace

std::optional<Trace> Trace::parse(std::string_view Text, std::string &Error) {
  Parser P(Text);
  std::optional<Trace> T = P.parse();
  if (!T)
    Error = P.Error;
  return T;
}

} // namespace holdfast
