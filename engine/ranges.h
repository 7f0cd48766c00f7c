/* SPDX-License-Identifier: BSD-2-Clause */
/* The ranges that the kernel's iterators come by, one at a time and in either
 * direction. */
#ifndef ENGINE_RANGES_H
#define ENGINE_RANGES_H

#include "engine/walk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ranges_kind {
	/* for_each_mem_range: regions of memory but those that walk_skips()
	 * names. */
	RANGES_MEMORY,
	/* for_each_reserved_mem_range: every region of reserved, whatever nid
	 * and flags say. */
	RANGES_RESERVED,
	/* for_each_physmem_range: every region of physmem, likewise. */
	RANGES_PHYSMEM,
	/* for_each_free_mem_range. */
	RANGES_FREE,
	/* for_each_mem_pfn_range: the whole pages inside of regions of memory,
	 * as page frame numbers. Regions without one are left out, and those
	 * of another node; flags do not matter. */
	RANGES_PFN,
};

struct ranges_request {
	enum ranges_kind kind;
	int32_t nid;	/* MB_NO_NODE: any */
	uint32_t flags; /* the iterator's argument, which is no filter */
	bool reverse;	/* from the highest down */
};

struct memblock_range {
	uint64_t start;
	uint64_t end;	/* exclusive */
	int32_t nid;	/* of the region it is in; MB_NO_NODE */
	uint32_t flags; /* of that region */
};

/* The flags that the kernel's iterator of that kind passes by itself: memory
 * that is hotplug or driver_managed is not skipped by for_each_mem_range. */
uint32_t ranges_flags_default(const struct memblock *mb, enum ranges_kind kind);

/* Whether a model can be asked that. If not, a sentence in message names the
 * word at fault. */
bool ranges_check(const struct memblock *mb,
    const struct ranges_request *request, char *message, size_t message_size);

/* Where a walk stands. The model must not change while it lasts; for
 * RANGES_PHYSMEM it has that list. */
struct ranges_walk {
	const struct memblock *mb;
	struct ranges_request request;
	size_t passed; /* regions, from the end that it began at */
	struct free_walk free;
};

struct ranges_walk ranges_walk_begin(
    const struct memblock *mb, const struct ranges_request *request);

/* The next range; false when there are no more. */
bool ranges_walk_next(
    struct ranges_walk *walk, struct memblock_range *ret_range);

#endif
