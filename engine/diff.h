/* SPDX-License-Identifier: BSD-2-Clause */
/* What differs between two lists of regions, address by address: where they
 * are cut does not count.
 *
 *   before   |----1----|      |--2--|
 *   after       |----1----|   |--3--|
 *   parts    |-r|      |-a|   |--c--|     removed, added, changed
 */
#ifndef ENGINE_DIFF_H
#define ENGINE_DIFF_H

#include "engine/region_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* [base, end): in one of the lists only, or in both with other flags or another
 * node. As large as it can be. */
struct diff_part {
	uint64_t base;
	uint64_t end;
	bool has_before, has_after;
	uint32_t flags_before, flags_after; /* 0 where there is none */
	int32_t nid_before, nid_after;	    /* MB_NO_NODE where there is none */
};

/* Where a comparison stands. Neither list may change while it lasts. */
struct diff_walk {
	const struct memblock_type *before, *after;
	uint64_t at;	    /* all below this is compared */
	size_t left, right; /* the first regions that end above at */
};

/* Either list can be NULL: nothing. */
struct diff_walk diff_walk_begin(
    const struct memblock_type *before, const struct memblock_type *after);

/* The next part from the lowest up; false when there are no more. */
bool diff_walk_next(struct diff_walk *walk, struct diff_part *ret_part);

#endif
