// SPDX-License-Identifier: GPL-2.0-or-later
//
// The stages of a series: a folder of sources each, and a title.
#pragma once
#include <string>
#include <vector>

namespace holdfast {

/// A temporary folder for the sources of all stages, removed at the end.
class SeriesFolder {
public:
  explicit SeriesFolder(const std::string &Near);
  ~SeriesFolder();
  SeriesFolder(const SeriesFolder &) = delete;
  SeriesFolder &operator=(const SeriesFolder &) = delete;
  const std::string &path() const { return Path; }

private:
  std::string Path;
};

struct SeriesStage {
  std::string Title, Folder;
  std::string Label; ///< what --stage calls it: a number, or a mutant's name
  bool Mutant = false;
};

/// The one with the label, or null.
const SeriesStage *findStage(const std::vector<SeriesStage> &Stages,
                             const std::string &Label);

/// Base as it is, then with each mail of the mbox applied. Throws ReplayError.
std::vector<SeriesStage> unpackMbox(const std::string &Mbox, const std::string &Base,
                                    const SeriesFolder &Work);
/// Last with each patch of Folder applied alone, by file name.
std::vector<SeriesStage> unpackMutants(const std::string &Folder, const SeriesStage &Last,
                                       const SeriesFolder &Work);
/// The commit A and each one of A..B, what is below Folder of it (or all).
std::vector<SeriesStage> unpackGit(const std::string &Repository,
                                   const std::string &Range, const std::string &Folder,
                                   const SeriesFolder &Work);

} // namespace holdfast
