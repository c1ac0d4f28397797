// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_JSONFILE_H
#define HOLDFAST_RULES_JSONFILE_H

#include "llvm/Support/Error.h"
#include <nlohmann/json.hpp>
#include <string>

namespace holdfast {

/// What is wrong in a JSON file: at a JSON pointer, this was expected and that
/// was found.
struct Problem {
  std::string Pointer;
  std::string Expected;
  std::string Found;
};

/// A JSON file that remembers its text, to say in which line a value stands.
class JsonFile {
public:
  static llvm::Expected<JsonFile> read(const std::string &Path);

  const nlohmann::json &root() const { return Root; }
  const std::string &text() const { return Text; }
  const std::string &path() const { return Path; }
  /// The line of the value at \p Pointer (of its key, inside an object), or of
  /// the nearest value around it.
  unsigned line(const std::string &Pointer) const;
  /// `file:line: /pointer: expected ..., found ...`
  llvm::Error error(const Problem &P) const;

private:
  std::string Path;
  std::string Text;
  nlohmann::json Root;
};

/// A value as shown in messages: short, on one line.
std::string shown(const nlohmann::json &Value);

/// \p Pointer with one more step.
std::string join(const std::string &Pointer, const std::string &Key);
std::string join(const std::string &Pointer, size_t Index);

} // namespace holdfast

#endif
