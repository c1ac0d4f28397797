// SPDX-License-Identifier: GPL-2.0-or-later
//
// Locks and unlocks that do not pair up, and twins that do.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>

struct gadget {
  struct mutex a, b, c, d, e, f, left, taken, both, tried, lock, state, told, forgotten, many, kept, used, meet,
      handed, offered, made;
  int flag;
};
int step(struct gadget *g);
void give_away(struct mutex *m);

// An error path forgets the lock.
int leak(struct gadget *g) {
  int ret;
  mutex_lock(&g->a);
  ret = step(g);
  if (ret < 0)
    return ret;
  // CHECK: lock-balance.c:[[#@LINE-1]]:5: warning: leak() returns with gadget.a held here, but not elsewhere, and its callers cannot tell [lock-balance]
  // CHECK: lock-balance.c:[[#@LINE-5]]:3: note: acquired here
  mutex_unlock(&g->a);
  return 0;
}
int ok_leak(struct gadget *g) {
  int ret;
  mutex_lock(&g->a);
  ret = step(g);
  mutex_unlock(&g->a);
  return ret;
}
// 1 with the lock, 0 without: callers can tell.
int ok_told(struct gadget *g) {
  mutex_lock(&g->b);
  if (g->flag)
    return 1;
  mutex_unlock(&g->b);
  return 0;
}
void ok_told_caller(struct gadget *g) {
  if (ok_told(g))
    mutex_unlock(&g->b);
}

void twice(struct gadget *g) {
  mutex_lock(&g->c);
  step(g);
  mutex_lock(&g->c);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: mutex_lock() acquires gadget.c, which twice() already holds: it would wait for itself [lock-balance]
  mutex_unlock(&g->c);
}
static void helper(struct gadget *g) {
  mutex_lock(&g->d);
  step(g);
  mutex_unlock(&g->d);
}
void through_helper(struct gadget *g) {
  mutex_lock(&g->d);
  helper(g);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: helper() acquires gadget.d, which through_helper() already holds: it would wait for itself [lock-balance]
  mutex_unlock(&g->d);
}
void ok_two_objects(struct gadget *g, struct gadget *h) {
  mutex_lock(&g->c);
  mutex_lock(&h->c);
  mutex_unlock(&h->c);
  mutex_unlock(&g->c);
}
void ok_try(struct gadget *g) {
  mutex_lock(&g->tried);
  if (mutex_trylock(&g->tried))
    mutex_unlock(&g->tried);
  mutex_unlock(&g->tried);
}

void unlocked_twice(struct gadget *g) {
  mutex_lock(&g->e);
  if (g->flag)
    mutex_unlock(&g->e);
  step(g);
  mutex_unlock(&g->e);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: mutex_unlock() releases gadget.e, which unlocked_twice() no longer holds [lock-balance]
}

// Callbacks that leave a lock, or release one, that nobody else touches so.
static int leaves(struct inode *i, struct file *file) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->left);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: gadget.left is acquired here and still held where leaves() returns; nobody releases it [lock-balance]
  return 0;
}
static int takes(struct inode *i, struct file *file) {
  struct gadget *g = file->private_data;
  mutex_unlock(&g->taken);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: gadget.taken is released here, but takes() is entered without it and nothing acquires it [lock-balance]
  return 0;
}
const struct file_operations bad_fops = {.open = leaves, .release = takes};

// One takes, the other gives back: they belong together.
static int ok_start(struct inode *i, struct file *file) {
  mutex_lock(&((struct gadget *)file->private_data)->both);
  return 0;
}
static int ok_stop(struct inode *i, struct file *file) {
  mutex_unlock(&((struct gadget *)file->private_data)->both);
  return 0;
}
const struct file_operations ok_fops = {.open = ok_start, .release = ok_stop};

// What a callee gave for an error is one.
int unknown_error(void);
int leaked_on_error(struct gadget *g) {
  int ret;

  if (!g)
    return -EINVAL;
  mutex_lock(&g->lock);
  ret = unknown_error();
  if (ret)
    return ret;
  // CHECK: lock-balance.c:[[#@LINE-1]]:5: warning: leaked_on_error() returns with gadget.lock held here, but not elsewhere, and its callers cannot tell [lock-balance]
  mutex_unlock(&g->lock);
  return 0;
}

// Returned locked, or not at all.
struct gadget *find_gadget(int id);
struct gadget *ok_returned_locked(int id) {
  struct gadget *g = find_gadget(id);
  int ret = -ENOMEM;

  if (!g)
    return ERR_PTR(ret);
  mutex_lock(&g->lock);
  ret = unknown_error();
  if (ret) {
    mutex_unlock(&g->lock);
    return ERR_PTR(ret);
  }
  return g;
}

// What is passed to be called on the last reference lets the lock go.
struct counted {
  struct gadget *g;
  int count;
};
static int put(struct counted *c, void (*release)(struct counted *)) {
  if (--c->count == 0) {
    release(c);
    return 1;
  }
  return 0;
}
static void release_counted(struct counted *c) { mutex_unlock(&c->g->lock); }
void ok_passed(struct counted *c) {
  mutex_lock(&c->g->lock);
  if (!put(c, release_counted))
    mutex_unlock(&c->g->lock);
}

// An error where a member has some value: nobody who calls looks at it.
static int state_open(struct inode *inode, struct file *file) {
  struct gadget *g = file->private_data;
  mutex_lock(&g->state);
  if (g->flag != 2)
    return -EINVAL;
  // CHECK: lock-balance.c:[[#@LINE-1]]:5: warning: state_open() returns with gadget.state held here, but not elsewhere, and its callers never release it [lock-balance]
  mutex_unlock(&g->state);
  return step(g);
}
const struct file_operations state_fops = {.open = state_open};
// The twin: its caller looks, and releases.
static void ok_state(struct gadget *g) {
  mutex_lock(&g->told);
  if (g->flag)
    return;
  mutex_unlock(&g->told);
}
void ok_state_caller(struct gadget *g) {
  ok_state(g);
  if (g->flag)
    mutex_unlock(&g->told);
}
// Its sister, whose caller does not.
static void state_forgotten(struct gadget *g) {
  mutex_lock(&g->forgotten);
  if (g->flag)
    return;
  mutex_unlock(&g->forgotten);
}
// CHECK: lock-balance.c:[[#@LINE-1]]:1: warning: state_forgotten() returns with gadget.forgotten held here, but not elsewhere, and its callers never release it [lock-balance]
void state_caller(struct gadget *g) {
  state_forgotten(g);
  step(g);
}

// Many ways meet before the function returns, one of them with the lock.
int many_ways(struct gadget *g) {
  int ret = mutex_lock_killable(&g->f);
  if (ret)
    return ret;
  if (!g->flag)
    ret = -EINVAL;
  mutex_unlock(&g->f);
  if (ret)
    return ret;
  ret = mutex_lock_killable(&g->many);
  if (ret)
    goto out;
  if (g->flag > 3) {
    ret = -ENOMEM;
    goto out;
  }
  mutex_unlock(&g->many);
  return 0;
out:
  mutex_lock(&g->f);
  mutex_unlock(&g->f);
  return ret;
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: many_ways() returns with gadget.many held here, but not elsewhere, and its callers cannot tell [lock-balance]
}

// Released from another mode than it was taken in.
struct table {
  struct rw_semaphore sem;
  int entries;
};
void write_forgotten(struct table *t) {
  down_read(&t->sem);
  t->entries++;
  up_write(&t->sem);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: up_write() releases table.sem for write, but write_forgotten() holds it for read [lock-balance]
  // CHECK-NEXT: lock-balance.c:[[#@LINE-4]]:3: note: acquired here for read
}
static void table_unlock(struct table *t) { up_read(&t->sem); }
void downgrade_forgotten(struct table *t) {
  down_write(&t->sem);
  t->entries++;
  table_unlock(t);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: table_unlock() releases table.sem for read, but downgrade_forgotten() holds it for write [lock-balance]
}
void ok_downgraded(struct table *t) {
  down_write(&t->sem);
  downgrade_write(&t->sem);
  table_unlock(t);
}
// The mode is chosen, and the choice is lost sight of.
int may_change(struct table *t);
void ok_chosen(struct table *t) {
  int write = may_change(t);
  if (write & 1)
    down_write(&t->sem);
  else
    down_read(&t->sem);
  write = may_change(t);
  if (write & 1)
    up_write(&t->sem);
  else
    up_read(&t->sem);
}

// Nobody on any way up to the callback lets go of it, whatever it is told by.
static int found_locked(struct gadget *g) {
  mutex_lock(&g->kept);
  // CHECK: lock-balance.c:[[#@LINE-1]]:3: warning: gadget.kept is acquired here and still held where found_locked() returns; nobody releases it [lock-balance]
  // CHECK-NEXT: kept_open is file_operations.open of kept_fops, set here
  // CHECK-NEXT: kept_open calls kept_middle
  // CHECK-NEXT: kept_middle calls found_locked
  return g->flag;
}
static int kept_middle(struct gadget *g) { return g->flag > 1 ? found_locked(g) : 0; }
static int kept_open(struct inode *inode, struct file *file) {
  return kept_middle(file->private_data);
}
const struct file_operations kept_fops = {.open = kept_open};
// Told by the result, and nobody makes use of it.
static int offered(struct gadget *g) {
  mutex_lock(&g->offered);
  if (g->flag)
    return 1;
  // CHECK: lock-balance.c:[[#@LINE-1]]:5: warning: offered() returns with gadget.offered held here, but not elsewhere, and its callers never release it [lock-balance]
  mutex_unlock(&g->offered);
  return 0;
}
static int tried_open(struct inode *inode, struct file *file) {
  return offered(file->private_data) ? -EBUSY : 0;
}
const struct file_operations tried_fops = {.open = tried_open};
// The twin: one of two callers does.
static int ok_tried(struct gadget *g) {
  mutex_lock(&g->used);
  if (g->flag)
    return 1;
  mutex_unlock(&g->used);
  return 0;
}
static int used_open(struct inode *inode, struct file *file) {
  struct gadget *g = file->private_data;
  if (ok_tried(g))
    mutex_unlock(&g->used);
  return 0;
}
const struct file_operations used_fops = {.open = used_open};
// Taken in two places that meet before it is let go.
static int ok_meet(struct gadget *g) {
  mutex_lock(&g->meet);
  return g->flag ? 1 : 0;
}
static int ok_meet_too(struct gadget *g) {
  mutex_lock(&g->meet);
  return g->flag ? 2 : 0;
}
static int meet_open(struct inode *inode, struct file *file) {
  struct gadget *g = file->private_data;
  int ret;
  if (step(g))
    ret = ok_meet(g);
  else
    ret = ok_meet_too(g);
  mutex_unlock(&g->meet);
  return ret;
}
const struct file_operations meet_fops = {.open = meet_open};
// What was written through is no null pointer.
static struct gadget *made(int id) {
  struct gadget *g = find_gadget(id);
  if (IS_ERR(g))
    return g;
  g->flag = id;
  return g;
}
int ok_made(struct gadget *owner, int id) {
  struct gadget *g;
  mutex_lock(&owner->made);
  g = made(id);
  if (IS_ERR(g)) {
    mutex_unlock(&owner->made);
    return -ENOMEM;
  }
  step(g);
  if (g)
    mutex_unlock(&owner->made);
  return step(owner);
}
// Whoever is given the address lets it go.
static struct mutex *ok_handed(struct gadget *g) {
  mutex_lock(&g->handed);
  return &g->handed;
}
static int handed_open(struct inode *inode, struct file *file) {
  struct mutex *m = ok_handed(file->private_data);
  give_away(m);
  return 0;
}
const struct file_operations handed_fops = {.open = handed_open};
// CHECK: 14 findings
