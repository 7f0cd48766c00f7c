/* SPDX-License-Identifier: BSD-2-Clause */
/* What mm/memblock.c asks of the rest of a kernel, for kernel.c alone, which
 * includes this just before it: warnings are counted, BUG and panic end the
 * operation, and memory that the allocator hands to itself is the host's. */
#ifndef TESTS_KERNEL_SERVICES_H
#define TESTS_KERNEL_SERVICES_H

#include "kernel.h"
#include "text.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* ---- warnings, and what does not return ---- */

static struct kernel_answer *answer; /* of the operation under way */
static jmp_buf broken_off;

/* The condition's text says which warning of memblock_add_range() it is. */
static void note_warning(const char *where, const char *condition)
{
	answer->where = where;
	if (strncmp(condition, "nid", 3) == 0)
		answer->warnings |= KERNEL_WARN_NID;
	else if (strncmp(condition, "flags", 5) == 0)
		answer->warnings |= KERNEL_WARN_FLAGS;
	else
		answer->warnings |= KERNEL_WARN_OTHER;
}

static void __attribute__((noreturn))
break_off(enum kernel_end end, const char *where)
{
	answer->where = where;
	answer->end = end;
	longjmp(broken_off, 1);
}

#define NOTE_WARNING(condition)                                                \
	({                                                                     \
		const int is_met = !!(condition);                              \
		if (is_met)                                                    \
			note_warning(__func__, #condition);                    \
		is_met;                                                        \
	})

#undef WARN_ON
#undef WARN_ON_ONCE
#undef WARN_ONCE
#undef BUG_ON
#define WARN_ON(condition) NOTE_WARNING(condition)
#define WARN_ON_ONCE(condition) NOTE_WARNING(condition)
#define WARN_ONCE(condition, ...) NOTE_WARNING(condition)
#define BUG_ON(condition)                                                      \
	do {                                                                   \
		if (condition)                                                 \
			break_off(KERNEL_BUG, __func__);                       \
	} while (0)
#define panic(...) break_off(KERNEL_PANIC, __func__)
#define dump_stack() ((void)(answer->warnings |= KERNEL_WARN_STACK))

/* ---- messages ---- */

#undef pr_info
#undef pr_debug
#undef pr_cont
#undef pr_err
#undef pr_warn
#define pr_info(...) text_print(__VA_ARGS__)
#define pr_debug(...) text_print(__VA_ARGS__)
#define pr_cont(...) text_print(__VA_ARGS__)
#define pr_err(...) ((void)0)
#define pr_warn(...) ((void)0)

/* ---- files of debugfs ---- */

#define CONFIG_DEBUG_FS 1
struct shown {
	void *private;
};
#define seq_file shown
#define seq_printf(file, ...) ((void)(file), text_print(__VA_ARGS__))
#define seq_puts(file, string) seq_printf((file), "%s", (string))
#define seq_putc(file, byte) seq_printf((file), "%c", (byte))
#define DEFINE_SHOW_ATTRIBUTE(name)                                            \
	static int name##_fops __attribute__((unused))
struct dentry;
#define debugfs_create_dir(name, parent) NULL
#define debugfs_create_file(name, mode, parent, data, fops)                    \
	((void)(parent), (void)(data), (void)(fops))
#undef __initcall
#define __initcall(function)                                                   \
	static int (*const initcall_##function)(void)                          \
	    __attribute__((unused)) = function

/* ---- memory for region arrays ---- */

/* A region array is at an address of the modelled memory, where there is
 * nothing, or in slab: the regions themselves are in the host's memory. */
struct array {
	struct array *next;
	uint64_t address;
	size_t size;
	char bytes[];
};
static struct array *arrays;
static bool arrays_in_slab;

static void *array_new(uint64_t address, size_t size)
{
	struct array *array = calloc(1, sizeof(*array) + size);

	if (array == NULL)
		abort();
	array->address = address;
	array->size = size;
	array->next = arrays;
	arrays = array;
	return array->bytes;
}

/* The array that a host pointer points into; NULL: none. */
static const struct array *array_of(const void *pointer)
{
	const char *at = pointer;
	const struct array *array;

	for (array = arrays; array != NULL; array = array->next)
		if (at >= array->bytes && at < array->bytes + array->size)
			return array;
	return NULL;
}

/* A page that is not reserved; the last address, if there is none. */
static uint64_t unreserved_page(void)
{
	const struct memblock_type *reserved = &memblock.reserved;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < reserved->cnt; i++) {
		if (reserved->regions[i].base - end >= PAGE_SIZE)
			return end;
		end = reserved->regions[i].base + reserved->regions[i].size;
	}
	return end < UINT64_MAX - PAGE_SIZE ? end : UINT64_MAX;
}

/* The address in the modelled memory that it stands for. An array that is part
 * of the kernel's image is where freeing it frees nothing. */
static uint64_t array_address(const void *pointer)
{
	const struct array *array = array_of(pointer);

	return array == NULL
		   ? unreserved_page()
		   : array->address +
			 (uint64_t)((const char *)pointer - array->bytes);
}

/* Arrays stay until then, so that what was undone still has its own. */
static void arrays_free(void)
{
	struct array *array;

	while ((array = arrays) != NULL) {
		arrays = array->next;
		free(array);
	}
}

/* Clearing an allocation must not touch the place it would be at. */
static void *clear(void *pointer, int byte, size_t size)
{
	return array_of(pointer) == NULL ? pointer
					 : memset(pointer, byte, size);
}

#undef __va
#undef __pa
#define __va(address) array_new((address), new_alloc_size)
#define __pa(pointer) array_address((const void *)(uintptr_t)(pointer))
#define slab_is_available()                                                    \
	(arrays_in_slab && strcmp(__func__, "memblock_double_array") == 0)
#define kmalloc(size, flags) array_new(UINT64_MAX, (size))
#define kfree(pointer) ((void)(pointer))
#undef kzalloc_node
#define kzalloc_node(size, flags, nid) ((void)(nid), (void *)NULL)
#define memset(pointer, byte, size) clear((pointer), (byte), (size))

/* ---- the page allocator ---- */

static uint64_t blocks_freed[KERNEL_ORDERS]; /* by order */

/* ---- what is linked, and has nothing to do ---- */

struct pglist_data *first_online_pgdat(void)
{
	return NULL;
}

struct pglist_data *next_online_pgdat(struct pglist_data *node)
{
	(void)node;
	return NULL;
}

void atomic_long_set(atomic_long_t *value, long to)
{
	(void)value;
	(void)to;
}

#ifdef KERNEL_6_1
void reserve_bootmem_region(phys_addr_t start, phys_addr_t end)
{
	(void)start;
	(void)end;
}
#else
void reserve_bootmem_region(phys_addr_t start, phys_addr_t end, int nid)
{
	(void)start;
	(void)end;
	(void)nid;
}
#endif

bool movable_node_enabled;

#define memparse(text, end) ((void)(end), strtoull((text), NULL, 0))
#undef isspace
#define isspace(c) ((c) == ' ')
#undef strscpy
#define strscpy(to, from) ((void)(from), (to)[0] = '\0')
#undef ilog2
#define ilog2(number) (__builtin_ctz(number))
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#endif
