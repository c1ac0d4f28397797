// SPDX-License-Identifier: GPL-2.0-or-later
//
// The decisions of one execution as text that a person can read, edit and paste:
//
//   a3 b1 a*            task a three steps, b one, then a until it cannot go on
//   a3 b12 a4 #5e0f93c1  as recorded: counts, and a digest of what the steps did
//
// A task is one letter (a-z, then A-Z) or its number in angle brackets (<52>).
#pragma once
#include "sched/Operation.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// One step as it was taken.
struct Step {
  TaskId Task = NoTask;
  OpKind Kind = OpKind::Other;
  Access What;
  /// The task that ran before could have gone on.
  bool Preempts = false;
};

/// Who runs, and for how long.
struct Trace {
  struct Run {
    TaskId Task = NoTask;
    /// Steps; 0 means until the task blocks, finishes or yields (printed `*`).
    uint32_t Count = 0;
    bool operator==(const Run &) const = default;
  };
  std::vector<Run> Runs;
  /// Of the steps' tasks, kinds and objects; a replay that differs diverged.
  std::optional<uint32_t> Digest;

  bool operator==(const Trace &) const = default;

  /// The decisions of an execution, with its digest.
  static Trace of(const std::vector<Step> &Steps);
  /// Reads what str() prints. On bad input returns nothing and says in Error
  /// what is wrong and at which column (from 1).
  static std::optional<Trace> parse(std::string_view Text, std::string &Error);
  std::string str() const;
};

/// The digest that Trace::of records.
uint32_t digest(const std::vector<Step> &Steps);
/// How a trace spells a task: `a`, ..., `Z`, `<52>`.
std::string letter(TaskId Task);

} // namespace holdfast
