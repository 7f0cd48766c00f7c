/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/recorded_disk.h"

#include <err.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const suffixes[DISK_FILE_COUNT] = {
    [DISK_MAIN] = "",
    [DISK_WAL] = "-wal",
    [DISK_JOURNAL] = "-journal",
};

/* ---- noting ---- */

static bool ends_with(const char *path, const char *suffix)
{
	const size_t length = strlen(path), tail = strlen(suffix);

	return length >= tail && strcmp(path + length - tail, suffix) == 0;
}

static enum disk_file file_of(const char *path)
{
	if (ends_with(path, suffixes[DISK_WAL]))
		return DISK_WAL;
	if (ends_with(path, suffixes[DISK_JOURNAL]))
		return DISK_JOURNAL;
	return DISK_MAIN;
}

/* A crash takes temporary files with it. */
static bool is_noted(const struct disk_event *event)
{
	if (event->path[0] == '\0')
		return false;
	switch (event->call) {
	case DISK_WRITE:
	case DISK_TRUNCATE:
	case DISK_SYNC:
	case DISK_DELETE:
		return true;
	case DISK_OPEN:
		return file_of(event->path) != DISK_MAIN;
	default:
		return false;
	}
}

static struct disk_note *add_note(struct disk_record *record)
{
	if (record->count == record->room) {
		record->room = 2 * record->room + 64;
		record->notes = reallocarray(
		    record->notes, record->room, sizeof(*record->notes));
		if (record->notes == NULL)
			err(EXIT_FAILURE, "a record of the disk");
	}
	return &record->notes[record->count++];
}

static int take_note(void *arg, const struct disk_event *event, int *ret_size)
{
	struct disk_record *record = arg;
	struct disk_note *added;

	(void)ret_size;
	if (!is_noted(event))
		return SQLITE_OK;
	added = add_note(record);
	*added = (struct disk_note){
	    .call = event->call,
	    .file = file_of(event->path),
	    .offset = event->offset,
	    .size = (size_t)event->size,
	    .acknowledged = record->acknowledged,
	};
	if (event->size > 0) {
		added->bytes = malloc(added->size);
		if (added->bytes == NULL)
			err(EXIT_FAILURE, "a record of the disk");
		memcpy(added->bytes, event->bytes, added->size);
	}
	return SQLITE_OK;
}

void disk_record_begin(struct disk_record *record)
{
	disk_set_hook(take_note, record);
}

void disk_record_acknowledge(struct disk_record *record, size_t acknowledged)
{
	record->acknowledged = acknowledged;
}

void disk_record_free(struct disk_record *record)
{
	size_t i;

	for (i = 0; i < record->count; i++)
		free(record->notes[i].bytes);
	free(record->notes);
}

/* ---- what a crash leaves ---- */

bool disk_note_changes(const struct disk_note *note)
{
	return note->call != DISK_SYNC && note->call != DISK_OPEN;
}

/* Whether the note tells of a sync that takes the folder with it: SQLite's own
 * VFS does that at the first sync of a file that it was told to create. */
static bool syncs_folder(const struct disk_record *record, size_t number)
{
	const struct disk_note *sync = &record->notes[number];
	size_t i = number;

	if (sync->call != DISK_SYNC || sync->file == DISK_MAIN)
		return false;
	while (i-- > 0) {
		const struct disk_note *before = &record->notes[i];

		if (before->file == sync->file && before->call == DISK_SYNC)
			return false;
		if (before->file == sync->file && before->call == DISK_OPEN)
			return true;
	}
	return false;
}

bool disk_note_is_certain(
    const struct disk_record *record, size_t number, size_t honest)
{
	const struct disk_note *note = &record->notes[number];
	size_t i;

	if (!disk_note_changes(note))
		return true;
	for (i = number + 1; i < honest; i++) {
		if (note->call == DISK_DELETE && syncs_folder(record, i))
			return true;
		if (record->notes[i].call == DISK_SYNC &&
		    record->notes[i].file == note->file)
			return true;
	}
	return false;
}

static void must(bool done, const char *path)
{
	if (!done)
		err(EXIT_FAILURE, "%s", path);
}

/* Does one note to the files; those that do not exist are -1. */
static void redo(const struct disk_note *done, size_t size,
    const struct folder *folder, int fds[DISK_FILE_COUNT])
{
	int *fd = &fds[done->file];
	char path[96];

	snprintf(
	    path, sizeof(path), "%s%s", folder->journal, suffixes[done->file]);
	if (done->call == DISK_DELETE) {
		if (*fd >= 0)
			must(close(*fd) == 0 && unlink(path) == 0, path);
		*fd = -1;
		return;
	}
	if (*fd < 0)
		*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(*fd >= 0, path);
	if (done->call == DISK_TRUNCATE)
		must(ftruncate(*fd, done->offset) == 0, path);
	else
		must(pwrite(*fd, done->bytes, size, done->offset) ==
			 (ssize_t)size,
		    path);
}

static size_t last_arrived(const struct disk_crash *crash)
{
	size_t i = crash->before;

	while (i > 0 && !crash->arrived[i - 1])
		i--;
	return i;
}

void disk_crash_write(
    const struct disk_crash *crash, const struct folder *folder)
{
	int fds[DISK_FILE_COUNT] = {-1, -1, -1};
	const size_t end = last_arrived(crash);
	size_t i;

	folder_clear(folder);
	for (i = 0; i < end; i++) {
		const struct disk_note *done = &crash->record->notes[i];
		const size_t torn = i + 1 == end ? crash->torn : 0;

		if (crash->arrived[i] && disk_note_changes(done))
			redo(done, done->size - torn, folder, fds);
	}
	for (i = 0; i < DISK_FILE_COUNT; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}
