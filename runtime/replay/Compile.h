// SPDX-License-Identifier: GPL-2.0-or-later
//
// Compilations against a tree, several at a time, and the cache of their objects.
#pragma once
#include "replay/Tree.h"
#include <string>
#include <vector>

namespace holdfast {

class Compilations {
public:
  /// Objects go to Folder.
  Compilations(const Tree &T, std::string Folder) : T(T), Folder(std::move(Folder)) {}

  /// Queues `Command... -c Source` unless Folder has the object; returns its path.
  /// The object is named by Stem and by a digest of the command and of Key. It is
  /// made again when a file that it was made from has changed or is gone.
  std::string add(const std::string &Stem, const std::string &Source,
                  std::vector<std::string> Command, const std::string &Key = "");
  /// Does what is queued. Throws ReplayError with the compiler's own errors.
  void run(unsigned Jobs);

private:
  struct Job {
    std::string Source, Object;
    std::vector<std::string> Command;
  };
  /// Empty, or what went wrong.
  std::string compile(const Job &J) const;

  const Tree &T;
  std::string Folder;
  std::vector<Job> Pending;
};

} // namespace holdfast
