/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/tiered_array.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)16)

static_assert(
    TIERED_RING % FIRST_ROOM == 0, "room is part of a ring, or rings");

void tiered_array_free(struct tiered_array *array)
{
	free(array->places);
	free(array->starts);
}

static size_t rings(size_t places)
{
	return (places + TIERED_RING - 1) / TIERED_RING;
}

/* Has so many places, at least as many as before. False: no memory. */
static bool grow(struct tiered_array *array, size_t room)
{
	const size_t before = rings(array->room), after = rings(room);
	unsigned char *places;
	uint16_t *starts;

	places = realloc(array->places, room * TIERED_ITEM_SIZE);
	if (places == NULL)
		return false;
	array->places = places;
	starts = realloc(array->starts, after * sizeof(*starts));
	if (starts == NULL)
		return false;
	memset(starts + before, 0, (after - before) * sizeof(*starts));
	array->starts = starts;
	array->room = room;
	return true;
}

bool tiered_array_copy(
    const struct tiered_array *array, struct tiered_array *ret_copy)
{
	struct tiered_array copy = {0};

	if (array->room > 0) {
		if (!grow(&copy, array->room)) {
			tiered_array_free(&copy);
			return false;
		}
		memcpy(
		    copy.places, array->places, array->room * TIERED_ITEM_SIZE);
		memcpy(copy.starts, array->starts,
		    rings(array->room) * sizeof(*copy.starts));
	}
	copy.cnt = array->cnt;
	*ret_copy = copy;
	return true;
}

bool tiered_array_make_room(struct tiered_array *array, size_t count)
{
	const size_t limit = SIZE_MAX / 2 / TIERED_ITEM_SIZE;
	size_t room = array->room > 0 ? array->room : FIRST_ROOM;

	if (count <= array->room - array->cnt)
		return true;
	if (count > limit - array->cnt)
		return false;
	while (room < array->cnt + count)
		room *= 2;
	return grow(array, room);
}

/* ---- moving ---- */

static inline void move(struct tiered_array *array, size_t to, size_t from)
{
	memcpy(tiered_array_at(array, to), tiered_array_at(array, from),
	    TIERED_ITEM_SIZE);
}

static void turn(struct tiered_array *array, size_t ring, size_t places)
{
	array->starts[ring] =
	    (uint16_t)((array->starts[ring] + places) % TIERED_RING);
}

/* From the top down the last item of each ring becomes the first of the next,
 * until there is a free place in the ring that index is in. */
static void open_one(struct tiered_array *array, size_t index)
{
	size_t place = array->cnt++; /* the free one, as an index */
	size_t ring;

	for (ring = place / TIERED_RING; ring > index / TIERED_RING; ring--) {
		turn(array, ring, TIERED_RING - 1);
		move(array, ring * TIERED_RING, ring * TIERED_RING - 1);
		place = ring * TIERED_RING - 1;
	}
	for (; place > index; place--)
		move(array, place, place - 1);
}

/* From there up the first item of each ring becomes the last of the one
 * before. */
static void close_one(struct tiered_array *array, size_t index)
{
	size_t next = (index / TIERED_RING + 1) * TIERED_RING;
	const size_t end = next < array->cnt ? next : array->cnt;

	for (; index + 1 < end; index++)
		move(array, index, index + 1);
	for (; next < array->cnt; next += TIERED_RING) {
		move(array, next - 1, next);
		turn(array, next / TIERED_RING, 1);
	}
	array->cnt--;
}

/* Whether it is less to move part of a ring, and one item of each ring above,
 * count times, than to move everything above once. */
static bool one_by_one(size_t above, size_t count)
{
	const size_t apiece = TIERED_RING / 2 + above / TIERED_RING;

	return count < above / apiece;
}

void tiered_array_open(struct tiered_array *array, size_t index, size_t count)
{
	size_t to;

	assert(index <= array->cnt);
	assert(count <= array->room - array->cnt);
	if (one_by_one(array->cnt - index, count)) {
		while (count-- > 0)
			open_one(array, index);
		return;
	}
	array->cnt += count;
	for (to = array->cnt; to > index + count; to--)
		move(array, to - 1, to - 1 - count);
}

void tiered_array_close(struct tiered_array *array, size_t index, size_t count)
{
	size_t from;

	assert(index <= array->cnt && count <= array->cnt - index);
	if (one_by_one(array->cnt - index, count)) {
		while (count-- > 0)
			close_one(array, index);
		return;
	}
	for (from = index + count; from < array->cnt; from++)
		move(array, from - count, from);
	array->cnt -= count;
}
