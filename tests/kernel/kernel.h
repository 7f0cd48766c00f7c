/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own memblock, in a shared object that tests/kernel/build makes
 * out of a Debian source package: kernel.c around an unchanged mm/memblock.c.
 *
 * Nothing of the kernel's is declared here, and nothing of the engine's but
 * struct op, which is what both are told to do. There is one memblock in a
 * shared object, as there is in a kernel. Addresses and sizes are bytes. */
#ifndef TESTS_KERNEL_KERNEL_H
#define TESTS_KERNEL_KERNEL_H

#include "engine/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What it is compiled with. */
#define KERNEL_PAGE_SIZE 4096
#define KERNEL_CACHE_LINE 32
#define KERNEL_NODES 16
#define KERNEL_REGIONS_MAX 128
#define KERNEL_PHYSMEM_REGIONS 4

struct kernel_settings {
	bool bottom_up;
	uint64_t current_limit;
	bool movable_node;
	bool mirrored_kernelcore;
	/* Allocations make the attempts of Linux 5.0, composed of the kernel's
	 * own find and reserve. */
	bool attempts_5_0;
	bool nodes; /* without, nothing is on node 0, either */
	/* Region arrays as they are at boot, of so many regions (at most
	 * KERNEL_REGIONS_MAX). Otherwise they grow in slab, which leaves no
	 * trace in reserved. */
	bool boot_arrays;
	uint32_t memory_regions;
	uint32_t reserved_regions;
};

enum kernel_list { KERNEL_MEMORY, KERNEL_RESERVED, KERNEL_PHYSMEM };
#define KERNEL_LISTS 3

struct kernel_region {
	uint64_t base;
	uint64_t size;
	uint32_t flags;
	int32_t nid; /* -1: none */
};

/* What stands in a list. A list of one region of size 0, as older kernels have
 * it, is one without regions. */
struct kernel_view {
	size_t cnt;
	size_t max;
	uint64_t total_size;
};

struct kernel_switches {
	bool bottom_up;
	uint64_t current_limit;
	bool has_mirror; /* mirrored memory is tried first */
};

enum kernel_end {
	KERNEL_RETURNED,
	KERNEL_PANIC, /* it called panic() */
	KERNEL_BUG,   /* BUG_ON() */
	KERNEL_LACKS  /* this kernel has no function that does it */
};

/* The conditions that a kernel warns of, as bits. */
enum kernel_warning {
	KERNEL_WARN_NID = 0x1,	 /* met a region of another node */
	KERNEL_WARN_FLAGS = 0x2, /* met a region with other flags */
	KERNEL_WARN_STACK = 0x4, /* a stack trace: alignment 0 */
	KERNEL_WARN_OTHER = 0x8
};

struct kernel_answer {
	enum kernel_end end;
	int ret;	  /* 0, or a negative errno; of functions without: 0 */
	uint64_t address; /* alloc, find: 0 is failure */
	uint32_t warnings;
	const char *where; /* the function of the last WARN, BUG or panic */
};

/* Questions about a range, or about its base alone. */
enum kernel_question {
	KERNEL_IS_MEMORY,
	KERNEL_IS_MAP_MEMORY,
	KERNEL_IS_RESERVED,
	KERNEL_IS_REGION_MEMORY,
	KERNEL_IS_REGION_RESERVED,
	KERNEL_OVERLAPS_MEMORY,
	KERNEL_OVERLAPS_RESERVED
};
#define KERNEL_QUESTIONS 7

enum kernel_ranges {
	KERNEL_MEMORY_RANGES,
	KERNEL_RESERVED_RANGES,
	KERNEL_FREE_RANGES,
	KERNEL_PFN_RANGES,
	KERNEL_PHYSMEM_RANGES
};

struct kernel_range {
	uint64_t start;
	uint64_t end; /* exclusive */
	int32_t nid;
};

#define KERNEL_ORDERS 11

struct kernel_handover {
	enum kernel_end end;
	uint64_t pages;
	uint64_t orders[KERNEL_ORDERS]; /* blocks of 2^i pages */
};

/* The shared object has one symbol, "kernel", of this type. */
struct kernel {
	const char *version;
	void (*reset)(const struct kernel_settings *settings);

	/* Does op, whatever is in it. */
	void (*apply)(const struct op *op, struct kernel_answer *ret_answer);
	/* As it was before the last apply. */
	void (*undo)(void);
	/* Has a list hold these regions, which fit into its array. */
	void (*adopt)(enum kernel_list list,
	    const struct kernel_region *regions, size_t cnt);

	struct kernel_view (*view)(enum kernel_list list);
	struct kernel_region (*region)(enum kernel_list list, size_t index);
	struct kernel_switches (*switches)(void);
	/* What memblock_dump_all prints, and a file of debugfs has; good until
	 * the next of them. */
	const char *(*dump)(void);
	const char *(*debugfs)(enum kernel_list list);

	bool (*ask)(
	    enum kernel_question question, uint64_t base, uint64_t size);
	uint64_t (*find)(
	    uint64_t size, uint64_t align, uint64_t from, uint64_t to);
	/* What memblock_free_all would give to the page allocator below a page
	 * frame, block by block; memory has to be small. Changes nothing. */
	struct kernel_handover (*handover)(uint64_t max_low_pfn);
	/* Writes up to max of the ranges that an iterator comes by; returns
	 * how many. nid -1: any. */
	size_t (*ranges)(enum kernel_ranges kind, int32_t nid, uint32_t flags,
	    bool reverse, struct kernel_range *ret_ranges, size_t max);
};

#endif
