/* SPDX-License-Identifier: BSD-2-Clause */
/* An array that items are put into and taken out of anywhere, for little more
 * than moving the items of one ring.
 *
 * The places are rings of TIERED_RING places, one behind the other, and a ring
 * can begin at any of its places. Where an item is put into a full ring, the
 * last item of that ring becomes the first of the next, which turns by one
 * place for it, and so on: of each ring above one item moves.
 *
 *   index     0 1 2 3 | 4 5 6 7 | 8 9          with rings of four places
 *   places   |a b c d | e f g h | i j . .|
 *
 *   a gap     0 1 2 3 | 5 6 7 4 | 9 10  8
 *   at 1     |a . b c | e f g d | i j . h|
 *
 * Up to one ring it is a plain array. An item is TIERED_ITEM_SIZE bytes of
 * whatever kind. */
#ifndef ENGINE_TIERED_ARRAY_H
#define ENGINE_TIERED_ARRAY_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIERED_ITEM_SIZE 24
#define TIERED_RING ((size_t)256)

/* All zero: empty, without room. */
struct tiered_array {
	unsigned char *places;
	uint16_t *starts; /* the place in its ring at which each begins */
	size_t cnt;
	size_t room; /* how many places there are */
};

void tiered_array_free(struct tiered_array *array);

/* Makes a second array like this one; the caller's to free. False: no
 * memory. */
bool tiered_array_copy(
    const struct tiered_array *array, struct tiered_array *ret_copy);

/* Makes sure that the array can take so many items more. False, with the array
 * as it was: no memory. */
bool tiered_array_make_room(struct tiered_array *array, size_t count);

/* Has count items more from index on, 0 to cnt, which are then anything; those
 * that were there follow. There must be room for them. */
void tiered_array_open(struct tiered_array *array, size_t index, size_t count);

/* Takes out count items from index on. */
void tiered_array_close(struct tiered_array *array, size_t index, size_t count);

/* The item at index, 0 to cnt - 1. It stays where it is until the next open,
 * close or make_room. */
static inline void *tiered_array_at(
    const struct tiered_array *array, size_t index)
{
	const size_t ring = index / TIERED_RING;

	return array->places +
	       (ring * TIERED_RING +
		   (array->starts[ring] + index) % TIERED_RING) *
		   TIERED_ITEM_SIZE;
}

#endif
