/* SPDX-License-Identifier: BSD-2-Clause */
/* A row of the table of instances: what a user sees of it, where it came from,
 * and where its chain of rows begins. */
#ifndef STORAGE_INSTANCE_RECORD_H
#define STORAGE_INSTANCE_RECORD_H

#include "storage/journal.h"

#include <sqlite3.h>

struct instance_record {
	struct journal_instance instance;
	bool has_origin;
	struct journal_origin origin; /* whose copy it began as */
	/* The hash before the first row that is kept. After a compaction a
	 * snapshot stands there, as it does at 0 with an origin. */
	uint8_t first_before[JOURNAL_HASH_SIZE];
};

/* The record of an instance that is made now, without an origin. */
void instance_record_begin(const struct journal_instance *instance,
    struct instance_record *ret_record);

/* The record of one that begins as a copy. */
void instance_record_begin_copy(const struct journal_instance *instance,
    const struct journal_origin *origin, struct instance_record *ret_record);

/* What a row tells beyond the record of how a life began and ended. Its strings
 * are the statement's or the caller's. */
struct instance_ends {
	struct journal_cause created;
	struct journal_cause destroyed; /* the end: only of one destroyed */
	const char *destroyed_by;
};

/* Reads the row that statement stands on, one of the INSTANCE statements of
 * statement.h; ret_ends, which may be NULL, is good until that moves.
 * JOURNAL_OK; _DAMAGED: it cannot be one or its checksum is wrong; _FAILED. */
enum journal_status instance_record_read(struct journal *journal,
    sqlite3_stmt *statement, struct instance_record *ret_record,
    struct instance_ends *ret_ends, struct journal_error *ret_error);

/* Binds all of a record and why it was made to STATEMENT_INSERT_INSTANCE.
 * False: no memory. */
bool instance_record_bind(sqlite3_stmt *statement,
    const struct instance_record *record, const struct journal_cause *cause);

/* The checksum of an instance once it is destroyed at that time and so: what is
 * in the journal of it goes into that. JOURNAL_OK, _NOT_FOUND, _DAMAGED,
 * _FAILED. */
enum journal_status instance_record_end(struct journal *journal,
    int64_t instance, int64_t destroyed_us, const char *principal,
    const struct journal_cause *cause, uint8_t ret_checksum[JOURNAL_HASH_SIZE],
    struct journal_error *ret_error);

/* The checksum of an instance once first_seq is the lowest seq it keeps, with
 * that hash before it. JOURNAL_OK, _NOT_FOUND, _DAMAGED, _FAILED. */
enum journal_status instance_record_cut(struct journal *journal,
    int64_t instance, uint64_t first_seq,
    const uint8_t first_before[JOURNAL_HASH_SIZE],
    uint8_t ret_checksum[JOURNAL_HASH_SIZE], struct journal_error *ret_error);

/* The instance of that id. JOURNAL_OK, _NOT_FOUND, _DAMAGED, _FAILED. */
enum journal_status instance_record_find(struct journal *journal,
    int64_t instance, struct instance_record *ret_record,
    struct journal_error *ret_error);

#endif
