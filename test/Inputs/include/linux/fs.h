/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_FS_H
#define FAKE_LINUX_FS_H

#include <linux/types.h>

struct file;
struct inode;
struct module;
struct vm_area_struct;

struct file_operations {
  struct module *owner;
  ssize_t (*read)(struct file *, char *, size_t, long *);
  ssize_t (*write)(struct file *, const char *, size_t, long *);
  long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
  int (*mmap)(struct file *, struct vm_area_struct *);
  int (*open)(struct inode *, struct file *);
  int (*release)(struct inode *, struct file *);
};

struct file {
  const struct file_operations *f_op;
  void *private_data;
};

#define THIS_MODULE ((struct module *)0)

#endif
