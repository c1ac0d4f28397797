// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/JsonFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include <algorithm>
#include <set>

namespace holdfast {

static unsigned lineAt(llvm::StringRef Text, size_t Offset) {
  return 1 + unsigned(Text.substr(0, Offset).count('\n'));
}

static llvm::Error syntaxError(const std::string &Path, llvm::StringRef Text,
                               const nlohmann::json::parse_error &E) {
  size_t Offset = std::min<size_t>(E.byte ? E.byte - 1 : 0, Text.size());
  if (Offset == Text.size())
    Offset = Text.rtrim().size();
  // "[json.exception.parse_error.101] parse error at line L, column C: ..."
  llvm::StringRef What = E.what();
  size_t Colon = What.find(": ");
  if (Colon != llvm::StringRef::npos)
    What = What.substr(Colon + 2);
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(), "%s:%u: expected valid JSON, found: %s",
      Path.c_str(), lineAt(Text, Offset), What.str().c_str());
}

/// The first key that an object of \p N has twice, null when there is none.
/// The JSON parser would silently keep the last of them.
static llvm::yaml::ScalarNode *repeatedKey(llvm::yaml::Node *N) {
  llvm::yaml::ScalarNode *Found = nullptr;
  if (auto *Map = llvm::dyn_cast_or_null<llvm::yaml::MappingNode>(N)) {
    std::set<std::string> Keys;
    llvm::SmallString<32> Storage;
    for (llvm::yaml::KeyValueNode &KV : *Map) {
      auto *Key = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(KV.getKey());
      if (Key && !Keys.insert(Key->getValue(Storage).str()).second)
        return Key;
      if ((Found = repeatedKey(KV.getValue())))
        return Found;
    }
  } else if (auto *Seq = llvm::dyn_cast_or_null<llvm::yaml::SequenceNode>(N)) {
    for (llvm::yaml::Node &Item : *Seq)
      if ((Found = repeatedKey(&Item)))
        return Found;
  }
  return Found;
}

static llvm::Error checkKeys(const std::string &Path, llvm::StringRef Text) {
  llvm::SourceMgr Sources;
  Sources.setDiagHandler([](const llvm::SMDiagnostic &, void *) {});
  llvm::yaml::Stream Stream(Text, Sources, /*ShowColors=*/false);
  llvm::yaml::document_iterator Doc = Stream.begin();
  if (Doc == Stream.end())
    return llvm::Error::success();
  llvm::yaml::ScalarNode *Key = repeatedKey(Doc->getRoot());
  if (!Key)
    return llvm::Error::success();
  llvm::SmallString<32> Storage;
  llvm::SMLoc At = Key->getSourceRange().Start;
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      "%s:%u: expected each key of an object once, found '%s' again",
      Path.c_str(), Sources.getLineAndColumn(At).first,
      Key->getValue(Storage).str().c_str());
}

llvm::Expected<JsonFile> JsonFile::read(const std::string &Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(), "%s: cannot be read: %s",
                                   Path.c_str(),
                                   Buffer.getError().message().c_str());
  JsonFile F;
  F.Path = Path;
  F.Text = (*Buffer)->getBuffer().str();
  try {
    F.Root = nlohmann::json::parse(F.Text);
  } catch (const nlohmann::json::parse_error &E) {
    return syntaxError(Path, F.Text, E);
  }
  if (llvm::Error E = checkKeys(Path, F.Text))
    return E;
  return F;
}

/// The child of \p N that \p Step names; \p At becomes where its key stands.
static llvm::yaml::Node *child(llvm::yaml::Node *N, const std::string &Step,
                               const char *&At) {
  llvm::SmallString<32> Storage;
  llvm::yaml::Node *Found = nullptr;
  if (auto *Map = llvm::dyn_cast<llvm::yaml::MappingNode>(N)) {
    for (llvm::yaml::KeyValueNode &KV : *Map) {
      auto *Key = llvm::dyn_cast_or_null<llvm::yaml::ScalarNode>(KV.getKey());
      if (Key && Key->getValue(Storage) == Step) {
        At = Key->getSourceRange().Start.getPointer();
        Found = KV.getValue();
        break;
      }
      KV.skip();
    }
  } else if (auto *Seq = llvm::dyn_cast<llvm::yaml::SequenceNode>(N)) {
    size_t Index = 0;
    for (llvm::yaml::Node &Item : *Seq) {
      if (std::to_string(Index++) == Step) {
        At = Item.getSourceRange().Start.getPointer();
        Found = &Item;
        break;
      }
      Item.skip();
    }
  }
  return Found;
}

unsigned JsonFile::line(const std::string &Pointer) const {
  llvm::SourceMgr Sources;
  Sources.setDiagHandler([](const llvm::SMDiagnostic &, void *) {});
  llvm::yaml::Stream Stream(Text, Sources, /*ShowColors=*/false);
  llvm::yaml::document_iterator Doc = Stream.begin();
  llvm::yaml::Node *N = Doc == Stream.end() ? nullptr : Doc->getRoot();
  const char *At = N ? N->getSourceRange().Start.getPointer() : nullptr;
  const char *Begin = At ? Sources.getMemoryBuffer(1)->getBufferStart() : At;
  nlohmann::json::json_pointer Left(Pointer);
  std::vector<std::string> Steps;
  for (; !Left.empty(); Left = Left.parent_pointer())
    Steps.push_back(Left.back());
  while (N && !Steps.empty()) {
    N = child(N, Steps.back(), At);
    Steps.pop_back();
  }
  return At ? lineAt(Text, size_t(At - Begin)) : 1;
}

llvm::Error JsonFile::error(const Problem &P) const {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "%s:%u: %s: expected %s, found %s",
                                 Path.c_str(), line(P.Pointer),
                                 P.Pointer.empty() ? "/" : P.Pointer.c_str(),
                                 P.Expected.c_str(), P.Found.c_str());
}

std::string shown(const nlohmann::json &Value) {
  if (Value.is_object())
    return Value.empty() ? "an empty object" : "an object";
  if (Value.is_array())
    return Value.empty() ? "an empty list" : "a list";
  std::string Text =
      Value.is_string() ? "'" + Value.get<std::string>() + "'" : Value.dump();
  if (Text.size() > 60)
    Text = Text.substr(0, 57) + "...";
  return Text;
}

std::string join(const std::string &Pointer, const std::string &Key) {
  std::string Escaped = Key;
  for (size_t I = 0; I < Escaped.size(); ++I)
    if (Escaped[I] == '~' || Escaped[I] == '/')
      Escaped.replace(I, 1, Escaped[I] == '~' ? "~0" : "~1"), ++I;
  return Pointer + "/" + Escaped;
}

std::string join(const std::string &Pointer, size_t Index) {
  return Pointer + "/" + std::to_string(Index);
}

} // namespace holdfast
