// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a task is about to do, and when two such doings commute.
#pragma once
#include <cstdint>

namespace holdfast {

/// A task: dense, in order of spawn. Traces print 0 as `a`, 1 as `b`, ...
using TaskId = uint32_t;
inline constexpr TaskId NoTask = ~TaskId(0);

/// A shared object: dense, in order of first use within one execution, so that
/// nothing depends on where the heap put it.
using ObjectId = uint32_t;
/// Touches no object: commutes with everything.
inline constexpr ObjectId NoObject = 0;
/// May touch any object: commutes with nothing (see Scheduler::yield).
inline constexpr ObjectId AnyObject = 1;
/// The table of tasks: two spawns do not commute, for ids follow their order.
inline constexpr ObjectId TaskTable = 2;
inline constexpr ObjectId FirstObject = 3;

/// Only for people: no strategy decides on a kind.
enum class OpKind : uint8_t {
  Start,
  Acquire,
  Release,
  Read,
  Write,
  Wait,
  Wake,
  Yield,
  Spawn,
  Other,
  End
};
const char *name(OpKind Kind);

/// What a task declares at a scheduling point. Object may be null: nothing
/// shared. IsWrite says whether two of these on one object must be ordered:
/// a mutex or a write lock is a write; two read-acquires commute, so a
/// read-acquire is none, unless it may queue behind a writer (then it is one).
struct Operation {
  OpKind Kind = OpKind::Other;
  const void *Object = nullptr;
  bool IsWrite = true;
};

/// One touch of an object.
struct Access {
  ObjectId Object = NoObject;
  bool IsWrite = false;
};

/// Whether exchanging the two could change anything.
inline bool conflict(Access A, Access B) {
  if (A.Object == NoObject || B.Object == NoObject)
    return false;
  if (A.Object == AnyObject || B.Object == AnyObject)
    return true;
  return A.Object == B.Object && (A.IsWrite || B.IsWrite);
}

} // namespace holdfast
