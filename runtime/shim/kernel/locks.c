// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mutex, rw_semaphore, spinlock and rwlock, in the kernel's own structures, so
 * that inlines of the tree that look into them (rwsem_is_locked, the assertions
 * without lockdep, spin_is_locked) see what they would see in a kernel.
 *
 * To acquire is: lockdep's event, through the tree's own macro and before the
 * wait as in the kernel; a scheduling point at which the task cannot be chosen
 * until the lock is free; then the lock itself. An rwsem does not let a reader
 * pass a writer that already waits, as the kernel's does not: that is how two
 * read acquisitions in one task can deadlock.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/local_lock.h>

#include "shim.h"

/* --- mutex: owner is the task, 0 when free ------------------------------- */

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	memset(lock, 0, sizeof(*lock));
	INIT_LIST_HEAD(&lock->wait_list);
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_SLEEP);
}

#ifdef CONFIG_DEBUG_MUTEXES
void mutex_destroy(struct mutex *lock)
{
}
#endif

bool mutex_is_locked(struct mutex *lock)
{
	return atomic_long_read(&lock->owner) != 0;
}

static int is_free(void *lock)
{
	return !mutex_is_locked(lock);
}

static void lock_mutex(struct mutex *lock, unsigned subclass, struct lockdep_map *nest)
{
	hf_might_sleep("mutex_lock");
	mutex_acquire_nest(&lock->dep_map, subclass, 0, nest, _RET_IP_);
	hf_point_when(HF_OP_ACQUIRE, lock, 1, is_free, lock);
	atomic_long_set(&lock->owner, (long)current);
}

void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	lock_mutex(lock, subclass, NULL);
}

void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest)
{
	lock_mutex(lock, 0, nest);
}

int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
{
	lock_mutex(lock, subclass, NULL);
	return 0;
}

int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
{
	lock_mutex(lock, subclass, NULL);
	return 0;
}

int mutex_trylock(struct mutex *lock)
{
	hf_point(HF_OP_TRY, lock, 1);
	if (mutex_is_locked(lock))
		return 0;
	mutex_acquire(&lock->dep_map, 0, 1, _RET_IP_);
	atomic_long_set(&lock->owner, (long)current);
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	hf_point(HF_OP_RELEASE, lock, 1);
	mutex_release(&lock->dep_map, _RET_IP_);
	if (atomic_long_read(&lock->owner) == (long)current)
		atomic_long_set(&lock->owner, 0);
}

/* --- rwsem: a writer is 1, each reader 256, as in the kernel -------------- */

#define WRITER 1L
#define READER 256L

/* How many writers wait; the kernel's queue and its lock are not used here. */
static atomic_t *waiting(struct rw_semaphore *sem)
{
	return &sem->wait_lock.raw_lock.val;
}

static long value_of(struct rw_semaphore *sem)
{
	return atomic_long_read(&sem->count);
}

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	memset(sem, 0, sizeof(*sem));
	INIT_LIST_HEAD(&sem->wait_list);
	lockdep_init_map_wait(&sem->dep_map, name, key, 0, LD_WAIT_SLEEP);
#ifdef CONFIG_DEBUG_RWSEMS
	sem->magic = sem;
#endif
}

static int can_read(void *sem)
{
	return !(value_of(sem) & WRITER) && !atomic_read(waiting(sem));
}

static int can_write(void *sem)
{
	return !value_of(sem);
}

static void lock_read(struct rw_semaphore *sem, int subclass)
{
	hf_might_sleep("down_read");
	rwsem_acquire_read(&sem->dep_map, subclass, 0, _RET_IP_);
	hf_point_when(HF_OP_ACQUIRE, sem, 0, can_read, sem);
	atomic_long_add(READER, &sem->count);
}

static void lock_write(struct rw_semaphore *sem, int subclass, struct lockdep_map *nest)
{
	hf_might_sleep("down_write");
	if (nest)
		rwsem_acquire_nest(&sem->dep_map, subclass, 0, nest, _RET_IP_);
	else
		rwsem_acquire(&sem->dep_map, subclass, 0, _RET_IP_);
	hf_point(HF_OP_ACQUIRE, sem, 1);
	if (!can_write(sem)) {
		atomic_inc(waiting(sem));
		hf_point_when(HF_OP_ACQUIRE, sem, 1, can_write, sem);
		atomic_dec(waiting(sem));
	}
	atomic_long_set(&sem->count, WRITER);
	atomic_long_set(&sem->owner, (long)current);
}

void down_read(struct rw_semaphore *sem)
{
	lock_read(sem, 0);
}

void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	lock_read(sem, subclass);
}

void down_read_non_owner(struct rw_semaphore *sem)
{
	lock_read(sem, 0);
}

int down_read_interruptible(struct rw_semaphore *sem)
{
	lock_read(sem, 0);
	return 0;
}

int down_read_killable(struct rw_semaphore *sem)
{
	lock_read(sem, 0);
	return 0;
}

int down_read_killable_nested(struct rw_semaphore *sem, int subclass)
{
	lock_read(sem, subclass);
	return 0;
}

int down_read_trylock(struct rw_semaphore *sem)
{
	hf_point(HF_OP_TRY, sem, 0);
	if (value_of(sem) & WRITER)
		return 0;
	rwsem_acquire_read(&sem->dep_map, 0, 1, _RET_IP_);
	atomic_long_add(READER, &sem->count);
	return 1;
}

void down_write(struct rw_semaphore *sem)
{
	lock_write(sem, 0, NULL);
}

void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	lock_write(sem, subclass, NULL);
}

void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest)
{
	lock_write(sem, 0, nest);
}

int down_write_killable(struct rw_semaphore *sem)
{
	lock_write(sem, 0, NULL);
	return 0;
}

int down_write_killable_nested(struct rw_semaphore *sem, int subclass)
{
	lock_write(sem, subclass, NULL);
	return 0;
}

int down_write_trylock(struct rw_semaphore *sem)
{
	hf_point(HF_OP_TRY, sem, 1);
	if (value_of(sem))
		return 0;
	rwsem_acquire(&sem->dep_map, 0, 1, _RET_IP_);
	atomic_long_set(&sem->count, WRITER);
	atomic_long_set(&sem->owner, (long)current);
	return 1;
}

void up_read(struct rw_semaphore *sem)
{
	hf_point(HF_OP_RELEASE, sem, 0);
	rwsem_release(&sem->dep_map, _RET_IP_);
	if (value_of(sem) >= READER)
		atomic_long_sub(READER, &sem->count);
}

void up_read_non_owner(struct rw_semaphore *sem)
{
	up_read(sem);
}

void up_write(struct rw_semaphore *sem)
{
	hf_point(HF_OP_RELEASE, sem, 1);
	rwsem_release(&sem->dep_map, _RET_IP_);
	if (!(value_of(sem) & WRITER))
		return; /* lockdep has said so */
	atomic_long_set(&sem->count, 0);
	atomic_long_set(&sem->owner, 0);
}

void downgrade_write(struct rw_semaphore *sem)
{
	hf_point(HF_OP_RELEASE, sem, 1);
	lock_downgrade(&sem->dep_map, _RET_IP_);
	atomic_long_set(&sem->count, READER);
	atomic_long_set(&sem->owner, 0);
}
