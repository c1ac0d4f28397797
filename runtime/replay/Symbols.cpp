// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Symbols.h"
#include "replay/Tree.h"
#include <cstring>
#include <elf.h>

namespace holdfast {

namespace {

template <typename T> T at(const std::string &File, uint64_t Offset) {
  T Value{};
  if (Offset + sizeof(T) <= File.size())
    std::memcpy(&Value, File.data() + Offset, sizeof(T));
  return Value;
}

} // namespace

void Symbols::add(const std::string &Path) {
  std::string File = readFile(Path);
  auto Header = at<Elf64_Ehdr>(File, 0);
  if (std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0 ||
      Header.e_machine != EM_X86_64 || Header.e_type != ET_REL)
    throw ReplayError{Path + " is no x86-64 object file"};
  for (unsigned I = 0; I < Header.e_shnum; ++I) {
    auto S = at<Elf64_Shdr>(File, Header.e_shoff + I * sizeof(Elf64_Shdr));
    if (S.sh_type != SHT_SYMTAB)
      continue;
    auto Strings = at<Elf64_Shdr>(File, Header.e_shoff + S.sh_link * sizeof(Elf64_Shdr));
    for (uint64_t At = S.sh_offset; At < S.sh_offset + S.sh_size;
         At += sizeof(Elf64_Sym)) {
      auto Y = at<Elf64_Sym>(File, At);
      if (ELF64_ST_BIND(Y.st_info) == STB_LOCAL || !Y.st_name ||
          Strings.sh_offset + Y.st_name >= File.size())
        continue;
      std::string Name = File.c_str() + Strings.sh_offset + Y.st_name;
      if (Y.st_shndx != SHN_UNDEF)
        Defined.insert(Name);
      else if (ELF64_ST_BIND(Y.st_info) != STB_WEAK)
        Undefined.insert(Name);
    }
  }
}

std::set<std::string> Symbols::missing() const {
  std::set<std::string> Names;
  for (const std::string &Name : Undefined)
    if (!Defined.count(Name))
      Names.insert(Name);
  return Names;
}

} // namespace holdfast
