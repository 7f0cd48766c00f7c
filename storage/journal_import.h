/* SPDX-License-Identifier: BSD-2-Clause */
/* A history from elsewhere, taken in row by row: each is done to a model of
 * its own, and compared. Nothing of it is in a journal, and memory does not
 * grow with its length, until all of it is written at once. Used by one thread
 * at a time.
 *
 * Each function answers JOURNAL_OK; _DAMAGED: it cannot be a history, _DIFFERS:
 * it is none of this model (the error is one sentence about it, without its
 * name); _BEYOND: more regions than regions_max; _FAILED. After a failure an
 * import is good for journal_import_free() alone. */
#ifndef STORAGE_JOURNAL_IMPORT_H
#define STORAGE_JOURNAL_IMPORT_H

#include "storage/journal_history.h"

struct journal_import;

/* What a history begins with: the content of a snapshot, and the time of the
 * operation before the first that is kept. */
struct journal_layout {
	const void *content;
	size_t size;
	int64_t time_us;
};

/* Begins it. Of history->instance only settings, created_us and principal
 * count. layout is NULL where it begins empty: a history has one exactly if it
 * is a copy's or begins above 1. */
enum journal_status journal_import_begin(const struct journal_history *history,
    const struct journal_layout *layout, uint64_t regions_max,
    struct journal_import **ret_import, struct journal_error *ret_error);

void journal_import_free(struct journal_import *import); /* NULL is fine */

/* Takes the next row, with the hash it has where it comes from; row->instance
 * does not count. tree is what led to the group that it begins, NULL: there is
 * nothing. */
enum journal_status journal_import_row(struct journal_import *import,
    const struct journal_row *row, const struct journal_tree *tree,
    struct journal_error *ret_error);

/* That was the last row. */
enum journal_status journal_import_end(
    struct journal_import *import, struct journal_error *ret_error);

/* Where it stands, after any row. */
uint64_t journal_import_seq(const struct journal_import *import);
const uint8_t *journal_import_hash(const struct journal_import *import);

/* An instance of that name and id with the whole history of an import that was
 * ended. The batch takes of it what is to be written; *ret_state is where the
 * instance stands, with the import's model. After that, or on failure, the
 * import is still the caller's to free. */
bool journal_batch_import(struct journal_batch *batch,
    struct journal_import *import, const char *name, int64_t id,
    const struct journal_cause *cause, struct journal_instance *ret_instance,
    struct journal_state *ret_state);

#endif
