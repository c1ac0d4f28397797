// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lockdep's hooks, answered by the host's engine. A map that was initialised at
 * compile time has never passed through lockdep_init_map_type(); it is told to
 * the engine at its first use. class_cache[0] says that the engine knows a map:
 * the tree's own lockdep_copy_map() clears it in copies, which is what we want.
 */
#include <linux/lockdep.h>
#include <linux/rcupdate.h>

#include "shim.h"

int debug_locks = 1;
int debug_locks_silent;
int prove_locking = 1;
int lock_stat;
static struct lock_class_key anonymous_key;

static int known(const struct lockdep_map *map)
{
	return map->class_cache[0] == (void *)map;
}

/* The engine counts as a kernel with PROVE_RAW_LOCK_NESTING does; without it the
 * tree's LD_WAIT_CONFIG is LD_WAIT_SPIN, and what follows moves down by one. */
static int wait_type(u8 type)
{
	if (type == LD_WAIT_SLEEP)
		return 4;
	return type == LD_WAIT_MAX ? 5 : type;
}

static void tell(struct lockdep_map *map, unsigned subclass)
{
	/* A lock in freed memory shall fault here, not in the host. */
	if (map->name)
		(void)*(const volatile char *)map->name;
	hf->map_init(map, map->name ? map->name : "(unnamed)", map->key, subclass,
		     wait_type(map->wait_type_inner), wait_type(map->wait_type_outer),
		     map->lock_type);
	map->class_cache[0] = (void *)map;
}

static void know(struct lockdep_map *map)
{
	if (known(map))
		return;
	if (!map->key)
		map->key = (void *)map;
	tell(map, 0);
}

void lockdep_init_map_type(struct lockdep_map *map, const char *name,
			   struct lock_class_key *key, int subclass, u8 inner, u8 outer,
			   u8 type)
{
	memset(map, 0, sizeof(*map));
	map->name = name;
	map->key = key ? key : &anonymous_key;
	map->wait_type_inner = inner;
	map->wait_type_outer = outer;
	map->lock_type = type;
	tell(map, subclass);
}

struct lock_class_key __lockdep_no_validate__;
struct lock_class_key __lockdep_no_track__;

void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
		  int check, struct lockdep_map *nest, unsigned long ip)
{
	know(map);
	if (nest)
		know(nest);
	hf->acquire(map, subclass, trylock, read, check, nest, HF_FRAME);
}

void lock_release(struct lockdep_map *map, unsigned long ip)
{
	know(map);
	hf->release(map, HF_FRAME);
}

void lock_sync(struct lockdep_map *map, unsigned subclass, int read, int check,
	       struct lockdep_map *nest, unsigned long ip)
{
	lock_acquire(map, subclass, 0, read, check, nest, ip);
	lock_release(map, ip);
}

void lock_downgrade(struct lockdep_map *map, unsigned long ip)
{
	know(map);
	hf->downgrade(map, HF_FRAME);
}

int lock_is_held_type(const struct lockdep_map *map, int read)
{
	return known(map) && hf->is_held(map, read);
}

void lock_set_class(struct lockdep_map *map, const char *name, struct lock_class_key *key,
		    unsigned int subclass, unsigned long ip)
{
	lock_release(map, ip);
	lockdep_init_map_type(map, name, key, subclass, map->wait_type_inner,
			      map->wait_type_outer, map->lock_type);
	lock_acquire(map, 0, 1, 0, 1, NULL, ip);
}

struct pin_cookie lock_pin_lock(struct lockdep_map *map)
{
	struct pin_cookie cookie = { hf->pin(map) };

	return cookie;
}

void lock_unpin_lock(struct lockdep_map *map, struct pin_cookie cookie)
{
	hf->unpin(map, cookie.val);
}

void lockdep_register_key(struct lock_class_key *key)
{
}

void lockdep_unregister_key(struct lock_class_key *key)
{
	hf->keys_gone(key, sizeof(*key));
}

bool read_lock_is_recursive(void)
{
	return false;
}

void lockdep_hardirqs_on(unsigned long ip)
{
	hf->irqs(0, 1, HF_FRAME);
}

void lockdep_hardirqs_off(unsigned long ip)
{
	hf->irqs(0, 0, HF_FRAME);
}

#ifndef trace_hardirqs_on
void trace_hardirqs_on(void)
{
	lockdep_hardirqs_on(0);
	hardirqs_enabled = 1;
}

void trace_hardirqs_off(void)
{
	lockdep_hardirqs_off(0);
	hardirqs_enabled = 0;
}
#endif

int debug_locks_off(void)
{
	return 0;
}

/* --- RCU: readers are lockdep events, callbacks run when the run ends ----- */

#define RCU_MAP(variable, title)                                               \
	static struct lock_class_key variable##_key;                           \
	struct lockdep_map variable = {                                        \
		.name = title,                                                 \
		.key = &variable##_key,                                        \
		.wait_type_outer = LD_WAIT_FREE,                               \
		.wait_type_inner = LD_WAIT_CONFIG,                             \
	}

RCU_MAP(rcu_lock_map, "rcu_read_lock");
RCU_MAP(rcu_bh_lock_map, "rcu_read_lock_bh");
RCU_MAP(rcu_sched_lock_map, "rcu_read_lock_sched");
RCU_MAP(rcu_callback_map, "rcu_callback");

notrace int debug_lockdep_rcu_enabled(void)
{
	return 1;
}

notrace bool rcu_is_watching(void)
{
	return true;
}

int rcu_read_lock_held(void)
{
	return lock_is_held_type(&rcu_lock_map, -1);
}

int rcu_read_lock_bh_held(void)
{
	return lock_is_held_type(&rcu_bh_lock_map, -1) || in_softirq();
}

int rcu_read_lock_sched_held(void)
{
	return lock_is_held_type(&rcu_sched_lock_map, -1) || !preemptible();
}

int rcu_read_lock_any_held(void)
{
	return rcu_read_lock_held() || rcu_read_lock_bh_held() || rcu_read_lock_sched_held();
}

void lockdep_rcu_suspicious(const char *file, const int line, const char *what)
{
	hf->rcu_suspicious(file, line, what, HF_FRAME);
}

static struct rcu_head *pending_callbacks;

void call_rcu(struct rcu_head *head, rcu_callback_t function)
{
	head->func = function;
	head->next = (void *)pending_callbacks;
	pending_callbacks = head;
}

/* A callback that is a small negative number is a distance to memory to free. */
#if SINCE(6, 2)
void kvfree_call_rcu(struct rcu_head *head, void *memory)
{
	call_rcu(head, (rcu_callback_t)(memory - (void *)head));
}
#else
void kvfree_call_rcu(struct rcu_head *head, rcu_callback_t offset)
{
	call_rcu(head, (rcu_callback_t)(-(unsigned long)offset));
}
#endif

/* No task is in a read-side section when all have ended. */
void hf_rcu_quiescent(void)
{
	while (pending_callbacks) {
		struct rcu_head *head = pending_callbacks;
		unsigned long offset = (unsigned long)head->func;

		pending_callbacks = (void *)head->next;
		if (-offset < 4096)
			kfree((void *)head + offset);
		else
			head->func(head);
	}
}
