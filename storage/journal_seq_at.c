/* SPDX-License-Identifier: BSD-2-Clause */
/* From a time to a seq. Times never go back within an instance, so the rows
 * are sorted by time as they are by seq, and halving finds the place. */
#include "storage/failure.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

/* The time of a row, or of the snapshot that stands before the first.
 * JOURNAL_OK; _NOT_FOUND: there is none; _FAILED, _DAMAGED. */
static enum journal_status read_time(struct journal *journal,
    enum statement which, int64_t instance, uint64_t seq, int64_t *ret_time_us,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(journal, which, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK)
		*ret_time_us = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return status;
}

static enum journal_status read_row_time(struct journal *journal,
    const struct instance_record *record, uint64_t seq, int64_t *ret_time_us,
    struct journal_error *ret_error)
{
	const enum journal_status status =
	    read_time(journal, STATEMENT_ROW_TIME, record->instance.id, seq,
		ret_time_us, ret_error);

	if (status != JOURNAL_NOT_FOUND)
		return status;
	return failure(JOURNAL_DAMAGED, ret_error, "%s: %s seq %llu is missing",
	    journal->path, record->instance.name, (unsigned long long)seq);
}

/* When the instance came to stand as it did before its first row. */
static enum journal_status read_first_time(struct journal *journal,
    const struct instance_record *record, int64_t *ret_time_us,
    struct journal_error *ret_error)
{
	enum journal_status status;

	if (record->instance.first_seq == 1) {
		*ret_time_us = record->instance.created_us;
		return JOURNAL_OK;
	}
	status =
	    read_time(journal, STATEMENT_SNAPSHOT_TIME, record->instance.id,
		record->instance.first_seq - 1, ret_time_us, ret_error);
	if (status != JOURNAL_NOT_FOUND)
		return status;
	return failure(JOURNAL_DAMAGED, ret_error,
	    "%s: the snapshot of %s at seq %llu is missing", journal->path,
	    record->instance.name,
	    (unsigned long long)record->instance.first_seq - 1);
}

/*
 *   seq    first-1 | first  ...                           last |
 *          <= time   low ->  <= time | > time  <- high            answer: low
 */
static enum journal_status halve(struct journal *journal,
    const struct instance_record *record, int64_t time_us, uint64_t *ret_seq,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	uint64_t low = record->instance.first_seq - 1; /* not later */
	uint64_t high = record->instance.seq + 1;      /* later, or none */
	int64_t found = 0;

	while (status == JOURNAL_OK && high - low > 1) {
		const uint64_t middle = low + (high - low) / 2;

		status =
		    read_row_time(journal, record, middle, &found, ret_error);
		if (status == JOURNAL_OK && found <= time_us)
			low = middle;
		else
			high = middle;
	}
	if (status == JOURNAL_OK)
		*ret_seq = low;
	return status;
}

static enum journal_status find(struct journal *journal, int64_t instance,
    int64_t time_us, uint64_t *ret_seq, struct journal_error *ret_error)
{
	enum journal_status status;
	struct instance_record record;
	int64_t first_us = 0;

	status = instance_record_find(journal, instance, &record, ret_error);
	if (status == JOURNAL_OK)
		status =
		    read_first_time(journal, &record, &first_us, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (time_us < first_us && record.instance.first_seq == 1)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "there was no such instance yet");
	if (time_us < first_us)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "what stood then is not kept any more: the first seq that "
		    "is kept is %llu",
		    (unsigned long long)record.instance.first_seq - 1);
	return halve(journal, &record, time_us, ret_seq, ret_error);
}

enum journal_status journal_seq_at(struct journal *journal, int64_t instance,
    int64_t time_us, uint64_t *ret_seq, struct journal_error *ret_error)
{
	enum journal_status status;

	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = find(journal, instance, time_us, ret_seq, ret_error);
	statement_rollback(journal);
	return status;
}
