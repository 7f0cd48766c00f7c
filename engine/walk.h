/* SPDX-License-Identifier: BSD-2-Clause */
/* The free ranges of a model, one at a time and in either direction: what
 * memory has and reserved has not.
 *
 *   memory     |-------------------||------|
 *   reserved      |----|   |--|          |----|
 *   free       |-|      |-|    |---||---|
 *
 * A free range never spans two memory regions, even touching ones, and is
 * never empty. As for_each_free_mem_range in Linux 6.12. */
#ifndef ENGINE_WALK_H
#define ENGINE_WALK_H

#include "engine/memblock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether someone who asks for nid (MB_NO_NODE: any) and flags passes over a
 * memory region: one of another node; hotplug with movable_node, unless asked
 * for; any but mirror, if that is asked for; nomap and driver_managed, unless
 * asked for. */
bool walk_skips(const struct memblock *mb, const struct memblock_region *region,
    int32_t nid, uint32_t flags);

struct free_range {
	uint64_t base;
	uint64_t end;
	int32_t nid;	/* of the memory region it is in; */
	uint32_t flags; /* and that region's flags */
};

/* Where a walk stands. The model must not change while it lasts. */
struct free_walk {
	const struct memblock *mb;
	int32_t nid;
	uint32_t flags;
	uint64_t from, to;	 /* what is still ahead is in [from, to) */
	size_t memory, reserved; /* going up: the first region not yet passed;
				    going down: one above it */
};

/* A walk over what lies in [from, to), upwards or downwards; ranges are cut to
 * that. Begins by search, not by passing what lies outside. */
struct free_walk free_walk_up(const struct memblock *mb, int32_t nid,
    uint32_t flags, uint64_t from, uint64_t to);
struct free_walk free_walk_down(const struct memblock *mb, int32_t nid,
    uint32_t flags, uint64_t from, uint64_t to);

/* The next range of a walk that goes that way; false when there are no more. */
bool free_walk_next_up(struct free_walk *walk, struct free_range *ret_range);
bool free_walk_next_down(struct free_walk *walk, struct free_range *ret_range);

#endif
