// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_SYMBOL_H
#define HOLDFAST_MODEL_SYMBOL_H

#include <cstddef>
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

  const std::string &str() const { return *Text; }
  bool empty() const { return Text->empty(); }
  explicit operator bool() const { return !empty(); }
  const void *id() const { return Text; }

  friend bool operator==(Symbol A, Symbol B) { return A.Text == B.Text; }
  friend bool operator!=(Symbol A, Symbol B) { return A.Text != B.Text; }
  friend bool operator<(Symbol A, Symbol B) {
    return A.Text != B.Text && *A.Text < *B.Text;
  }

private:
  static const std::string *emptyText();
  explicit Symbol(const std::string *Text) : Text(Text) {}
  const std::string *Text = emptyText();
};

} // namespace holdfast

template <> struct std::hash<holdfast::Symbol> {
  size_t operator()(holdfast::Symbol S) const {
    return std::hash<const void *>()(S.id());
  }
};

#endif
