/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"
#include "engine/region_list_shape.h"

#include <assert.h>

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
	size_t to, at;

	if (type->merges_all && type->unmerged) {
		first = 0;
		end = type->regions.cnt;
		type->unmerged = false;
	}
	if (type->regions.cnt == 0)
		return;
	to = first > 0 ? first - 1 : 0;
	for (at = to + 1; at <= end && at < type->regions.cnt; at++) {
		const struct memblock_region *high = region_at(type, at);

		if (mergeable(region_at(type, to), high))
			region_at(type, to)->size += high->size;
		else
			*region_at(type, ++to) = *high;
	}
	tiered_array_close(&type->regions, to + 1, at - to - 1);
}

/* Where a change merges all, it does so even if it changed nothing. */
static void merge_all(struct memblock_type *type)
{
	if (type->merges_all && type->unmerged)
		merge_touching(type, 0, 0);
}

/* Makes the only part of [from, end) that the list has not got, the first
 * region that ends above being at, a part of a neighbour like it, which is what
 * most allocations come to; others move only if the part closes a gap. False if
 * it has no such neighbour. */
static bool extend_neighbour(struct memblock_type *type, size_t at,
    uint64_t from, uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_region part = {.flags = flags, .nid = nid};
	const size_t cnt = type->regions.cnt;

	for (; at < cnt && region_at(type, at)->base <= from; at++)
		from = region_end(region_at(type, at));
	if (at < cnt)
		end = min_u64(end, region_at(type, at)->base);
	part.base = from;
	part.size = end - from;
	if (at > 0 && mergeable(region_at(type, at - 1), &part)) {
		region_at(type, at - 1)->size += part.size;
		merge_touching(type, at, at);
	} else if (at < cnt && mergeable(&part, region_at(type, at))) {
		region_at(type, at)->base = part.base;
		region_at(type, at)->size += part.size;
	} else {
		return false;
	}
	type->total_size += part.size;
	return true;
}

void region_list_insert(struct memblock_type *type, uint64_t base, uint64_t end,
    int32_t nid, uint32_t flags)
{
	const struct region_list_insertion plan =
	    region_list_plan_insertion(type, base, end, nid, flags);
	size_t from = plan.last, to = from + plan.pieces;
	size_t new_first = 0, new_end = 0;

	if (plan.pieces == 0)
		return;
	type->used = true;
	if (plan.pieces == 1 &&
	    extend_neighbour(type, plan.first, base, end, nid, flags)) {
		merge_all(type);
		changed(type);
		return;
	}
	/* The gap is opened once, whatever the number of pieces; then the
	 * regions inside of the range move up into it from the last one down,
	 * each with the piece above it, until the piece that fits in no other
	 * way.
	 *
	 *   before  ..|--a--|     |--b--|      ..tail
	 *   after   ..|--a--|#####|--b--|####  ..tail
	 */
	tiered_array_open(&type->regions, from, plan.pieces);
	while (to > from) {
		const uint64_t below =
		    from > plan.first ? region_end(region_at(type, from - 1))
				      : 0;
		const uint64_t gap = max_u64(base, below);

		if (gap < end) {
			*region_at(type, --to) = (struct memblock_region){
			    gap, end - gap, flags, nid};
			type->total_size += end - gap;
			new_first = to;
			if (new_end == 0)
				new_end = to + 1;
		}
		if (to > from) {
			*region_at(type, --to) = *region_at(type, --from);
			end = region_at(type, to)->base;
		}
	}
	merge_touching(type, new_first, new_end);
	changed(type);
}

/* Makes address a border if it lies inside of a region. The index of the first
 * region above it. */
static size_t split(struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);
	struct memblock_region low, high;

	if (at == type->regions.cnt || region_at(type, at)->base >= address)
		return at;
	low = high = *region_at(type, at);
	low.size = address - low.base;
	high.size -= low.size;
	high.base = address;
	tiered_array_open(&type->regions, at, 1);
	*region_at(type, at) = low;
	*region_at(type, at + 1) = high;
	return at + 1;
}

void region_list_remove(struct memblock_type *type, uint64_t base, uint64_t end)
{
	size_t first = region_list_search(type, base), last;
	struct memblock_region *region;

	if (base >= end)
		return;
	for (last = first; last < type->regions.cnt; last++) {
		region = region_at(type, last);
		if (region->base >= end)
			break;
		type->total_size -= min_u64(region_end(region), end) -
				    max_u64(region->base, base);
	}
	if (first == last)
		return;
	/* Out of the middle of one: the upper part becomes a region. */
	if (region_list_count_removal(type, base, end) > 0)
		split(type, end);
	region = region_at(type, first);
	if (region->base < base) {
		region->size = base - region->base;
		first++;
	}
	region = region_at(type, last - 1);
	if (first < last && region_end(region) > end) {
		region->size = region_end(region) - end;
		region->base = end;
		last--;
	}
	tiered_array_close(&type->regions, first, last - first);
	changed(type);
}

/* Makes base and end borders; the regions between them are then those from
 * *ret_first to below *ret_last. */
static void isolate(struct memblock_type *type, uint64_t base, uint64_t end,
    size_t *ret_first, size_t *ret_last)
{
	*ret_first = split(type, base);
	*ret_last = split(type, end);
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
		region_at(type, at)->flags |= set;
		region_at(type, at)->flags &= ~clear;
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
		region_at(type, at)->nid = nid;
	merge_changed(type, first, last);
	changed(type);
}

void region_list_keep(struct memblock_type *type, uint64_t base, uint64_t end,
    uint32_t spared_flags)
{
	size_t first, last, at, to = 0;

	isolate(type, base, end, &first, &last);
	type->unmerged = true;
	for (at = 0; at < type->regions.cnt; at++) {
		const struct memblock_region *region = region_at(type, at);
		const bool inside = at >= first && at < last;

		if (inside || (region->flags & spared_flags) != 0)
			*region_at(type, to++) = *region;
		else
			type->total_size -= region->size;
	}
	tiered_array_close(&type->regions, to, type->regions.cnt - to);
	changed(type);
}

void region_list_trim(struct memblock_type *type, uint64_t align)
{
	const uint64_t mask = align - 1;
	size_t at, to = 0;

	assert(align != 0 && (align & mask) == 0);
	for (at = 0; at < type->regions.cnt; at++) {
		struct memblock_region region = *region_at(type, at);
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
		*region_at(type, to++) = region;
	}
	tiered_array_close(&type->regions, to, type->regions.cnt - to);
	changed(type);
}
