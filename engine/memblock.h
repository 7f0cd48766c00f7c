/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of one machine's memblock: its lists and its settings.
 *
 * Every function that changes a model is called by op.c alone (and by the
 * unit tests); everyone else goes through op_apply(). Reading the fields is
 * free to all. Between calls each list is as region_list.h promises. */
#ifndef ENGINE_MEMBLOCK_H
#define ENGINE_MEMBLOCK_H

#include "engine/region.h"
#include "engine/region_list.h"
#include "engine/status.h"
#include "engine/version.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What `create` fixes for the life of an instance, except that bottom_up and
 * current_limit are only where it starts. */
struct memblock_settings {
	enum memblock_kernel kernel;
	uint64_t page_size;	   /* 4096, 16384 or 65536 */
	uint64_t cache_line;	   /* a power of two, 4 to page_size */
	uint32_t phys_bits;	   /* 32 or 64 */
	uint32_t nodes;		   /* how many, 0 to 1024 */
	bool kernel_arrays;	   /* --arrays kernel */
	uint32_t memory_regions;   /* 0 without kernel_arrays */
	uint32_t reserved_regions; /* 0 without kernel_arrays */
	bool physmem;
	bool movable_node;
	bool mirrored_kernelcore;
	uint64_t kernel_end; /* 0: not given */
	bool bottom_up;
	uint64_t current_limit;
};

#define MEMBLOCK_SETTINGS_MESSAGE_MAX 128

struct memblock {
	struct memblock_settings settings;
	struct memblock_type *memory;
	struct memblock_type *reserved;
	struct memblock_type *physmem; /* NULL without settings.physmem */
	uint64_t current_limit;
	bool bottom_up;
	bool can_resize; /* `set resize on` was done */
	bool has_mirror; /* `mark mirror` was done with mirrored_kernelcore */
	/* An array that is full may double now. The steps that takes can fail
	 * half way: only for a copy, see op.c. */
	bool may_grow;
	/* A search of an operation went top-down in place of bottom-up. */
	bool fell_back;
	/* Which list's array was full at the last MB_FULL, how many places in
	 * it were wanted, and whether it takes one itself that was not counted.
	 */
	const struct memblock_type *full;
	size_t full_slots;
	bool full_of_itself;
	/* The owner's limit on memblock_region_cnt(); an
	 * operation that might pass it answers MB_LIMIT. SIZE_MAX at first. */
	size_t regions_max;
};

/* The settings of `create NAME` without options: Linux 6.12, pages of 4096,
 * cache lines of 64, 64 bits, no nodes, host arrays, top-down, no limit. */
struct memblock_settings memblock_settings_default(void);

/* Whether a model can be made with these. MB_OK, or MB_INVALID with a
 * sentence that names the setting in message (of
 * MEMBLOCK_SETTINGS_MESSAGE_MAX bytes). */
enum mb_status memblock_settings_check(
    const struct memblock_settings *settings, char *message);

/* The highest address, 2^phys_bits - 1; PHYS_ADDR_MAX in the kernel. */
uint64_t memblock_phys_addr_max(const struct memblock_settings *settings);

/* A model with empty lists and settings that memblock_settings_check()
 * accepts; the caller's to destroy. NULL: no memory. */
struct memblock *memblock_create(const struct memblock_settings *settings);

/* A second model that stands as mb does. NULL: no memory. */
struct memblock *memblock_copy(const struct memblock *mb);

void memblock_destroy(struct memblock *mb); /* NULL is fine */

/* Whether two models stand alike: settings, switches, lists. */
bool memblock_equal(const struct memblock *a, const struct memblock *b);

/* How many regions all lists have together. */
size_t memblock_region_cnt(const struct memblock *mb);

/* Changing. Each of these takes any base up to the last address and any size;
 * one that passes the last address is cut, and nothing happens to a range of
 * size 0. Those with a status answer MB_OK, MB_FULL (array.h), MB_LIMIT
 * (regions_max) or MB_NO_MEMORY; on failure nothing has changed, unless
 * may_grow is set: then the model is good for memblock_destroy() alone. */

/* What an insertion met on its way, as region_list_plan_insertion() tells. */
struct memblock_met {
	struct memblock_region other_nid;   /* size 0: none */
	struct memblock_region other_flags; /* size 0: none */
};

/* memblock_add_node and memblock_reserve. */
enum mb_status memblock_add(struct memblock *mb, uint64_t base, uint64_t size,
    int32_t nid, uint32_t flags, struct memblock_met *ret_met);
enum mb_status memblock_reserve(struct memblock *mb, uint64_t base,
    uint64_t size, int32_t nid, uint32_t flags, struct memblock_met *ret_met);

/* memblock_physmem_add; MB_NO_LIST without settings.physmem. */
enum mb_status memblock_physmem_add(struct memblock *mb, uint64_t base,
    uint64_t size, struct memblock_met *ret_met);

/* memblock_remove and memblock_phys_free. */
enum mb_status memblock_remove(
    struct memblock *mb, uint64_t base, uint64_t size);
enum mb_status memblock_phys_free(
    struct memblock *mb, uint64_t base, uint64_t size);

/* memblock_mark_* and memblock_clear_*. flag is one that can be marked:
 * rsrv_noinit goes to reserved, the others to memory. Marking mirror does
 * nothing without mirrored_kernelcore; with it, even a mark that meets no
 * memory sets has_mirror. */
enum mb_status memblock_mark(
    struct memblock *mb, uint64_t base, uint64_t size, uint32_t flag);
enum mb_status memblock_clear(
    struct memblock *mb, uint64_t base, uint64_t size, uint32_t flag);

/* type is mb->memory or mb->reserved. */
enum mb_status memblock_set_node(struct memblock *mb, uint64_t base,
    uint64_t size, struct memblock_type *type, int32_t nid);

/* memblock_cap_memory_range. */
enum mb_status memblock_cap(struct memblock *mb, uint64_t base, uint64_t size);

/* memblock_mem_limit_remove_map: a cap at the address at which memory,
 * counted from the lowest, reaches size bytes. */
enum mb_status memblock_limit_keep_nomap(struct memblock *mb, uint64_t size);

/* memblock_enforce_memory_limit: memory and reserved lose all from that
 * address up. */
enum mb_status memblock_limit(struct memblock *mb, uint64_t size);

/* memblock_trim_memory; align is a power of two. */
void memblock_trim(struct memblock *mb, uint64_t align);

/* memblock_set_current_limit; one above the last address means that. */
void memblock_set_current_limit(struct memblock *mb, uint64_t limit);

#endif
