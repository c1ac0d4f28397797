// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/Finding.h"

using namespace holdfast;

const char *holdfast::name(Confidence C) {
  static const char *const Names[] = {"possible", "likely", "certain"};
  return Names[int(C)];
}

const char *holdfast::name(Level L) {
  static const char *const Names[] = {"note", "warning", "error"};
  return Names[int(L)];
}
