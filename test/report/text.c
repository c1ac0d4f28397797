// SPDX-License-Identifier: GPL-2.0-or-later
//
// Findings go to stdout, everything else to stderr, and the last line of
// stdout says what was looked at.
// RUN: %check %s -- %cflags > %t.out 2> %t.err
// RUN: tail -n 1 %t.out | FileCheck %s --check-prefix=LAST
// RUN: not grep -E "warning:|note:|findings" %t.err
// RUN: %check %s -o %t.file -- %cflags
// RUN: FileCheck %s --input-file %t.file --implicit-check-not=warning:
// LAST: {{^}}1 finding; 1 file analyzed, 0 failed; {{[0-9]+}} functions{{.*}}; indirect calls: 1 resolved, 1 unresolved{{$}}
#include <linux/mm.h>

struct hooks {
  void (*known)(struct mm_struct *mm);
  void (*unknown)(struct mm_struct *mm);
};
static void look(struct mm_struct *mm) { needs_locked(mm); }
const struct hooks hooks = {.known = look};

void only_read(struct mm_struct *mm, const struct hooks *h) {
  mmap_read_lock(mm);
  h->known(mm);
  h->unknown(mm);
  needs_write_mm(mm);
  // CHECK: text.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but only_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(mm);
  // CHECK: text.c:{{[0-9]+}}:{{[0-9]+}}: note:
}
// CHECK: 1 finding; 1 file analyzed, 0 failed
