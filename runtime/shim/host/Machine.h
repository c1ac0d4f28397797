// SPDX-License-Identifier: GPL-2.0-or-later
//
// One simulated machine: an image, its memory, its page tables, its tasks under
// the scheduler, its locks under the engine. A play runs on it again and again,
// each time from the same start.
#pragma once
#include "sched/Explore.h"
#include "shim/host/Arena.h"
#include "shim/host/Finding.h"
#include "shim/host/Image.h"
#include "shim/host/PageTables.h"
#include "shim/host/Watcher.h"
#include <functional>
#include <set>

namespace holdfast {

struct MachineOptions {
  uint32_t StepLimit = 5'000;
  /// Plain memory accesses are scheduling points (the image was built for it).
  bool MemoryPoints = false;
  /// Steps are described as they are taken: names, and what tasks hold.
  bool Describe = false;
  /// Seconds that one step may take before it counts as a hang.
  unsigned HangSeconds = 5;
};

class Machine {
public:
  Machine(Image &Kernel, const MachineOptions &O);
  ~Machine();
  Machine(const Machine &) = delete;
  Machine &operator=(const Machine &) = delete;

  using Strategies = std::function<std::unique_ptr<Strategy>()>;
  struct Limits {
    uint64_t Executions = 100'000;
    bool StopOnFinding = false;
    bool Shrink = true;
  };
  /// Plays P under a strategy; each finding that is new to this machine is told
  /// once, with the interleaving that led to it.
  Tally explore(const hf_scenario &P, Strategy &S, const Limits &L,
                const std::function<void(const Finding &)> &Tell);

  /// Plays once more, one after the other, each execution that showed an order of
  /// locks or a use of one that was new, and tells what contradicts itself only over
  /// several of them, as lockdep would within one boot. To be called last.
  void playAsOneBoot(const std::function<void(const Finding &)> &Tell);

  // What follows is for the host's table and the trap handlers. -------------

  static Machine *current() { return Now; }
  void point(hf_op Op, const void *Object, bool IsWrite);
  void pointWhen(hf_op Op, const void *Object, bool IsWrite, int (*Ready)(void *),
                 void *Argument);
  bool pointUntil(hf_op Op, const void *Object, bool IsWrite, int (*Ready)(void *),
                  void *Argument);
  void touch(hf_op Op, const void *Object, bool IsWrite);
  void yield();
  /// What the pointWhen() that follows waits for, if it is no lock.
  void waits(const char *Kind, const void *Object, const void *Where);
  void access(const void *Address, unsigned long Size, bool IsWrite, const void *Frame);
  void spawn(const std::string &Name, void *Mm, void (*Entry)(void *), void *Argument,
             bool Daemon = false);
  [[noreturn]] void exitTask();
  void joinAll();
  /// The engine was told of an acquisition: the next point is at that lock.
  void acquired();
  /// Fills in task, stack and locks; keeps it if it is new in this execution.
  void report(Finding F);
  void report(std::string Kind, std::string Rule, std::string Title);
  /// Ends the execution; F has been reported.
  [[noreturn]] void stop(const std::string &Why);
  uint32_t task() const;
  std::vector<uint64_t> stack() const;
  uint64_t caller(const void *Frame);
  /// Where this task's stack starts, for a handler that must leave it.
  void *stackTop() const;
  /// Kernel code called the host, which then trapped: the frame of that call, as
  /// well as the stack between Bottom and its top tells. Null: none is found.
  const void *kernelFrame(const void *Bottom) const;
  /// The process cannot go on: what is known goes to LastWords, at once.
  void die(Finding F);
  std::function<void(const Finding &)> LastWords;

  Image &Kernel;
  MachineOptions Opts;
  Scheduler Sched;
  Arena Memory;
  PageTables Tables;
  Watcher Locks;
  Tally Counts;
  /// Frame address of the kernel function that made the current event.
  const void *Frame = nullptr;
  uint64_t FaultIp = 0; ///< of the trap being handled
  std::vector<std::string> Console;
  bool Measuring = false;
  bool Guessed = false;
  uint64_t Serial = 0; ///< of the execution, over all plays

private:
  struct Info {
    void *StackTop = nullptr;
    bool Waits = false;  ///< in a pointWhen()
    bool OnLock = false; ///< for the lock that the engine has as its innermost
    bool Daemon = false; ///< and the end of a play does not wait for it
    std::string For;     ///< what it waits for, if it is no lock
  };
  void setup(const hf_scenario &P);
  Result execute(const hf_scenario &P, Strategy &S);
  void conclude(const Result &R);
  Info &beginWait(hf_op Op, const void *Object);
  void describePoint(hf_op Op, const void *Object);
  void describeHeld(bool Acquiring);
  std::string waiting(uint32_t Task) const;
  void reportDeadlock(const std::string &Title, const std::vector<uint32_t> &Blocked);
  std::vector<Finding> bootOf(const std::set<std::string> &Chosen);
  void taskEnds();
  void waitForDaemons();
  void explain(const hf_scenario &P, Finding &F, const Failure &Case, bool Shrink);
  void tellNew(const hf_scenario &P, const Result &R, const Limits &L,
               const std::function<void(const Finding &)> &Tell);

  static Machine *Now;
  std::map<uint32_t, Info> Tasks;
  unsigned Alive = 0, Daemons = 0; ///< tasks of each sort that have not ended
  bool Naming;                     ///< this execution is played for its description
  std::string NextName;
  const void *Tried = nullptr; ///< the lock of the trylock under way
  std::string NextWait;
  /// One that showed something new of the order of locks.
  struct Telling {
    const hf_scenario *Play;
    Trace How;
  };
  std::vector<Telling> Tellings;
  std::vector<Finding> Fresh;  ///< of this execution
  std::set<std::string> Keys;  ///< of this execution
  std::set<std::string> Known; ///< told already
  bool Found = false;          ///< in the play under way
  std::string Target;          ///< what shrinking looks for
};

/// The table that images call; one for all.
extern const hf_host HostTable;
/// Installs the trap handlers, which act on Machine::current().
void installTraps();
/// Starts or ends the watch for steps that never end.
void watchForHangs(unsigned Seconds);

} // namespace holdfast
