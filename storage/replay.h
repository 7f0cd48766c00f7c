/* SPDX-License-Identifier: BSD-2-Clause */
/* Doing the rows of one instance again, from a snapshot or from nothing. Used
 * inside one read transaction. */
#ifndef STORAGE_REPLAY_H
#define STORAGE_REPLAY_H

#include "storage/instance_record.h"
#include "storage/journal.h"

#include <sqlite3.h>

/* Where the journal contradicts itself or the model, and both sides. */
struct replay_finding {
	uint64_t seq;
	char journal[JOURNAL_ERROR_MAX];
	char replay[JOURNAL_ERROR_MAX];
};

/* The model after seq operations, and the chain's hash there. Set journal and
 * record, and zero the rest; mb is the caller's to destroy, NULL until it has
 * begun.
 *
 * Each function answers JOURNAL_OK, _FAILED with a sentence, or _DAMAGED or
 * _DIFFERS with a finding. */
struct replay {
	struct journal *journal;
	struct instance_record record;
	struct memblock *mb;
	uint64_t seq;
	int64_t time_us;
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint64_t snapshot_seq;	    /* 0: begun with nothing */
	uint64_t snapshots_damaged; /* passed over at the beginning */
	uint64_t operations;	    /* done so far */
	struct replay_finding finding;
	/* Shown every row that was done; false: it has no memory. NULL: there
	 * is nobody to show them to. */
	bool (*visit)(void *arg, const struct memblock *mb,
	    const struct journal_row *row);
	void *arg;
	/* Asked of every row that was done; answers as the functions below.
	 * NULL: nobody asks. */
	enum journal_status (*check)(struct replay *replay,
	    const struct journal_row *row, struct journal_error *ret_error);
};

/* Begins with the newest snapshot of at most that seq which is whole and in
 * the chain. JOURNAL_NOT_FOUND without a finding: there is none. */
enum journal_status replay_begin_at_snapshot(
    struct replay *replay, uint64_t to, struct journal_error *ret_error);

/* Begins with the settings alone. _DAMAGED: the instance did not begin so. */
enum journal_status replay_begin_empty(
    struct replay *replay, struct journal_error *ret_error);

/* Begins where the rows that are kept begin. */
enum journal_status replay_begin_at_first(
    struct replay *replay, struct journal_error *ret_error);

/* Does the rows after replay->seq, up to that seq or as far as there are
 * some. */
enum journal_status replay_rows(
    struct replay *replay, uint64_t to, struct journal_error *ret_error);

/* Whether it stands at seq, which is where it ought to. */
enum journal_status replay_expect_seq(struct replay *replay, uint64_t seq);

/* Notes a finding; answers status. */
enum journal_status replay_find(struct replay *replay,
    enum journal_status status, uint64_t seq, const char *journal_side,
    const char *replay_side);

/* Notes what SQLite said when it found the file damaged; any other status is
 * answered as it is. */
enum journal_status replay_find_unreadable(struct replay *replay,
    enum journal_status status, const struct journal_error *error);

/* The finding as a sentence. */
void replay_tell(const struct replay *replay, struct journal_error *ret_error);

struct replay_snapshot {
	uint64_t seq;
	int64_t time_us;
	uint8_t hash[JOURNAL_HASH_SIZE];
	struct memblock *mb; /* the caller's to destroy */
};

/* Reads the snapshot that a statement of STATEMENT_SNAPSHOTS stands on.
 * _DAMAGED, without a finding: its checksum is wrong, it is no link of the
 * chain, or it is no model. */
enum journal_status replay_read_snapshot(struct replay *replay,
    sqlite3_stmt *statement, struct replay_snapshot *ret_snapshot,
    struct journal_error *ret_error);

#endif
