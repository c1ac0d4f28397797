// SPDX-License-Identifier: GPL-2.0-or-later
//
// Cycles of more than two classes.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

struct gadget {
  struct mutex a, b, c, d, e, f, guard, try1, try2, try3, x, y, p, q, r;
  char *buffer;
};

// Three mutexes, three functions.
void ab(struct gadget *g) {
  mutex_lock(&g->a);
  mutex_lock(&g->b);
  // CHECK: lock-order-long.c:[[#@LINE-1]]:3: warning: ab() waits for gadget.b with gadget.a held, bc() waits for gadget.c with gadget.b held, and ca() waits for gadget.a with gadget.c held [lock-order]
  // CHECK-NEXT: note: ab acquires gadget.a here
  // CHECK-NEXT: note: ab waits for gadget.b here
  // CHECK-NEXT: note: bc acquires gadget.b here
  // CHECK-NEXT: note: bc waits for gadget.c here
  // CHECK-NEXT: note: ca acquires gadget.c here
  // CHECK-NEXT: note: ca waits for gadget.a here
  // CHECK-NEXT: note: no lock is held on two of these ways, so all may run at once
  mutex_unlock(&g->b);
  mutex_unlock(&g->a);
}
void bc(struct gadget *g) {
  mutex_lock(&g->b);
  mutex_lock(&g->c);
  mutex_unlock(&g->c);
  mutex_unlock(&g->b);
}
void ca(struct gadget *g) {
  mutex_lock(&g->c);
  mutex_lock(&g->a);
  mutex_unlock(&g->a);
  mutex_unlock(&g->c);
}

// Two of the three hold a lock that keeps them apart.
void ok_de(struct gadget *g) {
  mutex_lock(&g->guard);
  mutex_lock(&g->d);
  mutex_lock(&g->e);
  mutex_unlock(&g->e);
  mutex_unlock(&g->d);
  mutex_unlock(&g->guard);
}
void ok_ef(struct gadget *g) {
  mutex_lock(&g->e);
  mutex_lock(&g->f);
  mutex_unlock(&g->f);
  mutex_unlock(&g->e);
}
void ok_fd(struct gadget *g) {
  mutex_lock(&g->guard);
  mutex_lock(&g->f);
  mutex_lock(&g->d);
  mutex_unlock(&g->d);
  mutex_unlock(&g->f);
  mutex_unlock(&g->guard);
}

// The third only tries.
void ok_12(struct gadget *g) {
  mutex_lock(&g->try1);
  mutex_lock(&g->try2);
  mutex_unlock(&g->try2);
  mutex_unlock(&g->try1);
}
void ok_23(struct gadget *g) {
  mutex_lock(&g->try2);
  mutex_lock(&g->try3);
  mutex_unlock(&g->try3);
  mutex_unlock(&g->try2);
}
void ok_31(struct gadget *g) {
  mutex_lock(&g->try3);
  if (mutex_trylock(&g->try1))
    mutex_unlock(&g->try1);
  mutex_unlock(&g->try3);
}

// User memory is touched under x, y is taken where mmap() enters, x below y elsewhere.
static long gadget_ioctl(struct file *file, unsigned cmd, unsigned long arg) {
  struct gadget *g = file->private_data;
  long ret;
  mutex_lock(&g->x);
  ret = copy_to_user((void *)arg, g->buffer, 16);
  // CHECK: lock-order-long.c:[[#@LINE-1]]:9: warning: gadget_ioctl() waits for mmap_lock with gadget.x held, gadget_mmap() waits for gadget.y with mmap_lock held, and yx() waits for gadget.x with gadget.y held [lock-order]
  mutex_unlock(&g->x);
  return ret;
}
static int gadget_mmap(struct file *file, struct vm_area_struct *vma) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->y);
  mutex_unlock(&g->y);
  return 0;
}
void yx(struct gadget *g) {
  mutex_lock(&g->y);
  mutex_lock(&g->x);
  mutex_unlock(&g->x);
  mutex_unlock(&g->y);
}
const struct file_operations gadget_fops = {.unlocked_ioctl = gadget_ioctl, .mmap = gadget_mmap};

// Known to be imprecise: where one of the legs is three calls long it is not likely by
// itself, so the whole is not reported, though it is the same mistake.
static void deepest(struct gadget *g) {
  mutex_lock(&g->p);
  mutex_unlock(&g->p);
}
static void deeper(struct gadget *g) { deepest(g); }
static void deep(struct gadget *g) { deeper(g); }
void missed_pq(struct gadget *g) {
  mutex_lock(&g->p);
  mutex_lock(&g->q);
  mutex_unlock(&g->q);
  mutex_unlock(&g->p);
}
void missed_qr(struct gadget *g) {
  mutex_lock(&g->q);
  mutex_lock(&g->r);
  mutex_unlock(&g->r);
  mutex_unlock(&g->q);
}
void missed_rp(struct gadget *g) {
  mutex_lock(&g->r);
  deep(g);
  mutex_unlock(&g->r);
}
// CHECK: 2 findings
