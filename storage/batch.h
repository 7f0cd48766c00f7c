/* SPDX-License-Identifier: BSD-2-Clause */
/* What a batch holds, for those who write it: storage/journal.h says how it is
 * filled. */
#ifndef STORAGE_BATCH_H
#define STORAGE_BATCH_H

#include "storage/instance_record.h"
#include "storage/spool.h"

enum batch_kind {
	BATCH_CREATE,
	BATCH_DESTROY,
	BATCH_PURGE,
	BATCH_COMPACT, /* seq: the first kept; hash: before it */
	BATCH_ROW,
	BATCH_BLOB,
	BATCH_GROUP,
	BATCH_SNAPSHOT,
	BATCH_SPOOL,
};

/* Strings follow one another in an item's content, each with its NUL, and then
 * comes the request key:
 *
 *	row		principal, label if it has one, message, key
 *	create		struct instance_record, label, key
 *	destroy		principal, label, key
 *	spool		struct spool *, which the batch owns
 *	group		options, if it has some
 */
struct batch_row {
	struct op op;
	uint64_t group;
	enum mb_status status;
	uint64_t result;
	uint32_t warnings;
};

/* One thing to write. Its content is the content_size bytes at content in the
 * batch's bytes, which may move as long as the batch grows. */
struct batch_item {
	enum batch_kind kind;
	int64_t instance;
	uint64_t seq;
	int64_t time_us;
	uint8_t hash[JOURNAL_HASH_SIZE]; /* of the row; group: of the tree */
	size_t content;
	size_t content_size;
	size_t key_size;
	bool has_label;
	bool unhashed; /* group */
	struct batch_row row;
};

struct journal_batch {
	struct batch_item *items;
	size_t item_count;
	size_t items_max;
	uint8_t *bytes;
	size_t bytes_used;
	size_t bytes_max;

	/* The writing thread's: so that handing a batch over and reporting it
	 * take no memory. */
	struct journal_batch *next;
	enum journal_status status;
	struct journal_error error;
};

/* The row as it was added; it points into the batch. */
void batch_row_at(const struct journal_batch *batch,
    const struct batch_item *item, struct journal_row *ret_row);

/* The instance as it was added. */
void batch_record_at(const struct journal_batch *batch,
    const struct batch_item *item, struct instance_record *ret_record);

/* Why an instance is made or destroyed, and in *ret_principal who destroys
 * it. */
void batch_cause_at(const struct journal_batch *batch,
    const struct batch_item *item, struct journal_cause *ret_cause,
    const char **ret_principal);

/* Adds an instance as its record says. The record's seq is that before its
 * first row. */
bool batch_add_record(struct journal_batch *batch,
    const struct instance_record *record, const struct journal_cause *cause);

/* Adds everything that is in a spool, as of the instance of that id; seq is
 * that of its last row, 0: there are none. The spool is the batch's from then
 * on; false: no memory, and it is not. */
bool batch_add_spool(struct journal_batch *batch, int64_t instance,
    uint64_t seq, struct spool *spool);

struct spool *batch_spool_at(
    const struct journal_batch *batch, const struct batch_item *item);

#endif
