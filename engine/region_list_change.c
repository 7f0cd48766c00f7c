/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"
#include "engine/region_list_shape.h"

#include <assert.h>
#include <string.h>

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Every change ends here. */
static void changed(const struct memblock_type *type)
{
#ifdef ENGINE_CHECK
	region_list_check(type);
#else
	(void)type;
#endif
}

/* Moves the regions from index at up, to open or close a gap below them. */
static void move_tail(struct memblock_type *type, size_t at, size_t to)
{
	if (at == to)
		return;
	assert(to < at || to - at <= type->room - type->cnt);
	memmove(&type->regions[to], &type->regions[at],
	    (type->cnt - at) * sizeof(type->regions[0]));
	type->cnt = type->cnt - at + to;
}

static bool mergeable(
    const struct memblock_region *low, const struct memblock_region *high)
{
	return region_end(low) == high->base && low->nid == high->nid &&
	       low->flags == high->flags;
}

/* Makes touching equals one, from the region before index first to the one at
 * index end, which is the one after the last changed; or wherever they are. */
static void merge_touching(struct memblock_type *type, size_t first, size_t end)
{
	struct memblock_region *regions = type->regions;
	size_t to, at;

	if (type->merges_all && type->unmerged) {
		first = 0;
		end = type->cnt;
		type->unmerged = false;
	}
	to = first > 0 ? first - 1 : 0;

	for (at = to + 1; at <= end && at < type->cnt; at++) {
		if (mergeable(&regions[to], &regions[at]))
			regions[to].size += regions[at].size;
		else
			regions[++to] = regions[at];
	}
	move_tail(type, at, to + 1);
}

/* Where a change merges all, it does so even if it changed nothing. */
static void merge_all(struct memblock_type *type)
{
	if (type->merges_all && type->unmerged)
		merge_touching(type, 0, 0);
}

/* Makes the only part of [from, end) that the list has not got a part of a
 * neighbour like it, which is what most allocations come to; the tail moves
 * only if the part closes a gap. False if it has no such neighbour. */
static bool extend_neighbour(struct memblock_type *type, uint64_t from,
    uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_region *regions = type->regions;
	struct memblock_region part = {.flags = flags, .nid = nid};
	size_t at = region_list_search(type, from);

	for (; at < type->cnt && regions[at].base <= from; at++)
		from = region_end(&regions[at]);
	if (at < type->cnt && regions[at].base < end)
		end = regions[at].base;
	part.base = from;
	part.size = end - from;
	if (at > 0 && mergeable(&regions[at - 1], &part)) {
		regions[at - 1].size += part.size;
		merge_touching(type, at, at);
	} else if (at < type->cnt && mergeable(&part, &regions[at])) {
		regions[at].base = part.base;
		regions[at].size += part.size;
	} else {
		return false;
	}
	type->total_size += part.size;
	return true;
}

void region_list_insert(struct memblock_type *type, uint64_t base, uint64_t end,
    int32_t nid, uint32_t flags)
{
	const size_t pieces =
	    region_list_plan_insertion(type, base, end, nid, flags).pieces;
	const size_t first = region_list_search(type, base);
	size_t from = region_list_count_below(type, end);
	size_t to = from + pieces, new_first = 0, new_end = 0;
	struct memblock_region *regions = type->regions;

	if (pieces == 0)
		return;
	type->used = true;
	if (pieces == 1 && extend_neighbour(type, base, end, nid, flags)) {
		merge_all(type);
		changed(type);
		return;
	}
	/* The tail moves once, whatever the number of pieces; then the regions
	 * inside of the range follow from the last one down, each with the
	 * piece above it, until the piece that fits in no other way.
	 *
	 *   before  ..|--a--|     |--b--|      ..tail
	 *   after   ..|--a--|#####|--b--|####  ..tail
	 */
	move_tail(type, from, to);
	while (to > from) {
		const uint64_t below =
		    from > first ? region_end(&regions[from - 1]) : 0;
		const uint64_t gap = max_u64(base, below);

		if (gap < end) {
			regions[--to] = (struct memblock_region){
			    gap, end - gap, flags, nid};
			type->total_size += end - gap;
			new_first = to;
			if (new_end == 0)
				new_end = to + 1;
		}
		if (to > from) {
			regions[--to] = regions[--from];
			end = regions[to].base;
		}
	}
	merge_touching(type, new_first, new_end);
	changed(type);
}

void region_list_remove(struct memblock_type *type, uint64_t base, uint64_t end)
{
	struct memblock_region *regions = type->regions;
	size_t first = region_list_search(type, base);
	size_t last = region_list_count_below(type, end);
	size_t at;

	if (base >= end || first >= last)
		return;
	for (at = first; at < last; at++)
		type->total_size -= min_u64(region_end(&regions[at]), end) -
				    max_u64(regions[at].base, base);
	/* Out of the middle of one: the upper part becomes a region. */
	if (region_list_count_removal(type, base, end) > 0) {
		move_tail(type, first, first + 1);
		regions[first + 1].size = region_end(&regions[first]) - end;
		regions[first + 1].base = end;
		regions[first].size = base - regions[first].base;
		changed(type);
		return;
	}
	if (regions[first].base < base) {
		regions[first].size = base - regions[first].base;
		first++;
	}
	if (first < last && region_end(&regions[last - 1]) > end) {
		regions[last - 1].size = region_end(&regions[last - 1]) - end;
		regions[last - 1].base = end;
		last--;
	}
	move_tail(type, last, first);
	changed(type);
}

/* Makes address a border if it lies inside of a region. */
static void split(struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);
	struct memblock_region *low;

	if (!cuts(type, address))
		return;
	move_tail(type, at, at + 1);
	low = &type->regions[at];
	low[1].size = region_end(low) - address;
	low[1].base = address;
	low[0].size = address - low->base;
}

/* Makes base and end borders; the regions between them are then those from
 * *ret_first to below *ret_last. */
static void isolate(struct memblock_type *type, uint64_t base, uint64_t end,
    size_t *ret_first, size_t *ret_last)
{
	split(type, base);
	split(type, end);
	*ret_first = region_list_search(type, base);
	*ret_last = region_list_count_below(type, end);
}

/* After a change to the regions from first to below last. */
static void merge_changed(struct memblock_type *type, size_t first, size_t last)
{
	if (first < last)
		merge_touching(type, first, last);
	else
		merge_all(type);
}

void region_list_set_flags(struct memblock_type *type, uint64_t base,
    uint64_t end, uint32_t set, uint32_t clear)
{
	size_t first = 0, last = 0, at;

	if (base < end)
		isolate(type, base, end, &first, &last);
	for (at = first; at < last; at++) {
		type->regions[at].flags |= set;
		type->regions[at].flags &= ~clear;
	}
	merge_changed(type, first, last);
	changed(type);
}

void region_list_set_nid(
    struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid)
{
	size_t first = 0, last = 0, at;

	if (base < end)
		isolate(type, base, end, &first, &last);
	for (at = first; at < last; at++)
		type->regions[at].nid = nid;
	merge_changed(type, first, last);
	changed(type);
}

void region_list_keep(struct memblock_type *type, uint64_t base, uint64_t end,
    uint32_t spared_flags)
{
	size_t first, last, at, to = 0;

	isolate(type, base, end, &first, &last);
	type->unmerged = true;
	for (at = 0; at < type->cnt; at++) {
		const bool inside = at >= first && at < last;

		if (inside || (type->regions[at].flags & spared_flags) != 0)
			type->regions[to++] = type->regions[at];
		else
			type->total_size -= type->regions[at].size;
	}
	type->cnt = to;
	changed(type);
}

void region_list_trim(struct memblock_type *type, uint64_t align)
{
	const uint64_t mask = align - 1;
	size_t at, to = 0;

	assert(align != 0 && (align & mask) == 0);
	for (at = 0; at < type->cnt; at++) {
		struct memblock_region region = type->regions[at];
		const uint64_t end = region_end(&region) & ~mask;

		type->total_size -= region.size;
		/* Rounding up could pass the end; whether a multiple lies
		 * inside can be told from the end alone. */
		if (end <= region.base)
			continue;
		region.base += -region.base & mask;
		if (end <= region.base)
			continue;
		region.size = end - region.base;
		type->total_size += region.size;
		type->regions[to++] = region;
	}
	type->cnt = to;
	changed(type);
}
