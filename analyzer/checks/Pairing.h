// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_PAIRING_H
#define HOLDFAST_CHECKS_PAIRING_H

#include "checks/Check.h"
#include <set>

/// \file
/// Who takes care of what a function leaves behind: of a lock that is still held where
/// it returns, somebody above it in the call graph must release it, and what it
/// releases and never took, somebody above must have taken. One that does is enough,
/// for then the function is made that way; where not one does, up to the functions
/// that nobody in the kernel calls, nobody ever will.
namespace holdfast {

class Pairing {
public:
  explicit Pairing(const CheckInput &In);

  enum class Answer {
    Nobody,  ///< not one of those that lead here, callbacks included
    Outside, ///< nobody here, but what nobody here calls may be called from elsewhere
    Unknown, ///< a bound was hit on the way
    Somebody
  };
  struct Above {
    Answer Pairs = Answer::Nobody;
    std::vector<CallSite> Path; ///< from a function that nobody calls down to this one
  };
  /// Does anybody release what \p F leaves held of \p Class (\p Held), or take what it
  /// releases?
  Above above(FunctionId F, Symbol Class, bool Held) const;

  /// Does \p F itself pair the call at \p Where with another?
  bool within(FunctionId F, Location Where) const;

private:
  std::vector<CallSite> callers(FunctionId F) const;
  bool passesOn(FunctionId F, Symbol Class, bool Held) const;
  bool isAnyHeld(const CallSite &Site) const;
  bool isEnteredWith(FunctionId F, Symbol Class) const;

  const CheckInput &In;
  /// Lock classes that a callback, or what nobody calls, leaves held; or releases.
  std::set<Symbol> LeftAtTop, TakenAtTop;
};

} // namespace holdfast

#endif
