// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The real sgi-gru driver: mmap, a thread state as its ioctl makes one, a fault.
 * The chiplet is memory; what the driver asks of it succeeds at once.
 *
 * holdfast-object: drivers/misc/sgi-gru/grumain.o
 * holdfast-object: drivers/misc/sgi-gru/grufile.o
 * holdfast-include: drivers/misc/sgi-gru
 * holdfast-config: CONFIG_X86_EXTENDED_PLATFORM=y
 * holdfast-config: CONFIG_NUMA=y
 * holdfast-config: CONFIG_EFI=y
 * holdfast-config: CONFIG_KEXEC=y
 * holdfast-config: CONFIG_HYPERVISOR_GUEST=y
 * holdfast-config: CONFIG_X86_X2APIC=y
 * holdfast-config: CONFIG_X86_UV=y
 * holdfast-config: CONFIG_SGI_GRU=y
 */
#include <linux/file.h>

#include "gru.h"
#include "grutables.h"
#include "gruhandles.h"
#include "mm.h"
#include "mm_model.h"
#include "scenario.h"

/* --- the chiplet --------------------------------------------------------------- */

int cch_allocate(struct gru_context_configuration_handle *cch)
{
	return 0;
}

int cch_start(struct gru_context_configuration_handle *cch)
{
	return 0;
}

int cch_interrupt(struct gru_context_configuration_handle *cch)
{
	return 0;
}

int cch_deallocate(struct gru_context_configuration_handle *cch)
{
	return 0;
}

static struct gru_mm_struct notifier;

struct gru_mm_struct *gru_register_mmu_notifier(void)
{
	spin_lock_init(&notifier.ms_asid_lock);
	return &notifier;
}

void gru_drop_mmu_notifier(struct gru_mm_struct *gms)
{
}

void gru_flush_all_tlb(struct gru_state *gru)
{
}

static struct gru_blade_state blade;

static void make_chiplet(void)
{
	struct gru_state *gru = &blade.bs_grus[0];

	spin_lock_init(&blade.bs_lock);
	spin_lock_init(&gru->gs_lock);
	spin_lock_init(&gru->gs_asid_lock);
	gru->gs_gru_base_vaddr = hf->alloc(GRU_SIZE, 1UL << 21, HF_FRAME);
	memset(gru->gs_gru_base_vaddr, 0, GRU_SIZE);
	gru->gs_gru_base_paddr = 1UL << 40;
	gru->gs_blade = &blade;
	gru->gs_cbr_map = ~0UL >> (64 - GRU_CBR_AU);
	gru->gs_dsr_map = ~0UL >> (64 - GRU_DSR_AU);
	gru->gs_asid_limit = MAX_ASID;
	gru_base[0] = &blade;
}

/* --- what a program does -------------------------------------------------------- */

static struct file *file;
static unsigned long start;

static void begin(void)
{
	const struct file_operations *ops = hf->find_object("gru_fops");
	struct gru_vma_data *data;
	struct gru_thread_state *state;
	struct vm_area_struct *vma;
	long address;

	hf_require(ops && ops->mmap);
	make_chiplet();
	hf_mm_use(hf_mm_new());
	file = hf_file_new(hf_inode_new(), ops, NULL);
	address = hf_mmap(file, GRU_GSEG_PAGESIZE, VM_READ | VM_WRITE | VM_SHARED, 0);
	hf_require(address > 0);
	hf_syscall_end("mmap");
	start = address;
	vma = &hf_find_vma(current->mm, start)->vma;
	data = vma->vm_private_data;
	data->vd_cbr_au_count = data->vd_dsr_au_count = 1;
	state = gru_alloc_thread_state(vma, TSID(start, vma));
	hf_require(!IS_ERR(state));
	state->ts_user_blade_id = 0;
}

static void fault(void *unused)
{
	hf_touch(start, true);
	hf_syscall_end("page fault");
}

static void one_fault(void)
{
	begin();
	hf_expect("access", !hf_touch(start, true), "the segment cannot be accessed");
	hf_syscall_end("page fault");
}

static void two_faults(void)
{
	begin();
	hf_spawn("fault-1", current->mm, fault, NULL);
	hf_spawn("fault-2", current->mm, fault, NULL);
	hf_join_all();
}

HF_SCENARIOS({ "fault", "mmap, a thread state, a fault", one_fault },
	     { "race-fault", "two tasks fault", two_faults, HF_CONCURRENT });
