/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device with one window of memory, which processes map. */
#ifndef WINDOW_H
#define WINDOW_H

#include <linux/mm.h>
#include <linux/mutex.h>

struct window {
	struct mutex lock;	/* of what follows */
	phys_addr_t base;
	size_t size;
	bool enabled;
};

vm_fault_t window_map_page(struct window *w, struct vm_fault *vmf);

#endif
