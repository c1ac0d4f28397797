// SPDX-License-Identifier: GPL-2.0-or-later
#include "shim/host/Image.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sys/mman.h>

namespace holdfast {

namespace {

std::string hex(uint64_t Value) {
  char Text[32];
  std::snprintf(Text, sizeof Text, "0x%llx", static_cast<unsigned long long>(Value));
  return Text;
}

bool mapAt(uint64_t Start, uint64_t Size, int Protection) {
  return mmap(reinterpret_cast<void *>(Start), Size, Protection,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1,
              0) == reinterpret_cast<void *>(Start);
}

/// Zeros beyond the end of the file.
template <typename T> T at(const std::vector<char> &File, uint64_t Offset) {
  T Value{};
  if (Offset + sizeof(T) <= File.size())
    std::memcpy(&Value, File.data() + Offset, sizeof(T));
  return Value;
}

uint64_t pageDown(uint64_t A) { return A & ~uint64_t(4095); }
uint64_t pageUp(uint64_t A) { return pageDown(A + 4095); }

} // namespace

bool Image::load(const std::string &Path, std::string &Error) {
  std::ifstream In(Path, std::ios::binary);
  std::vector<char> File((std::istreambuf_iterator<char>(In)), {});
  if (!In || File.size() < sizeof(Elf64_Ehdr) ||
      std::memcmp(File.data(), ELFMAG, SELFMAG) != 0) {
    Error = Path + ": cannot be read, or is no ELF file";
    return false;
  }
  if (!parse(File, Error)) {
    Error = Path + ": " + Error;
    return false;
  }
  Entry = reinterpret_cast<const hf_image *>(find("hf_image"));
  if (!Entry || Entry->abi != HF_ABI_VERSION) {
    Error = Path + ": is no image of this version of Holdfast";
    return false;
  }
  LocksEnd = find("hf_locks_end");
  return true;
}

void Image::addFunction(uint64_t Address, uint64_t Size, const std::string &Name) {
  Functions[Address] = {Size, Name};
  for (const char *Start : {"_raw_spin_", "_raw_read_", "_raw_write_"})
    if (Name.rfind(Start, 0) == 0) {
      SpinStart = std::min(SpinStart, Address);
      SpinEnd = std::max(SpinEnd, Address + Size);
    }
}

bool Image::loadSegment(const std::vector<char> &File, const Elf64_Phdr &P) {
  uint64_t Start = pageDown(P.p_vaddr), End = pageUp(P.p_vaddr + P.p_memsz);
  if (P.p_vaddr < ImageBase || End > StubBase || P.p_offset + P.p_filesz > File.size() ||
      !mapAt(Start, End - Start, PROT_READ | PROT_WRITE))
    return false;
  std::memcpy(reinterpret_cast<void *>(P.p_vaddr), File.data() + P.p_offset, P.p_filesz);
  if (P.p_flags & PF_W) {
    const char *Memory = reinterpret_cast<const char *>(P.p_vaddr);
    Writable.push_back({P.p_vaddr, P.p_memsz, {Memory, Memory + P.p_memsz}});
  }
  if (P.p_flags & PF_X) {
    TextStart = P.p_vaddr;
    TextEnd = P.p_vaddr + P.p_memsz;
  }
  int Protection = PROT_READ | (P.p_flags & PF_W ? PROT_WRITE : 0) |
                   (P.p_flags & PF_X ? PROT_EXEC : 0);
  mprotect(reinterpret_cast<void *>(Start), End - Start, Protection);
  return true;
}

void Image::addSymbol(const Elf64_Sym &Y, const std::string &Name) {
  if (Y.st_value >= StubBase && Y.st_value < StubLimit) {
    size_t Index = (Y.st_value - StubBase) / StubStride;
    if (Stubs.size() <= Index)
      Stubs.resize(Index + 1);
    Stubs[Index] = Name;
  } else if (Y.st_shndx != SHN_UNDEF && !Name.empty()) {
    if (ELF64_ST_TYPE(Y.st_info) == STT_FUNC)
      addFunction(Y.st_value, Y.st_size, Name);
    else if (ELF64_ST_TYPE(Y.st_info) == STT_OBJECT)
      Objects[Y.st_value] = {Y.st_size, Name};
    if (ELF64_ST_BIND(Y.st_info) != STB_LOCAL || !Names.count(Name))
      Names[Name] = Y.st_value;
  }
}

bool Image::parse(const std::vector<char> &File, std::string &Error) {
  const Elf64_Ehdr Header = at<Elf64_Ehdr>(File, 0);
  // The linker puts the table of sections last: what was cut short lacks it.
  if (Header.e_shoff + Header.e_shnum * sizeof(Elf64_Shdr) > File.size()) {
    Error = "the file is cut short; delete it, and it is made again";
    return false;
  }
  for (unsigned I = 0; I < Header.e_phnum; ++I) {
    const auto P = at<Elf64_Phdr>(File, Header.e_phoff + I * sizeof(Elf64_Phdr));
    if (P.p_type == PT_LOAD && !loadSegment(File, P)) {
      Error = "a segment cannot be mapped at " + hex(P.p_vaddr);
      return false;
    }
  }
  for (unsigned I = 0; I < Header.e_shnum; ++I) {
    const auto S = at<Elf64_Shdr>(File, Header.e_shoff + I * sizeof(Elf64_Shdr));
    if (S.sh_type != SHT_SYMTAB)
      continue;
    const auto Strings =
        at<Elf64_Shdr>(File, Header.e_shoff + S.sh_link * sizeof(Elf64_Shdr));
    for (uint64_t At = S.sh_offset; At < S.sh_offset + S.sh_size;
         At += sizeof(Elf64_Sym)) {
      const auto Y = at<Elf64_Sym>(File, At);
      if (Strings.sh_offset + Y.st_name < File.size())
        addSymbol(Y, File.data() + Strings.sh_offset + Y.st_name);
    }
  }
  if (!Stubs.empty() && !mapAt(StubBase, Stubs.size() * StubStride, PROT_NONE)) {
    Error = "the region of undefined names cannot be mapped";
    return false;
  }
  return true;
}

void Image::restore() {
  for (const Segment &S : Writable)
    std::memcpy(reinterpret_cast<void *>(S.Start), S.Original.data(), S.Size);
}

uint64_t Image::find(const std::string &Name) const {
  auto It = Names.find(Name);
  return It == Names.end() ? 0 : It->second;
}

uint64_t Image::objectOfSize(uint64_t Size, unsigned N) const {
  for (const auto &[Address, Object] : Objects)
    if (Object.Size == Size && N-- == 0)
      return Address;
  return 0;
}

std::string Image::dataAt(uint64_t Address) const {
  auto It = Objects.upper_bound(Address);
  if (It == Objects.begin())
    return "";
  --It;
  const uint64_t Offset = Address - It->first;
  if (Offset >= It->second.Size)
    return "";
  return It->second.Name + (Offset ? "+" + hex(Offset) : "");
}

bool Image::isWritable(uint64_t Address) const {
  for (const Segment &S : Writable)
    if (Address - S.Start < S.Size)
      return true;
  return false;
}

bool Image::isText(uint64_t Address) const {
  return Address >= TextStart && Address < TextEnd;
}

bool Image::isLockText(uint64_t Address) const {
  return (Address >= TextStart && Address < LocksEnd) ||
         (Address > SpinStart && Address <= SpinEnd);
}

std::string Image::functionAt(uint64_t Address) const {
  auto It = isText(Address) ? Functions.upper_bound(Address) : Functions.begin();
  return It == Functions.begin() ? "" : std::prev(It)->second.Name;
}

std::string Image::symbolize(uint64_t Address) const {
  if (const std::string *Stub = stubAt(Address))
    return *Stub + " (not modelled)";
  if (!isText(Address))
    return "";
  auto It = Functions.upper_bound(Address);
  if (It == Functions.begin())
    return "";
  --It;
  return It->second.Name + "+" + hex(Address - It->first) + "/" + hex(It->second.Size);
}

const std::string *Image::stubAt(uint64_t Address) const {
  if (Address < StubBase || (Address - StubBase) / StubStride >= Stubs.size())
    return nullptr;
  return &Stubs[(Address - StubBase) / StubStride];
}

} // namespace holdfast
