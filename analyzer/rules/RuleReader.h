// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RULEREADER_H
#define HOLDFAST_RULES_RULEREADER_H

#include "model/Rules.h"
#include "rules/JsonFile.h"
#include "rules/Release.h"
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// Where a fact stands and which releases it holds for.
template <typename T> struct Fact {
  T Value;
  ReleaseRange Releases;
  std::string Pointer;
};

struct ClassFact {
  Symbol Class;
  std::string Name;
  std::string Source;
  bool Recursive = false;
  std::string Atomic, Irq;
  std::string WriteCheck;
  bool Keyed = false;
  bool Optional = false;
  std::vector<Symbol> Masks;
};

/// Of inner_fields and selectors.
struct InnerFieldFact {
  Symbol Field;
  std::string Source;
};

/// All facts of one file, of every release.
struct RuleFile {
  std::vector<Fact<FunctionRule>> Functions;
  std::vector<Fact<GuardRule>> Guards;
  std::vector<Fact<PinRule>> Pins;
  std::vector<Fact<CallbackRule>> Callbacks;
  std::vector<Fact<ResultRule>> Results;
  std::vector<Fact<AssertionRule>> Assertions;
  std::vector<Fact<OrderRule>> Orders;
  std::vector<Fact<ClassFact>> Classes;
  std::vector<Fact<InnerFieldFact>> InnerFields;
  std::vector<Fact<InnerFieldFact>> Selectors;
  std::vector<Fact<InnerFieldFact>> Links;
  std::vector<Fact<UncheckedRule>> Unchecked;
};

/// Turns the JSON of a file that the schema accepted into facts, or says what
/// is wrong with it beyond what a schema can tell.
std::optional<Problem> readRules(const nlohmann::json &Root, RuleFile &Out);

} // namespace holdfast

#endif
