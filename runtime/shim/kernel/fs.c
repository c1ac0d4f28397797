// SPDX-License-Identifier: GPL-2.0-or-later
/* Files and inodes, and a pseudo filesystem, as far as a driver needs one to get
 * inodes of its own. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>

#include "mm.h"

static struct lock_class_key mapping_key;

/* --- files ---------------------------------------------------------------- */

struct inode *hf_inode_new(void)
{
	struct inode *inode = hf->alloc(sizeof(*inode), 64, HF_FRAME);

	memset(inode, 0, sizeof(*inode));
	inode->i_mapping = &inode->i_data;
	inode->i_data.host = inode;
	__init_rwsem(&inode->i_data.i_mmap_rwsem, "&mapping->i_mmap_rwsem", &mapping_key);
	return inode;
}

struct file *hf_file_new(struct inode *inode, const struct file_operations *ops,
			 void *private_data)
{
	struct file *file = hf->alloc(sizeof(*file), 64, HF_FRAME);

	memset(file, 0, sizeof(*file));
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	file->f_op = ops;
	file->private_data = private_data;
	file->f_mode = FMODE_READ | FMODE_WRITE;
#if SINCE(6, 13)
	file_ref_init(&file->f_ref, 1);
#else
	atomic_long_set(&file->f_count, 1);
#endif
	return file;
}

void fput(struct file *file)
{
#if SINCE(6, 13)
	if (!file_ref_put(&file->f_ref))
		return;
#else
	if (!atomic_long_dec_and_test(&file->f_count))
		return;
#endif
	if (file->f_op && file->f_op->release)
		file->f_op->release(file->f_inode, file);
	hf->free(file, HF_FRAME);
}

/* --- a pseudo filesystem ---------------------------------------------------- */

static struct super_block super;
static struct vfsmount mount = { .mnt_sb = &super };

int simple_pin_fs(struct file_system_type *type, struct vfsmount **where, int *count)
{
	*where = &mount;
	++*count;
	return 0;
}

void simple_release_fs(struct vfsmount **where, int *count)
{
	if (!--*count)
		*where = NULL;
}

struct pseudo_fs_context *init_pseudo(struct fs_context *context, unsigned long magic)
{
	return NULL;
}

void kill_anon_super(struct super_block *sb)
{
}

struct inode *alloc_anon_inode(struct super_block *sb)
{
	return hf_inode_new();
}

void iput(struct inode *inode)
{
	if (inode)
		hf->free(inode, HF_FRAME);
}
