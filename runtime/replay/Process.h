// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace holdfast {

/// How a child process ended.
struct Ended {
  int Code = -1;  ///< exit code, or -1
  int Signal = 0; ///< that killed it
  bool TimedOut = false;
  bool ok() const { return Code == 0; }
};

/// Runs Arguments[0] (searched in PATH) in Folder. OnLine gets each line of its
/// standard output, and of its standard error where Merge. Killed, with what it
/// started, after Seconds (0: never). An empty Folder is the current one.
Ended runProcess(const std::vector<std::string> &Arguments, const std::string &Folder,
                 unsigned Seconds, bool Merge,
                 const std::function<void(const std::string &)> &OnLine);

/// The same, with the last lines of its output in Tail.
Ended runQuietly(const std::vector<std::string> &Arguments, const std::string &Folder,
                 std::string &Tail, unsigned Seconds = 1800);

/// For a shell: quoted where it must be.
std::string quoted(const std::string &Word);

} // namespace holdfast
