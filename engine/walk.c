/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/walk.h"

static uint64_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

bool walk_skips(const struct memblock *mb, const struct memblock_region *region,
    int32_t nid, uint32_t flags)
{
	const uint32_t unless_asked =
	    MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED |
	    (mb->settings.movable_node ? (uint32_t)MEMBLOCK_HOTPLUG : 0);

	if (nid != MB_NO_NODE && region->nid != nid)
		return true;
	if ((flags & MEMBLOCK_MIRROR) != 0 &&
	    (region->flags & MEMBLOCK_MIRROR) == 0)
		return true;
	return (region->flags & unless_asked & ~flags) != 0;
}

struct free_walk free_walk_up(const struct memblock *mb, int32_t nid,
    uint32_t flags, uint64_t from, uint64_t to)
{
	return (struct free_walk){
	    .mb = mb,
	    .nid = nid,
	    .flags = flags,
	    .from = from,
	    .to = to,
	    .memory = region_list_search(mb->memory, from),
	    .reserved = region_list_search(mb->reserved, from),
	};
}

struct free_walk free_walk_down(const struct memblock *mb, int32_t nid,
    uint32_t flags, uint64_t from, uint64_t to)
{
	return (struct free_walk){
	    .mb = mb,
	    .nid = nid,
	    .flags = flags,
	    .from = from,
	    .to = to,
	    .memory = region_list_count_below(mb->memory, to),
	    .reserved = region_list_count_below(mb->reserved, to),
	};
}

/* The lowest free range within [base, end). */
static bool lowest_free(struct free_walk *walk, uint64_t base, uint64_t end,
    struct free_range *ret_range)
{
	const struct memblock_type *reserved = walk->mb->reserved;
	const size_t cnt = region_list_cnt(reserved);

	for (; base < end; walk->reserved++) {
		const struct memblock_region *next =
		    walk->reserved < cnt
			? region_list_at(reserved, walk->reserved)
			: NULL;

		if (next == NULL || next->base > base) {
			ret_range->base = base;
			ret_range->end =
			    next != NULL && next->base < end ? next->base : end;
			return true;
		}
		/* Stay at one that may cover the next memory region too. */
		if (region_end(next) > end)
			return false;
		if (region_end(next) > base)
			base = region_end(next);
	}
	return false;
}

/* The highest free range within [base, end). */
static bool highest_free(struct free_walk *walk, uint64_t base, uint64_t end,
    struct free_range *ret_range)
{
	const struct memblock_type *reserved = walk->mb->reserved;

	for (; base < end; walk->reserved--) {
		const struct memblock_region *next =
		    walk->reserved > 0
			? region_list_at(reserved, walk->reserved - 1)
			: NULL;

		if (next == NULL || region_end(next) < end) {
			ret_range->base =
			    next != NULL && region_end(next) > base
				? region_end(next)
				: base;
			ret_range->end = end;
			return true;
		}
		/* Stay at one that may cover the next memory region too. */
		if (next->base < base)
			return false;
		if (next->base < end)
			end = next->base;
	}
	return false;
}

bool free_walk_next_up(struct free_walk *walk, struct free_range *ret_range)
{
	const struct memblock_type *memory = walk->mb->memory;

	for (; walk->memory < region_list_cnt(memory); walk->memory++) {
		const struct memblock_region *region =
		    region_list_at(memory, walk->memory);
		uint64_t base = region->base, end = region_end(region);

		if (base >= walk->to)
			return false;
		if (walk_skips(walk->mb, region, walk->nid, walk->flags))
			continue;
		base = base > walk->from ? base : walk->from;
		end = end < walk->to ? end : walk->to;
		if (lowest_free(walk, base, end, ret_range)) {
			ret_range->nid = region->nid;
			ret_range->flags = region->flags;
			walk->from = ret_range->end;
			return true;
		}
	}
	return false;
}

bool free_walk_next_down(struct free_walk *walk, struct free_range *ret_range)
{
	const struct memblock_type *memory = walk->mb->memory;

	for (; walk->memory > 0; walk->memory--) {
		const struct memblock_region *region =
		    region_list_at(memory, walk->memory - 1);
		uint64_t base = region->base, end = region_end(region);

		if (end <= walk->from)
			return false;
		if (walk_skips(walk->mb, region, walk->nid, walk->flags))
			continue;
		base = base > walk->from ? base : walk->from;
		end = end < walk->to ? end : walk->to;
		if (highest_free(walk, base, end, ret_range)) {
			ret_range->nid = region->nid;
			ret_range->flags = region->flags;
			walk->to = ret_range->base;
			return true;
		}
	}
	return false;
}
