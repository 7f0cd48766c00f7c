/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/inflight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64

static struct pending *at(struct inflight *inflight, size_t index)
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

struct pending *inflight_add(struct inflight *inflight)
{
	struct pending *pending;

	if (inflight->used == inflight->room && !grow(inflight))
		return NULL;
	pending = at(inflight, inflight->used);
	*pending = (struct pending){.id = ++inflight->last_id};
	inflight->used++;
	inflight->waiting++;
	return pending;
}

/* The index from head on of an id, or used when it lies outside. */
static size_t index_of(const struct inflight *inflight, uint64_t id)
{
	const uint64_t oldest = inflight->last_id - inflight->used + 1;

	if (id < oldest || id > inflight->last_id)
		return inflight->used;
	return (size_t)(id - oldest);
}

struct pending *inflight_find(struct inflight *inflight, uint64_t id)
{
	const size_t index = index_of(inflight, id);

	if (index == inflight->used || at(inflight, index)->id != id)
		return NULL;
	return at(inflight, index);
}

void inflight_remove(struct inflight *inflight, struct pending *pending)
{
	assert(pending->id != 0);
	free(pending->kept);
	*pending = (struct pending){0};
	inflight->waiting--;
	while (inflight->used > 0 && at(inflight, 0)->id == 0) {
		inflight->head = (inflight->head + 1) & (inflight->room - 1);
		inflight->used--;
	}
}

struct pending *inflight_next(struct inflight *inflight, uint64_t after)
{
	const uint64_t oldest = inflight->last_id - inflight->used + 1;
	size_t i = after < oldest ? 0 : (size_t)(after - oldest) + 1;

	for (; i < inflight->used; i++)
		if (at(inflight, i)->id != 0)
			return at(inflight, i);
	return NULL;
}
