// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Compile.h"
#include "replay/Process.h"
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

/// Is the object newer than all that the compiler, in Folder, read?
bool isFresh(const std::string &Object, const fs::path &Folder) {
  std::error_code Error;
  const auto Made = fs::last_write_time(Object, Error);
  if (Error)
    return false;
  std::istringstream In(readFile(Object + ".d"));
  bool Any = false;
  for (std::string Word; In >> Word;) {
    if (Word == "\\" || Word.back() == ':')
      continue;
    const auto Time = fs::last_write_time(Folder / Word, Error);
    if (Error || Time > Made)
      return false;
    Any = true;
  }
  return Any;
}

/// The lines with an error, and what follows each; at most Limit lines.
std::string errorsIn(const std::vector<std::string> &Lines, size_t Limit) {
  std::string Text;
  size_t Kept = 0, Context = 0;
  for (const std::string &Line : Lines) {
    if (Line.find("error:") != std::string::npos)
      Context = 3;
    if (Context == 0 || Kept == Limit)
      continue;
    --Context;
    ++Kept;
    Text += Line + "\n";
  }
  for (size_t I = Lines.size() - std::min(Lines.size(), Kept ? 0 : Limit);
       Kept == 0 && I < Lines.size(); ++I)
    Text += Lines[I] + "\n";
  return Text;
}

} // namespace

std::string Compilations::add(const std::string &Stem, const std::string &Source,
                              std::vector<std::string> Command, const std::string &Key) {
  std::string All = Key + Source;
  for (const std::string &Word : Command)
    All += " " + Word;
  Job J{Source, Folder + "/" + Stem + "-" + digestOf(All) + ".o", std::move(Command)};
  for (const std::string &Word : {"-Wp,-MMD," + J.Object + ".d", std::string("-c"),
                                  std::string("-o"), J.Object + ".part", Source})
    J.Command.push_back(Word);
  if (!isFresh(J.Object, T.build()))
    Pending.push_back(J);
  return J.Object;
}

std::string Compilations::compile(const Job &J) const {
  std::vector<std::string> Lines;
  Ended E = runProcess(J.Command, T.build(), 300, true,
                       [&](const std::string &Line) { Lines.push_back(Line); });
  if (E.Code == 127)
    return "cannot start " + J.Command[0] +
           "; install it, or name another LLVM's suffix "
           "in HOLDFAST_LLVM (such as -22)";
  std::error_code Error;
  if (E.ok())
    fs::rename(J.Object + ".part", J.Object, Error);
  if (E.ok() && !Error)
    return "";
  return "cannot compile " + J.Source + " against " + T.source() + ":\n" +
         errorsIn(Lines, 15) + T.advice();
}

void Compilations::run(unsigned Jobs) {
  std::atomic<size_t> Next{0};
  std::mutex Guard;
  std::string Failed;
  auto Work = [&] {
    for (size_t I; (I = Next++) < Pending.size();) {
      std::string Error = compile(Pending[I]);
      std::lock_guard<std::mutex> Lock(Guard);
      if (Failed.empty())
        Failed = Error;
    }
  };
  if (Jobs == 0)
    Jobs = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> Threads;
  for (unsigned I = 1; I < Jobs && I < Pending.size(); ++I)
    Threads.emplace_back(Work);
  Work();
  for (std::thread &Thread : Threads)
    Thread.join();
  Pending.clear();
  if (!Failed.empty())
    throw ReplayError{Failed};
}

} // namespace holdfast
