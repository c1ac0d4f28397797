// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Work queues. To queue a work starts a task that calls its function once, when
 * the work does not run already and, on an ordered queue, when what was queued
 * before has ended. Flushing and cancelling wait, and tell lockdep so through the
 * work's and the queue's own maps, as the kernel does: a flush under a lock that
 * the work takes is reported even where the two do not meet.
 *
 * Delayed works go through their timers (timer.c).
 */
#include <linux/workqueue.h>

#include "shim.h"

struct workqueue_struct {
	struct lockdep_map map;
	struct lock_class_key key;
	bool ordered;
	char name[24];
};

/* One queueing of a work. */
struct job {
	struct list_head in_all;
	struct work_struct *work;
	struct workqueue_struct *queue;
	bool cancelled, running;
};

static LIST_HEAD(works); /* jobs not yet over, oldest first; stands for them all */

static struct workqueue_struct events = {
	.name = "events",
	.map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events", &events.key),
};

struct workqueue_struct *system_wq = &events;
struct workqueue_struct *system_percpu_wq = &events;
struct workqueue_struct *system_dfl_wq = &events;
struct workqueue_struct *system_highpri_wq = &events;
struct workqueue_struct *system_long_wq = &events;
struct workqueue_struct *system_unbound_wq = &events;
struct workqueue_struct *system_freezable_wq = &events;
struct workqueue_struct *system_power_efficient_wq = &events;
struct workqueue_struct *system_freezable_power_efficient_wq = &events;

/* --- queues -------------------------------------------------------------------- */

struct workqueue_struct *alloc_workqueue(const char *format, unsigned int flags,
					 int max_active, ...)
{
	struct workqueue_struct *queue = hf->alloc(sizeof(*queue), 16, HF_FRAME);
	char *title = hf->alloc(48, 1, HF_FRAME);
	va_list arguments;

	va_start(arguments, max_active);
	vsnprintf(queue->name, sizeof(queue->name), format, arguments);
	va_end(arguments);
	snprintf(title, 48, "(wq_completion)%s", queue->name);
	lockdep_init_map(&queue->map, title, &queue->key, 0);
	queue->ordered = flags & __WQ_ORDERED;
	return queue;
}

static int is_empty(void *queue)
{
	struct job *j;

	list_for_each_entry(j, &works, in_all)
		if (j->queue == queue)
			return 0;
	return 1;
}

void __flush_workqueue(struct workqueue_struct *queue)
{
	hf_might_sleep("flush_workqueue");
	lock_map_acquire(&queue->map);
	lock_map_release(&queue->map);
	hf->waits("work queue", queue, HF_FRAME);
	hf_point_when(HF_OP_WAIT, &works, 1, is_empty, queue);
}

void drain_workqueue(struct workqueue_struct *queue)
{
	__flush_workqueue(queue);
}

void destroy_workqueue(struct workqueue_struct *queue)
{
	__flush_workqueue(queue);
	hf->keys_gone(&queue->key, sizeof(queue->key));
	hf->free(queue, HF_FRAME);
}

/* --- running ------------------------------------------------------------------- */

static int may_start(void *argument)
{
	struct job *self = argument, *j;

	if (self->cancelled)
		return 1;
	list_for_each_entry(j, &works, in_all) {
		if (j->work == self->work && j->running)
			return 0;
		if (j == self)
			return 1;
		if (self->queue->ordered && j->queue == self->queue)
			return 0;
	}
	return 1;
}

static void clear_pending(struct work_struct *work)
{
	clear_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work));
}

/* The function may free the work: nothing of it is used afterwards. */
static void call(struct job *j)
{
	unsigned int depth = hf->held_depth();
	struct lockdep_map map;

	lockdep_copy_map(&map, &j->work->lockdep_map);
	lock_map_acquire(&j->queue->map);
	lock_map_acquire(&map);
	j->work->func(j->work);
	lock_map_release(&map);
	lock_map_release(&j->queue->map);
	hf->returned("a work's function", depth, HF_FRAME);
}

static void work_task(void *argument)
{
	struct job *j = argument;

	hf->waits("turn to work", NULL, NULL);
	hf_point_when(HF_OP_WAIT, &works, 1, may_start, j);
	if (j->cancelled)
		return;
	j->running = true;
	clear_pending(j->work);
	call(j);
	hf_point(HF_OP_WAKE, &works, 1);
	j->running = false;
	list_del_init(&j->in_all);
}

static void start(struct workqueue_struct *queue, struct work_struct *work)
{
	struct job *j = hf->alloc(sizeof(*j), 16, HF_FRAME);

	j->work = work;
	j->queue = queue;
	j->cancelled = j->running = false;
	hf->touch(HF_OP_WAKE, &works, 1);
	list_add_tail(&j->in_all, &works);
	hf_spawn(queue->name, NULL, work_task, j);
}

bool queue_work_on(int cpu, struct workqueue_struct *queue, struct work_struct *work)
{
	hf_point(HF_OP_WAKE, &works, 1);
	if (test_and_set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(work)))
		return false;
	start(queue, work);
	return true;
}

/* --- waiting -------------------------------------------------------------------- */

static struct job *find(struct work_struct *work, bool running)
{
	struct job *j;

	list_for_each_entry(j, &works, in_all)
		if (j->work == work && j->running == running)
			return j;
	return NULL;
}

static int is_over(void *work)
{
	return !find(work, false) && !find(work, true);
}

static void told_to_wait(struct work_struct *work)
{
	hf_might_sleep("flush_work");
	lock_map_acquire(&work->lockdep_map);
	lock_map_release(&work->lockdep_map);
}

static bool wait_for(struct work_struct *work, const void *frame)
{
	if (is_over(work))
		return false;
	hf->waits("work", work, frame);
	hf_point_when(HF_OP_WAIT, &works, 1, is_over, work);
	return true;
}

bool flush_work(struct work_struct *work)
{
	told_to_wait(work);
	hf_point(HF_OP_WAKE, &works, 1);
	return wait_for(work, HF_FRAME);
}

static bool cancel(struct work_struct *work)
{
	struct job *j = find(work, false);

	if (!j)
		return false;
	j->cancelled = true;
	list_del_init(&j->in_all);
	clear_pending(work);
	return true;
}

bool cancel_work(struct work_struct *work)
{
	hf_point(HF_OP_WAKE, &works, 1);
	return cancel(work);
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was;

	told_to_wait(work);
	hf_point(HF_OP_WAKE, &works, 1);
	was = cancel(work);
	wait_for(work, HF_FRAME);
	return cancel(work) || was;
}

unsigned int work_busy(struct work_struct *work)
{
	hf_point(HF_OP_WAKE, &works, 0);
	return (find(work, false) ? WORK_BUSY_PENDING : 0) |
	       (find(work, true) ? WORK_BUSY_RUNNING : 0);
}

/* --- delayed works -------------------------------------------------------------- */

void delayed_work_timer_fn(struct timer_list *timer)
{
	struct delayed_work *dwork = container_of(timer, struct delayed_work, timer);

	start(dwork->wq, &dwork->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *queue,
			   struct delayed_work *dwork, unsigned long delay)
{
	hf_point(HF_OP_WAKE, &works, 1);
	if (test_and_set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(&dwork->work)))
		return false;
	dwork->wq = queue;
	if (delay)
		mod_timer(&dwork->timer, jiffies + delay);
	else
		start(queue, &dwork->work);
	return true;
}

bool cancel_delayed_work(struct delayed_work *dwork)
{
	if (!timer_delete(&dwork->timer))
		return cancel_work(&dwork->work);
	clear_pending(&dwork->work);
	return true;
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	bool was = timer_delete(&dwork->timer);

	if (was)
		clear_pending(&dwork->work);
	return cancel_work_sync(&dwork->work) || was;
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *queue,
			 struct delayed_work *dwork, unsigned long delay)
{
	bool was = cancel_delayed_work(dwork);

	queue_delayed_work_on(cpu, queue, dwork, delay);
	return was;
}

bool flush_delayed_work(struct delayed_work *dwork)
{
	if (timer_delete(&dwork->timer))
		start(dwork->wq, &dwork->work);
	return flush_work(&dwork->work);
}
