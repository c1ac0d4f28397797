// SPDX-License-Identifier: GPL-2.0-or-later
#include "shim/host/Arena.h"
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace holdfast {

namespace {
constexpr uint64_t LiveMark = 0x686f6c646c697665, FreedMark = 0x686f6c6466726565;
constexpr unsigned char PoisonNew = 0x5a, PoisonFreed = 0x6b, RedZone = 0xbb;
constexpr uint64_t RedBytes = 16;
/// A bitmap of freed 16-byte granules would cost more than it tells; a freed
/// block is filled with poison, and that is what isFreed() looks for.
constexpr uint64_t Granule = 8;
} // namespace

struct Arena::Header {
  uint64_t Mark, Size, Where, Pad;
};

Arena::Arena(uint64_t Bytes) : Bytes(Bytes) {
  // A fixed address, so that hashes of pointers do not differ between runs; above
  // AddressSanitizer's shadow, which is below 0x10007fff8000.
  void *Wanted = reinterpret_cast<void *>(uint64_t(0x200000000000));
  void *Got = mmap(Wanted, Bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Got == MAP_FAILED)
    throw std::bad_alloc();
  Base = static_cast<char *>(Got);
}

Arena::~Arena() { munmap(Base, Bytes); }

Arena::Header *Arena::headerOf(const void *Memory) {
  return reinterpret_cast<Header *>(const_cast<void *>(Memory)) - 1;
}

void *Arena::alloc(uint64_t Size, uint64_t Align, uint64_t Where) {
  if (Align < 16)
    Align = 16;
  uint64_t At = (Used + sizeof(Header) + Align - 1) & ~(Align - 1);
  uint64_t End = At + Size + RedBytes;
  if (Size > Bytes || End > Bytes)
    return nullptr;
  Used = End;
  char *Memory = Base + At;
  *headerOf(Memory) = {LiveMark, Size, Where, 0};
  std::memset(Memory, PoisonNew, Size);
  std::memset(Memory + Size, RedZone, RedBytes);
  ++Live;
  return Memory;
}

std::string Arena::free(const void *Memory) {
  if (!owns(Memory))
    return "free of what was never allocated";
  Header *H = headerOf(Memory);
  if (H->Mark == FreedMark)
    return "double free";
  if (H->Mark != LiveMark)
    return "free of what is no block, or its header was overwritten";
  char *Bytes = static_cast<char *>(const_cast<void *>(Memory));
  for (uint64_t I = 0; I < RedBytes; ++I)
    if (static_cast<unsigned char>(Bytes[H->Size + I]) != RedZone)
      return "written beyond the end of a block of " + std::to_string(H->Size) + " bytes";
  std::memset(Bytes, PoisonFreed, H->Size);
  H->Mark = FreedMark;
  --Live;
  return {};
}

uint64_t Arena::sizeOf(const void *Memory) const {
  return owns(Memory) && headerOf(Memory)->Mark == LiveMark ? headerOf(Memory)->Size : 0;
}

bool Arena::owns(const void *Address) const {
  const char *A = static_cast<const char *>(Address);
  return A >= Base + sizeof(Header) && A < Base + Used;
}

bool Arena::isFreed(const void *Address) const {
  if (!owns(Address))
    return false;
  uint64_t At = reinterpret_cast<uint64_t>(Address) & ~(Granule - 1), Word;
  std::memcpy(&Word, reinterpret_cast<const void *>(At), sizeof Word);
  return Word == 0x6b6b6b6b6b6b6b6b;
}

void Arena::reset() {
  Used = 0;
  Live = 0;
}

} // namespace holdfast
