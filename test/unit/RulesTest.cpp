// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/PathParser.h"
#include "rules/Release.h"
#include "rules/RuleReader.h"
#include "rules/RulesText.h"
#include "rules/SchemaCheck.h"
#include <gtest/gtest.h>

using namespace holdfast;

static const Expr *path(std::string_view Text) {
  llvm::Expected<const Expr *> E = parsePath(Text);
  EXPECT_TRUE(bool(E)) << Text;
  return E ? *E : (llvm::consumeError(E.takeError()), Expr::unknown());
}

static std::string pathError(std::string_view Text) {
  llvm::Expected<const Expr *> E = parsePath(Text);
  return E ? "no error" : llvm::toString(E.takeError());
}

static const Expr *member(const Expr *Base, const char *Name) {
  return Expr::field(Base, Symbol::get(Name));
}

TEST(PathParser, Roots) {
  EXPECT_EQ(path("p0"), Expr::param(0));
  EXPECT_EQ(path("p11"), Expr::param(11));
  EXPECT_EQ(path("ret"), Expr::ret());
  EXPECT_EQ(path("@current"), Expr::global(Symbol::get("@current")));
  EXPECT_EQ(path("0"), Expr::constant(0));
  EXPECT_EQ(path("-11"), Expr::constant(-11));
}

TEST(PathParser, Members) {
  const Expr *Place = member(Expr::param(0), "vm_area_struct::vm_mm");
  EXPECT_EQ(path("p0->vm_area_struct::vm_mm"), Expr::load(Place));
  EXPECT_EQ(path("&p0->vm_area_struct::vm_mm"), Place);
  EXPECT_EQ(path("&p0->vm_area_struct::vm_mm->mm_struct::mmap_lock"),
            member(Expr::load(Place), "mm_struct::mmap_lock"));
  EXPECT_EQ(
      path("&p0->vma_iterator::mas.ma_state::tree"),
      member(member(Expr::param(0), "vma_iterator::mas"), "ma_state::tree"));
  EXPECT_EQ(path("*p5"), Expr::load(Expr::param(5)));
  EXPECT_EQ(path("**p5"), Expr::load(Expr::load(Expr::param(5))));
}

TEST(PathParser, ContainerOfCancelsAMember) {
  const Expr *Tree = path("p0->ma_state::tree");
  const Expr *Mm = path("p0->ma_state::tree<-mm_struct::mm_mt");
  EXPECT_EQ(Mm, Expr::up(Tree, Symbol::get("mm_struct::mm_mt")));
  EXPECT_EQ(Expr::up(member(Expr::param(3), "mm_struct::mm_mt"),
                     Symbol::get("mm_struct::mm_mt")),
            Expr::param(3));
}

TEST(PathParser, Places) {
  llvm::Expected<const Expr *> P = parsePlace("ret->vm_area_struct::vm_mm");
  ASSERT_TRUE(bool(P));
  EXPECT_EQ(*P, member(Expr::ret(), "vm_area_struct::vm_mm"));
  llvm::Expected<const Expr *> Star = parsePlace("*p5");
  ASSERT_TRUE(bool(Star));
  EXPECT_EQ(*Star, Expr::param(5));
  llvm::Expected<const Expr *> Value = parsePlace("p5");
  ASSERT_FALSE(bool(Value));
  EXPECT_EQ(llvm::toString(Value.takeError()),
            "a place in memory, found the value 'p5'");
}

TEST(PathParser, SaysWhatIsWrong) {
  EXPECT_EQ(pathError("vma->vm_mm"),
            "a parameter (p0), ret or a name such as @current at column 1 of "
            "the path, found 'vma->vm_mm'");
  EXPECT_EQ(pathError("p0->vm_mm"),
            "a member such as vm_area_struct::vm_mm at column 5 of the path, "
            "found 'vm_mm'");
  EXPECT_EQ(pathError("&p0"), "a member to take the address of at column 4 of "
                              "the path, found 'its end'");
  for (const char *Bad : {"", "p", "p1x", "px", "&", "*", "@", "&&p0->a::b",
                          "&*p0", "p0.a::b", "p0->a::b.", "p0->a::", "p0 ",
                          "p0->::b", "12p", "ret->a::b::c", "p1000"})
    EXPECT_NE(pathError(Bad), "no error") << Bad;
}

static Release release(const char *Text) {
  std::optional<Release> R = Release::parse(Text);
  EXPECT_TRUE(R.has_value()) << Text;
  return R.value_or(Release());
}

TEST(Release, ComparesNumbers) {
  EXPECT_LT(compare(release("6.1"), release("6.12")), 0);
  EXPECT_LT(compare(release("6.9"), release("6.12")), 0);
  EXPECT_GT(compare(release("6.1.192"), release("6.1")), 0);
  EXPECT_LT(compare(release("6.1.192"), release("6.2")), 0);
  EXPECT_LT(compare(release("6.99"), release("7.0")), 0);
  EXPECT_EQ(compare(release("6.1"), release("6.1.0")), 0);
  EXPECT_EQ(compare(release("6.13-rc2"), release("6.13")), 0);
  EXPECT_EQ(compare(release("6.12.117-1~bpo+1"), release("6.12.117")), 0);
}

TEST(Release, RefusesWhatIsNone) {
  for (const char *Bad : {"", "6", "foo", "v6.1", "6.", "6..1", ".1", "6.1.",
                          "6.1 ", "6.x", "6.1x", "1234567.1", "6.1.-rc1"})
    EXPECT_FALSE(Release::parse(Bad).has_value()) << Bad;
}

TEST(Release, Ranges) {
  ReleaseRange Always, Old{{}, release("6.3")}, New{release("6.3"), {}};
  ReleaseRange Middle{release("6.3"), release("6.9")};
  EXPECT_TRUE(Always.contains(release("6.1")));
  EXPECT_TRUE(Old.contains(release("6.1.192")));
  EXPECT_TRUE(Old.contains(release("6.2.99")));
  EXPECT_FALSE(Old.contains(release("6.3")));
  EXPECT_TRUE(New.contains(release("6.3")));
  EXPECT_TRUE(New.contains(release("6.12.117")));
  EXPECT_FALSE(New.contains(release("6.1")));
  EXPECT_FALSE(Middle.contains(release("6.9")));
  EXPECT_TRUE(Middle.contains(release("6.8.12")));
  // No release: the newest there is.
  EXPECT_TRUE(Always.contains(std::nullopt));
  EXPECT_TRUE(New.contains(std::nullopt));
  EXPECT_FALSE(Old.contains(std::nullopt));
  EXPECT_FALSE(Middle.contains(std::nullopt));

  EXPECT_FALSE(Old.overlaps(New));
  EXPECT_FALSE(New.overlaps(Old));
  EXPECT_TRUE(New.overlaps(Middle));
  EXPECT_TRUE(Middle.overlaps(New));
  EXPECT_TRUE(Always.overlaps(Old));
  EXPECT_TRUE(Old.overlaps(Old));
}

TEST(Release, PicksTheSourcesThatFit) {
  std::string Both = "a.c:1 (6.12), b.c:2 (6.12), a.c:3 (6.1), Documentation/x";
  EXPECT_EQ(sourcesFor(Both, release("6.1.192")),
            "a.c:3 (6.1), Documentation/x");
  EXPECT_EQ(sourcesFor(Both, release("6.9")), "a.c:3 (6.1), Documentation/x");
  EXPECT_EQ(sourcesFor(Both, release("6.13")),
            "a.c:1 (6.12), b.c:2 (6.12), Documentation/x");
  EXPECT_EQ(sourcesFor(Both, release("5.10")), "a.c:3 (6.1), Documentation/x");
  EXPECT_EQ(sourcesFor(Both, std::nullopt),
            "a.c:1 (6.12), b.c:2 (6.12), Documentation/x");
  EXPECT_EQ(sourcesFor("Documentation/x", release("6.1")), "Documentation/x");
}

/// The one function rule made of \p Members.
static FunctionRule function(const std::string &Members) {
  RuleFile File;
  std::optional<Problem> Wrong = readRules(
      nlohmann::json::parse(
          R"({"functions":[{"names":["f"],"source":"Documentation/f",)" +
          Members + "}]}"),
      File);
  EXPECT_FALSE(Wrong) << Wrong->Pointer << ": " << Wrong->Expected << ", "
                      << Wrong->Found;
  return File.Functions.empty() ? FunctionRule() : File.Functions[0].Value;
}

static ValueRange range(const std::string &Condition) {
  FunctionRule F =
      function(R"("returns_test":{"value":"p0",)" + Condition + "}");
  return F.ReturnsTest ? F.ReturnsTest->Range : ValueRange::top();
}

TEST(RuleReader, Conditions) {
  EXPECT_EQ(range(R"("is":"zero")"), ValueRange::zero());
  EXPECT_EQ(range(R"("is":"nonzero")"), ValueRange::nonZero());
  EXPECT_EQ(range(R"("is":"negative")").Hi, -1);
  EXPECT_EQ(range(R"("is":"nonnegative")").Lo, 0);
  EXPECT_EQ(range(R"("is":"positive")").Lo, 1);
  EXPECT_EQ(range(R"("is":"error-pointer")"), ValueRange::interval(-4095, -1));
  EXPECT_EQ(range(R"("is":"error-pointer-or-null")"),
            ValueRange::interval(-4095, 0));
  EXPECT_EQ(range(R"("is":"not-error-pointer")").Lo, 0);
  EXPECT_EQ(range(R"("range":[2,5])"), ValueRange::interval(2, 5));
  EXPECT_EQ(range(R"("bits_set":4096)"), ValueRange::bits(4096, 0));
  EXPECT_EQ(range(R"("bits_clear":4096)"), ValueRange::bits(0, 4096));
  EXPECT_EQ(range(R"("bits_set":1,"bits_clear":6)"), ValueRange::bits(1, 6));
}

TEST(RuleReader, CasesAndDemands) {
  FunctionRule F = function(
      R"("cases":[{"when":[{"value":"ret","is":"zero"}],
          "acquire":[{"lock":"p0","mode":"read"}],
          "stores":[{"place":"*p1","value":"0"}]}, {}],
         "requires":[{"lock":"p2","mode":"any"},
          {"lock":"p3","mode":"write","when":[{"value":"p1","is":"zero"}]}],
         "replaces_body":true,"asserts":"!p0")");
  ASSERT_EQ(F.Cases.size(), 2u);
  ASSERT_EQ(F.Cases[0].Acquire.size(), 1u);
  EXPECT_EQ(F.Cases[0].Acquire[0].Lock, Expr::param(0));
  EXPECT_EQ(F.Cases[0].Acquire[0].Mode, LockMode::Read);
  EXPECT_EQ(F.Cases[0].When[0].Value, Expr::ret());
  EXPECT_EQ(F.Cases[0].Stores[0].Place, Expr::param(1));
  EXPECT_EQ(F.Cases[0].Stores[0].Value, Expr::constant(0));
  ASSERT_EQ(F.Requires.size(), 1u);
  EXPECT_EQ(F.Requires[0].Mode, LockMode::Any);
  ASSERT_EQ(F.RequiresWhen.size(), 1u);
  EXPECT_EQ(F.RequiresWhen[0].Lock.Lock, Expr::param(3));
  EXPECT_TRUE(F.RequiresReplaceBody);
  EXPECT_FALSE(F.IgnoreBody);
  EXPECT_EQ(F.Asserts, -1);
}

TEST(RuleReader, EachNameHasItsSource) {
  RuleFile File;
  ASSERT_FALSE(readRules(nlohmann::json::parse(
                             R"J({"functions":[{"names":{"f":"f.c:1 (6.1)",
                                 "g":"g.c:2 (6.1)"},"fresh":true}]})J"),
                         File));
  ASSERT_EQ(File.Functions.size(), 2u);
  EXPECT_EQ(File.Functions[1].Value.Name.str(), "g");
  EXPECT_EQ(File.Functions[1].Value.Source, "g.c:2 (6.1)");
  EXPECT_EQ(File.Functions[1].Pointer, "/functions/0/names/g");
}

TEST(JsonFile, Pointers) {
  EXPECT_EQ(join("/a", std::string("b")), "/a/b");
  EXPECT_EQ(join("", size_t(3)), "/3");
  EXPECT_EQ(join("", std::string("a/b~c")), "/a~1b~0c");
  EXPECT_EQ(shown("text"), "'text'");
  EXPECT_EQ(shown(nlohmann::json::object()), "an empty object");
  EXPECT_EQ(shown(std::string(80, 'x')).size(), 60u);
}

TEST(SchemaCheck, PointsAtTheDeepestMistake) {
  nlohmann::json Schema = nlohmann::json::parse(
      R"({"type":"object","required":["a"],"additionalProperties":false,
          "description":"a thing","properties":{"a":{"type":"array",
          "description":"a list","items":{"$ref":"#/definitions/n"}}},
          "definitions":{"n":{"type":"integer","description":"a number"}}})");
  EXPECT_FALSE(checkSchema(Schema, nlohmann::json::parse(R"({"a":[1]})")));
  std::optional<Problem> P =
      checkSchema(Schema, nlohmann::json::parse(R"({"a":[1,"x"]})"));
  ASSERT_TRUE(P);
  EXPECT_EQ(P->Pointer, "/a/1");
  EXPECT_EQ(P->Expected, "a number");
  EXPECT_EQ(P->Found, "'x'");
  P = checkSchema(Schema, nlohmann::json::parse(R"({"a":[],"b":1})"));
  ASSERT_TRUE(P);
  EXPECT_EQ(P->Pointer, "/b");
  EXPECT_EQ(P->Expected, "one of a");
  P = checkSchema(Schema, nlohmann::json::parse("{}"));
  ASSERT_TRUE(P);
  EXPECT_EQ(P->Pointer, "");
  EXPECT_EQ(P->Expected, "'a' in a thing");
}
