// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/SchemaCheck.h"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace holdfast {

using nlohmann::json;

/// The schema node that \p Node refers to, with what surrounds it kept.
static const json &resolved(const json &Schema, const json &Node) {
  auto Ref = Node.find("$ref");
  if (Ref == Node.end())
    return Node;
  std::string Pointer = Ref->get<std::string>().substr(1);
  return resolved(Schema, Schema.at(json::json_pointer(Pointer)));
}

/// The schema of member \p Step of a value that \p Node is the schema of.
static const json *below(const json &Schema, const json &Node,
                         const std::string &Step) {
  if (auto P = Node.find("properties"); P != Node.end())
    if (auto It = P->find(Step); It != P->end())
      return &resolved(Schema, *It);
  for (const char *Key : {"items", "additionalProperties"})
    if (auto It = Node.find(Key); It != Node.end() && It->is_object())
      if ((Key[0] == 'i') ==
          (Step.find_first_not_of("0123456789") == std::string::npos))
        return &resolved(Schema, *It);
  return nullptr;
}

static std::string list(const json &Names) {
  std::string Text;
  for (const json &N : Names)
    Text += (Text.empty() ? "" : ", ") + N.get<std::string>();
  return Text;
}

static json keys(const json &Object) {
  json Names = json::array();
  for (const auto &Item : Object.items())
    Names.push_back(Item.key());
  return Names;
}

/// Puts into words why \p Value, which \p Node describes, was refused.
static Problem explain(const json &Node, const json &Value,
                       const std::string &Pointer) {
  std::string Wanted = Node.value("description", "another value");
  if (!Value.is_object() || !Node.contains("properties"))
    return {Pointer, Wanted, shown(Value)};
  const json &Known = Node.at("properties");
  for (const auto &Item : Value.items())
    if (!Known.contains(Item.key()))
      return {join(Pointer, Item.key()), "one of " + list(keys(Known)),
              "'" + Item.key() + "'"};
  for (const json &Name : Node.value("required", json::array()))
    if (!Value.contains(Name.get<std::string>()))
      return {Pointer, "'" + Name.get<std::string>() + "' in " + Wanted,
              Value.empty() ? "none" : "only " + list(keys(Value))};
  return {Pointer, Wanted, shown(Value)};
}

/// The JSON pointer for the context that valijson gives: `<root>`, then
/// `[name]` for each step.
static json::json_pointer pointerOf(const std::vector<std::string> &Context) {
  json::json_pointer Pointer;
  for (const std::string &Step : Context)
    if (Step.size() > 2 && Step.front() == '[')
      Pointer.push_back(Step.substr(1, Step.size() - 2));
  return Pointer;
}

std::optional<Problem> checkSchema(const json &Schema, const json &Value) {
  valijson::Schema Compiled;
  valijson::SchemaParser Parser;
  Parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(Schema),
                        Compiled);
  valijson::Validator Validator;
  valijson::ValidationResults Results;
  if (Validator.validate(
          Compiled, valijson::adapters::NlohmannJsonAdapter(Value), &Results))
    return std::nullopt;
  // The deepest complaint is the one to act on: those around it follow from it.
  valijson::ValidationResults::Error Error, Deepest;
  while (Results.popError(Error))
    if (Error.context.size() > Deepest.context.size())
      Deepest = Error;
  json::json_pointer Pointer = pointerOf(Deepest.context);
  const json *Node = &resolved(Schema, Schema);
  std::vector<std::string> Steps;
  for (json::json_pointer P = Pointer; !P.empty(); P = P.parent_pointer())
    Steps.insert(Steps.begin(), P.back());
  for (const std::string &Step : Steps)
    if (!(Node = below(Schema, *Node, Step)))
      return Problem{Pointer.to_string(), "a value the schema allows",
                     Deepest.description};
  return explain(*Node, Value.at(Pointer), Pointer.to_string());
}

} // namespace holdfast
