/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/diff.h"

struct diff_walk diff_walk_begin(
    const struct memblock_type *before, const struct memblock_type *after)
{
	return (struct diff_walk){.before = before, .after = after};
}

/* The first region that ends above at, from *index on; NULL: there is none. */
static const struct memblock_region *region_from(
    const struct memblock_type *type, size_t *index, uint64_t at)
{
	const size_t cnt = type == NULL ? 0 : region_list_cnt(type);

	for (; *index < cnt; ++*index) {
		const struct memblock_region *region =
		    region_list_at(type, *index);

		if (region->base + region->size > at)
			return region;
	}
	return NULL;
}

static bool is_in(const struct memblock_region *region, uint64_t at)
{
	return region != NULL && region->base <= at;
}

/* The next border of a region that at is in or below; UINT64_MAX: there is
 * none, as no region has the last address. */
static uint64_t border_of(const struct memblock_region *region, uint64_t at)
{
	if (region == NULL)
		return UINT64_MAX;
	return is_in(region, at) ? region->base + region->size : region->base;
}

/* What the lists have from walk->at on up to the next border in either. False:
 * nothing any more. */
static bool take_step(struct diff_walk *walk, struct diff_part *part)
{
	const struct memblock_region *before, *after;
	uint64_t left, right;

	before = region_from(walk->before, &walk->left, walk->at);
	after = region_from(walk->after, &walk->right, walk->at);
	if (before == NULL && after == NULL)
		return false;
	*part = (struct diff_part){
	    .base = walk->at,
	    .has_before = is_in(before, walk->at),
	    .has_after = is_in(after, walk->at),
	    .nid_before = MB_NO_NODE,
	    .nid_after = MB_NO_NODE,
	};
	if (part->has_before) {
		part->flags_before = before->flags;
		part->nid_before = before->nid;
	}
	if (part->has_after) {
		part->flags_after = after->flags;
		part->nid_after = after->nid;
	}
	left = border_of(before, walk->at);
	right = border_of(after, walk->at);
	part->end = left < right ? left : right;
	return true;
}

static bool differs(const struct diff_part *part)
{
	return part->has_before != part->has_after ||
	       part->flags_before != part->flags_after ||
	       part->nid_before != part->nid_after;
}

static bool goes_on(const struct diff_part *part, const struct diff_part *next)
{
	return part->end == next->base &&
	       part->has_before == next->has_before &&
	       part->has_after == next->has_after &&
	       part->flags_before == next->flags_before &&
	       part->flags_after == next->flags_after &&
	       part->nid_before == next->nid_before &&
	       part->nid_after == next->nid_after;
}

bool diff_walk_next(struct diff_walk *walk, struct diff_part *ret_part)
{
	struct diff_part part, next;

	do {
		if (!take_step(walk, &part))
			return false;
		walk->at = part.end;
	} while (!differs(&part));
	while (take_step(walk, &next) && goes_on(&part, &next)) {
		part.end = next.end;
		walk->at = next.end;
	}
	*ret_part = part;
	return true;
}
