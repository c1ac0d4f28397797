// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Running other programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::selftest {

namespace fs = std::filesystem;

/// 'it'\''s'
std::string quote(const std::string &Word);

/// Runs a shell command in \p Folder at low priority, both outputs to \p Log.
/// Returns its exit code; 128 + signal.
int shell(const std::string &Command, const fs::path &Folder, const fs::path &Log);

/// Runs a program with our own outputs; the exit code as of shell().
int program(const std::vector<std::string> &Words);

std::string readFile(const fs::path &File);
void writeFile(const fs::path &File, const std::string &Content);

/// What went wrong, for the user; thrown up to main().
struct Failure {
  std::string What;
  int Code = 3; ///< of main(): 2 for what the user named wrongly
};

} // namespace holdfast::selftest
