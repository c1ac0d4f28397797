# SPDX-License-Identifier: GPL-2.0-or-later
"""patches_612.py TREE OUT: writes patches for Linux 6.12 into OUT.

  comment  a comment, and nothing else
  back     vfio-pci's fault handler calls io_remap_pfn_range() again
  wrapper  the same through a function in another file
  gru      sgi-gru's fault handler inserts a page frame and remaps nothing

The tree's own text stays in the tree: what is to be replaced is found there."""

import re
import sys

import patch_writer

CORE = "drivers/vfio/pci/vfio_pci_core.c"
CONFIG = "drivers/vfio/pci/vfio_pci_config.c"
GRU = "drivers/misc/sgi-gru/grumain.c"
REMAP = "io_remap_pfn_range(vma, vma->vm_start, 0, PAGE_SIZE, vma->vm_page_prot)"
DECLARED = "int map_again(struct vm_area_struct *vma);\n"


def handler(call):
    """A body for the function that is .fault in 6.12."""

    def replace(text):
        body = "\\1{\n\tstruct vm_area_struct *vma = vmf->vma;\n\n\treturn %s ?\n"
        body += "\t\tVM_FAULT_SIGBUS : VM_FAULT_NOPAGE;\n}\n"
        find = r"(vm_fault_t vfio_pci_mmap_page_fault\(struct vm_fault \*vmf\)\n)\{\n.*?^\}\n"
        return re.subn(find, body % call, text, flags=re.S | re.M)

    return replace


def after_includes(added):
    return lambda text: re.subn(
        r"(?s)\A(.*^#include [^\n]*\n)(?=(?:(?!^#include).)*\Z)",
        lambda m: m.group(1) + added,
        text,
        flags=re.M,
    )


def insert_pfn(text):
    new = "vmf_insert_pfn(vma, vaddr, paddr >> PAGE_SHIFT);"
    return re.subn(r"\bremap_pfn_range\([^;]*;", new, text)


WRAPPER = "#include <linux/mm.h>\n%sint map_again(struct vm_area_struct *vma)\n{\n" % DECLARED
WRAPPER += "\treturn %s;\n}\n" % REMAP
PATCHES = {
    "comment": {CORE: [after_includes("/* One more line. */\n")]},
    "back": {CORE: [handler(REMAP)]},
    "wrapper": {
        CORE: [after_includes(DECLARED), handler("map_again(vma)")],
        CONFIG: [after_includes(WRAPPER)],
    },
    "gru": {GRU: [insert_pfn]},
}
patch_writer.write(PATCHES, *sys.argv[1:])
