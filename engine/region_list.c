/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"

#include "engine/region_list_shape.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16

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
	struct memblock_type *copy = region_list_create(
	    type->phys_addr_max, type->max, type->merges_all);

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
	copy->array = type->array;
	copy->unmerged = type->unmerged;
	copy->used = type->used;
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

	if (a->cnt != b->cnt || a->max != b->max || a->array != b->array ||
	    a->used != b->used)
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
	assert(index < type->cnt);
	return &type->regions[index];
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

	assert(type->cnt <= type->room);
	assert(type->max == 0 || type->cnt <= type->max);
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

/* ---- counting, making room ---- */

struct region_list_insertion region_list_plan_insertion(
    const struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid,
    uint32_t flags)
{
	struct region_list_insertion plan = {0};
	uint64_t from = base; /* all of [base, end) below this is dealt with */
	size_t at;

	for (at = region_list_search(type, base); from < end; at++) {
		const struct memblock_region *region;

		if (at == type->cnt || type->regions[at].base >= end) {
			plan.pieces++;
			break;
		}
		region = &type->regions[at];
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

bool region_list_has_slots(const struct memblock_type *type, size_t slots)
{
	return type->max == 0 || slots <= type->max - type->cnt;
}

void region_list_move(struct memblock_type *type, size_t max, uint64_t array)
{
	assert(type->cnt <= max);
	type->max = max;
	type->array = array;
}

enum mb_status region_list_make_room(struct memblock_type *type, size_t pieces)
{
	const size_t limit = SIZE_MAX / 2 / sizeof(struct memblock_region);
	size_t room = type->room > 0 ? type->room : FIRST_ROOM;
	struct memblock_region *regions;

	if (pieces <= type->room - type->cnt)
		return MB_OK;
	if (pieces > limit - type->cnt)
		return MB_NO_MEMORY;
	while (room < type->cnt + pieces)
		room *= 2;
	regions = realloc(type->regions, room * sizeof(*regions));
	if (regions == NULL)
		return MB_NO_MEMORY;
	type->regions = regions;
	type->room = room;
	return MB_OK;
}

/* ---- bringing back ---- */

void region_list_set_used(struct memblock_type *type)
{
	type->used = true;
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
	type->unmerged = true;
	type->used = true;
	return MB_OK;
}
