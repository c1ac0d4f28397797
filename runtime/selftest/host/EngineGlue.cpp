// SPDX-License-Identifier: GPL-2.0-or-later
// The engine behind kernel/engine.c: one task, one processor.
#include "host/EngineGlue.h"
#include "host/Kernel.h"
#include "kernel/abi.h"

#include "lockdep/Engine.h"

#include <cstdio>

namespace holdfast::selftest {

bool Verbose = false, Silent = false;

namespace {

struct Teller : Sink {
  void report(const Report &R) override {
    if (!Silent)
      hf_broken();
    if (Verbose)
      std::fputs(R.text().c_str(), stderr);
  }
} Tell;

Engine &engine() {
  static Engine E(Options(), Tell);
  return E;
}

constexpr TaskId Task = 0;

Address address(const void *P) { return reinterpret_cast<Address>(P); }

} // namespace
} // namespace holdfast::selftest

using namespace holdfast;
using namespace holdfast::selftest;

extern "C" {

void hf_context(const hf_context_t *C) {
  engine().setContext(Task, {C->hardirq_depth, C->softirq_depth, C->hardirqs_on != 0,
                             C->softirqs_on != 0, C->threaded != 0, C->irq_config != 0});
}

void hf_init_map(const void *Map, const char *Name, const void *K, unsigned Subclass,
                 unsigned Inner, unsigned Outer, unsigned Type) {
  engine().initMap(address(Map), Name, address(K), Subclass, static_cast<WaitType>(Inner),
                   static_cast<WaitType>(Outer), static_cast<LockType>(Type));
}

void hf_forget_key(const void *K, unsigned long Size) {
  engine().unregisterKeyRange(address(K), Size);
}

void hf_forget_held() {
  engine().forgetTasks();
  engine().forgetReports();
}

void hf_acquire(const void *Map, unsigned Subclass, int Try, int Read, int Check,
                const void *Nest, int Sync, unsigned long Ip) {
  ReadMode Mode = static_cast<ReadMode>(Read);
  if (Sync)
    engine().sync(Task, address(Map), Subclass, Mode, Check, address(Nest), Ip);
  else
    engine().acquire(Task, address(Map), Subclass, Try, Mode, Check, address(Nest), Ip);
}

void hf_release(const void *Map, unsigned long Ip) {
  engine().release(Task, address(Map), Ip);
}

void hf_downgrade(const void *Map, unsigned long Ip) {
  engine().downgrade(Task, address(Map), Ip);
}

void hf_set_class(const void *Map, const char *Name, const void *K, unsigned Subclass,
                  unsigned long Ip) {
  engine().setClass(Task, address(Map), Name, address(K), Subclass, Ip);
}

int hf_is_held(const void *Map, int Read) {
  return engine().isHeld(Task, address(Map), Read);
}

void hf_free_range(const void *From, unsigned long Size, unsigned long Ip) {
  engine().freeRange(Task, address(From), Size, Ip);
}

void hf_hardirqs_on(unsigned long Ip) { engine().hardirqsOn(Task, Ip); }
void hf_softirqs_on(unsigned long Ip) { engine().softirqsOn(Task, Ip); }

void hf_rcu_suspicious(const char *File, int Line, const char *What) {
  engine().rcuDereferenceSuspicious(Task, std::string(File) + ":" + std::to_string(Line),
                                    What, 0);
}
}
