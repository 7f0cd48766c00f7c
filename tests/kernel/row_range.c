/* SPDX-License-Identifier: BSD-2-Clause */
#include "row.h"

#include "engine/region_list.h"

/* Not a range but the place where two regions of reserved touch. */
bool difference_empty_between(
    const struct memblock *mb, const struct seen *seen)
{
	const uint64_t start = seen->range->start;
	const size_t at = region_list_search(mb->reserved, start);
	const struct memblock_region *before;

	if (start != seen->range->end || at == 0 ||
	    at == region_list_cnt(mb->reserved))
		return false;
	before = region_list_at(mb->reserved, at - 1);
	return before->base + before->size == start &&
	       region_list_at(mb->reserved, at)->base == start;
}

/* From frame 0, which is what an address in the last page rounds up to. */
bool difference_of_last_page(const struct memblock *mb, const struct seen *seen)
{
	size_t at = region_list_cnt(mb->memory);
	size_t after = 0;

	while (at > 0) {
		const struct memblock_region *region =
		    region_list_at(mb->memory, --at);

		if (region->base <= UINT64_MAX - (KERNEL_PAGE_SIZE - 1))
			return false;
		if ((seen->nid == MB_NO_NODE || seen->nid == region->nid) &&
		    after++ == seen->after)
			return seen->range->start == 0 &&
			       seen->range->nid == region->nid;
	}
	return false;
}
