/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/ranges.h"

#include "engine/op_check.h"

uint32_t ranges_flags_default(const struct memblock *mb, enum ranges_kind kind)
{
	const uint32_t flags = MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED;

	return kind == RANGES_MEMORY
		   ? flags & memblock_version(mb->settings.kernel)->flags
		   : 0;
}

bool ranges_check(const struct memblock *mb,
    const struct ranges_request *request, char *message, size_t message_size)
{
	const bool reserved = request->kind == RANGES_RESERVED;

	return op_check_nid(mb, request->nid, message, message_size) &&
	       op_check_flags(mb, reserved ? "reserved" : "memory",
		   reserved ? MEMBLOCK_RESERVED_FLAGS : MEMBLOCK_MEMORY_FLAGS,
		   request->flags, message, message_size);
}

struct ranges_walk ranges_walk_begin(
    const struct memblock *mb, const struct ranges_request *request)
{
	struct ranges_walk walk = {.mb = mb, .request = *request};

	if (request->kind == RANGES_FREE && request->reverse)
		walk.free = free_walk_down(
		    mb, request->nid, request->flags, 0, UINT64_MAX);
	else if (request->kind == RANGES_FREE)
		walk.free = free_walk_up(
		    mb, request->nid, request->flags, 0, UINT64_MAX);
	return walk;
}

static bool next_free(
    struct ranges_walk *walk, struct memblock_range *ret_range)
{
	struct free_range range;

	if (walk->request.reverse ? !free_walk_next_down(&walk->free, &range)
				  : !free_walk_next_up(&walk->free, &range))
		return false;
	*ret_range = (struct memblock_range){
	    range.base, range.end, range.nid, range.flags};
	return true;
}

/* The page frames inside of a region; false: it has none.
 *
 *   pages   |-------|-------|-------|
 *   region       |--------------|
 *   frames          |-------|
 */
static bool take_frames(const struct memblock *mb, int32_t nid,
    const struct memblock_region *region, struct memblock_range *ret_range)
{
	const uint64_t page = mb->settings.page_size;
	const uint64_t start = region->base / page + (region->base % page != 0);
	const uint64_t end = (region->base + region->size) / page;

	if (start >= end || (nid != MB_NO_NODE && nid != region->nid))
		return false;
	*ret_range =
	    (struct memblock_range){start, end, region->nid, region->flags};
	return true;
}

/* The range that a region is to the one who asks; false: it is passed over. */
static bool take_region(const struct ranges_walk *walk,
    const struct memblock_region *region, struct memblock_range *ret_range)
{
	const struct ranges_request *request = &walk->request;

	if (request->kind == RANGES_PFN)
		return take_frames(walk->mb, request->nid, region, ret_range);
	if (request->kind == RANGES_MEMORY &&
	    walk_skips(walk->mb, region, request->nid, request->flags))
		return false;
	*ret_range = (struct memblock_range){region->base,
	    region->base + region->size, region->nid, region->flags};
	return true;
}

static const struct memblock_type *list_of(const struct ranges_walk *walk)
{
	switch (walk->request.kind) {
	case RANGES_RESERVED:
		return walk->mb->reserved;
	case RANGES_PHYSMEM:
		return walk->mb->physmem;
	default:
		return walk->mb->memory;
	}
}

bool ranges_walk_next(
    struct ranges_walk *walk, struct memblock_range *ret_range)
{
	const struct memblock_type *type = list_of(walk);
	const size_t cnt = region_list_cnt(type);

	if (walk->request.kind == RANGES_FREE)
		return next_free(walk, ret_range);
	while (walk->passed < cnt) {
		const size_t at = walk->passed++;

		if (take_region(walk,
			region_list_at(
			    type, walk->request.reverse ? cnt - 1 - at : at),
			ret_range))
			return true;
	}
	return false;
}
