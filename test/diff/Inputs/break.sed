# SPDX-License-Identifier: GPL-2.0-or-later
s/touch(vma);/vm_flags_set(vma, VM_IO);/
