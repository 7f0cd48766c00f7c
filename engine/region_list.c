/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"

#include "engine/region_list_shape.h"

#include <assert.h>
#include <stdlib.h>

struct memblock_type *region_list_create(
    uint64_t phys_addr_max, size_t max, bool merges_all)
{
	struct memblock_type *type = calloc(1, sizeof(*type));

	if (type == NULL)
		return NULL;
	type->phys_addr_max = phys_addr_max;
	type->max = max;
	type->merges_all = merges_all;
	return type;
}

struct memblock_type *region_list_copy(const struct memblock_type *type)
{
	struct memblock_type *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return NULL;
	*copy = *type;
	if (!tiered_array_copy(&type->regions, &copy->regions)) {
		free(copy);
		return NULL;
	}
	return copy;
}

void region_list_destroy(struct memblock_type *type)
{
	if (type == NULL)
		return;
	tiered_array_free(&type->regions);
	free(type);
}

bool region_list_equal(
    const struct memblock_type *a, const struct memblock_type *b)
{
	size_t i;

	if (a->regions.cnt != b->regions.cnt || a->max != b->max ||
	    a->array != b->array || a->used != b->used)
		return false;
	for (i = 0; i < a->regions.cnt; i++) {
		const struct memblock_region *x = region_at(a, i);
		const struct memblock_region *y = region_at(b, i);

		if (x->base != y->base || x->size != y->size ||
		    x->flags != y->flags || x->nid != y->nid)
			return false;
	}
	return true;
}

/* ---- reading ---- */

size_t region_list_cnt(const struct memblock_type *type)
{
	return type->regions.cnt;
}

size_t region_list_max(const struct memblock_type *type)
{
	return type->max;
}

bool region_list_used(const struct memblock_type *type)
{
	return type->used;
}

uint64_t region_list_array(const struct memblock_type *type)
{
	return type->array;
}

uint64_t region_list_total_size(const struct memblock_type *type)
{
	return type->total_size;
}

const struct memblock_region *region_list_at(
    const struct memblock_type *type, size_t index)
{
	assert(index < type->regions.cnt);
	return region_at(type, index);
}

uint64_t region_list_cap(
    const struct memblock_type *type, uint64_t base, uint64_t size)
{
	assert(base <= type->phys_addr_max);
	if (size > type->phys_addr_max - base)
		size = type->phys_addr_max - base;
	return base + size;
}

size_t region_list_search(const struct memblock_type *type, uint64_t address)
{
	size_t at = 0,
	       left = type->regions.cnt; /* it is one of at to at + left */

	/* Whichever half it is in is added without a jump, which a processor
	 * would mispredict every other time. */
	while (left > 0) {
		const size_t half = (left + 1) / 2;
		const struct memblock_region *last =
		    region_at(type, at + half - 1);

		at += region_end(last) <= address ? half : 0;
		left -= half;
	}
	return at;
}

size_t region_list_count_below(
    const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);

	/* Only the region that ends above the address can begin below it. */
	return at < type->regions.cnt && region_at(type, at)->base < address
		   ? at + 1
		   : at;
}

void region_list_check(const struct memblock_type *type)
{
	uint64_t end = 0, total_size = 0;
	size_t i;

	assert(type->regions.cnt <= type->regions.room);
	assert(type->max == 0 || type->regions.cnt <= type->max);
	for (i = 0; i < type->regions.cnt; i++) {
		const struct memblock_region *region = region_at(type, i);

		assert(region->size > 0);
		assert(region->base >= end);
		assert(region->base < type->phys_addr_max);
		assert(region->size <= type->phys_addr_max - region->base);
		end = region_end(region);
		total_size += region->size;
	}
	assert(type->total_size == total_size);
}

/* ---- counting, making room ---- */

struct region_list_insertion region_list_plan_insertion(
    const struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid,
    uint32_t flags)
{
	struct region_list_insertion plan = {0};
	uint64_t from = base; /* all of [base, end) below this is dealt with */
	size_t at = region_list_search(type, base);

	plan.first = at;
	for (; from < end; at++) {
		const struct memblock_region *region;

		if (at == type->regions.cnt ||
		    region_at(type, at)->base >= end) {
			plan.pieces++;
			break;
		}
		region = region_at(type, at);
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
	plan.last = at;
	return plan;
}

/* Whether address has bytes of the same region on both sides. */
static bool cuts(const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);

	return at < type->regions.cnt && region_at(type, at)->base < address;
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
	const size_t at = region_list_search(type, base);

	return base < end && at < type->regions.cnt &&
	       region_at(type, at)->base < base &&
	       region_end(region_at(type, at)) > end;
}

bool region_list_has_slots(const struct memblock_type *type, size_t slots)
{
	return type->max == 0 || slots <= type->max - type->regions.cnt;
}

void region_list_move(struct memblock_type *type, size_t max, uint64_t array)
{
	assert(type->regions.cnt <= max);
	type->max = max;
	type->array = array;
}

enum mb_status region_list_make_room(struct memblock_type *type, size_t pieces)
{
	return tiered_array_make_room(&type->regions, pieces) ? MB_OK
							      : MB_NO_MEMORY;
}

/* ---- bringing back ---- */

void region_list_set_used(struct memblock_type *type)
{
	type->used = true;
}

enum mb_status region_list_append(
    struct memblock_type *type, const struct memblock_region *region)
{
	const size_t cnt = type->regions.cnt;
	const uint64_t end = cnt > 0 ? region_end(region_at(type, cnt - 1)) : 0;
	enum mb_status status;

	if (region->size == 0 || region->base < end ||
	    region->base >= type->phys_addr_max ||
	    region->size > type->phys_addr_max - region->base)
		return MB_INVALID;
	status = region_list_make_room(type, 1);
	if (status != MB_OK)
		return status;
	tiered_array_open(&type->regions, cnt, 1);
	*region_at(type, cnt) = *region;
	type->total_size += region->size;
	type->unmerged = true;
	type->used = true;
	return MB_OK;
}
