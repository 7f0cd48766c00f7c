/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a disk that notes all that changes a journal's files, so that they
 * can be made again as a crash at any moment could have left them: with any
 * choice of the writes that were not synced yet, and each of them whole or
 * torn. */
#ifndef TESTS_FAULT_RECORDED_DISK_H
#define TESTS_FAULT_RECORDED_DISK_H

#include "tests/fault/disk.h"
#include "tests/fuzz/folder.h"

#include <stdbool.h>
#include <stddef.h>

#define DISK_SECTOR 512 /* written whole or not at all */

/* The files of a journal that outlive a crash. */
enum disk_file { DISK_MAIN, DISK_WAL, DISK_JOURNAL };
#define DISK_FILE_COUNT (DISK_JOURNAL + 1)

/* Something that was written, truncated, deleted or synced; and the opening of
 * a WAL or journal, because its next sync takes the folder with it. */
struct disk_note {
	enum disk_call call;
	enum disk_file file;
	int64_t offset; /* truncate: the size */
	uint8_t *bytes;
	size_t size;
	size_t acknowledged; /* as disk_record_acknowledge() said before */
};

struct disk_record {
	struct disk_note *notes;
	size_t count, room;
	size_t acknowledged;
};

/* Notes all that passes from now on, until disk_set_hook(). The record is
 * zeroed and stays where it is. */
void disk_record_begin(struct disk_record *record);

/* From now on so much was promised. */
void disk_record_acknowledge(struct disk_record *record, size_t acknowledged);

void disk_record_free(struct disk_record *record);

/* Whether the note is of something that changes a file. */
bool disk_note_changes(const struct disk_note *note);

/* Whether a crash cannot take back what the note of that number did: there was
 * a sync for it before the note honest. */
bool disk_note_is_certain(
    const struct disk_record *record, size_t number, size_t honest);

/* A choice of notes: of those before the crash, which have reached the disk. */
struct disk_crash {
	const struct disk_record *record;
	size_t before; /* the crash comes before the note of that number */
	const bool *arrived; /* for each note before it */
	size_t torn;	     /* bytes that the last of them lacks */
};

/* Makes the folder hold what such a crash leaves. */
void disk_crash_write(
    const struct disk_crash *crash, const struct folder *folder);

#endif
