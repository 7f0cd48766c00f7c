/* SPDX-License-Identifier: BSD-2-Clause */
#include "questions.h"

#include <linux/kernel.h>
#include <linux/memblock.h>

#include <limits.h>
#include <stdlib.h>

extern struct memblock_type physmem;

bool kernel_ask(enum kernel_question question, uint64_t base, uint64_t size)
{
	switch (question) {
	case KERNEL_IS_MEMORY:
		return memblock_is_memory(base);
	case KERNEL_IS_MAP_MEMORY:
		return memblock_is_map_memory(base);
	case KERNEL_IS_RESERVED:
		return memblock_is_reserved(base);
	case KERNEL_IS_REGION_MEMORY:
		return memblock_is_region_memory(base, size);
	case KERNEL_IS_REGION_RESERVED:
		return memblock_is_region_reserved(base, size);
	case KERNEL_OVERLAPS_MEMORY:
		return memblock_overlaps_region(&memblock.memory, base, size);
	case KERNEL_OVERLAPS_RESERVED:
		return memblock_overlaps_region(&memblock.reserved, base, size);
	}
	abort();
}

/* Older kernels come by the one region of an empty list, too. */
static bool is_empty(const struct memblock_type *type)
{
	return type->cnt == 0 || (type->cnt == 1 && type->regions[0].size == 0);
}

struct found {
	struct kernel_range *ranges;
	size_t cnt;
	size_t max;
};

static void found_add(
    struct found *found, uint64_t start, uint64_t end, int nid)
{
	if (found->cnt == found->max)
		abort();
	found->ranges[found->cnt++] =
	    (struct kernel_range){start, end, nid == MAX_NUMNODES ? -1 : nid};
}

static void find_pfn_ranges(int nid, struct found *found)
{
	unsigned long start, end;
	int i, node;

	for_each_mem_pfn_range(i, nid < 0 ? MAX_NUMNODES : nid, &start, &end,
	    &node) found_add(found, start, end, node);
}

size_t kernel_ranges_of(enum kernel_ranges kind, int32_t nid, uint32_t flags,
    bool reverse, struct kernel_range *ret_ranges, size_t max)
{
	struct found found = {.ranges = ret_ranges, .max = max};
	struct memblock_type *in = &memblock.memory, *out = NULL;
	phys_addr_t start, end;
	int node;
	u64 i;

	if (kind == KERNEL_FREE_RANGES)
		out = &memblock.reserved;
	if (kind == KERNEL_RESERVED_RANGES)
		in = &memblock.reserved;
	if (kind == KERNEL_PHYSMEM_RANGES)
		in = &physmem;
	if (is_empty(in))
		return 0;
	if (kind == KERNEL_PFN_RANGES)
		find_pfn_ranges(nid, &found);
	else if (reverse)
		__for_each_mem_range_rev(i, in, out, nid, flags, &start, &end,
		    &node) found_add(&found, start, end, node);
	else
		__for_each_mem_range(i, in, out, nid, flags, &start, &end,
		    &node) found_add(&found, start, end, node);
	return found.cnt;
}
