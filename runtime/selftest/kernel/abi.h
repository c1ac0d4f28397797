/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the kernel half (C, compiled against the user's tree) and the host half
 * (C++). Built-in types only: kernel headers and libc's do not mix.
 */
#ifndef HOLDFAST_SELFTEST_ABI_H
#define HOLDFAST_SELFTEST_ABI_H

#ifdef __cplusplus
extern "C" {
#endif

/* --- kernel half calls host half: the engine ------------------------------- */

typedef struct hf_context {
	unsigned hardirq_depth, softirq_depth;
	unsigned char hardirqs_on, softirqs_on, threaded, irq_config;
} hf_context_t;

void hf_context(const hf_context_t *c);
void hf_init_map(const void *map, const char *name, const void *key, unsigned subclass,
		 unsigned inner, unsigned outer, unsigned type);
void hf_forget_key(const void *key, unsigned long size);
void hf_forget_held(void);
void hf_acquire(const void *map, unsigned subclass, int try_, int read, int check,
		const void *nest, int sync, unsigned long ip);
void hf_release(const void *map, unsigned long ip);
void hf_downgrade(const void *map, unsigned long ip);
void hf_set_class(const void *map, const char *name, const void *key,
		  unsigned subclass, unsigned long ip);
int hf_is_held(const void *map, int read);
void hf_free_range(const void *from, unsigned long size, unsigned long ip);
void hf_hardirqs_on(unsigned long ip);
void hf_softirqs_on(unsigned long ip);
void hf_rcu_suspicious(const char *file, int line, const char *what);
/* A stub was reached that nobody wrote: says so and ends the process. */
void hf_stub_reached(const char *name);

/* --- host half calls kernel half ------------------------------------------- */

/* A report was given: what lockdep does with debug_locks. */
void hf_broken(void);
void hf_prepare(void);
/* The tree's own test suite; prints through _printk(). */
void locking_selftest(void);

/*
 * The tree's own lockdep.c, driven directly (kernel/oracle.c). Tasks, maps and keys
 * are numbers; each task has a processor of its own, and a sequence keys of its own,
 * from first_key on.
 */
#define HF_TASKS 3
#define HF_KEYS 16384
#define HF_MAPS 512
void hfo_begin(unsigned first_key);
void hfo_select(unsigned task);
void hfo_init_map(unsigned map, unsigned key, const char *name, unsigned subclass,
		  unsigned inner, unsigned outer, unsigned type);
/* nest: a map, or -1. ip may be anything. */
void hfo_acquire(unsigned map, unsigned subclass, int try_, int read, int check,
		 int nest, unsigned long ip);
void hfo_sync(unsigned map, int read, unsigned long ip);
void hfo_release(unsigned map, unsigned long ip);
void hfo_downgrade(unsigned map, unsigned long ip);
void hfo_set_subclass(unsigned map, unsigned subclass, unsigned long ip);
int hfo_is_held(unsigned map, int read);
unsigned hfo_pin(unsigned map);
void hfo_unpin(unsigned map, unsigned cookie);
void hfo_free_map(unsigned map);
void hfo_sys_exit(void);
void hfo_hardirqs(int on);
void hfo_softirqs(int on);
void hfo_hardirq_context(int enter);
void hfo_softirq_context(int enter);
void hfo_hardirq_threaded(void);
unsigned hfo_depth(void);
int hfo_alive(void);

#ifdef __cplusplus
}
#endif
#endif
