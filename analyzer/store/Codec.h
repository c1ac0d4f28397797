// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_CODEC_H
#define HOLDFAST_STORE_CODEC_H

#include "model/HeaderBody.h"
#include "model/LockProgram.h"
#include "store/Digest.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>

/// \file
/// Lock programs to bytes and back. The same program gives the same bytes in
/// every process, so that the bytes' hash can be its name. Reading makes every
/// symbol and expression anew through the model's own constructors. It takes
/// any bytes: what is no program is refused, never believed.
namespace holdfast {

/// A unit, and which of its functions are header bodies.
struct StoredUnit {
  TranslationUnit Unit;
  std::vector<HeaderBody> Bodies; ///< in the order of their functions
  Digest Name = {};               ///< of its content, where it was stored
};

using FunctionPtr = std::shared_ptr<const Function>;

std::string encodeBody(const Function &F);
FunctionPtr decodeBody(llvm::StringRef Content); ///< null: not a body

/// \p Name gives the name under which a header body is stored.
std::string encodeUnit(const StoredUnit &U,
                       llvm::function_ref<Digest(const FunctionPtr &)> Name);
/// \p Body finds a stored header body; where it finds none there is no unit.
std::optional<StoredUnit> decodeUnit(llvm::StringRef Content,
                                     llvm::function_ref<FunctionPtr(Digest)> Body);

} // namespace holdfast

#endif
