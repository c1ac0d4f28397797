// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_CLASSCYCLES_H
#define HOLDFAST_CHECKS_CLASSCYCLES_H

#include <cstddef>
#include <cstdint>
#include <vector>

/// \file
/// The door to runtime/lockdep's graph, whose names are those of the engine: they must
/// not meet the analyzer's.
namespace holdfast {

/// A class is waited for with another held, for read or not.
struct ClassEdge {
  uint32_t Held = 0, Next = 0;
  bool HeldRead = false, NextRead = false;
};

/// The strong cycles of at most \p Most legs that have no chord (else a shorter one says
/// the same), each as the classes in it, the smallest first.
std::vector<std::vector<uint32_t>> classCycles(const std::vector<ClassEdge> &Edges,
                                               size_t Most);

} // namespace holdfast

#endif
