/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/blame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct parts {
	struct blame_part *all;
	size_t count;
	size_t room;
};

struct blame {
	struct parts lists[BLAME_LISTS];
	struct parts window; /* what a window is to have; kept for its room */
	/* Where the kernel's arrays were: one that has moved was given and
	 * taken back beside what the operation itself did. */
	uint64_t arrays[BLAME_LISTS];
};

/* ---- parts ---- */

static bool make_room(struct parts *parts, size_t count)
{
	const size_t room = parts->room < 16 ? 16 : parts->room * 2;
	struct blame_part *all;

	if (count <= parts->room)
		return true;
	all =
	    reallocarray(parts->all, room < count ? count : room, sizeof(*all));
	if (all == NULL)
		return false;
	parts->all = all;
	parts->room = room < count ? count : room;
	return true;
}

/* Adds a part behind the last, or to it where they touch and are of one seq.
 * Nothing happens to an empty one. */
static bool append(
    struct parts *parts, uint64_t base, uint64_t end, uint64_t seq)
{
	struct blame_part *last;

	if (base >= end)
		return true;
	if (parts->count > 0) {
		last = &parts->all[parts->count - 1];
		assert(last->end <= base);
		if (last->end == base && last->seq == seq) {
			last->end = end;
			return true;
		}
	}
	if (!make_room(parts, parts->count + 1))
		return false;
	parts->all[parts->count++] = (struct blame_part){base, end, seq};
	return true;
}

/* The first part that ends above address; count if there is none. */
static size_t search(const struct parts *parts, uint64_t address)
{
	size_t low = 0, high = parts->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (parts->all[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* ---- one window of one list ---- */

/* What one region is to have: what it had, and seq for the rest.
 *
 *   region       [base                     end)
 *   parts   |--2--|    |---5---|      |--7--|
 *   added        |2|seq|---5---|-seq--|--7--|    */
static bool add_region(struct parts *to, const struct parts *parts,
    uint64_t base, uint64_t end, uint64_t seq)
{
	const struct blame_part *part;
	uint64_t from = base; /* all below this is added */
	size_t i;

	for (i = search(parts, base); i < parts->count && from < end; i++) {
		part = &parts->all[i];
		if (part->base >= end)
			break;
		if (part->base > from) {
			if (!append(to, from, part->base, seq))
				return false;
			from = part->base;
		}
		if (!append(
			to, from, part->end < end ? part->end : end, part->seq))
			return false;
		from = part->end;
	}
	return from >= end || append(to, from, end, seq);
}

/* What [base, end) is to have when the list stands as type. */
static bool add_regions(struct parts *to, const struct parts *parts,
    const struct memblock_type *type, uint64_t base, uint64_t end, uint64_t seq)
{
	const size_t cnt = region_list_cnt(type);
	size_t i;

	for (i = region_list_search(type, base); i < cnt; i++) {
		const struct memblock_region *region = region_list_at(type, i);
		const uint64_t region_end = region->base + region->size;

		if (region->base >= end)
			break;
		if (!add_region(to, parts,
			region->base > base ? region->base : base,
			region_end < end ? region_end : end, seq))
			return false;
	}
	return true;
}

/* Puts window in the place of parts[first] to parts[behind - 1]. */
static bool splice(struct parts *parts, size_t first, size_t behind,
    const struct parts *window)
{
	const size_t count = parts->count - (behind - first) + window->count;

	if (!make_room(parts, count))
		return false;
	if (behind < parts->count)
		memmove(parts->all + first + window->count, parts->all + behind,
		    (parts->count - behind) * sizeof(*parts->all));
	if (window->count > 0)
		memcpy(parts->all + first, window->all,
		    window->count * sizeof(*parts->all));
	parts->count = count;
	return true;
}

/* Has the parts of [base, end) cover what type has there. One that the window
 * touches or cuts is taken in as a whole, so that equals meet. */
static bool settle(struct blame *blame, struct parts *parts,
    const struct memblock_type *type, uint64_t base, uint64_t end, uint64_t seq)
{
	struct parts *window = &blame->window;
	size_t first = search(parts, base), behind = first;
	const struct blame_part *left = NULL, *right = NULL;

	if (first > 0 && parts->all[first - 1].end == base)
		first--;
	while (behind < parts->count && parts->all[behind].base <= end)
		behind++;
	if (first < behind) {
		left = &parts->all[first];
		right = &parts->all[behind - 1];
	}
	window->count = 0;
	return (left == NULL ||
		   append(window, left->base,
		       left->end < base ? left->end : base, left->seq)) &&
	       add_regions(window, parts, type, base, end, seq) &&
	       (right == NULL ||
		   append(window, right->base > end ? right->base : end,
		       right->end, right->seq)) &&
	       splice(parts, first, behind, window);
}

/* ---- following ---- */

static const struct memblock_type *list_of(
    const struct memblock *mb, size_t list)
{
	const struct memblock_type *const lists[BLAME_LISTS] = {
	    [BLAME_MEMORY] = mb->memory,
	    [BLAME_RESERVED] = mb->reserved,
	    [BLAME_PHYSMEM] = mb->physmem,
	};

	return lists[list];
}

static bool settle_all(struct blame *blame, const struct memblock *mb,
    uint64_t base, uint64_t end, uint64_t seq)
{
	size_t i;

	for (i = 0; i < BLAME_LISTS; i++) {
		const struct memblock_type *type = list_of(mb, i);

		if (type != NULL &&
		    !settle(blame, &blame->lists[i], type, base, end, seq))
			return false;
	}
	return true;
}

/* Whether an array of the kernel's has moved since the last time. */
static bool arrays_moved(struct blame *blame, const struct memblock *mb)
{
	bool moved = false;
	size_t i;

	for (i = 0; i < BLAME_LISTS; i++) {
		const struct memblock_type *type = list_of(mb, i);
		const uint64_t array =
		    type == NULL ? 0 : region_list_array(type);

		moved |= array != blame->arrays[i];
		blame->arrays[i] = array;
	}
	return moved;
}

struct blame *blame_begin(const struct memblock *mb, uint64_t seq)
{
	struct blame *blame = calloc(1, sizeof(*blame));

	if (blame == NULL)
		return NULL;
	arrays_moved(blame, mb);
	if (!settle_all(blame, mb, 0, UINT64_MAX, seq)) {
		blame_destroy(blame);
		return NULL;
	}
	return blame;
}

void blame_destroy(struct blame *blame)
{
	size_t i;

	if (blame == NULL)
		return;
	for (i = 0; i < BLAME_LISTS; i++)
		free(blame->lists[i].all);
	free(blame->window.all);
	free(blame);
}

/* Where op can have changed what is in a list: its range, or anywhere. */
static void find_window(const struct memblock *mb, const struct op *op,
    const struct outcome *outcome, uint64_t *ret_base, uint64_t *ret_end)
{
	*ret_base = 0;
	*ret_end = UINT64_MAX;
	switch (op->kind) {
	case OP_ADD:
	case OP_REMOVE:
	case OP_RESERVE:
	case OP_FREE:
	case OP_PHYSMEM_ADD:
		*ret_base = op->base;
		*ret_end = region_list_cap(mb->memory, op->base, op->size);
		break;
	case OP_ALLOC:
		*ret_base = outcome->base;
		*ret_end = outcome->base + op->size;
		break;
	default: /* cap, limit and trim take from everywhere; others nothing */
		break;
	}
}

static bool changes_no_range(enum op_kind kind)
{
	return kind == OP_MARK || kind == OP_CLEAR || kind == OP_SET_NODE ||
	       kind == OP_SET_BOTTOM_UP || kind == OP_SET_CURRENT_LIMIT ||
	       kind == OP_SET_RESIZE;
}

enum mb_status blame_follow(struct blame *blame, const struct memblock *mb,
    const struct op *op, const struct outcome *outcome, uint64_t seq)
{
	const bool moved = arrays_moved(blame, mb);
	uint64_t base, end;

	if (outcome->status != MB_OK)
		return MB_OK;
	find_window(mb, op, outcome, &base, &end);
	if (moved) {
		base = 0;
		end = UINT64_MAX;
	} else if (base >= end || changes_no_range(op->kind)) {
		return MB_OK;
	}
	return settle_all(blame, mb, base, end, seq) ? MB_OK : MB_NO_MEMORY;
}

/* ---- reading ---- */

size_t blame_count(const struct blame *blame, enum blame_list list)
{
	return blame->lists[list].count;
}

const struct blame_part *blame_parts(
    const struct blame *blame, enum blame_list list)
{
	return blame->lists[list].all;
}
