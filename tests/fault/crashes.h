/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the crashes that a moment in a record of the disk can have. Of the
 * writes that were not synced by then, none has arrived, all, each prefix, all
 * but each one, all with the last one torn, and seeded subsets. */
#ifndef TESTS_FAULT_CRASHES_H
#define TESTS_FAULT_CRASHES_H

#include "tests/fault/chance.h"
#include "tests/fault/recorded_disk.h"

struct crashes {
	const struct disk_record *record;
	size_t before; /* the crash comes before this note */
	size_t lies;   /* so many of the syncs before it were none */
	/* Starts from what a crash leaves. False: that is enough. */
	bool (*start)(void *arg, const struct disk_crash *crash);
	void *arg;
	bool *arrived; /* for each note */
	size_t *loose; /* the notes that may have arrived or not */
	size_t loose_count;
};

/* Of that record. Ends the program where there is no memory. */
void crashes_begin(struct crashes *crashes, const struct disk_record *record,
    bool (*start)(void *arg, const struct disk_crash *crash), void *arg);

/* Each crash before that note, where so many of the syncs before it were none;
 * of subsets so many. False: start answered that. */
bool crashes_try(struct crashes *crashes, size_t before, size_t lies,
    uint64_t subsets, struct chance *chance);

void crashes_end(struct crashes *crashes);

#endif
