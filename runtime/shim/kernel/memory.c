// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The allocators, on the host's: freed memory is poisoned and stays unused for
 * the rest of the run, so that a use after free reads poison and a double free
 * is seen. And the byte functions that the compiler calls.
 */
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "shim.h"

static void *get(size_t size, gfp_t flags, const void *frame)
{
	void *memory = size ? hf->alloc(size, 16, frame) : ZERO_SIZE_PTR;

	if (size && (flags & __GFP_ZERO))
		memset(memory, 0, size);
	return memory;
}

static void put(const void *memory, const void *frame)
{
	if (!ZERO_OR_NULL_PTR(memory))
		hf->free(memory, frame);
}

static void *resize(const void *old, size_t size, gfp_t flags, const void *frame)
{
	size_t had = ZERO_OR_NULL_PTR(old) ? 0 : hf->size_of(old);
	void *memory;

	if (!size) {
		put(old, frame);
		return ZERO_SIZE_PTR;
	}
	memory = get(size, flags, frame);
	memcpy(memory, old, min(had, size));
	put(old, frame);
	return memory;
}

void kfree(const void *memory)
{
	put(memory, HF_FRAME);
}

void kvfree(const void *memory)
{
	put(memory, HF_FRAME);
}

void vfree(const void *memory)
{
	put(memory, HF_FRAME);
}

/* A cache is its object size; kmalloc's caches are those of kmalloc(). */
struct kmem_cache {
	size_t size;
	void (*constructor)(void *);
};

void kmem_cache_free(struct kmem_cache *cache, void *memory)
{
	put(memory, HF_FRAME);
}

static void *from_cache(struct kmem_cache *cache, gfp_t flags, const void *frame)
{
	void *memory = get(cache->size, flags, frame);

	if (cache->constructor)
		cache->constructor(memory);
	return memory;
}

#if SINCE(6, 10)
kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];

void *__kmalloc_noprof(size_t size, gfp_t flags)
{
	return get(size, flags, HF_FRAME);
}

void *__kmalloc_cache_noprof(struct kmem_cache *cache, gfp_t flags, size_t size)
{
	return get(size, flags, HF_FRAME);
}

void *__kmalloc_large_noprof(size_t size, gfp_t flags)
{
	return get(size, flags, HF_FRAME);
}

void *krealloc_noprof(const void *old, size_t size, gfp_t flags)
{
	return resize(old, size, flags, HF_FRAME);
}

#if SINCE(6, 11)
void *__kvmalloc_node_noprof(DECL_BUCKET_PARAMS(size, buckets), gfp_t flags, int node)
#else
void *kvmalloc_node_noprof(size_t size, gfp_t flags, int node)
#endif
{
	return get(size, flags, HF_FRAME);
}

void *vzalloc_noprof(unsigned long size)
{
	return get(size, __GFP_ZERO, HF_FRAME);
}

void *vmalloc_noprof(unsigned long size)
{
	return get(size, 0, HF_FRAME);
}

void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t flags)
{
	return from_cache(cache, flags, HF_FRAME);
}
#else
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];

void *__kmalloc(size_t size, gfp_t flags)
{
	return get(size, flags, HF_FRAME);
}

void *kmalloc_trace(struct kmem_cache *cache, gfp_t flags, size_t size)
{
	return get(size, flags, HF_FRAME);
}

void *kmalloc_large(size_t size, gfp_t flags)
{
	return get(size, flags, HF_FRAME);
}

void *krealloc(const void *old, size_t size, gfp_t flags)
{
	return resize(old, size, flags, HF_FRAME);
}

void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	return get(size, flags, HF_FRAME);
}

void *vzalloc(unsigned long size)
{
	return get(size, __GFP_ZERO, HF_FRAME);
}

void *vmalloc(unsigned long size)
{
	return get(size, 0, HF_FRAME);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	return from_cache(cache, flags, HF_FRAME);
}
#endif

size_t ksize(const void *memory)
{
	return ZERO_OR_NULL_PTR(memory) ? 0 : hf->size_of(memory);
}

/* --- bytes: the compiler may call these from anywhere --------------------- */

#undef memcpy
#undef memset
#undef memmove

void *memcpy(void *to, const void *from, size_t n)
{
	void *result = to;

	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
	return result;
}

void *memset(void *to, int value, size_t n)
{
	void *result = to;

	asm volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(value) : "memory");
	return result;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *d = to;
	const char *s = from;

	if (d <= s || d >= s + n)
		return memcpy(to, from, n);
	while (n--) {
		d[n] = s[n];
		barrier();
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end) {
		end++;
		barrier();
	}
	return end - s;
}

size_t strnlen(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i])
		i++;
	return i;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, ~0UL);
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

#undef strscpy
static ssize_t copy_string(char *to, const char *from, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n && from[i]; i++)
		to[i] = from[i];
	if (n)
		to[i] = 0;
	return from[i] ? -E2BIG : (ssize_t)i;
}

#if SINCE(6, 8)
ssize_t sized_strscpy(char *to, const char *from, size_t n)
#else
ssize_t strscpy(char *to, const char *from, size_t n)
#endif
{
	return copy_string(to, from, n);
}

/* Called from inline assembly that expects every register but the result's kept. */
asm(".pushsection .text\n"
    ".globl __sw_hweight32, __sw_hweight64\n"
    "__sw_hweight32:\n"
    "	push %rdi\n"
    "	mov %edi, %edi\n"
    "	call __sw_hweight64\n"
    "	pop %rdi\n"
    "	ret\n"
    "__sw_hweight64:\n"
    "	push %rdx\n"
    "	push %rdi\n"
    "	xor %eax, %eax\n"
    "1:	test %rdi, %rdi\n"
    "	jz 2f\n"
    "	lea -1(%rdi), %rdx\n"
    "	and %rdx, %rdi\n"
    "	inc %eax\n"
    "	jmp 1b\n"
    "2:	pop %rdi\n"
    "	pop %rdx\n"
    "	ret\n"
    ".popsection");
