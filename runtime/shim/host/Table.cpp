// SPDX-License-Identifier: GPL-2.0-or-later
//
// The functions that the kernel half calls. They are entered with the stack
// aligned to 8 bytes only; this room is compiled to realign it.
#include "shim/host/Format.h"
#include "shim/host/Machine.h"
#include <algorithm>
#include <cstring>

namespace holdfast {

namespace {

Machine &M() { return *Machine::current(); }

uint64_t ip(const void *Frame) { return M().caller(Frame); }

/// What all page tables have in common, as an object of the scheduler: entries
/// come and go independently, but who counts them depends on all.
const char AllTables = 0;

void point(hf_op Op, const void *Object, int IsWrite) { M().point(Op, Object, IsWrite); }

void pointWhen(hf_op Op, const void *Object, int IsWrite, int (*Ready)(void *),
               void *Argument) {
  M().pointWhen(Op, Object, IsWrite, Ready, Argument);
}

int pointUntil(hf_op Op, const void *Object, int IsWrite, int (*Ready)(void *),
               void *Argument) {
  return M().pointUntil(Op, Object, IsWrite, Ready, Argument);
}

void touch(hf_op Op, const void *Object, int IsWrite) { M().touch(Op, Object, IsWrite); }

void yield() { M().yield(); }

void waits(const char *Kind, const void *Object, const void *Frame) {
  M().waits(Kind, Object, Frame);
}

void access(const void *Address, unsigned long Size, int IsWrite, const void *Frame) {
  M().access(Address, Size, IsWrite, Frame);
}

int spawn(const char *Name, void *Mm, void (*Entry)(void *), void *Argument, int Daemon) {
  M().spawn(Name, Mm, Entry, Argument, Daemon);
  return 0;
}

void exitTask() { M().exitTask(); }

void joinAll() { M().joinAll(); }

// --- lockdep -------------------------------------------------------------------

void mapInit(const void *Map, const char *Name, const void *Key, unsigned Subclass,
             int Inner, int Outer, int Type) {
  M().Locks.initMap(Map, Name, Key, Subclass, Inner, Outer, Type);
}

void acquire(const void *Map, unsigned Subclass, int Try, int Read, int Check,
             const void *Nest, const void *Frame) {
  uint64_t Ip = ip(Frame);
  M().Locks.acquire(M().task(), Map, Subclass, Try, Read, Check, Nest, Ip);
  M().acquired();
}

void release(const void *Map, const void *Frame) {
  uint64_t Ip = ip(Frame);
  M().Locks.release(M().task(), Map, Ip);
}

void downgrade(const void *Map, const void *Frame) {
  uint64_t Ip = ip(Frame);
  M().Locks.downgrade(M().task(), Map, Ip);
}

int isHeld(const void *Map, int Read) { return M().Locks.isHeld(M().task(), Map, Read); }

void keysGone(const void *Start, unsigned long Size) { M().Locks.keysGone(Start, Size); }

unsigned pin(const void *Map) { return M().Locks.pin(M().task(), Map, 0); }

void unpin(const void *Map, unsigned Cookie) {
  M().Locks.unpin(M().task(), Map, Cookie, 0);
}

void irqs(int Soft, int On, const void *Frame) {
  uint64_t Ip = ip(Frame);
  M().Locks.irqs(M().task(), Soft, On, Ip);
}

void softirq(int Enter) { M().Locks.softirq(M().task(), Enter); }

void hardirq(int Enter) { M().Locks.hardirq(M().task(), Enter); }

void rcuSuspicious(const char *File, int Line, const char *What, const void *Frame) {
  uint64_t Ip = ip(Frame);
  M().Locks.rcuSuspicious(M().task(), std::string(File) + ":" + std::to_string(Line),
                          What, Ip);
}

void mightSleep(const char *Why, int Atomic, const void *Frame) {
  uint64_t Ip = ip(Frame);
  if (Atomic)
    M().Locks.mightSleep(M().task(), Ip);
}

unsigned heldDepth() { return M().Locks.depth(M().task()); }

void returned(const char *What, unsigned Depth, const void *Frame) {
  uint64_t Ip = ip(Frame);
  unsigned Now = M().Locks.depth(M().task());
  M().Counts.Checked["no-lock-on-return"]++;
  if (Now == Depth)
    return;
  if (Depth == 0)
    return M().Locks.sysExit(M().task(), Ip);
  M().report("lock-on-return", "no-lock-on-return",
             std::string(What) + " returned with " + std::to_string(Now) +
                 " lock(s) held, " + std::to_string(Depth) + " were on entry");
}

// --- memory --------------------------------------------------------------------

void *alloc(unsigned long Size, unsigned long Align, const void *Frame) {
  void *Memory = M().Memory.alloc(Size, Align, 0);
  if (!Memory) {
    ip(Frame);
    M().report("memory", "memory", "out of memory: " + std::to_string(Size) + " bytes");
    M().stop("out of memory");
  }
  return Memory;
}

void freeBlock(const void *Memory, const void *Frame) {
  uint64_t Ip = ip(Frame), Size = M().Memory.sizeOf(Memory);
  if (Size)
    M().Locks.freed(M().task(), Memory, Size, Ip);
  std::string Error = M().Memory.free(Memory);
  if (!Error.empty())
    M().report("memory", "memory", Error + ", in " + M().Kernel.functionAt(Ip) + "()");
}

unsigned long sizeOf(const void *Memory) { return M().Memory.sizeOf(Memory); }

unsigned live() { return M().Memory.live(); }

// --- page tables -----------------------------------------------------------------

int mapSet(const void *Mm, const hf_pte *Entry) {
  M().touch(HF_OP_PTE, Mm, true);
  M().touch(HF_OP_PTE, &AllTables, false);
  return M().Tables.set(Mm, *Entry);
}

int mapGet(const void *Mm, unsigned long Address, hf_pte *Entry) {
  M().touch(HF_OP_PTE, Mm, false);
  return M().Tables.get(Mm, Address, *Entry);
}

unsigned long mapClear(const void *Mm, unsigned long Start, unsigned long End) {
  M().touch(HF_OP_PTE, Mm, true);
  M().touch(HF_OP_PTE, &AllTables, false);
  return M().Tables.clear(Mm, Start, End);
}

unsigned long mapCount(const void *Mm, unsigned long Start, unsigned long End) {
  M().touch(HF_OP_PTE, Mm, false);
  return M().Tables.count(Mm, Start, End);
}

unsigned long mapCopy(const void *From, const void *To, unsigned long Start,
                      unsigned long End, long Offset) {
  M().touch(HF_OP_PTE, From, false);
  M().touch(HF_OP_PTE, To, true);
  M().touch(HF_OP_PTE, &AllTables, false);
  return M().Tables.copy(From, To, Start, End, Offset);
}

void mmUnused(const void *Mm) {
  M().touch(HF_OP_PTE, &AllTables, true);
  M().Tables.unused(Mm);
}

unsigned long pfnCount(unsigned long First, unsigned long Last, const void **Mm,
                       hf_pte *One) {
  M().touch(HF_OP_PTE, &AllTables, true);
  return M().Tables.mapping(First, Last, *Mm, *One);
}

void *findObject(const char *Name) {
  return reinterpret_cast<void *>(M().Kernel.find(Name));
}

void *objectOfSize(unsigned long Size, unsigned N) {
  return reinterpret_cast<void *>(M().Kernel.objectOfSize(Size, N));
}

// --- text and verdicts -------------------------------------------------------------

int format(char *Buffer, unsigned long Size, const char *Format,
           __builtin_va_list *Arguments) {
  std::string Text = formatKernel(Format, Arguments);
  if (Size) {
    size_t N = std::min<size_t>(Text.size(), Size - 1);
    std::memcpy(Buffer, Text.data(), N);
    Buffer[N] = 0;
  }
  return static_cast<int>(Text.size());
}

void print(const char *Text) { M().Console.push_back(Text); }

void fail(hf_failure Kind, const char *Property, const char *Message, const void *Frame) {
  static const char *Names[] = {"property", "contract", "memory", "setup"};
  ip(Frame);
  Finding F;
  F.Kind = Names[Kind];
  F.Rule = Property;
  F.Title = Message;
  F.Later = Kind == HF_FAIL_CONTRACT;
  F.Incomplete = Kind == HF_FAIL_SETUP;
  M().report(std::move(F));
  if (Kind == HF_FAIL_SETUP)
    M().stop(Message);
}

void checked(const char *Property) { M().Counts.Checked[Property]++; }

void measure(const char *Name, unsigned long Index, unsigned long Value) {
  M().Counts.Measured[Name][Index] = Value;
}

void panic(const char *Message, const void *Frame) {
  ip(Frame);
  M().report("bug", "", std::string("kernel panic: ") + Message);
  M().stop(Message);
}

} // namespace

const hf_host HostTable = {
    point,         pointWhen,  pointUntil,   touch,    yield,    waits,     access,
    spawn,         exitTask,   joinAll,      mapInit,  acquire,  release,   downgrade,
    isHeld,        keysGone,   pin,          unpin,    irqs,     softirq,   hardirq,
    rcuSuspicious, mightSleep, heldDepth,    returned, alloc,    freeBlock, sizeOf,
    live,          mapSet,     mapGet,       mapClear, mapCount, mapCopy,   mmUnused,
    pfnCount,      findObject, objectOfSize, format,   print,    fail,      checked,
    measure,       panic};

} // namespace holdfast
