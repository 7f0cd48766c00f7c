/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_MAX 16

struct memblock_type {
	struct memblock_region *regions;
	size_t cnt;
	size_t max;
	uint64_t total_size;
	uint64_t phys_addr_max;
};

static uint64_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct memblock_type *region_list_create(uint64_t phys_addr_max)
{
	struct memblock_type *type = calloc(1, sizeof(*type));

	if (type != NULL)
		type->phys_addr_max = phys_addr_max;
	return type;
}

struct memblock_type *region_list_copy(const struct memblock_type *type)
{
	struct memblock_type *copy = region_list_create(type->phys_addr_max);

	if (copy == NULL)
		return NULL;
	if (region_list_make_room(copy, type->cnt) != MB_OK) {
		region_list_destroy(copy);
		return NULL;
	}
	if (type->cnt > 0)
		memcpy(copy->regions, type->regions,
		    type->cnt * sizeof(type->regions[0]));
	copy->cnt = type->cnt;
	copy->total_size = type->total_size;
	return copy;
}

void region_list_destroy(struct memblock_type *type)
{
	if (type == NULL)
		return;
	free(type->regions);
	free(type);
}

bool region_list_equal(
    const struct memblock_type *a, const struct memblock_type *b)
{
	size_t i;

	if (a->cnt != b->cnt)
		return false;
	for (i = 0; i < a->cnt; i++) {
		const struct memblock_region *x = &a->regions[i];
		const struct memblock_region *y = &b->regions[i];

		if (x->base != y->base || x->size != y->size ||
		    x->flags != y->flags || x->nid != y->nid)
			return false;
	}
	return true;
}

/* ---- reading ---- */

size_t region_list_cnt(const struct memblock_type *type)
{
	return type->cnt;
}

uint64_t region_list_total_size(const struct memblock_type *type)
{
	return type->total_size;
}

const struct memblock_region *region_list_at(
    const struct memblock_type *type, size_t index)
{
	assert(index < type->cnt);
	return &type->regions[index];
}

uint64_t region_list_cap(
    const struct memblock_type *type, uint64_t base, uint64_t size)
{
	assert(base <= type->phys_addr_max);
	return base + min_u64(size, type->phys_addr_max - base);
}

size_t region_list_search(const struct memblock_type *type, uint64_t address)
{
	size_t low = 0, high = type->cnt;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (region_end(&type->regions[middle]) > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t region_list_count_below(
    const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);

	/* Only the region that ends above the address can begin below it. */
	return at < type->cnt && type->regions[at].base < address ? at + 1 : at;
}

void region_list_check(const struct memblock_type *type)
{
	uint64_t end = 0, total_size = 0;
	size_t i;

	assert(type->cnt <= type->max);
	for (i = 0; i < type->cnt; i++) {
		const struct memblock_region *region = &type->regions[i];

		assert(region->size > 0);
		assert(region->base >= end);
		assert(region->base < type->phys_addr_max);
		assert(region->size <= type->phys_addr_max - region->base);
		end = region_end(region);
		total_size += region->size;
	}
	assert(type->total_size == total_size);
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

/* ---- counting, making room ---- */

struct region_list_insertion region_list_plan_insertion(
    const struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid,
    uint32_t flags)
{
	struct region_list_insertion plan = {0};
	uint64_t from = base; /* all of [base, end) below this is dealt with */
	size_t at;

	for (at = region_list_search(type, base); from < end; at++) {
		const struct memblock_region *region = &type->regions[at];

		if (at == type->cnt || region->base >= end) {
			plan.pieces++;
			break;
		}
		if (from < region->base) {
			plan.pieces++;
			if (region->nid != nid && plan.other_nid.size == 0)
				plan.other_nid = *region;
			if (region->flags != flags &&
			    plan.other_flags.size == 0)
				plan.other_flags = *region;
		}
		from = region_end(region);
	}
	return plan;
}

/* Whether address has bytes of the same region on both sides. */
static bool cuts(const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);

	return at < type->cnt && type->regions[at].base < address;
}

size_t region_list_count_splits(
    const struct memblock_type *type, uint64_t base, uint64_t end)
{
	if (base >= end)
		return 0;
	return (size_t)cuts(type, base) + (size_t)cuts(type, end);
}

size_t region_list_count_removal(
    const struct memblock_type *type, uint64_t base, uint64_t end)
{
	if (base >= end || !cuts(type, base) || !cuts(type, end))
		return 0;
	return region_list_search(type, base) == region_list_search(type, end);
}

enum mb_status region_list_make_room(struct memblock_type *type, size_t pieces)
{
	const size_t limit = SIZE_MAX / 2 / sizeof(struct memblock_region);
	size_t max = type->max > 0 ? type->max : FIRST_MAX;
	struct memblock_region *regions;

	if (pieces <= type->max - type->cnt)
		return MB_OK;
	if (pieces > limit - type->cnt)
		return MB_NO_MEMORY;
	while (max < type->cnt + pieces)
		max *= 2;
	regions = realloc(type->regions, max * sizeof(*regions));
	if (regions == NULL)
		return MB_NO_MEMORY;
	type->regions = regions;
	type->max = max;
	return MB_OK;
}

/* ---- changing ---- */

/* Moves the regions from index at up, to open or close a gap below them. */
static void move_tail(struct memblock_type *type, size_t at, size_t to)
{
	if (at == to)
		return;
	assert(to < at || to - at <= type->max - type->cnt);
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
 * index end, which is the one after the last changed. */
static void merge_touching(struct memblock_type *type, size_t first, size_t end)
{
	struct memblock_region *regions = type->regions;
	size_t to = first > 0 ? first - 1 : 0;
	size_t at;

	for (at = to + 1; at <= end && at < type->cnt; at++) {
		if (mergeable(&regions[to], &regions[at]))
			regions[to].size += regions[at].size;
		else
			regions[++to] = regions[at];
	}
	move_tail(type, at, to + 1);
}

void region_list_insert(struct memblock_type *type, uint64_t base, uint64_t end,
    int32_t nid, uint32_t flags)
{
	struct memblock_region *regions = type->regions;
	const size_t first = region_list_search(type, base);
	size_t from = region_list_count_below(type, end);
	size_t to, new_first = 0, new_end = 0;

	/* The tail moves once, whatever the number of pieces; then the regions
	 * inside of the range follow from the last one down, each with the
	 * piece above it, until the piece that fits in no other way.
	 *
	 *   before  ..|--a--|     |--b--|      ..tail
	 *   after   ..|--a--|#####|--b--|####  ..tail
	 */
	to = from +
	     region_list_plan_insertion(type, base, end, nid, flags).pieces;
	if (to == from)
		return;
	move_tail(type, from, to);
	regions = type->regions;
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

void region_list_set_flags(struct memblock_type *type, uint64_t base,
    uint64_t end, uint32_t set, uint32_t clear)
{
	size_t first, last, at;

	if (base >= end)
		return;
	isolate(type, base, end, &first, &last);
	for (at = first; at < last; at++) {
		type->regions[at].flags |= set;
		type->regions[at].flags &= ~clear;
	}
	if (first < last)
		merge_touching(type, first, last);
	changed(type);
}

void region_list_set_nid(
    struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid)
{
	size_t first, last, at;

	if (base >= end)
		return;
	isolate(type, base, end, &first, &last);
	for (at = first; at < last; at++)
		type->regions[at].nid = nid;
	if (first < last)
		merge_touching(type, first, last);
	changed(type);
}

void region_list_keep(struct memblock_type *type, uint64_t base, uint64_t end,
    uint32_t spared_flags)
{
	size_t first, last, at, to = 0;

	isolate(type, base, end, &first, &last);
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

enum mb_status region_list_append(
    struct memblock_type *type, const struct memblock_region *region)
{
	const uint64_t end =
	    type->cnt > 0 ? region_end(&type->regions[type->cnt - 1]) : 0;
	enum mb_status status;

	if (region->size == 0 || region->base < end ||
	    region->base >= type->phys_addr_max ||
	    region->size > type->phys_addr_max - region->base)
		return MB_INVALID;
	status = region_list_make_room(type, 1);
	if (status != MB_OK)
		return status;
	type->regions[type->cnt++] = *region;
	type->total_size += region->size;
	return MB_OK;
}
