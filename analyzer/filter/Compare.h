// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_COMPARE_H
#define HOLDFAST_FILTER_COMPARE_H

#include "model/Finding.h"
#include <functional>

namespace holdfast {

/// What a change does to the findings of a tree.
struct Comparison {
  std::vector<Finding> Introduced; ///< as the new version has them
  std::vector<Finding> Fixed;      ///< as the old version had them
};

/// The text of the source line at a place; "" where there is none.
using LineText = std::function<std::string(const Location &)>;

/// Which findings of \p New were not in \p Old, and which of \p Old are no more.
/// Each finding of one side stands for at most one of the other. Order is kept.
Comparison compareFindings(std::vector<Finding> Old, std::vector<Finding> New,
                           const LineText &OldLine, const LineText &NewLine);

} // namespace holdfast

#endif
