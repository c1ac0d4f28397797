// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spinlocks and rwlocks. A task that spins waits in the scheduler instead: it is
 * on a CPU of its own, so others go on. Interrupts are a flag that lockdep's
 * engine is told of; nothing here is ever interrupted.
 */
#include <linux/spinlock.h>
#include <linux/irqflags.h>

#include "shim.h"

static int value_of(raw_spinlock_t *lock)
{
	return atomic_read(&lock->raw_lock.val);
}

void hf_irqs_off(void)
{
	hf->irqs(0, 0, HF_FRAME);
	hardirqs_enabled = 0;
}

void hf_irqs_on(void)
{
	hf->irqs(0, 1, HF_FRAME);
	hardirqs_enabled = 1;
}

static void bh_off(void)
{
	preempt_count_add(SOFTIRQ_DISABLE_OFFSET);
	hf->irqs(1, 0, HF_FRAME);
}

static void bh_on(void)
{
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET);
	hf->irqs(1, 1, HF_FRAME);
}

void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	bh_off();
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	bh_on();
}

void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name,
			  struct lock_class_key *key, short inner)
{
	memset(lock, 0, sizeof(*lock));
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, inner);
#ifdef CONFIG_DEBUG_SPINLOCK
	lock->magic = SPINLOCK_MAGIC;
	lock->owner_cpu = -1;
	lock->owner = SPINLOCK_OWNER_INIT;
#endif
}

static int is_free(void *lock)
{
	return !value_of(lock);
}

static void take(raw_spinlock_t *lock, int subclass, struct lockdep_map *nest)
{
	preempt_disable();
	spin_acquire_nest(&lock->dep_map, subclass, 0, nest, _RET_IP_);
	hf_point_when(HF_OP_ACQUIRE, lock, 1, is_free, lock);
	atomic_set(&lock->raw_lock.val, 1);
}

static int try_take(raw_spinlock_t *lock)
{
	hf_point(HF_OP_TRY, lock, 1);
	if (value_of(lock))
		return 0;
	preempt_disable();
	spin_acquire(&lock->dep_map, 0, 1, _RET_IP_);
	atomic_set(&lock->raw_lock.val, 1);
	return 1;
}

static void drop(raw_spinlock_t *lock)
{
	hf_point(HF_OP_RELEASE, lock, 1);
	spin_release(&lock->dep_map, _RET_IP_);
	atomic_set(&lock->raw_lock.val, 0);
	preempt_enable_no_resched();
}

void __lockfunc _raw_spin_lock(raw_spinlock_t *lock)
{
	take(lock, 0, NULL);
}

void __lockfunc _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	take(lock, subclass, NULL);
}

void __lockfunc _raw_spin_lock_nest_lock(raw_spinlock_t *lock, struct lockdep_map *nest)
{
	take(lock, 0, nest);
}

void __lockfunc _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	bh_off();
	take(lock, 0, NULL);
}

void __lockfunc _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	hf_irqs_off();
	take(lock, 0, NULL);
}

unsigned long __lockfunc _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = hardirqs_enabled;

	if (flags)
		hf_irqs_off();
	take(lock, 0, NULL);
	return flags;
}

unsigned long __lockfunc _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass)
{
	unsigned long flags = hardirqs_enabled;

	if (flags)
		hf_irqs_off();
	take(lock, subclass, NULL);
	return flags;
}

int __lockfunc _raw_spin_trylock(raw_spinlock_t *lock)
{
	return try_take(lock);
}

int __lockfunc _raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	bh_off();
	if (try_take(lock))
		return 1;
	bh_on();
	return 0;
}

void __lockfunc _raw_spin_unlock(raw_spinlock_t *lock)
{
	drop(lock);
}

void __lockfunc _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	drop(lock);
	bh_on();
}

void __lockfunc _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	drop(lock);
	hf_irqs_on();
}

void __lockfunc _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	drop(lock);
	if (flags)
		hf_irqs_on();
}

/* --- rwlocks: cnts is 1 for a writer, 2 for each reader ------------------- */

void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key)
{
	memset(lock, 0, sizeof(*lock));
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_CONFIG);
}

static int can_read(void *lock)
{
	return !(atomic_read(&((rwlock_t *)lock)->raw_lock.cnts) & 1);
}

static int can_write(void *lock)
{
	return !atomic_read(&((rwlock_t *)lock)->raw_lock.cnts);
}

static void take_rw(rwlock_t *lock, int write)
{
	preempt_disable();
	if (write)
		rwlock_acquire(&lock->dep_map, 0, 0, _RET_IP_);
	else
		rwlock_acquire_read(&lock->dep_map, 0, 0, _RET_IP_);
	hf_point_when(HF_OP_ACQUIRE, lock, write, write ? can_write : can_read, lock);
	atomic_add(write ? 1 : 2, &lock->raw_lock.cnts);
}

static void drop_rw(rwlock_t *lock, int write)
{
	hf_point(HF_OP_RELEASE, lock, write);
	rwlock_release(&lock->dep_map, _RET_IP_);
	atomic_sub(write ? 1 : 2, &lock->raw_lock.cnts);
	preempt_enable_no_resched();
}

#define RWLOCK(kind, write)                                                    \
	void __lockfunc _raw_##kind##_lock(rwlock_t *lock)                     \
	{                                                                      \
		take_rw(lock, write);                                          \
	}                                                                      \
	void __lockfunc _raw_##kind##_lock_bh(rwlock_t *lock)                  \
	{                                                                      \
		bh_off();                                                      \
		take_rw(lock, write);                                          \
	}                                                                      \
	void __lockfunc _raw_##kind##_lock_irq(rwlock_t *lock)                 \
	{                                                                      \
		hf_irqs_off();                                                    \
		take_rw(lock, write);                                          \
	}                                                                      \
	unsigned long __lockfunc _raw_##kind##_lock_irqsave(rwlock_t *lock)    \
	{                                                                      \
		unsigned long flags = hardirqs_enabled;                        \
		if (flags)                                                     \
			hf_irqs_off();                                            \
		take_rw(lock, write);                                          \
		return flags;                                                  \
	}                                                                      \
	void __lockfunc _raw_##kind##_unlock(rwlock_t *lock)                   \
	{                                                                      \
		drop_rw(lock, write);                                          \
	}                                                                      \
	void __lockfunc _raw_##kind##_unlock_bh(rwlock_t *lock)                \
	{                                                                      \
		drop_rw(lock, write);                                          \
		bh_on();                                                       \
	}                                                                      \
	void __lockfunc _raw_##kind##_unlock_irq(rwlock_t *lock)               \
	{                                                                      \
		drop_rw(lock, write);                                          \
		hf_irqs_on();                                                     \
	}                                                                      \
	void __lockfunc _raw_##kind##_unlock_irqrestore(rwlock_t *lock,        \
							unsigned long flags)   \
	{                                                                      \
		drop_rw(lock, write);                                          \
		if (flags)                                                     \
			hf_irqs_on();                                             \
	}

RWLOCK(read, 0)
RWLOCK(write, 1)
