// SPDX-License-Identifier: GPL-2.0-or-later
/* What is printed, and reports. The host knows the kernel's format. */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "shim.h"

#define TEXT(buffer, format)                                                   \
	do {                                                                   \
		va_list arguments;                                             \
		va_start(arguments, format);                                   \
		hf->format(buffer, sizeof(buffer), format, &arguments);        \
		va_end(arguments);                                             \
	} while (0)

int _printk(const char *format, ...)
{
	char text[512];

	TEXT(text, format);
	hf->print(text);
	return 0;
}

void __warn_printk(const char *format, ...)
{
	char text[512];

	TEXT(text, format);
	hf->print(text);
}

#define DEV_PRINTER(name)                                                      \
	void name(const struct device *dev, const char *format, ...)           \
	{                                                                      \
		char text[512];                                                \
                                                                               \
		TEXT(text, format);                                            \
		hf->print(text);                                               \
	}

DEV_PRINTER(_dev_info)
DEV_PRINTER(_dev_notice)
DEV_PRINTER(_dev_warn)
DEV_PRINTER(_dev_err)
DEV_PRINTER(_dev_crit)

int ___ratelimit(struct ratelimit_state *state, const char *function)
{
	return 1;
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = hf->format(buffer, size, format, &arguments);
	va_end(arguments);
	return n;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
	va_list copy;
	int n;

	va_copy(copy, arguments);
	n = hf->format(buffer, size, format, &copy);
	va_end(copy);
	return n;
}

int sprintf(char *buffer, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = hf->format(buffer, PAGE_SIZE, format, &arguments);
	va_end(arguments);
	return n;
}

char *kasprintf(gfp_t flags, const char *format, ...)
{
	char text[512];
	char *copy;

	TEXT(text, format);
	copy = hf->alloc(strlen(text) + 1, 1, HF_FRAME);
	memcpy(copy, text, strlen(text) + 1);
	return copy;
}

void hf_fail(enum hf_failure kind, const char *property, const char *format, ...)
{
	char text[512];

	TEXT(text, format);
	hf->fail(kind, property, text, HF_FRAME);
}

void hf_panic(const char *format, ...)
{
	char text[512];

	TEXT(text, format);
	hf->panic(text, HF_FRAME);
}

void panic(const char *format, ...)
{
	char text[512];

	TEXT(text, format);
	hf->panic(text, HF_FRAME);
	unreachable();
}

/* --- WARN and BUG: where the tree's own table says what an ud2 is --------- */

extern struct bug_entry __start___bug_table[] __weak, __stop___bug_table[] __weak;

int hf_find_bug(unsigned long address, struct hf_bug *bug)
{
	struct bug_entry *entry;

	for (entry = __start___bug_table; entry < __stop___bug_table; entry++) {
#ifdef CONFIG_GENERIC_BUG_RELATIVE_POINTERS
		unsigned long at = (unsigned long)&entry->bug_addr_disp + entry->bug_addr_disp;
#else
		unsigned long at = entry->bug_addr;
#endif
		if (at != address)
			continue;
		bug->address = at;
#ifdef CONFIG_DEBUG_BUGVERBOSE
#ifdef CONFIG_GENERIC_BUG_RELATIVE_POINTERS
		bug->file = (const char *)&entry->file_disp + entry->file_disp;
#else
		bug->file = entry->file;
#endif
		bug->line = entry->line;
#else
		bug->file = "?";
		bug->line = 0;
#endif
		bug->warning = !!(entry->flags & BUGFLAG_WARNING);
		bug->once = !!(entry->flags & BUGFLAG_ONCE);
		bug->flags = &entry->flags;
		bug->done = BUGFLAG_DONE;
		return 1;
	}
	return 0;
}
