// SPDX-License-Identifier: GPL-2.0-or-later
#error "code that does not run in the kernel is not looked at"
