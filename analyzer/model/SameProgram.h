// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_SAMEPROGRAM_H
#define HOLDFAST_MODEL_SAMEPROGRAM_H

#include "model/LockProgram.h"

namespace holdfast {

/// Do both say the same, wherever it stands? Places are not looked at: what a
/// comment moves down is the same program.
bool sameProgram(const Function &A, const Function &B);
bool sameProgram(const TranslationUnit &A, const TranslationUnit &B);

} // namespace holdfast

#endif
