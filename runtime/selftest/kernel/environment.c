// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lib/locking-selftest.c, kernel/locking/ and, as the oracle,
 * kernel/locking/lockdep.c need from the rest of a kernel, for one processor:
 * per-cpu data (the user GS base is 0, so these are plain globals), a current
 * task, the interrupt-flag tracing, softirq disabling, RCU's lockdep maps.
 */
#include <linux/version.h>
#include <linux/bottom_half.h>
#include <linux/debug_locks.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/mm.h>
#include <linux/sched/wake_q.h>
#include <linux/stacktrace.h>
#include <linux/utsname.h>

#include "abi.h"

unsigned long hf_irq_flags = X86_EFLAGS_IF;

struct task_struct init_task;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
struct pcpu_hot pcpu_hot = { .current_task = &init_task };
#ifdef CONFIG_USE_X86_SEG_SUPPORT
extern const struct pcpu_hot const_pcpu_hot __attribute__((alias("pcpu_hot")));
#endif
#else
struct task_struct *current_task = &init_task;
int __preempt_count;
int cpu_number;
#endif

unsigned long this_cpu_off;
int debug_locks = 1;
int debug_locks_silent;
int hardirqs_enabled = 1;
int hardirq_context;
int oops_in_progress;
bool early_boot_irqs_disabled;
enum system_states system_state = SYSTEM_BOOTING;
struct uts_namespace init_uts_ns;
static char hf_nsproxy[sizeof(struct nsproxy *) * 32];

int debug_locks_off(void)
{
	int was = debug_locks;

	debug_locks = 0;
	return was && !debug_locks_silent;
}

void hf_prepare(void)
{
	init_task.softirqs_enabled = 1;
	init_task.nsproxy = (void *)hf_nsproxy;
	lockdep_init_task(&init_task);
}

/* --- interrupts -------------------------------------------------------------- */

void trace_hardirqs_on(void)
{
	lockdep_hardirqs_on_prepare();
	lockdep_hardirqs_on(_RET_IP_);
}

void trace_hardirqs_off(void)
{
	lockdep_hardirqs_off(_RET_IP_);
}

void __local_bh_disable_ip(unsigned long ip, unsigned int count)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	__preempt_count_add(count);
	if (softirq_count() == (count & SOFTIRQ_MASK))
		lockdep_softirqs_off(ip);
	raw_local_irq_restore(flags);
}

void __local_bh_enable_ip(unsigned long ip, unsigned int count)
{
	unsigned long flags;

	raw_local_irq_save(flags);
	if (softirq_count() == (count & SOFTIRQ_MASK))
		lockdep_softirqs_on(ip);
	__preempt_count_sub(count);
	raw_local_irq_restore(flags);
}

/* --- RCU and memory reclaim, as lockdep sees them ------------------------------ */

static struct lock_class_key rcu_key, rcu_bh_key, rcu_sched_key;
struct lockdep_map rcu_lock_map = {
	.key = &rcu_key, .name = "rcu_read_lock",
	.wait_type_outer = LD_WAIT_FREE, .wait_type_inner = LD_WAIT_CONFIG,
};
struct lockdep_map rcu_bh_lock_map = {
	.key = &rcu_bh_key, .name = "rcu_read_lock_bh",
	.wait_type_outer = LD_WAIT_FREE, .wait_type_inner = LD_WAIT_CONFIG,
};
struct lockdep_map rcu_sched_lock_map = {
	.key = &rcu_sched_key, .name = "rcu_read_lock_sched",
	.wait_type_outer = LD_WAIT_FREE, .wait_type_inner = LD_WAIT_SPIN,
};

bool rcu_is_watching(void) { return true; }
int debug_lockdep_rcu_enabled(void) { return debug_locks; }
bool rcu_lockdep_current_cpu_online(void) { return true; }

static struct lockdep_map reclaim_map = STATIC_LOCKDEP_MAP_INIT("fs_reclaim", &reclaim_map);

static bool hf_reclaims(gfp_t *flags)
{
	if (current->flags & PF_MEMALLOC_NOIO)
		*flags &= ~(__GFP_IO | __GFP_FS);
	else if (current->flags & PF_MEMALLOC_NOFS)
		*flags &= ~__GFP_FS;
	return (*flags & __GFP_DIRECT_RECLAIM) && !(current->flags & PF_MEMALLOC) &&
	       !(*flags & __GFP_NOLOCKDEP) && (*flags & __GFP_FS);
}

void fs_reclaim_acquire(gfp_t flags)
{
	if (hf_reclaims(&flags))
		lock_acquire(&reclaim_map, 0, 0, 0, 1, NULL, _RET_IP_);
}

void fs_reclaim_release(gfp_t flags)
{
	if (hf_reclaims(&flags))
		lock_release(&reclaim_map, _RET_IP_);
}

/* --- nothing to do here ---------------------------------------------------------- */

bool is_kernel_percpu_address(unsigned long address) { return false; }
bool __is_kernel_percpu_address(unsigned long address, unsigned long *can) { return false; }
unsigned long long sched_clock(void) { return 1; }
void dump_stack(void) {}
void dump_stack_lvl(const char *level) {}
const char *print_tainted(void) { return "Not tainted"; }
void wake_up_q(struct wake_q_head *head) {}
void rt_mutex_pre_schedule(void) {}
void rt_mutex_post_schedule(void) {}
void stack_trace_print(const unsigned long *entries, unsigned int count, int spaces) {}
unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skip)
{
	store[0] = _RET_IP_;
	return 1;
}
void nbcon_cpu_emergency_enter(void) {}
void nbcon_cpu_emergency_exit(void) {}
