// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps all of the window at the first fault: the vma changes under a reader. */
#include "window.h"

static int window_map_all(struct window *w, struct vm_area_struct *vma)
{
	return io_remap_pfn_range(vma, vma->vm_start, PHYS_PFN(w->base),
				  vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

vm_fault_t window_map_page(struct window *w, struct vm_fault *vmf)
{
	if (window_map_all(w, vmf->vma))
		return VM_FAULT_SIGBUS;
	return VM_FAULT_NOPAGE;
}
