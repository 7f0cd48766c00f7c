/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/memblock.h"

#include "engine/array.h"

#include <assert.h>
#include <stdlib.h>

static struct memblock *create_without_lists(
    const struct memblock_settings *settings)
{
	struct memblock *mb = calloc(1, sizeof(*mb));

	if (mb != NULL)
		mb->settings = *settings;
	return mb;
}

/* Hands mb back if it has its lists. */
static struct memblock *complete(struct memblock *mb)
{
	if (mb->memory != NULL && mb->reserved != NULL &&
	    (mb->physmem != NULL || !mb->settings.physmem))
		return mb;
	memblock_destroy(mb);
	return NULL;
}

static struct memblock_type *create_list(
    const struct memblock_settings *settings, size_t max)
{
	return region_list_create(memblock_phys_addr_max(settings), max,
	    memblock_version(settings->kernel)->merges_all);
}

struct memblock *memblock_create(const struct memblock_settings *settings)
{
	struct memblock *mb = create_without_lists(settings);

	if (mb == NULL)
		return NULL;
	mb->memory = create_list(settings, settings->memory_regions);
	mb->reserved = create_list(settings, settings->reserved_regions);
	if (settings->physmem)
		mb->physmem = create_list(settings,
		    settings->kernel_arrays ? ARRAY_PHYSMEM_REGIONS : 0);
	mb->bottom_up = settings->bottom_up;
	mb->regions_max = SIZE_MAX;
	memblock_set_current_limit(mb, settings->current_limit);
	return complete(mb);
}

struct memblock *memblock_copy(const struct memblock *mb)
{
	struct memblock *copy = create_without_lists(&mb->settings);

	if (copy == NULL)
		return NULL;
	*copy = *mb;
	copy->memory = region_list_copy(mb->memory);
	copy->reserved = region_list_copy(mb->reserved);
	if (mb->physmem != NULL)
		copy->physmem = region_list_copy(mb->physmem);
	return complete(copy);
}

void memblock_destroy(struct memblock *mb)
{
	if (mb == NULL)
		return;
	region_list_destroy(mb->memory);
	region_list_destroy(mb->reserved);
	region_list_destroy(mb->physmem);
	free(mb);
}

static bool settings_equal(
    const struct memblock_settings *a, const struct memblock_settings *b)
{
	return a->kernel == b->kernel && a->page_size == b->page_size &&
	       a->cache_line == b->cache_line && a->phys_bits == b->phys_bits &&
	       a->nodes == b->nodes && a->kernel_arrays == b->kernel_arrays &&
	       a->memory_regions == b->memory_regions &&
	       a->reserved_regions == b->reserved_regions &&
	       a->physmem == b->physmem && a->movable_node == b->movable_node &&
	       a->mirrored_kernelcore == b->mirrored_kernelcore &&
	       a->kernel_end == b->kernel_end && a->bottom_up == b->bottom_up &&
	       a->current_limit == b->current_limit;
}

bool memblock_equal(const struct memblock *a, const struct memblock *b)
{
	return settings_equal(&a->settings, &b->settings) &&
	       a->current_limit == b->current_limit &&
	       a->bottom_up == b->bottom_up && a->can_resize == b->can_resize &&
	       a->has_mirror == b->has_mirror &&
	       region_list_equal(a->memory, b->memory) &&
	       region_list_equal(a->reserved, b->reserved) &&
	       (a->physmem == NULL ||
		   region_list_equal(a->physmem, b->physmem));
}

size_t memblock_region_cnt(const struct memblock *mb)
{
	return region_list_cnt(mb->memory) + region_list_cnt(mb->reserved) +
	       (mb->physmem != NULL ? region_list_cnt(mb->physmem) : 0);
}

/* ---- changing ---- */

/* Makes sure that type can take so many regions more; after this nothing can
 * fail. */
static enum mb_status make_room(
    const struct memblock *mb, struct memblock_type *type, size_t pieces)
{
	const size_t cnt = memblock_region_cnt(mb);

	if (pieces == 0)
		return MB_OK;
	if (cnt > mb->regions_max || pieces > mb->regions_max - cnt)
		return MB_LIMIT;
	return region_list_make_room(type, pieces);
}

static struct memblock_region first_of(
    const struct memblock_region *first, const struct memblock_region *second)
{
	return first->size != 0 ? *first : *second;
}

static enum mb_status insert(struct memblock *mb, struct memblock_type *type,
    uint64_t base, uint64_t size, int32_t nid, uint32_t flags,
    struct memblock_met *ret_met)
{
	const uint64_t end = region_list_cap(type, base, size);
	const struct region_list_insertion counted =
	    region_list_plan_insertion(type, base, end, nid, flags);
	struct region_list_insertion plan = counted;
	enum mb_status status = MB_OK;

	while (status == MB_OK && !region_list_has_slots(type, counted.pieces))
		status = array_grow(mb, type, counted.pieces, base, end);
	if (status != MB_OK)
		return status;
	/* Arrays that came to lie in the range, or went from there, leave other
	 * gaps; what was met is what was met at either time. */
	if (mb->may_grow)
		plan = region_list_plan_insertion(type, base, end, nid, flags);
	if (!region_list_has_slots(type, plan.pieces))
		return array_full_of_itself(mb, type, plan.pieces);
	status = make_room(mb, type, plan.pieces);
	if (status != MB_OK)
		return status;
	region_list_insert(type, base, end, nid, flags);
	ret_met->other_nid = first_of(&counted.other_nid, &plan.other_nid);
	ret_met->other_flags =
	    first_of(&counted.other_flags, &plan.other_flags);
	return MB_OK;
}

enum mb_status memblock_add(struct memblock *mb, uint64_t base, uint64_t size,
    int32_t nid, uint32_t flags, struct memblock_met *ret_met)
{
	return insert(mb, mb->memory, base, size, nid, flags, ret_met);
}

enum mb_status memblock_reserve(struct memblock *mb, uint64_t base,
    uint64_t size, int32_t nid, uint32_t flags, struct memblock_met *ret_met)
{
	return insert(mb, mb->reserved, base, size, nid, flags, ret_met);
}

enum mb_status memblock_physmem_add(struct memblock *mb, uint64_t base,
    uint64_t size, struct memblock_met *ret_met)
{
	if (mb->physmem == NULL)
		return MB_NO_LIST;
	return insert(
	    mb, mb->physmem, base, size, MB_NO_NODE, MEMBLOCK_NONE, ret_met);
}

static enum mb_status take_out(struct memblock *mb, struct memblock_type *type,
    uint64_t base, uint64_t size)
{
	const uint64_t end = region_list_cap(type, base, size);
	enum mb_status status = array_spare(mb, type, base, end);

	if (status == MB_OK)
		status = make_room(
		    mb, type, region_list_count_removal(type, base, end));
	if (status == MB_OK)
		region_list_remove(type, base, end);
	return status;
}

/* Has the regions of a list begin and end at base and end without running out
 * of room. */
static enum mb_status make_room_for_splits(struct memblock *mb,
    struct memblock_type *type, uint64_t base, uint64_t end)
{
	const enum mb_status status = array_spare(mb, type, base, end);

	if (status != MB_OK)
		return status;
	return make_room(mb, type, region_list_count_splits(type, base, end));
}

enum mb_status memblock_remove(
    struct memblock *mb, uint64_t base, uint64_t size)
{
	return take_out(mb, mb->memory, base, size);
}

enum mb_status memblock_phys_free(
    struct memblock *mb, uint64_t base, uint64_t size)
{
	return take_out(mb, mb->reserved, base, size);
}

static enum mb_status set_flags(struct memblock *mb, uint64_t base,
    uint64_t size, uint32_t set, uint32_t clear)
{
	struct memblock_type *type =
	    ((set | clear) & MEMBLOCK_RESERVED_FLAGS) != 0 ? mb->reserved
							   : mb->memory;
	const uint64_t end = region_list_cap(type, base, size);
	const enum mb_status status = make_room_for_splits(mb, type, base, end);

	if (status != MB_OK)
		return status;
	region_list_set_flags(type, base, end, set, clear);
	return MB_OK;
}

enum mb_status memblock_mark(
    struct memblock *mb, uint64_t base, uint64_t size, uint32_t flag)
{
	const bool had_mirror = mb->has_mirror;
	enum mb_status status;

	if (flag == MEMBLOCK_MIRROR && !mb->settings.mirrored_kernelcore &&
	    !memblock_version(mb->settings.kernel)->mirror_always)
		return MB_OK;
	/* First of all: an array that has to grow is in mirrored memory. */
	if (flag == MEMBLOCK_MIRROR)
		mb->has_mirror = true;
	status = set_flags(mb, base, size, flag, 0);
	if (status != MB_OK)
		mb->has_mirror = had_mirror;
	return status;
}

enum mb_status memblock_clear(
    struct memblock *mb, uint64_t base, uint64_t size, uint32_t flag)
{
	return set_flags(mb, base, size, 0, flag);
}

enum mb_status memblock_set_node(struct memblock *mb, uint64_t base,
    uint64_t size, struct memblock_type *type, int32_t nid)
{
	const uint64_t end = region_list_cap(type, base, size);
	const enum mb_status status = make_room_for_splits(mb, type, base, end);

	assert(type == mb->memory || type == mb->reserved);
	if (status != MB_OK)
		return status;
	region_list_set_nid(type, base, end, nid);
	return MB_OK;
}

/* Whether reserved can lose [0, base) and [end, the last address) without
 * growing; those who may grow need not ask. */
static enum mb_status check_reserved(
    struct memblock *mb, uint64_t base, uint64_t end)
{
	const uint64_t last = memblock_phys_addr_max(&mb->settings);

	if (mb->may_grow || (base == 0 && end == last))
		return MB_OK;
	return array_spare(mb, mb->reserved, 0, last);
}

enum mb_status memblock_cap(struct memblock *mb, uint64_t base, uint64_t size)
{
	const uint64_t end = region_list_cap(mb->memory, base, size);
	enum mb_status status;

	if (size == 0 || region_list_cnt(mb->memory) == 0)
		return MB_OK;
	status = make_room_for_splits(mb, mb->memory, base, end);
	if (status == MB_OK)
		status = check_reserved(mb, base, end);
	if (status != MB_OK)
		return status;
	region_list_keep(mb->memory, base, end, MEMBLOCK_NOMAP);
	status = memblock_phys_free(mb, 0, base);
	if (status == MB_OK)
		status = memblock_phys_free(mb, end, UINT64_MAX);
	return status;
}

/* The address at which memory, counted from the lowest, reaches size bytes.
 * False if it never does, or size is 0. */
static bool find_limit(
    const struct memblock *mb, uint64_t size, uint64_t *ret_address)
{
	uint64_t left = size;
	size_t at;

	if (size == 0 || size > region_list_total_size(mb->memory))
		return false;
	for (at = 0;; at++) {
		const struct memblock_region *region =
		    region_list_at(mb->memory, at);

		if (left <= region->size) {
			*ret_address = region->base + left;
			return true;
		}
		left -= region->size;
	}
}

enum mb_status memblock_limit(struct memblock *mb, uint64_t size)
{
	enum mb_status status;
	uint64_t address;

	if (!find_limit(mb, size, &address))
		return MB_OK;
	status = check_reserved(mb, 0, address);
	if (status == MB_OK)
		status = memblock_remove(mb, address, UINT64_MAX);
	if (status == MB_OK)
		status = memblock_phys_free(mb, address, UINT64_MAX);
	return status;
}

enum mb_status memblock_limit_keep_nomap(struct memblock *mb, uint64_t size)
{
	uint64_t address;

	if (!find_limit(mb, size, &address))
		return MB_OK;
	return memblock_cap(mb, 0, address);
}

void memblock_trim(struct memblock *mb, uint64_t align)
{
	region_list_trim(mb->memory, align);
}

void memblock_set_current_limit(struct memblock *mb, uint64_t limit)
{
	const uint64_t phys_addr_max = memblock_phys_addr_max(&mb->settings);

	mb->current_limit = limit < phys_addr_max ? limit : phys_addr_max;
}
