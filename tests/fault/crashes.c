/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/crashes.h"

#include <err.h>
#include <stdlib.h>

void crashes_begin(struct crashes *crashes, const struct disk_record *record,
    bool (*start)(void *arg, const struct disk_crash *crash), void *arg)
{
	*crashes = (struct crashes){.record = record,
	    .start = start,
	    .arg = arg,
	    .arrived = calloc(record->count, sizeof(*crashes->arrived)),
	    .loose = calloc(record->count, sizeof(*crashes->loose))};
	if (crashes->arrived == NULL || crashes->loose == NULL)
		err(EXIT_FAILURE, "a record of the disk");
}

/* torn: so many bytes of the last that arrived did not. */
static bool start(struct crashes *crashes, size_t torn)
{
	const struct disk_crash crash = {
	    crashes->record, crashes->before, crashes->arrived, torn};

	return crashes->start(crashes->arg, &crash);
}

/* The number of the note from which on syncs are lies. */
static size_t first_lie(const struct crashes *crashes)
{
	size_t at = crashes->before, lies = crashes->lies;

	while (at > 0 && lies > 0)
		lies -= crashes->record->notes[--at].call == DISK_SYNC;
	return at;
}

static void find_loose(struct crashes *crashes)
{
	const size_t honest = first_lie(crashes);
	size_t i;

	crashes->loose_count = 0;
	for (i = 0; i < crashes->before; i++) {
		crashes->arrived[i] = true;
		if (!disk_note_is_certain(crashes->record, i, honest))
			crashes->loose[crashes->loose_count++] = i;
	}
}

static void set_loose(
    struct crashes *crashes, size_t from, size_t to, bool arrived)
{
	size_t i;

	for (i = from; i < to; i++)
		crashes->arrived[crashes->loose[i]] = arrived;
}

static bool try_prefixes(struct crashes *crashes)
{
	bool held;
	size_t i;

	set_loose(crashes, 0, crashes->loose_count, false);
	held = start(crashes, 0);
	for (i = 0; i < crashes->loose_count && held; i++) {
		set_loose(crashes, i, i + 1, true);
		held = start(crashes, 0);
	}
	return held;
}

static bool try_each_missing(struct crashes *crashes)
{
	bool held = true;
	size_t i;

	for (i = 0; i < crashes->loose_count && held; i++) {
		set_loose(crashes, i, i + 1, false);
		held = start(crashes, 0);
		set_loose(crashes, i, i + 1, true);
	}
	return held;
}

/* Cut where a sector of the file ends. */
static bool try_torn(struct crashes *crashes)
{
	const struct disk_note *last;
	bool held = true;
	size_t whole;

	if (crashes->loose_count == 0)
		return true;
	last =
	    &crashes->record->notes[crashes->loose[crashes->loose_count - 1]];
	if (last->call != DISK_WRITE)
		return true;
	whole = DISK_SECTOR - (size_t)(last->offset % DISK_SECTOR);
	for (; whole < last->size && held; whole += DISK_SECTOR)
		held = start(crashes, last->size - whole);
	return held;
}

/* All there are where there are few; seeded ones otherwise. */
static bool try_subsets(
    struct crashes *crashes, uint64_t count, struct chance *chance)
{
	const bool few = crashes->loose_count < 16 &&
			 (size_t)1 << crashes->loose_count <= count;
	bool held = true;
	uint64_t bits = 0, i;
	size_t k;

	if (few)
		count = (size_t)1 << crashes->loose_count;
	for (i = 0; i < count && held; i++) {
		for (k = 0; k < crashes->loose_count; k++) {
			if (k % 64 == 0)
				bits = few ? i : chance_next(chance);
			set_loose(crashes, k, k + 1, bits >> k % 64 & 1);
		}
		held = start(crashes, 0);
	}
	return held;
}

bool crashes_try(struct crashes *crashes, size_t before, size_t lies,
    uint64_t subsets, struct chance *chance)
{
	crashes->before = before;
	crashes->lies = lies;
	find_loose(crashes);
	return try_prefixes(crashes) && try_each_missing(crashes) &&
	       try_torn(crashes) && try_subsets(crashes, subsets, chance);
}

void crashes_end(struct crashes *crashes)
{
	free(crashes->arrived);
	free(crashes->loose);
}
