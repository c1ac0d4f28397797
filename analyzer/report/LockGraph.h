// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_REPORT_LOCKGRAPH_H
#define HOLDFAST_REPORT_LOCKGRAPH_H

#include "model/Finding.h"
#include <string>
#include <vector>

/// \file
/// The lock-order graph as it is shown, one sink a file. As with reports, what did not
/// change is the same to the byte.
namespace holdfast {

/// What is waited for with what held.
struct LockGraphEdge {
  std::string Held, Next; ///< names of classes
  bool HeldRead = false, NextRead = false;
  bool Try = false; ///< an attempt: no dependency
  std::vector<Step> Witness;
};

struct LockGraph {
  std::string Title;  ///< kernel and folders
  std::string Kernel; ///< its release, "" where it is not known
  std::vector<LockGraphEdge> Edges;

  /// Every class, once, sorted.
  std::vector<std::string> classes() const;
  /// `12 classes, 30 edges (4 of them attempts)`
  std::string summary() const;
};

/// `mmap_lock (read)`
std::string lockText(const std::string &Class, bool Read);

/// `held -> waited for`, and indented the witness, as compilers show places.
std::string graphText(const LockGraph &G);
/// For Graphviz.
std::string graphDot(const LockGraph &G);
/// One page that needs nothing else.
std::string graphHtml(const LockGraph &G);

} // namespace holdfast

#endif
