/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of an instance as they are shown: each is checked against the chain
 * first, so that what somebody changed is found and not told. */
#include "storage/row.h"

#include "storage/failure.h"
#include "storage/statement.h"

#include <inttypes.h>
#include <string.h>

enum journal_status row_hash_at(struct journal *journal,
    const struct instance_record *record, uint64_t seq,
    uint8_t ret_hash[JOURNAL_HASH_SIZE], struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	if (seq + 1 == record->instance.first_seq) {
		memcpy(ret_hash, record->first_before, JOURNAL_HASH_SIZE);
		return JOURNAL_OK;
	}
	status =
	    statement_get(journal, STATEMENT_ROW_HASH, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, record->instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_NOT_FOUND ||
	    (status == JOURNAL_OK && !statement_column_bytes(statement, 0,
					 ret_hash, JOURNAL_HASH_SIZE)))
		status = failure(JOURNAL_DAMAGED, ret_error,
		    "%s: %s seq %" PRIu64 ": its hash is missing",
		    journal->path, record->instance.name, seq);
	sqlite3_reset(statement);
	return status;
}

/* Going over the rows of one instance, in one transaction. */
struct walk {
	struct journal *journal;
	struct instance_record record;
	bool reverse;
	uint64_t next;			   /* the seq that the next row has */
	uint64_t left;			   /* how many rows are still to come */
	uint8_t before[JOURNAL_HASH_SIZE]; /* forward: of the row before */
};

static enum journal_status find_damage(const struct walk *walk, uint64_t seq,
    const char *what, struct journal_error *ret_error)
{
	return failure(JOURNAL_DAMAGED, ret_error, "%s: %s seq %" PRIu64 ": %s",
	    walk->journal->path, walk->record.instance.name, seq, what);
}

/* What an instance has of the rows that are asked for. */
static enum journal_status begin_walk(struct walk *walk, uint64_t from,
    uint64_t to, struct journal_error *ret_error)
{
	const uint64_t last = walk->record.instance.seq;

	to = to > last ? last : to;
	walk->left = from <= to ? to - from + 1 : 0;
	walk->next = walk->reverse ? to : from;
	if (walk->reverse || walk->left == 0)
		return JOURNAL_OK;
	return row_hash_at(
	    walk->journal, &walk->record, from - 1, walk->before, ret_error);
}

/* Whether the row is the one that is due, and a link of the chain. */
static enum journal_status check_row(
    struct walk *walk, struct journal_row *row, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	bool is_link;

	/* What SQLite finds by a damaged key can be anyone's. */
	if (row->instance != walk->record.instance.id || walk->left == 0 ||
	    row->seq != walk->next)
		return find_damage(walk, walk->next,
		    "a row of another place stands where it should be",
		    ret_error);
	if (walk->reverse)
		status = row_hash_at(walk->journal, &walk->record, row->seq - 1,
		    walk->before, ret_error);
	if (status == JOURNAL_OK)
		status = row_check_link(
		    walk->journal, row, walk->before, &is_link, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!is_link)
		return find_damage(walk, row->seq,
		    "its hash is not that of what it holds", ret_error);
	memcpy(walk->before, row->hash, sizeof(walk->before));
	walk->next += walk->reverse ? UINT64_MAX : 1;
	walk->left--;
	return JOURNAL_OK;
}

/* Visits the rows that the statement gives. */
static enum journal_status visit_rows(struct walk *walk,
    sqlite3_stmt *statement,
    bool (*visit)(void *arg, const struct journal_row *row), void *arg,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	struct journal_row row;
	int step;

	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		status = row_read(walk->journal, statement, &row, ret_error);
		if (status == JOURNAL_OK)
			status = check_row(walk, &row, ret_error);
		if (status != JOURNAL_OK || !visit(arg, &row))
			return status;
	}
	if (step != SQLITE_DONE)
		return statement_failure(walk->journal, ret_error);
	if (walk->left > 0)
		return find_damage(
		    walk, walk->next, "it is missing", ret_error);
	return JOURNAL_OK;
}

static enum journal_status each_row(struct walk *walk, int64_t instance,
    uint64_t from, uint64_t to,
    bool (*visit)(void *arg, const struct journal_row *row), void *arg,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = instance_record_find(
	    walk->journal, instance, &walk->record, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		return JOURNAL_OK;
	if (status != JOURNAL_OK)
		return status;
	/* What is before may still be there. */
	if (from < walk->record.instance.first_seq)
		from = walk->record.instance.first_seq;
	status = begin_walk(walk, from, to, ret_error);
	if (status == JOURNAL_OK)
		status = row_select(walk->journal, walk->reverse, instance,
		    from, to, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = visit_rows(walk, statement, visit, arg, ret_error);
	sqlite3_reset(statement);
	return status;
}

enum journal_status journal_each_row(struct journal *journal, int64_t instance,
    uint64_t from, uint64_t to, bool reverse,
    bool (*visit)(void *arg, const struct journal_row *row), void *arg,
    struct journal_error *ret_error)
{
	struct walk walk = {.journal = journal, .reverse = reverse};
	enum journal_status status;

	/* The instance and its rows of the same moment. */
	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = each_row(&walk, instance, from, to, visit, arg, ret_error);
	statement_rollback(journal);
	return status;
}
