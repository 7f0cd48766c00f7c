/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/query.h"

#include <stddef.h>

const struct memblock_region *memblock_search(
    const struct memblock_type *type, uint64_t address)
{
	const size_t at = region_list_search(type, address);
	const struct memblock_region *region;

	if (at == region_list_cnt(type))
		return NULL;
	region = region_list_at(type, at);
	return region->base <= address ? region : NULL;
}

bool memblock_is_memory(const struct memblock *mb, uint64_t address)
{
	return memblock_search(mb->memory, address) != NULL;
}

bool memblock_is_map_memory(const struct memblock *mb, uint64_t address)
{
	const struct memblock_region *region =
	    memblock_search(mb->memory, address);

	return region != NULL && (region->flags & MEMBLOCK_NOMAP) == 0;
}

bool memblock_is_reserved(const struct memblock *mb, uint64_t address)
{
	return memblock_search(mb->reserved, address) != NULL;
}

bool memblock_is_region_memory(
    const struct memblock *mb, uint64_t base, uint64_t size)
{
	const struct memblock_region *region =
	    memblock_search(mb->memory, base);

	return region != NULL && region_list_cap(mb->memory, base, size) <=
				     region->base + region->size;
}

/* Whether type has an address of [base, end). */
static bool has_any(
    const struct memblock_type *type, uint64_t base, uint64_t end)
{
	const size_t at = region_list_search(type, base);

	/* It ends above base, and no other begins below it. */
	return at < region_list_cnt(type) &&
	       region_list_at(type, at)->base < end;
}

bool memblock_overlaps_region(const struct memblock *mb,
    const struct memblock_type *type, uint64_t base, uint64_t size)
{
	const uint64_t wrapped =
	    (base + size) & memblock_phys_addr_max(&mb->settings);

	if (memblock_version(mb->settings.kernel)->overlaps_wraps)
		return has_any(type, base, wrapped);
	return has_any(type, base, region_list_cap(type, base, size));
}

bool memblock_is_region_reserved(
    const struct memblock *mb, uint64_t base, uint64_t size)
{
	return has_any(
	    mb->reserved, base, region_list_cap(mb->reserved, base, size));
}
