/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/inflight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64

static struct pending *at(const struct inflight *inflight, size_t index)
{
	return &inflight->ring[(inflight->head + index) & (inflight->room - 1)];
}

void inflight_clear(struct inflight *inflight)
{
	free(inflight->ring);
	*inflight = (struct inflight){0};
}

static bool grow(struct inflight *inflight)
{
	const size_t room = inflight->room ? 2 * inflight->room : ROOM_FIRST;
	struct pending *ring = calloc(room, sizeof(*ring));
	size_t i;

	if (ring == NULL)
		return false;
	for (i = 0; i < inflight->used; i++)
		ring[i] = *at(inflight, i);
	free(inflight->ring);
	inflight->ring = ring;
	inflight->room = room;
	inflight->head = 0;
	return true;
}

/* Has those that are done leave. */
static void squeeze(struct inflight *inflight)
{
	size_t i, kept = 0;

	for (i = 0; i < inflight->used; i++)
		if (!at(inflight, i)->done)
			*at(inflight, kept++) = *at(inflight, i);
	inflight->used = kept;
}

/* Room for one more. False: no memory. */
static bool make_room(struct inflight *inflight)
{
	if (inflight->used < inflight->room)
		return true;
	if (inflight->waiting > inflight->used / 2 || inflight->used == 0)
		return grow(inflight);
	squeeze(inflight);
	return true;
}

struct pending *inflight_add(struct inflight *inflight)
{
	struct pending *pending;

	if (!make_room(inflight))
		return NULL;
	pending = at(inflight, inflight->used);
	*pending = (struct pending){.id = ++inflight->last_id};
	inflight->used++;
	inflight->waiting++;
	return pending;
}

/* The index from head on of the first request with that id or one above; used:
 * there is none. */
static size_t index_of(const struct inflight *inflight, uint64_t id)
{
	size_t low = 0, high = inflight->used;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (at(inflight, middle)->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct pending *inflight_find(struct inflight *inflight, uint64_t id)
{
	const size_t index = index_of(inflight, id);
	struct pending *pending;

	if (index == inflight->used)
		return NULL;
	pending = at(inflight, index);
	return pending->id == id && !pending->done ? pending : NULL;
}

void inflight_remove(struct inflight *inflight, struct pending *pending)
{
	assert(!pending->done);
	free(pending->kept);
	*pending = (struct pending){.id = pending->id, .done = true};
	inflight->waiting--;
	while (inflight->used > 0 && at(inflight, 0)->done) {
		inflight->head = (inflight->head + 1) & (inflight->room - 1);
		inflight->used--;
	}
}

struct pending *inflight_next(struct inflight *inflight, uint64_t after)
{
	size_t i = index_of(inflight, after + 1);

	for (; i < inflight->used; i++)
		if (!at(inflight, i)->done)
			return at(inflight, i);
	return NULL;
}
