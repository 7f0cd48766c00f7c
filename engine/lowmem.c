/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/lowmem.h"

#include "engine/op.h"

#include <inttypes.h>
#include <stdio.h>

#define SECTION_PAGES (LOWMEM_SECTION_SIZE / LOWMEM_PAGE_SIZE)
#define PMD_PAGES (LOWMEM_PMD_SIZE / LOWMEM_PAGE_SIZE)

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t higher(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ---- the request ---- */

static uint64_t limit_of(
    const struct memblock *mb, const struct lowmem_request *request)
{
	return request->has_limit ? request->limit : mb->current_limit;
}

bool lowmem_check(const struct memblock *mb,
    const struct lowmem_request *request, char *message)
{
	const uint64_t start = request->kernel_start;
	const uint64_t end = request->kernel_end;
	const uint64_t last = memblock_phys_addr_max(&mb->settings);

	if (mb->settings.page_size != LOWMEM_PAGE_SIZE)
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "lowmem is about 32-bit arm, whose pages are of 0x1000 "
		    "bytes and not of 0x%" PRIx64,
		    mb->settings.page_size);
	else if (start >= end)
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "the kernel begins at 0x%" PRIx64 " and ends at 0x%" PRIx64
		    ", which is not above that",
		    start, end);
	else if (end > last || end > UINT64_MAX - LOWMEM_SECTION_SIZE)
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "the kernel's end 0x%" PRIx64
		    " is beyond the last section below 0x%" PRIx64,
		    end, last);
	else if (end > limit_of(mb, request))
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "the kernel [0x%" PRIx64 "-0x%" PRIx64
		    "] does not lie below the lowmem limit 0x%" PRIx64,
		    start, end - 1, limit_of(mb, request));
	else
		return true;
	return false;
}

struct lowmem_walk lowmem_walk_begin(
    const struct memblock *mb, const struct lowmem_request *request)
{
	const uint64_t section = LOWMEM_SECTION_SIZE;

	return (struct lowmem_walk){
	    .mb = mb,
	    .limit = limit_of(mb, request),
	    .kernel_start = request->kernel_start / section * section,
	    .kernel_end =
		(request->kernel_end + section - 1) / section * section,
	};
}

/* ---- the mappings of one region ---- */

/* What stands where: a region, cut at the limit, and the kernel's sections. */
enum place {
	BELOW_THE_KERNEL,
	ABOVE_THE_KERNEL,
	AT_THE_KERNEL, /* also one that ends where the sections begin */
};

static enum place place_of(
    const struct lowmem_walk *walk, uint64_t start, uint64_t end)
{
	if (end < walk->kernel_start)
		return BELOW_THE_KERNEL;
	return start >= walk->kernel_end ? ABOVE_THE_KERNEL : AT_THE_KERNEL;
}

#define REGION_MAPPINGS_MAX 4

struct mappings {
	struct lowmem_mapping at[REGION_MAPPINGS_MAX];
	size_t count;
};

/* Nothing where the range is empty. */
static void put(struct mappings *mappings, uint64_t start, uint64_t end,
    enum lowmem_type type)
{
	if (start < end)
		mappings->at[mappings->count++] = (struct lowmem_mapping){
		    .start = start, .end = end, .type = type};
}

static void map_low(const struct lowmem_walk *walk, uint64_t start,
    uint64_t end, struct mappings *mappings)
{
	switch (place_of(walk, start, end)) {
	case BELOW_THE_KERNEL:
		put(mappings, start, end, LOWMEM_MEMORY_RWX);
		return;
	case ABOVE_THE_KERNEL:
		put(mappings, start, end, LOWMEM_MEMORY_RW);
		return;
	case AT_THE_KERNEL:
		put(mappings, start, walk->kernel_start, LOWMEM_MEMORY_RW);
		put(mappings, walk->kernel_start, walk->kernel_end,
		    LOWMEM_MEMORY_RWX);
		put(mappings, walk->kernel_end, end, LOWMEM_MEMORY_RW);
		return;
	}
}

static struct mappings map_region(
    const struct lowmem_walk *walk, const struct memblock_region *region)
{
	const uint64_t end = region->base + region->size;
	const uint64_t low_end = lower(end, walk->limit);
	struct mappings mappings = {0};

	if ((region->flags & MEMBLOCK_NOMAP) != 0)
		return mappings;
	if (region->base < low_end)
		map_low(walk, region->base, low_end, &mappings);
	put(&mappings, higher(region->base, walk->limit), end, LOWMEM_HIGHMEM);
	return mappings;
}

/* ---- sections and pages ---- */

static uint64_t address_of(uint64_t pfn)
{
	return pfn > UINT64_MAX / LOWMEM_PAGE_SIZE ? UINT64_MAX
						   : pfn * LOWMEM_PAGE_SIZE;
}

/* Page frames [start, end) of one PMD. */
static void fill_pmd(
    struct lowmem_mapping *mapping, uint64_t start, uint64_t end)
{
	if (start == end)
		return;
	if (start % SECTION_PAGES == 0 && end % SECTION_PAGES == 0) {
		mapping->sections += (end - start) / SECTION_PAGES;
		return;
	}
	mapping->by_pages[mapping->by_pages_count++] =
	    (struct lowmem_part){address_of(start), address_of(end)};
}

/*   PMDs      |-------|-------|-------|-------|
 *   sections  |---|---|---|---|---|---|---|---|
 *   mapping       |-------------------------|
 *   filled by     | S | S   S | S   S | pages |
 */
static void fill(struct lowmem_mapping *mapping)
{
	const uint64_t start = mapping->start / LOWMEM_PAGE_SIZE;
	const uint64_t end = mapping->end / LOWMEM_PAGE_SIZE +
			     (mapping->end % LOWMEM_PAGE_SIZE != 0);
	const uint64_t first = (start + PMD_PAGES - 1) / PMD_PAGES * PMD_PAGES;
	const uint64_t last = end / PMD_PAGES * PMD_PAGES;

	if (first > last) {
		fill_pmd(mapping, start, end);
		return;
	}
	fill_pmd(mapping, start, first);
	mapping->sections += (last - first) / SECTION_PAGES;
	fill_pmd(mapping, last, end);
}

/* ---- all regions ---- */

bool lowmem_walk_next(
    struct lowmem_walk *walk, struct lowmem_mapping *ret_mapping)
{
	const struct memblock_type *memory = walk->mb->memory;

	for (; walk->region < region_list_cnt(memory); walk->region++) {
		const struct mappings mappings =
		    map_region(walk, region_list_at(memory, walk->region));

		if (walk->passed < mappings.count) {
			*ret_mapping = mappings.at[walk->passed++];
			if (ret_mapping->type != LOWMEM_HIGHMEM)
				fill(ret_mapping);
			return true;
		}
		walk->passed = 0;
	}
	return false;
}

enum lowmem_kernel lowmem_kernel(
    const struct memblock *mb, const struct lowmem_request *request)
{
	const struct lowmem_walk walk = lowmem_walk_begin(mb, request);
	enum lowmem_kernel found = LOWMEM_KERNEL_NOWHERE;
	size_t i;

	for (i = 0; i < region_list_cnt(mb->memory); i++) {
		const struct memblock_region *region =
		    region_list_at(mb->memory, i);
		const uint64_t end =
		    lower(region->base + region->size, walk.limit);

		if ((region->flags & MEMBLOCK_NOMAP) != 0 ||
		    region->base >= end ||
		    place_of(&walk, region->base, end) != AT_THE_KERNEL)
			continue;
		if (region->base > walk.kernel_start || end < walk.kernel_end)
			return LOWMEM_KERNEL_SPLIT;
		found = LOWMEM_KERNEL_WHOLE;
	}
	return found;
}
