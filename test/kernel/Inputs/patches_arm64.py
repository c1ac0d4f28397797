# SPDX-License-Identifier: GPL-2.0-or-later
"""patches_arm64.py TREE OUT: writes patches for arm64's Linux 6.12 into OUT.

  wrong  a mistake of each kind, most of them where only arm64 has code
  right  what looks like them and is right

The tree's own text stays in the tree: what is to be replaced is found there."""

import re
import sys

import patch_writer

CONTEXT = "arch/arm64/mm/context.c"
FAULT = "arch/arm64/mm/fault.c"
MMU = "arch/arm64/mm/mmu.c"
PATCHING = "arch/arm64/kernel/patching.c"
DEBUG = "arch/arm64/kernel/debug-monitors.c"
VFIO = "drivers/vfio/pci/vfio_pci_core.c"
UIO = "drivers/uio/uio.c"

WAITS = "\tkfree(kmalloc(16, GFP_KERNEL));\n"
REMAP = "io_remap_pfn_range(vmf->vma, vmf->address, 0, PAGE_SIZE, vmf->vma->vm_page_prot)"


def inside(function, find, new):
    """The first FIND in the body of FUNCTION becomes NEW."""

    def replace(text):
        body = re.compile(r"^[^\n;]*\b%s\([^;{]*\)\n\{\n.*?^\}\n" % function, re.S | re.M)
        return body.subn(lambda m: m.group(0).replace(find, new, 1), text)

    return replace


def before(function, find, added):
    return inside(function, find, added + find)


def after(function, find, added):
    return inside(function, find, find + added)


def include(header):
    return lambda text: re.subn(r"^#include ", "#include <%s>\n#include " % header, text, 1, re.M)


PATCHES = {
    "wrong": {
        CONTEXT: [
            inside("arm64_mm_context_get", "asid = 0;\n\t\tgoto out_unlock;", "return 0;"),
        ],
        PATCHING: [
            after("__aarch64_insn_write", "raw_spin_lock_irqsave(&patch_lock, flags);\n", WAITS),
            include("linux/slab.h"),
        ],
        FAULT: [
            before(
                "do_page_fault",
                "\tif (!(vma->vm_flags & vm_flags)) {\n\t\tmmap_read_unlock(mm);",
                "\tvm_flags_set(vma, VM_IO);\n",
            )
        ],
        MMU: [inside("__create_pgd_mapping", "mutex_unlock(&fixmap_lock);", "mutex_lock(&fixmap_lock);")],
        DEBUG: [after("mdscr_write", "flags = local_daif_save();\n", "\tmsleep(1);\n"), include("linux/delay.h")],
        VFIO: [inside("vfio_pci_mmap_page_fault", "{\n", "{\n\treturn %s;\n" % REMAP)],
        UIO: [
            before("uio_read", "\tmutex_unlock(&idev->info_lock);", "\tput_user(retval, (int __user *)buf);\n"),
            before("uio_release", "\tmodule_put(", "\tget_cpu();\n%s\tput_cpu();\n" % WAITS),
            before("uio_fasync", "\treturn ", "\tlocal_irq_disable();\n%s\tlocal_irq_enable();\n" % WAITS),
        ],
    },
    "right": {
        CONTEXT: [
            inside("arm64_mm_context_get", "asid = 0;\n\t\tgoto out_unlock;", "goto out_unlock;"),
        ],
        PATCHING: [
            after("__aarch64_insn_write", "raw_spin_unlock_irqrestore(&patch_lock, flags);\n", WAITS),
            include("linux/slab.h"),
        ],
        DEBUG: [after("mdscr_write", "local_daif_restore(flags);\n", "\tmsleep(1);\n"), include("linux/delay.h")],
        UIO: [
            after("uio_read", "\tmutex_unlock(&idev->info_lock);", "\n\tput_user(retval, (int __user *)buf);"),
            before("uio_release", "\tmodule_put(", "\tget_cpu();\n\tput_cpu();\n%s" % WAITS),
            before("uio_fasync", "\treturn ", "\tlocal_irq_disable();\n\tlocal_irq_enable();\n%s" % WAITS),
        ],
    },
}


patch_writer.write(PATCHES, *sys.argv[1:])
