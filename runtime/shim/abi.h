/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole interface between the two halves of the shim.
 *
 * The kernel half is compiled against the user's tree, with the tree's flags
 * and headers, and is linked with the driver into an image of its own: no libc,
 * no C++, fixed addresses below 2 GB because the kernel's code model wants
 * them there. The host half is an ordinary program that loads such an image.
 * So neither can see the other's headers, no name of one can collide with a
 * name of the other (both have a memcpy), and a new tree costs one link of the
 * image, not of the host.
 *
 * Only builtin types here: this file is C for one side and C++ for the other.
 * The kernel half calls the host through `struct hf_host`; the host finds the
 * kernel half through the symbol `hf_image`. The host's functions realign the
 * stack, which the kernel keeps aligned to 8 bytes only.
 */
#ifndef HOLDFAST_SHIM_ABI_H
#define HOLDFAST_SHIM_ABI_H

#define HF_ABI_VERSION 3

/* What a scheduling point is about to do to its object. */
enum hf_op {
  HF_OP_ACQUIRE,
  HF_OP_RELEASE,
  HF_OP_TRY,
  HF_OP_PTE,
  HF_OP_MEMORY,
  HF_OP_WAIT,
  HF_OP_WAKE,
};

/* What went wrong; the host adds those it sees itself (a crash, a hang). */
enum hf_failure {
  HF_FAIL_PROPERTY, /* a property of the scenario does not hold */
  HF_FAIL_CONTRACT, /* a contract that only later releases check */
  HF_FAIL_MEMORY,   /* use after free, double free, overrun, leak */
  HF_FAIL_SETUP,    /* the scenario itself could not be played: incomplete */
};

struct hf_pte {
  unsigned long address, pfn;
  unsigned order;
  int writable;
};

struct hf_host {
  /* Scheduling. A step of a task runs from one point to the next and declares
   * here what it touches; see runtime/sched/Scheduler.h. */
  void (*point)(enum hf_op op, const void *object, int is_write);
  void (*point_when)(enum hf_op op, const void *object, int is_write,
                     int (*ready)(void *), void *argument);
  /* The same with a timeout, which passes only when nobody else can run; then 0. */
  int (*point_until)(enum hf_op op, const void *object, int is_write,
                     int (*ready)(void *), void *argument);
  void (*touch)(enum hf_op op, const void *object, int is_write);
  void (*yield)(void);
  /* What the point_when() that follows waits for, other than a lock: a kind of
   * thing, and which one. */
  void (*waits)(const char *kind, const void *object, const void *frame);
  /* A plain access of driver code that was compiled to tell. */
  void (*access)(const void *address, unsigned long size, int is_write,
                 const void *frame);
  /* A daemon is a task that the end of a play does not wait for. */
  int (*spawn)(const char *name, void *mm, void (*entry)(void *), void *argument,
               int daemon);
  /* Ends the current task, wherever it is. */
  void (*exit_task)(void);
  /* Waits for all other tasks but daemons, and then until those are idle. */
  void (*join_all)(void);

  /* lockdep's events, with lockdep's own arguments; `frame` is the frame address
   * of the kernel function that makes the event, for stacks. */
  void (*map_init)(const void *map, const char *name, const void *key,
                   unsigned subclass, int inner, int outer, int type);
  void (*acquire)(const void *map, unsigned subclass, int trylock, int read,
                  int check, const void *nest, const void *frame);
  void (*release)(const void *map, const void *frame);
  void (*downgrade)(const void *map, const void *frame);
  int (*is_held)(const void *map, int read);
  void (*keys_gone)(const void *start, unsigned long size);
  unsigned (*pin)(const void *map);
  void (*unpin)(const void *map, unsigned cookie);
  void (*irqs)(int soft, int on, const void *frame);
  /* The task is, from now on or no longer, in a softirq. */
  void (*softirq)(int enter);
  void (*hardirq)(int enter);
  void (*rcu_suspicious)(const char *file, int line, const char *what,
                         const void *frame);
  void (*might_sleep)(const char *why, int atomic, const void *frame);
  /* A callback or a system call returns: what is held must be as it was. */
  unsigned (*held_depth)(void);
  void (*returned)(const char *what, unsigned depth, const void *frame);

  /* Memory: freed memory is poisoned and not handed out again in a run. */
  void *(*alloc)(unsigned long size, unsigned long align, const void *frame);
  void (*free)(const void *memory, const void *frame);
  unsigned long (*size_of)(const void *memory);
  unsigned (*live)(void);

  /* Page tables of the small mm: one set of entries for each mm. */
  int (*map_set)(const void *mm, const struct hf_pte *pte);
  int (*map_get)(const void *mm, unsigned long address, struct hf_pte *pte);
  unsigned long (*map_clear)(const void *mm, unsigned long start,
                             unsigned long end);
  unsigned long (*map_count)(const void *mm, unsigned long start,
                             unsigned long end);
  unsigned long (*map_copy)(const void *from, const void *to,
                            unsigned long start, unsigned long end,
                            long offset);
  /* Its last user has gone: nobody can access what is still mapped there. */
  void (*mm_unused)(const void *mm);
  /* Entries of any used mm that map a page frame of the range; the first in *one. */
  unsigned long (*pfn_count)(unsigned long first, unsigned long last,
                             const void **mm, struct hf_pte *one);

  /* Data of the image: by name, or the n-th constant object of a size. Null. */
  void *(*find_object)(const char *name);
  void *(*object_of_size)(unsigned long size, unsigned n);

  /* Text in the kernel's format; writes at most `size` bytes with the NUL. */
  int (*format)(char *buffer, unsigned long size, const char *format,
                __builtin_va_list *arguments);
  void (*print)(const char *text);
  void (*fail)(enum hf_failure kind, const char *property, const char *message,
               const void *frame);
  /* A property was checked and holds (counted), or a number was measured. */
  void (*checked)(const char *property);
  void (*measure)(const char *name, unsigned long index, unsigned long value);
  void (*panic)(const char *message, const void *frame);
};

struct hf_bug {
  unsigned long address;
  const char *file;
  unsigned line;
  int warning, once;
  unsigned short *flags;
  unsigned short done;
};

/* Bits of hf_scenario.flags. */
#define HF_CONCURRENT 1u /* worth exploring: it spawns tasks */
#define HF_MEASURE 2u    /* numbers only: played once, in one order */
#define HF_GUESSED 4u    /* the driver's state is a guess: a crash proves nothing */

struct hf_scenario {
  const char *name, *about;
  void (*run)(void);
  unsigned flags;
};

struct hf_image {
  unsigned abi;
  unsigned release; /* as LINUX_VERSION_CODE */
  const char *release_name;
  const struct hf_scenario *scenarios;
  const unsigned *n_scenarios;
  /* Called once for each execution, on the first task, before run(). */
  void (*boot)(const struct hf_host *host);
  void *(*task)(unsigned id, const char *name, void *mm);
  void (*become)(void *task);
  int (*find_bug)(unsigned long address, struct hf_bug *bug);
};

#endif
