/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/blame.h"

#include "engine/tiered_array.h"

#include <assert.h>
#include <stdlib.h>

static_assert(sizeof(struct blame_part) == TIERED_ITEM_SIZE,
    "the items of the array are parts");

/* What a window of a list is to have. */
struct window {
	struct blame_part *parts;
	size_t count;
	size_t room;
};

struct blame {
	struct tiered_array lists[BLAME_LISTS];
	struct window window; /* kept for its room */
	/* Where the kernel's arrays were: one that has moved was given and
	 * taken back beside what the operation itself did. */
	uint64_t arrays[BLAME_LISTS];
};

/* ---- parts ---- */

static struct blame_part *part_at(
    const struct tiered_array *parts, size_t index)
{
	return tiered_array_at(parts, index);
}

static bool make_room(struct window *window, size_t count)
{
	const size_t room = window->room < 16 ? 16 : window->room * 2;
	struct blame_part *parts;

	if (count <= window->room)
		return true;
	parts = reallocarray(window->parts, room, sizeof(*parts));
	if (parts == NULL)
		return false;
	window->parts = parts;
	window->room = room;
	return true;
}

/* Adds a part behind the last, or to it where they touch and are of one seq.
 * Nothing happens to an empty one. */
static bool append(
    struct window *window, uint64_t base, uint64_t end, uint64_t seq)
{
	struct blame_part *last;

	if (base >= end)
		return true;
	if (window->count > 0) {
		last = &window->parts[window->count - 1];
		assert(last->end <= base);
		if (last->end == base && last->seq == seq) {
			last->end = end;
			return true;
		}
	}
	if (!make_room(window, window->count + 1))
		return false;
	window->parts[window->count++] = (struct blame_part){base, end, seq};
	return true;
}

/* The first part that ends above address; cnt if there is none. */
static size_t search(const struct tiered_array *parts, uint64_t address)
{
	size_t low = 0, high = parts->cnt;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (part_at(parts, middle)->end > address)
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
static bool add_region(struct window *to, const struct tiered_array *parts,
    uint64_t base, uint64_t end, uint64_t seq)
{
	const struct blame_part *part;
	uint64_t from = base; /* all below this is added */
	size_t i;

	for (i = search(parts, base); i < parts->cnt && from < end; i++) {
		part = part_at(parts, i);
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
static bool add_regions(struct window *to, const struct tiered_array *parts,
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

/* Puts window in the place of the parts from first to below behind. */
static bool splice(struct tiered_array *parts, size_t first, size_t behind,
    const struct window *window)
{
	const size_t had = behind - first, has = window->count;
	size_t i;

	if (has > had) {
		if (!tiered_array_make_room(parts, has - had))
			return false;
		tiered_array_open(parts, behind, has - had);
	} else {
		tiered_array_close(parts, first + has, had - has);
	}
	for (i = 0; i < has; i++)
		*part_at(parts, first + i) = window->parts[i];
	return true;
}

/* Has the parts of [base, end) cover what type has there. One that the window
 * touches or cuts is taken in as a whole, so that equals meet. */
static bool settle(struct blame *blame, struct tiered_array *parts,
    const struct memblock_type *type, uint64_t base, uint64_t end, uint64_t seq)
{
	struct window *window = &blame->window;
	size_t first = search(parts, base), behind = first;
	const struct blame_part *left = NULL, *right = NULL;

	if (first > 0 && part_at(parts, first - 1)->end == base)
		first--;
	while (behind < parts->cnt && part_at(parts, behind)->base <= end)
		behind++;
	if (first < behind) {
		left = part_at(parts, first);
		right = part_at(parts, behind - 1);
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

#define BIT(list) (1u << (list))
#define ALL_LISTS (BIT(BLAME_LISTS) - 1)

/* Where an operation can have changed what is in lists. */
struct change {
	unsigned int lists; /* a bit for each */
	uint64_t base, end;
};

static const struct change anywhere = {ALL_LISTS, 0, UINT64_MAX};

static bool settle_change(struct blame *blame, const struct memblock *mb,
    const struct change *change, uint64_t seq)
{
	size_t i;

	if (change->base >= change->end)
		return true;
	for (i = 0; i < BLAME_LISTS; i++) {
		const struct memblock_type *type = list_of(mb, i);

		if ((change->lists & BIT(i)) != 0 && type != NULL &&
		    !settle(blame, &blame->lists[i], type, change->base,
			change->end, seq))
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
	if (!settle_change(blame, mb, &anywhere, seq)) {
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
		tiered_array_free(&blame->lists[i]);
	free(blame->window.parts);
	free(blame);
}

static struct change find_change(const struct memblock *mb, const struct op *op,
    const struct outcome *outcome)
{
	/* The range of an operation that has one. */
	const uint64_t base = op->kind == OP_ALLOC ? outcome->base : op->base;
	const uint64_t end = region_list_cap(mb->memory, base, op->size);

	switch (op->kind) {
	case OP_ADD:
	case OP_REMOVE:
		return (struct change){BIT(BLAME_MEMORY), base, end};
	case OP_RESERVE:
	case OP_FREE:
	case OP_ALLOC:
		return (struct change){BIT(BLAME_RESERVED), base, end};
	case OP_PHYSMEM_ADD:
		return (struct change){BIT(BLAME_PHYSMEM), base, end};
	case OP_CAP:
	case OP_LIMIT:
	case OP_TRIM:
		return anywhere;
	case OP_MARK:
	case OP_CLEAR:
	case OP_SET_NODE:
	case OP_SET_BOTTOM_UP:
	case OP_SET_CURRENT_LIMIT:
	case OP_SET_RESIZE:
		break;
	}
	return (struct change){0};
}

enum mb_status blame_follow(struct blame *blame, const struct memblock *mb,
    const struct op *op, const struct outcome *outcome, uint64_t seq)
{
	struct change change;

	if (outcome->status != MB_OK)
		return MB_OK;
	change =
	    arrays_moved(blame, mb) ? anywhere : find_change(mb, op, outcome);
	return settle_change(blame, mb, &change, seq) ? MB_OK : MB_NO_MEMORY;
}

/* ---- reading ---- */

size_t blame_count(const struct blame *blame, enum blame_list list)
{
	return blame->lists[list].cnt;
}

const struct blame_part *blame_part_at(
    const struct blame *blame, enum blame_list list, size_t index)
{
	assert(index < blame->lists[list].cnt);
	return part_at(&blame->lists[list], index);
}
