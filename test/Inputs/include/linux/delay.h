// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef TEST_LINUX_DELAY_H
#define TEST_LINUX_DELAY_H

void msleep(unsigned int ms);
void udelay(unsigned long us);

#endif
