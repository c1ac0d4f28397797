// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_ARCHIVE_H
#define HOLDFAST_SOLVE_ARCHIVE_H

#include "solve/Simulator.h"
#include <cereal/cereal.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/vector.hpp>

/// \file
/// Which members results and lock programs have, said once for all who go through
/// them member by member: the digest (solve/InputDigest.cpp), the writer and the reader
/// (solve/KnownResults.cpp). A member that is missing here is neither kept nor noticed
/// when it changes. Not listed is what only a check's own simulation fills
/// (ExitCase::Chosen).
namespace holdfast {

/// An archive that only takes bytes.
template <class A>
concept ByteSink = requires(A &Ar, const void *Data) { Ar.bytes(Data, size_t()); };
template <ByteSink A, class T>
  requires std::is_arithmetic_v<T>
void save(A &Ar, const T &V) {
  Ar.bytes(&V, sizeof V);
}
template <ByteSink A, class T> void save(A &Ar, const cereal::SizeTag<T> &Size) {
  Ar(uint32_t(Size.size));
}

/// Archives here have no names for what is in them.
template <class A, class T> void serialize(A &Ar, cereal::NameValuePair<T> &V) {
  Ar(V.value);
}

/// A function by number, which holds in one program only: archives say it by name.
struct FunctionRef {
  FunctionId &Id;
};

template <class A> void serialize(A &Ar, Location &L) { Ar(L.File, L.Line, L.Column); }
template <class A> void serialize(A &Ar, ValueRange &R) {
  Ar(R.Lo, R.Hi, R.Ones, R.Zeros, R.NonZero);
}

template <class A> void serialize(A &Ar, Instr &I) {
  Ar(I.Kind, I.Write, I.Index, I.Place, I.Value, I.Args, I.Name, I.Loc, I.Unchecked);
}
template <class A> void serialize(A &Ar, Terminator &T) { Ar(T.Kind, T.Cond, T.Cases); }
template <class A> void serialize(A &Ar, Block &B) { Ar(B.Instrs, B.Term, B.Succs); }
template <class A> void serialize(A &Ar, Function &F) {
  Ar(F.Name, F.Link, F.InHeader, F.Loc, F.Body, F.NumParams, F.NumCalls, F.LocalNames,
     F.Blocks, F.Entry, F.Unchecked);
}

template <class A> void serialize(A &Ar, LockEntry &E) {
  Ar(E.Lock, E.Class, E.State, E.Count, E.Was, E.Where, E.Guessed, E.Tried, E.Reentrant,
     E.Nested, E.Unsteady, E.Spins);
}
template <class A> void serialize(A &Ar, Section &S) {
  Ar(S.Class, S.Least, S.Most, S.Where);
}
template <class A> void serialize(A &Ar, Dropped &D) { Ar(D.Lock, D.Class); }
template <class A> void serialize(A &Ar, FreeLock &L) {
  Ar(L.Lock, L.Class, L.Where, L.Tried, L.Told, L.Guessed, L.Waited);
}
template <class A> void serialize(A &Ar, Fact &F) {
  Ar(F.Value, F.Range, F.Unsure, F.AtEntry);
}
template <class A> void serialize(A &Ar, StoreEffect &S) {
  Ar(S.Place, S.Value, S.Range);
}
template <class A> void serialize(A &Ar, ExitCase &C) {
  Ar(C.Locks, C.Free, C.When, C.Result, C.ResultRange, C.Stores, C.Sections, C.Left);
}
template <class A> void serialize(A &Ar, Requirement &R) {
  Ar(R.Lock, R.Class, R.Mode, R.When, R.Unsure, R.UnsureAtEntry, R.Kind, R.Where, R.Call,
     R.What, FunctionRef{R.Callee}, R.Inner, R.Claimed);
}
template <class A> void serialize(A &Ar, ParamCall &C) {
  Ar(C.Callee, C.Args, C.Locks, C.Where);
}
template <class A> void serialize(A &Ar, Violation &V) {
  Ar(FunctionRef{V.In}, V.Need, V.Held, V.Tried, V.Exact);
}
template <class A> void serialize(A &Ar, Acquire &Q) {
  Ar(Q.Call, Q.Lock, Q.Class, Q.Mode, Q.Where, Q.GivenBack, Q.Spins, Q.In);
}
template <class A> void serialize(A &Ar, Sleep &S) {
  Ar(S.Call, S.Where, S.What, FunctionRef{S.Callee}, S.Inner, S.Hops, S.When, S.Guarded,
     S.Indirect, S.Yields, S.Let, S.Left, S.Outside, S.Under);
}
template <class A> void serialize(A &Ar, Misuse &M) {
  Ar(M.Kind, M.Lock, M.Class, M.Where, M.Earlier, M.By, M.Sometimes, M.Told, M.Held);
}
template <class A> void serialize(A &Ar, Summary &S) {
  Ar(S.Cases, S.Requires, S.ParamCalls, S.Late, S.Sleeps, S.Imprecise, S.Known);
}
template <class A> void serialize(A &Ar, CallLocks &C) {
  Ar(C.Call, C.Locks, C.Sections);
}
template <class A> void serialize(A &Ar, FunctionResult &R) {
  Ar(R.Sum, R.Violations, R.Calls, R.Misuses, R.Paired, R.Acquires, R.Asleep);
}

} // namespace holdfast

#endif
