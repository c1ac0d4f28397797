// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_WORKFOLDER_H
#define HOLDFAST_CLI_WORKFOLDER_H

#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace holdfast {

/// A folder of our own that one run has for itself, for as long as this lives.
class WorkFolder {
public:
  /// The folder \p Name below \p Parent, which stays. Waits for another run that
  /// has it.
  static llvm::Expected<std::unique_ptr<WorkFolder>> lasting(const std::string &Parent,
                                                             const std::string &Name);
  /// A new one among the temporary files, which goes with its owner.
  static llvm::Expected<std::unique_ptr<WorkFolder>> temporary();

  /// Removes the lasting ones below \p Parent that nobody has.
  static void removeIdle(const std::string &Parent);

  WorkFolder(const WorkFolder &) = delete;
  ~WorkFolder();

  const std::string &path() const { return Path; }

private:
  WorkFolder() = default;

  std::string Path;
  int Lock = -1; ///< of a lasting one
};

} // namespace holdfast

#endif
