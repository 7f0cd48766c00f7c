/* SPDX-License-Identifier: BSD-2-Clause */
/* The shape of a list. For region_list.c and region_list_change.c alone, so
 * that it can become another without anyone else noticing. */
#ifndef ENGINE_REGION_LIST_SHAPE_H
#define ENGINE_REGION_LIST_SHAPE_H

#include "engine/region_list.h"
#include "engine/tiered_array.h"

static_assert(sizeof(struct memblock_region) == TIERED_ITEM_SIZE,
    "the items of the array are regions");

struct memblock_type {
	struct tiered_array regions;
	size_t max;	/* how many the kernel's array holds; 0: any number */
	uint64_t array; /* where that lies; 0: in the kernel's image */
	uint64_t total_size;
	uint64_t phys_addr_max;
	bool merges_all; /* and not just around a change */
	bool unmerged;	 /* some touching equals may stand side by side */
	bool used;	 /* it had a region once */
};

static inline struct memblock_region *region_at(
    const struct memblock_type *type, size_t index)
{
	return tiered_array_at(&type->regions, index);
}

static inline uint64_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

#endif
