// SPDX-License-Identifier: GPL-2.0-or-later
//
// The lockdep engine as the machine sees it: events in, findings out.
#pragma once
#include "shim/host/Finding.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

class Watcher {
public:
  /// What the watcher asks of the machine.
  struct Questions {
    std::function<void(Finding)> Report;
    /// The stack of the current event, innermost first.
    std::function<std::vector<uint64_t>()> Stack;
    std::function<std::string(uint64_t)> Symbolize;
  };
  Watcher(Questions Q, uint64_t NoValidate, uint64_t NoTrack);
  ~Watcher();

  /// Forgets everything; once keepOrder() was called, all but the order of classes
  /// and how they are used.
  void reset();
  /// Forgets the order that it had. From now on executions are told as if one boot had
  /// them all: an order or a use that contradicts an earlier execution is reported, if no
  /// execution showed it alone, and nothing else is. Classes with a key in [Start, Start
  /// + Size), which is memory that executions use anew, are forgotten between them.
  void keepOrder(const void *Start, uint64_t Size);
  void nameTask(uint32_t Task, const std::string &Name);
  void initMap(const void *Map, const char *Name, const void *Key, unsigned Subclass,
               int Inner, int Outer, int Type);
  void acquire(uint32_t Task, const void *Map, unsigned Subclass, bool Try, int Read,
               bool Check, const void *Nest, uint64_t Ip);
  void release(uint32_t Task, const void *Map, uint64_t Ip);
  void downgrade(uint32_t Task, const void *Map, uint64_t Ip);
  bool isHeld(uint32_t Task, const void *Map, int Read) const;
  void keysGone(const void *Start, uint64_t Size);
  void freed(uint32_t Task, const void *Start, uint64_t Size, uint64_t Ip);
  unsigned pin(uint32_t Task, const void *Map, uint64_t Ip);
  void unpin(uint32_t Task, const void *Map, unsigned Cookie, uint64_t Ip);
  void irqs(uint32_t Task, bool Soft, bool On, uint64_t Ip);
  void softirq(uint32_t Task, bool Enter);
  void hardirq(uint32_t Task, bool Enter);
  void rcuSuspicious(uint32_t Task, const std::string &Place, const std::string &What,
                     uint64_t Ip);
  void mightSleep(uint32_t Task, uint64_t Ip);
  unsigned depth(uint32_t Task) const;
  void sysExit(uint32_t Task, uint64_t Ip);

  /// One line a lock, outermost first: "&mm->mmap_lock (read) at f+0x1/0x2".
  std::vector<std::string> held(uint32_t Task) const;
  /// The same without places: "&mm->mmap_lock (read)".
  std::vector<std::string> heldNames(uint32_t Task) const;
  /// The class of the lock that was acquired last and is still held.
  std::string innermost(uint32_t Task) const;
  /// Adds the graph of the execution that has ended to the union of all. True: it
  /// can be played again, and had an order or a use of a class that none before had
  /// which can, in this play or others.
  bool gather(bool Again);
  void forgetGathered();
  /// Classes and edges ("a -> b") of that union, sorted.
  std::vector<std::string> classes() const, edges() const;

private:
  struct Impl;
  std::unique_ptr<Impl> I;
};

} // namespace holdfast
