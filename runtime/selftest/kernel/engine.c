// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The functions that kernel/locking/lockdep.c would define, passed on to our
 * engine.
 *
 * Does the engine know this map? A map can come into being without a call: from a
 * static initialiser, or by memset. lockdep's own class cache in the map tells:
 * all these ways leave it empty, so we put a mark there once the engine knows.
 *
 * The interrupt state lives in fields that inline functions count in, without any
 * call: it is copied before each event.
 */
#include <linux/debug_locks.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "abi.h"

#define KNOWN ((struct lock_class *)1)

struct lock_class_key __lockdep_no_validate__;
struct lock_class_key __lockdep_no_track__;
unsigned int lockdep_recursion;
extern unsigned int force_read_lock_recursive;

void hf_broken(void)
{
	debug_locks_off();
}

static void sync_context(void)
{
	hf_context_t c = {
		.hardirq_depth = hardirq_context,
		.softirq_depth = current->softirq_context,
		.hardirqs_on = hardirqs_enabled,
		.softirqs_on = current->softirqs_enabled,
		.threaded = current->hardirq_threaded,
		.irq_config = current->irq_config,
	};

	hf_context(&c);
}

static bool skip(struct lockdep_map *lock)
{
	return !debug_locks || lock->key == &__lockdep_no_track__;
}

/* In our numbering: without PROVE_RAW_LOCK_NESTING the tree has one number less. */
static unsigned int wait_type(u8 type)
{
	return type == LD_WAIT_SLEEP ? 4 : type == LD_WAIT_SPIN ? 2 :
	       type == LD_WAIT_CONFIG ? 3 : type;
}

static void know(struct lockdep_map *lock)
{
	if (lock->class_cache[0] == KNOWN)
		return;
	if (!lock->key)
		lock->key = (void *)lock;
	hf_init_map(lock, lock->name, lock->key, 0, wait_type(lock->wait_type_inner),
		    wait_type(lock->wait_type_outer), lock->lock_type);
	lock->class_cache[0] = KNOWN;
}

/* --- maps ---------------------------------------------------------------------- */

void lockdep_init_map_type(struct lockdep_map *lock, const char *name,
			   struct lock_class_key *key, int subclass, u8 inner, u8 outer,
			   u8 type)
{
	lock->key = key;
	lock->name = name;
	lock->wait_type_inner = inner;
	lock->wait_type_outer = outer;
	lock->lock_type = type;
	hf_init_map(lock, name, key, subclass, wait_type(inner), wait_type(outer), type);
	lock->class_cache[0] = KNOWN;
}

void lock_set_class(struct lockdep_map *lock, const char *name,
		    struct lock_class_key *key, unsigned int subclass, unsigned long ip)
{
	if (skip(lock))
		return;
	sync_context();
	know(lock);
	lock->key = key;
	lock->name = name;
	hf_set_class(lock, name, key, subclass, ip);
}

void lockdep_free_key_range(void *start, unsigned long size)
{
	hf_forget_key(start, size);
}

void lockdep_reset_lock(struct lockdep_map *lock)
{
	if (lock->key)
		hf_forget_key(lock->key, 1);
}

void lockdep_reset(void)
{
	hf_forget_held();
	debug_locks = 1;
}

void debug_check_no_locks_freed(const void *from, unsigned long size)
{
	if (debug_locks)
		hf_free_range(from, size, _RET_IP_);
}

void lockdep_init_task(struct task_struct *task) {}
void lockdep_set_selftest_task(struct task_struct *task) {}

/* --- locks --------------------------------------------------------------------- */

void lock_acquire(struct lockdep_map *lock, unsigned int subclass, int try, int read,
		  int check, struct lockdep_map *nest, unsigned long ip)
{
	if (skip(lock))
		return;
	sync_context();
	know(lock);
	hf_acquire(lock, subclass, try, read, check, nest, 0, ip);
}

void lock_sync(struct lockdep_map *lock, unsigned int subclass, int read, int check,
	       struct lockdep_map *nest, unsigned long ip)
{
	if (skip(lock))
		return;
	sync_context();
	know(lock);
	hf_acquire(lock, subclass, 0, read, check, nest, 1, ip);
}

void lock_release(struct lockdep_map *lock, unsigned long ip)
{
	if (skip(lock))
		return;
	sync_context();
	know(lock);
	hf_release(lock, ip);
}

void lock_downgrade(struct lockdep_map *lock, unsigned long ip)
{
	if (skip(lock))
		return;
	sync_context();
	hf_downgrade(lock, ip);
}

int lock_is_held_type(const struct lockdep_map *lock, int read)
{
	return debug_locks ? hf_is_held(lock, read) : LOCK_STATE_UNKNOWN;
}

bool read_lock_is_recursive(void)
{
	return force_read_lock_recursive || !IS_ENABLED(CONFIG_QUEUED_RWLOCKS) ||
	       in_interrupt();
}

/* --- interrupts ------------------------------------------------------------------ */

void lockdep_hardirqs_on_prepare(void)
{
	if (!debug_locks || hardirqs_enabled)
		return;
	sync_context();
	hf_hardirqs_on(_RET_IP_);
}

void lockdep_hardirqs_on(unsigned long ip)
{
	if (debug_locks)
		hardirqs_enabled = 1;
}

void lockdep_hardirqs_off(unsigned long ip)
{
	if (debug_locks)
		hardirqs_enabled = 0;
}

void lockdep_softirqs_on(unsigned long ip)
{
	if (!debug_locks)
		return;
	sync_context();
	hf_softirqs_on(ip);
	current->softirqs_enabled = 1;
}

void lockdep_softirqs_off(unsigned long ip)
{
	if (debug_locks)
		current->softirqs_enabled = 0;
}

void lockdep_rcu_suspicious(const char *file, const int line, const char *what)
{
	hf_rcu_suspicious(file, line, what);
}
