// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <string>
#include <vector>

namespace holdfast {

/// What goes wrong is an Error: its text is for the user, whose doing it is.
struct ReplayError {
  std::string Text;
};

std::string readFile(const std::string &Path);
void writeFile(const std::string &Path, const std::string &Text);
/// 16 hexadecimal digits.
std::string digestOf(const std::string &Text);
/// ${XDG_CACHE_HOME:-~/.cache}/holdfast
std::string cacheFolder();
/// What follows Start on the first line of Text that begins with it.
std::string lineAfter(const std::string &Text, const std::string &Start);
/// Words as a shell splits them: quotes and backslashes, no expansion.
std::vector<std::string> shellWords(const std::string &Text);

} // namespace holdfast
