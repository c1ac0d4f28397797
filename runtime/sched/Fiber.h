// SPDX-License-Identifier: GPL-2.0-or-later
//
// A flow of control with a stack of its own, switched without a system call.
#pragma once
#include <cstddef>

namespace holdfast {

/// Memory for one stack, with an inaccessible page below it: an overflow is a
/// SIGSEGV at an address for which inGuard() is true, never silent corruption.
class FiberStack {
public:
  /// Bytes is rounded up to whole pages. Throws std::bad_alloc when the system
  /// has no more memory (or mappings: see vm.max_map_count).
  explicit FiberStack(size_t Bytes);
  ~FiberStack();
  FiberStack(const FiberStack &) = delete;
  FiberStack &operator=(const FiberStack &) = delete;

  char *bottom() const { return Mapping + Guard; }
  char *top() const { return bottom() + Bytes; }
  size_t size() const { return Bytes; }
  bool inGuard(const void *Address) const;
  /// Its frames are dropped, not unwound: AddressSanitizer shall forget them.
  void abandonFrames();

private:
  size_t Guard, Bytes;
  char *Mapping;
};

/// Where a flow of control stands while it does not run. A default-constructed
/// Fiber stands for the thread's own stack: the first switch away fills it.
///
/// Saved at a switch: the registers that the System V ABI says a callee keeps
/// (rbx, rbp, r12-r15, rsp) and the two control words (mxcsr, x87). Not saved:
/// the signal mask, %fs and %gs; who needs another GS base sets it in the
/// Scheduler's OnSwitch hook.
class Fiber {
public:
  /// What a fiber runs; returns the fiber to go on with when it has finished.
  /// Must not throw.
  using Entry = Fiber *(*)(void *Argument);

  Fiber() = default;
  Fiber(const Fiber &) = delete;
  Fiber &operator=(const Fiber &) = delete;

  /// Makes the next switch to this fiber call Function(Argument) on S. What the
  /// fiber did before is abandoned as it stands: nothing is unwound.
  void start(FiberStack &S, Entry Function, void *Argument);
  /// Leaves From (which must be the running one) for To.
  static void switchTo(Fiber &From, Fiber &To);
  /// Whether the entry function has returned.
  bool finished() const { return Finished; }

  /// Whatever the owner wants to find again, such as the simulated CPU's base.
  void *Local = nullptr;

private:
  static void enter(Fiber *Self);
  void arrived();

  void *Saved = nullptr;
  Entry Function = nullptr;
  void *Argument = nullptr;
  bool Finished = false;
  // AddressSanitizer is told about each switch; without it these stay unused.
  Fiber *CameFrom = nullptr;
  void *FakeStack = nullptr;
  const void *Bottom = nullptr;
  size_t Size = 0;
};

} // namespace holdfast
