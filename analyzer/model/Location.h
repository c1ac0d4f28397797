// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_LOCATION_H
#define HOLDFAST_MODEL_LOCATION_H

#include "model/Symbol.h"
#include <cstdint>
#include <tuple>

namespace holdfast {

/// A place in the sources. File is relative to the kernel tree wherever it lies
/// below it; Line and Column count from 1, 0 meaning "no such place".
struct Location {
  Symbol File;
  uint32_t Line = 0;
  uint32_t Column = 0;

  explicit operator bool() const { return Line != 0; }
  friend bool operator==(const Location &A, const Location &B) {
    return A.File == B.File && A.Line == B.Line && A.Column == B.Column;
  }
  friend bool operator<(const Location &A, const Location &B) {
    return std::tie(A.File, A.Line, A.Column) <
           std::tie(B.File, B.Line, B.Column);
  }
};

} // namespace holdfast

#endif
