/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/array.h"

#include "engine/alloc.h"
#include "engine/version.h"

#include <inttypes.h>
#include <stdio.h>

/* sizeof(struct memblock_region) of a 64-bit kernel. */
#define REGION_BYTES 24

/* What the kernel keeps free for the two regions that cutting a range out of
 * others can add. */
#define SPARE_SLOTS 2

uint64_t array_size(const struct memblock *mb, size_t max)
{
	const uint64_t mask = mb->settings.page_size - 1;

	return (max * (uint64_t)REGION_BYTES + mask) & ~mask;
}

static bool find_in(struct memblock *mb, uint64_t size, uint64_t from,
    uint64_t to, uint64_t *ret_base)
{
	const struct alloc_request request = {
	    .size = size,
	    .align = mb->settings.page_size,
	    .from = from,
	    .to = to,
	    .nid = MB_NO_NODE,
	};

	return memblock_find(mb, &request, ret_base, &mb->fell_back) == MB_OK;
}

/* A place for a new array of type. The one of reserved stays clear of the range
 * in hand: above it, else below. Where that range begins at 0 its base is taken
 * for "no bound", and the array can come to lie inside of it:
 *
 *   reserved   |--the range--|
 *   memory     |----------------|        too little above
 *   array             |######|           as in the kernel
 */
static bool find_place(struct memblock *mb, const struct memblock_type *type,
    uint64_t size, uint64_t base, uint64_t end, uint64_t *ret_base)
{
	const uint64_t limit = mb->current_limit;

	if (type != mb->reserved)
		return find_in(mb, size, 0, limit, ret_base);
	return find_in(mb, size, end, limit, ret_base) ||
	       find_in(mb, size, 0, base < limit ? base : limit, ret_base);
}

static enum mb_status fail_full(
    struct memblock *mb, const struct memblock_type *type, size_t slots)
{
	mb->full = type;
	mb->full_slots = slots;
	mb->full_of_itself = false;
	return MB_FULL;
}

enum mb_status array_full_of_itself(
    struct memblock *mb, const struct memblock_type *type, size_t pieces)
{
	fail_full(mb, type, pieces);
	mb->full_of_itself = true;
	return MB_FULL;
}

/* Frees the array that type had before. The kernel does so with its first one
 * too if that is physmem's, which it takes for one that it allocated. That one
 * lies nowhere here, and all that shows of it is that two slots are wanted. */
static enum mb_status free_old(struct memblock *mb,
    const struct memblock_type *type, uint64_t old, uint64_t size)
{
	const uint64_t last = memblock_phys_addr_max(&mb->settings);
	enum mb_status status = MB_OK;

	if (old != 0)
		status = memblock_phys_free(mb, old, size);
	else if (type == mb->physmem)
		status = array_spare(mb, mb->reserved, last - 1, last);
	/* Without slots for that, the old one just stays reserved. */
	return status == MB_FULL ? MB_OK : status;
}

enum mb_status array_grow(struct memblock *mb, struct memblock_type *type,
    size_t slots, uint64_t base, uint64_t end)
{
	const size_t old_max = region_list_max(type);
	const uint64_t old = region_list_array(type);
	const uint64_t size = array_size(mb, 2 * old_max);
	struct memblock_met met;
	enum mb_status status;
	uint64_t place;

	if (!mb->may_grow || !find_place(mb, type, size, base, end, &place))
		return fail_full(mb, type, slots);
	region_list_move(type, 2 * old_max, place);
	status = free_old(mb, type, old, array_size(mb, old_max));
	if (status != MB_OK)
		return status;
	return memblock_reserve(
	    mb, place, size, MB_NO_NODE, MEMBLOCK_NONE, &met);
}

/* The one region of an empty list of older kernels has a slot, too. */
static size_t spare_slots(
    const struct memblock *mb, const struct memblock_type *type)
{
	const bool has_dummy =
	    memblock_version(mb->settings.kernel)->dummy_region &&
	    region_list_cnt(type) == 0;

	return has_dummy ? SPARE_SLOTS + 1 : SPARE_SLOTS;
}

enum mb_status array_spare(struct memblock *mb, struct memblock_type *type,
    uint64_t base, uint64_t end)
{
	enum mb_status status = MB_OK;

	while (base < end && status == MB_OK &&
	       !region_list_has_slots(type, spare_slots(mb, type)))
		status = array_grow(mb, type, spare_slots(mb, type), base, end);
	return status;
}

static const char *name_of(
    const struct memblock *mb, const struct memblock_type *type)
{
	if (type == mb->memory)
		return "memory";
	return type == mb->reserved ? "reserved" : "physmem";
}

void array_explain(
    const struct memblock *mb, char *message, size_t message_size)
{
	const size_t max = region_list_max(mb->full);
	char why[96];

	if (mb->full_of_itself)
		snprintf(why, sizeof(why),
		    "it has grown into the range, and takes a place itself");
	else if (mb->can_resize)
		snprintf(why, sizeof(why),
		    "there is no room for one of %zu, 0x%" PRIx64 " bytes",
		    2 * max, array_size(mb, 2 * max));
	else
		snprintf(why, sizeof(why),
		    "it may not grow before resize is "
		    "set on");
	snprintf(message, message_size,
	    "the array of %s holds %zu regions, has %zu and needs room for "
	    "%zu more: %s",
	    name_of(mb, mb->full), max, region_list_cnt(mb->full),
	    mb->full_slots, why);
}
