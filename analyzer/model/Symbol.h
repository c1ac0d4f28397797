// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_SYMBOL_H
#define HOLDFAST_MODEL_SYMBOL_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace holdfast {

/// An interned string: names of functions, globals, files and `record::field`.
/// Equality is pointer equality; *order* is always that of the text, because
/// the order of interning depends on which thread came first.
class Symbol {
public:
  Symbol() = default;
  /// Interns \p Text for the life of the process. Thread-safe.
  static Symbol get(std::string_view Text);

  const std::string &str() const { return Entry->Text; }
  bool empty() const { return Entry->Text.empty(); }
  explicit operator bool() const { return !empty(); }
  const void *id() const { return Entry; }
  /// Of the text: the same in every process.
  uint64_t hash() const { return Entry->Hash; }

  friend bool operator==(Symbol A, Symbol B) { return A.Entry == B.Entry; }
  friend bool operator!=(Symbol A, Symbol B) { return A.Entry != B.Entry; }
  friend bool operator<(Symbol A, Symbol B) {
    return A.Entry != B.Entry && A.str() < B.str();
  }

  /// What is kept of a text.
  struct Interned {
    std::string Text;
    uint64_t Hash = 0;
  };

private:
  static const Interned *none();
  explicit Symbol(const Interned *Entry) : Entry(Entry) {}
  const Interned *Entry = none();
};

} // namespace holdfast

template <> struct std::hash<holdfast::Symbol> {
  size_t operator()(holdfast::Symbol S) const {
    return std::hash<const void *>()(S.id());
  }
};

#endif
