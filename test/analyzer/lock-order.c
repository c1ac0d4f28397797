// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two locks in both orders; user memory counts as mmap_lock.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>

struct gadget {
  struct mutex user, ok_user, a, b, c, d, guard, tried;
  char *buffer;
};

// read() copies to user memory under a lock that mmap() takes.
static long fill(struct gadget *g, char *to) {
  return copy_to_user(to, g->buffer, 16);
}
static long gadget_ioctl(struct file *file, unsigned cmd, unsigned long arg) {
  struct gadget *g = file->private_data;
  long ret;
  mutex_lock(&g->user);
  ret = fill(g, (char *)arg);
  // CHECK: lock-order.c:[[#@LINE-1]]:9: warning: gadget_ioctl() waits for mmap_lock with gadget.user held, but gadget_mmap() waits for gadget.user with mmap_lock held [lock-order]
  // CHECK: note: gadget_ioctl acquires gadget.user here
  // CHECK: note: gadget_ioctl calls fill
  // CHECK: note: fill waits for mmap_lock here
  // CHECK: note: gadget_mmap is file_operations.mmap of gadget_fops, set here; entered with mmap_lock held for write
  // CHECK: note: gadget_mmap waits for gadget.user here
  mutex_unlock(&g->user);
  return ret;
}
static int gadget_mmap(struct file *file, struct vm_area_struct *vma) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->user);
  mutex_unlock(&g->user);
  return 0;
}
const struct file_operations gadget_fops = {.unlocked_ioctl = gadget_ioctl, .mmap = gadget_mmap};

// The copy is outside of the lock.
static long ok_ioctl(struct file *file, unsigned cmd, unsigned long arg) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->ok_user);
  mutex_unlock(&g->ok_user);
  return fill(g, (char *)arg);
}
static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->ok_user);
  mutex_unlock(&g->ok_user);
  return 0;
}
const struct file_operations ok_fops = {.unlocked_ioctl = ok_ioctl, .mmap = ok_mmap};

void ab(struct gadget *g) {
  mutex_lock(&g->a);
  mutex_lock(&g->b);
  // CHECK: lock-order.c:[[#@LINE-1]]:3: warning: ab() waits for gadget.b with gadget.a held, but ba() waits for gadget.a with gadget.b held [lock-order]
  mutex_unlock(&g->b);
  mutex_unlock(&g->a);
}
void ba(struct gadget *g) {
  mutex_lock(&g->b);
  mutex_lock(&g->a);
  mutex_unlock(&g->a);
  mutex_unlock(&g->b);
}

// A third lock keeps them apart.
void ok_cd(struct gadget *g) {
  mutex_lock(&g->guard);
  mutex_lock(&g->c);
  mutex_lock(&g->d);
  mutex_unlock(&g->d);
  mutex_unlock(&g->c);
  mutex_unlock(&g->guard);
}
void ok_dc(struct gadget *g) {
  mutex_lock(&g->guard);
  mutex_lock(&g->d);
  mutex_lock(&g->c);
  mutex_unlock(&g->c);
  mutex_unlock(&g->d);
  mutex_unlock(&g->guard);
}

// An attempt does not wait.
void ok_at(struct gadget *g) {
  mutex_lock(&g->a);
  mutex_lock(&g->tried);
  mutex_unlock(&g->tried);
  mutex_unlock(&g->a);
}
void ok_ta(struct gadget *g) {
  mutex_lock(&g->tried);
  if (mutex_trylock(&g->a))
    mutex_unlock(&g->a);
  mutex_unlock(&g->tried);
}

// A fault that is handled by touching user memory may fault again, and wait for the
// lock that it was entered with.
static vm_fault_t touching_fault(struct vm_fault *vmf) {
  int x = 0;
  return fill(vmf->vma->vm_private_data, (char *)&x) ? VM_FAULT_SIGBUS : 0;
  // CHECK: lock-order.c:[[#@LINE-1]]:10: warning: touching_fault() waits for mmap_lock, with which it is entered [lock-order]
}
// Page faults that are off do not wait.
static vm_fault_t ok_atomic_fault(struct vm_fault *vmf) {
  vm_fault_t ret;
  pagefault_disable();
  ret = fill(vmf->vma->vm_private_data, (char *)&ret) ? VM_FAULT_SIGBUS : 0;
  pagefault_enable();
  return ret;
}
const struct vm_operations_struct touching_ops = {.fault = touching_fault};
const struct vm_operations_struct ok_atomic_ops = {.fault = ok_atomic_fault};
// CHECK: 3 findings
