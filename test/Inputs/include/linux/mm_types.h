/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_MM_TYPES_H
#define FAKE_LINUX_MM_TYPES_H

#include <linux/rwsem.h>
#include <linux/spinlock.h>

struct file;
struct page;
struct vm_operations_struct;

/* As in the kernel, all of it sits in a struct without a name. */
struct maple_tree {
  void *ma_root;
};

struct mm_struct {
  struct maple_tree mm_mt;
  struct {
    atomic_t mm_count;
    unsigned long total_vm;
    unsigned long locked_vm;
    spinlock_t page_table_lock;
    struct rw_semaphore mmap_lock;
    int mm_lock_seq;
  };
  unsigned long cpu_bitmap[];
};

struct vma_lock {
  struct rw_semaphore lock;
};

struct vm_area_struct {
  union {
    struct {
      unsigned long vm_start;
      unsigned long vm_end;
    };
    struct list_head fake_rcu;
  };
  struct mm_struct *vm_mm;
  pgprot_t vm_page_prot;
#ifdef FAKE_PLAIN_VM_FLAGS /* before 6.3: a plain field anybody may write */
  unsigned long vm_flags;
#else
  union {
    const vm_flags_t vm_flags;
    vm_flags_t __private __vm_flags;
  };
#endif
  int vm_lock_seq;
  struct vma_lock *vm_lock;
  const struct vm_operations_struct *vm_ops;
  unsigned long vm_pgoff;
  struct file *vm_file;
  void *vm_private_data;
};

enum fault_flag {
  FAULT_FLAG_WRITE = 1 << 0,
  FAULT_FLAG_ALLOW_RETRY = 1 << 2,
  FAULT_FLAG_RETRY_NOWAIT = 1 << 3,
  FAULT_FLAG_KILLABLE = 1 << 4,
  FAULT_FLAG_VMA_LOCK = 1 << 12,
};

#define VM_FAULT_SIGBUS 0x000002u
#define VM_FAULT_NOPAGE 0x000100u
#define VM_FAULT_LOCKED 0x000200u
#define VM_FAULT_RETRY 0x000400u
#define VM_FAULT_COMPLETED 0x004000u

#endif
