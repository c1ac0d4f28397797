// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_MAILBOX_H
#define HOLDFAST_FILTER_MAILBOX_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace holdfast {

/// A patch and what it is called.
struct Patch {
  std::string Title; ///< its subject, or the name of its file
  std::string Text;
  bool Bare = false; ///< a diff, with no mail around it
};

/// Where a subject says a patch stands in its series: 0 of 0 where it does not say.
struct SeriesPlace {
  unsigned Number = 0, Total = 0;
  friend bool operator==(const SeriesPlace &, const SeriesPlace &) = default;
};

/// That of "[PATCH v2 3/7] foo".
SeriesPlace placeOf(llvm::StringRef Subject);
/// "foo" of "[PATCH v2 3/7] foo".
std::string withoutTags(llvm::StringRef Subject);
/// Does \p Text begin as a mail or an mbox does, and not as a diff?
bool looksLikeMail(llvm::StringRef Text);
/// Is there any hunk or rename in \p Text?
bool hasDiff(llvm::StringRef Text);

/// The patches in \p Text, in the order of their numbers; a cover letter and replies
/// are left out. \p Name is for messages; what the user should know goes to
/// \p Notes. Fails for what is binary, empty, incomplete or holds no patch.
llvm::Expected<std::vector<Patch>> readMailbox(const std::string &Name,
                                               const std::string &Text,
                                               std::vector<std::string> &Notes);

} // namespace holdfast

#endif
