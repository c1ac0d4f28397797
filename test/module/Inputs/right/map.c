// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps the one page that was touched. */
#include "window.h"

vm_fault_t window_map_page(struct window *w, struct vm_fault *vmf)
{
	unsigned long pfn = PHYS_PFN(w->base) + vmf->pgoff;

	return vmf_insert_pfn(vmf->vma, vmf->address, pfn);
}
