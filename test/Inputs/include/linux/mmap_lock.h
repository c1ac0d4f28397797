/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_MMAP_LOCK_H
#define FAKE_LINUX_MMAP_LOCK_H

#include <linux/mm_types.h>

void fake_trace(struct mm_struct *mm, const char *what, bool ok);

static inline void mmap_assert_locked(const struct mm_struct *mm) {
  rwsem_assert_held(&mm->mmap_lock);
}
static inline void mmap_assert_write_locked(const struct mm_struct *mm) {
  rwsem_assert_held_write(&mm->mmap_lock);
}

/* Ends all VMA write locks at once. */
static inline void vma_end_write_all(struct mm_struct *mm) {
  mmap_assert_write_locked(mm);
  WRITE_ONCE(mm->mm_lock_seq, mm->mm_lock_seq + 1);
}

static inline void mmap_write_lock(struct mm_struct *mm) {
  fake_trace(mm, "start", true);
  down_write(&mm->mmap_lock);
  fake_trace(mm, "taken", true);
}
static inline void mmap_write_lock_nested(struct mm_struct *mm, int subclass) {
  down_write_nested(&mm->mmap_lock, subclass);
  fake_trace(mm, "taken", true);
}
static inline int __must_check mmap_write_lock_killable(struct mm_struct *mm) {
  int ret = down_write_killable(&mm->mmap_lock);

  fake_trace(mm, "taken", ret == 0);
  return ret;
}
static inline bool mmap_write_trylock(struct mm_struct *mm) {
  bool ret = down_write_trylock(&mm->mmap_lock) != 0;

  fake_trace(mm, "taken", ret);
  return ret;
}
static inline void mmap_write_unlock(struct mm_struct *mm) {
  fake_trace(mm, "dropped", true);
  vma_end_write_all(mm);
  up_write(&mm->mmap_lock);
}
static inline void mmap_write_downgrade(struct mm_struct *mm) {
  vma_end_write_all(mm);
  downgrade_write(&mm->mmap_lock);
}
static inline void mmap_read_lock(struct mm_struct *mm) {
  fake_trace(mm, "start", false);
  down_read(&mm->mmap_lock);
  fake_trace(mm, "taken", true);
}
static inline int __must_check mmap_read_lock_killable(struct mm_struct *mm) {
  int ret = down_read_killable(&mm->mmap_lock);

  fake_trace(mm, "taken", ret == 0);
  return ret;
}
static inline bool mmap_read_trylock(struct mm_struct *mm) {
  bool ret = down_read_trylock(&mm->mmap_lock) != 0;

  fake_trace(mm, "taken", ret);
  return ret;
}
static inline void mmap_read_unlock(struct mm_struct *mm) {
  fake_trace(mm, "dropped", true);
  up_read(&mm->mmap_lock);
}

#endif
