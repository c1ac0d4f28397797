// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/PathParser.h"
#include <cctype>
#include <charconv>

namespace holdfast {

namespace {

/// What a path denotes: a value and, when it was read from somewhere, the
/// address of that place.
struct Denoted {
  const Expr *Value = nullptr;
  const Expr *Place = nullptr;
};

class Parser {
public:
  explicit Parser(std::string_view Text) : Text(Text), Rest(Text) {}

  llvm::Expected<Denoted> parse();

private:
  llvm::Error fail(const char *Wanted) const;
  bool accept(std::string_view Token);
  std::string_view word();
  bool member(Symbol &Name);
  bool root(Denoted &D);
  llvm::Error steps(Denoted &D);
  bool integer(Denoted &D);

  std::string_view Text;
  std::string_view Rest;
};

} // namespace

llvm::Error Parser::fail(const char *Wanted) const {
  size_t Column = Text.size() - Rest.size() + 1;
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "%s at column %zu of the path, found '%s'", Wanted, Column,
      Rest.empty() ? "its end" : std::string(Rest).c_str());
}

bool Parser::accept(std::string_view Token) {
  if (!Rest.starts_with(Token))
    return false;
  Rest.remove_prefix(Token.size());
  return true;
}

/// The identifier that comes next, empty when there is none.
std::string_view Parser::word() {
  size_t N = 0;
  while (N < Rest.size() &&
         (std::isalnum(static_cast<unsigned char>(Rest[N])) || Rest[N] == '_'))
    ++N;
  std::string_view W = Rest.substr(0, N);
  Rest.remove_prefix(N);
  return W;
}

bool Parser::member(Symbol &Name) {
  std::string_view Start = Rest;
  if (word().empty() || !accept("::") || word().empty()) {
    Rest = Start;
    return false;
  }
  Name = Symbol::get(Start.substr(0, Start.size() - Rest.size()));
  return true;
}

bool Parser::root(Denoted &D) {
  std::string_view Start = Rest;
  if (accept("@")) {
    if (!word().empty()) {
      std::string_view Name = Start.substr(0, Start.size() - Rest.size());
      D.Value = Expr::global(Symbol::get(Name));
      return true;
    }
  } else if (std::string_view W = word(); W == "ret") {
    D.Value = Expr::ret();
    return true;
  } else if (W.size() > 1 && W.size() < 4 && W[0] == 'p') {
    unsigned N = 0;
    auto [End, Bad] = std::from_chars(W.data() + 1, W.data() + W.size(), N);
    if (Bad == std::errc() && End == W.data() + W.size()) {
      D.Value = Expr::param(N);
      return true;
    }
  }
  Rest = Start;
  return false;
}

bool Parser::integer(Denoted &D) {
  int64_t V = 0;
  auto [End, Bad] = std::from_chars(Rest.data(), Rest.data() + Rest.size(), V);
  if (Bad != std::errc())
    return false;
  Rest.remove_prefix(size_t(End - Rest.data()));
  D.Value = Expr::constant(V);
  return true;
}

llvm::Error Parser::steps(Denoted &D) {
  while (!Rest.empty()) {
    bool Arrow = accept("->");
    bool Up = !Arrow && accept("<-");
    bool Dot = !Arrow && !Up && D.Place && accept(".");
    if (!Arrow && !Up && !Dot)
      return fail(D.Place ? "'->', '.' or '<-'" : "'->' or '<-'");
    Symbol Name;
    if (!member(Name))
      return fail("a member such as vm_area_struct::vm_mm");
    if (Up) {
      D = {Expr::up(D.Value, Name), nullptr};
      continue;
    }
    D.Place = Expr::field(Dot ? D.Place : D.Value, Name);
    D.Value = Expr::load(D.Place);
  }
  return llvm::Error::success();
}

llvm::Expected<Denoted> Parser::parse() {
  Denoted D;
  if (integer(D))
    return Rest.empty() ? llvm::Expected<Denoted>(D)
                        : fail("the end of the number");
  bool Address = accept("&");
  unsigned Stars = 0;
  while (!Address && accept("*"))
    ++Stars;
  if (!root(D))
    return fail("a parameter (p0), ret or a name such as @current");
  if (llvm::Error E = steps(D))
    return E;
  if (Address) {
    if (!D.Place)
      return fail("a member to take the address of");
    D = {D.Place, nullptr};
  }
  for (; Stars; --Stars)
    D = {Expr::load(D.Value), D.Value};
  return D;
}

llvm::Expected<const Expr *> parsePath(std::string_view Text) {
  llvm::Expected<Denoted> D = Parser(Text).parse();
  if (!D)
    return D.takeError();
  return D->Value;
}

llvm::Expected<const Expr *> parsePlace(std::string_view Text) {
  llvm::Expected<Denoted> D = Parser(Text).parse();
  if (!D)
    return D.takeError();
  if (!D->Place)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "a place in memory, found the value '%s'",
                                   std::string(Text).c_str());
  return D->Place;
}

} // namespace holdfast
