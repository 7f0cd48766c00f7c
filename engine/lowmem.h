/* SPDX-License-Identifier: BSD-2-Clause */
/* The mappings of low memory that 32-bit arm makes when it sets up paging, as
 * map_lowmem in Linux 4.0 and 5.0, one at a time and region by region:
 *
 *   memory   |---------|   |---------------------------|   |-------|
 *   kernel                      |sections|
 *   type     |---RWX---|   |-RW-|--RWX---|------RW-----|   |--RW---|
 *                                                              ^ limit
 *   highmem                                                    |---|
 *
 * Later versions map the kernel apart. */
#ifndef ENGINE_LOWMEM_H
#define ENGINE_LOWMEM_H

#include "engine/memblock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of two hardware sections, which one entry of a page table holds: a PMD. */
#define LOWMEM_SECTION_SIZE UINT64_C(0x100000)
#define LOWMEM_PMD_SIZE (2 * LOWMEM_SECTION_SIZE)
#define LOWMEM_PAGE_SIZE UINT64_C(0x1000)

struct lowmem_request {
	/* The kernel: KERNEL_START, and the end of its init section. */
	uint64_t kernel_start;
	uint64_t kernel_end;
	bool has_limit; /* else it is the current_limit */
	uint64_t limit; /* arm_lowmem_limit: where low memory ends */
};

enum lowmem_type {
	LOWMEM_MEMORY_RWX, /* MT_MEMORY_RWX */
	LOWMEM_MEMORY_RW,  /* MT_MEMORY_RW */
	LOWMEM_HIGHMEM,	   /* not mapped */
};

/* Bytes [start, end). */
struct lowmem_part {
	uint64_t start;
	uint64_t end;
};

struct lowmem_mapping {
	uint64_t start;
	uint64_t end;
	enum lowmem_type type;
	/* How it is filled, of whole pages outwards: a PMD of which the
	 * mapping's part begins and ends at sections is filled with those; one
	 * of which it does not, with pages. Nothing for highmem. */
	uint64_t sections;
	struct lowmem_part by_pages[2]; /* from the lowest */
	size_t by_pages_count;
};

/* Whether a model can be asked that. If not, a sentence in message (of
 * OUTCOME_MESSAGE_MAX bytes): its pages are not of 4096; the kernel is reversed
 * or empty, passes the address space, or is not below the limit. */
bool lowmem_check(const struct memblock *mb,
    const struct lowmem_request *request, char *message);

/* Whether the kernel is mapped as it takes for granted. */
enum lowmem_kernel {
	LOWMEM_KERNEL_WHOLE, /* one region holds all of its sections */
	/* A region holds some of them, or ends where they begin: they are all
	 * mapped for it, memory or not. */
	LOWMEM_KERNEL_SPLIT,
	LOWMEM_KERNEL_NOWHERE, /* they are not mapped */
};
enum lowmem_kernel lowmem_kernel(
    const struct memblock *mb, const struct lowmem_request *request);

/* Where a walk stands. The model must not change while it lasts. */
struct lowmem_walk {
	const struct memblock *mb;
	uint64_t limit;
	uint64_t kernel_start; /* rounded outwards to sections */
	uint64_t kernel_end;
	size_t region; /* the one at work */
	size_t passed; /* of its mappings */
};

/* A walk for a request that lowmem_check() accepts. */
struct lowmem_walk lowmem_walk_begin(
    const struct memblock *mb, const struct lowmem_request *request);

/* The next mapping, or the next part of memory that is high; false when there
 * are no more. */
bool lowmem_walk_next(
    struct lowmem_walk *walk, struct lowmem_mapping *ret_mapping);

#endif
