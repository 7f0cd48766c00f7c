/* SPDX-License-Identifier: BSD-2-Clause */
/* The shape of a list: a sorted array that doubles when it is full. For
 * region_list.c and region_list_change.c alone, so that it can become another
 * without anyone else noticing. */
#ifndef ENGINE_REGION_LIST_SHAPE_H
#define ENGINE_REGION_LIST_SHAPE_H

#include "engine/region_list.h"

struct memblock_type {
	struct memblock_region *regions;
	size_t cnt;
	size_t room;	/* how many regions there is memory for */
	size_t max;	/* how many the kernel's array holds; 0: any number */
	uint64_t array; /* where that lies; 0: in the kernel's image */
	uint64_t total_size;
	uint64_t phys_addr_max;
	bool merges_all; /* and not just around a change */
	bool unmerged;	 /* some touching equals may stand side by side */
	bool used;	 /* it had a region once */
};

static inline uint64_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

/* Whether address has bytes of the same region on both sides. */
static inline bool cuts(const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);

	return at < type->cnt && type->regions[at].base < address;
}

#endif
