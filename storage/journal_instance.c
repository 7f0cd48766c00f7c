/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/instance_record.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/statement.h"

#include <string.h>

/* Steps a statement that finds one instance or none, and resets it. */
static enum journal_status read_one(struct journal *journal,
    sqlite3_stmt *statement, const char *what,
    struct instance_record *ret_record, struct journal_error *ret_error)
{
	enum journal_status status =
	    statement_find(journal, statement, ret_error);

	if (status == JOURNAL_OK)
		status = instance_record_read(
		    journal, statement, ret_record, NULL, ret_error);
	else if (status == JOURNAL_NOT_FOUND)
		failure(status, ret_error, "%s: no instance %s", journal->path,
		    what);
	sqlite3_reset(statement);
	return status;
}

enum journal_status instance_record_find(struct journal *journal,
    int64_t instance, struct instance_record *ret_record,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	char what[32];

	status = statement_get(
	    journal, STATEMENT_INSTANCE_BY_ID, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_snprintf(sizeof(what), what, "%lld", (sqlite3_int64)instance);
	sqlite3_bind_int64(statement, 1, instance);
	return read_one(journal, statement, what, ret_record, ret_error);
}

/* Finds an instance with all that its checksum is over: ret_ends is good until
 * the statement is reset, which the caller does in any case where it is not
 * NULL. */
static enum journal_status find_whole(struct journal *journal, int64_t instance,
    sqlite3_stmt **ret_statement, struct instance_record *ret_record,
    struct instance_ends *ret_ends, struct journal_error *ret_error)
{
	enum journal_status status;

	status = statement_get(
	    journal, STATEMENT_INSTANCE_BY_ID, ret_statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(*ret_statement, 1, instance);
	status = statement_find(journal, *ret_statement, ret_error);
	if (status == JOURNAL_OK)
		return instance_record_read(
		    journal, *ret_statement, ret_record, ret_ends, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		failure(status, ret_error, "%s: no instance %lld",
		    journal->path, (long long)instance);
	return status;
}

enum journal_status instance_record_end(struct journal *journal,
    int64_t instance, int64_t destroyed_us, const char *principal,
    const struct journal_cause *cause, uint8_t ret_checksum[JOURNAL_HASH_SIZE],
    struct journal_error *ret_error)
{
	sqlite3_stmt *statement = NULL;
	struct instance_record record;
	struct instance_ends ends;
	enum journal_status status;

	status = find_whole(
	    journal, instance, &statement, &record, &ends, ret_error);
	if (status == JOURNAL_OK) {
		record.instance.destroyed_us = destroyed_us;
		ends.destroyed_by = principal;
		ends.destroyed = *cause;
		digest_instance(&record, &ends, ret_checksum);
	}
	sqlite3_reset(statement);
	return status;
}

enum journal_status instance_record_cut(struct journal *journal,
    int64_t instance, uint64_t first_seq,
    const uint8_t first_before[JOURNAL_HASH_SIZE],
    uint8_t ret_checksum[JOURNAL_HASH_SIZE], struct journal_error *ret_error)
{
	sqlite3_stmt *statement = NULL;
	struct instance_record record;
	struct instance_ends ends;
	enum journal_status status;

	status = find_whole(
	    journal, instance, &statement, &record, &ends, ret_error);
	if (status == JOURNAL_OK) {
		record.instance.first_seq = first_seq;
		memcpy(record.first_before, first_before, JOURNAL_HASH_SIZE);
		digest_instance(&record, &ends, ret_checksum);
	}
	sqlite3_reset(statement);
	return status;
}

static enum journal_status find_by_name(struct journal *journal,
    enum statement which, const char *name, struct instance_record *ret_record,
    struct journal_error *ret_error)
{
	struct instance_record record;
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(journal, which, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT) !=
	    SQLITE_OK)
		return statement_failure(journal, ret_error);
	status = read_one(journal, statement, name, &record, ret_error);
	if (status != JOURNAL_OK)
		return status;
	/* What the index says of a row, SQLite does not look up in it. */
	if (record.instance.destroyed_us != 0 ||
	    strcmp(record.instance.name, name) != 0)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: the index of names leads from %s to instance %lld, "
		    "which is not alive under that name",
		    journal->path, name, (long long)record.instance.id);
	*ret_record = record;
	return JOURNAL_OK;
}

enum journal_status journal_find_instance(struct journal *journal,
    const char *name, struct journal_instance *ret_instance,
    struct journal_error *ret_error)
{
	enum journal_status status;
	struct instance_record record;

	status = find_by_name(
	    journal, STATEMENT_INSTANCE_BY_NAME, name, &record, ret_error);
	/* An index that lost it, or leads astray, is no proof that the table
	 * has it not. */
	if (status == JOURNAL_NOT_FOUND || status == JOURNAL_DAMAGED)
		status =
		    find_by_name(journal, STATEMENT_INSTANCE_BY_NAME_SLOWLY,
			name, &record, ret_error);
	if (status == JOURNAL_OK)
		*ret_instance = record.instance;
	return status;
}

enum journal_status journal_find_life(struct journal *journal, int64_t id,
    struct journal_instance *ret_instance, struct journal_error *ret_error)
{
	enum journal_status status;
	struct instance_record record;

	status = instance_record_find(journal, id, &record, ret_error);
	if (status == JOURNAL_OK)
		*ret_instance = record.instance;
	return status;
}

enum journal_status journal_each_instance(struct journal *journal,
    bool (*visit)(void *arg, const struct journal_instance *instance),
    void *arg, struct journal_error *ret_error)
{
	enum journal_status status, worst = JOURNAL_OK;
	struct journal_error error;
	struct instance_record record;
	sqlite3_stmt *statement;
	int step;

	status = statement_get(
	    journal, STATEMENT_EACH_INSTANCE, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		status = instance_record_read(
		    journal, statement, &record, NULL, &error);
		if (status == JOURNAL_OK && !visit(arg, &record.instance))
			break;
		if (status == JOURNAL_OK || worst != JOURNAL_OK)
			continue;
		worst = status;
		*ret_error = error;
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		worst = statement_failure(journal, ret_error);
	sqlite3_reset(statement);
	return worst;
}

enum journal_status journal_next_id(
    struct journal *journal, int64_t *ret_id, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_LAST_ID, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (sqlite3_step(statement) == SQLITE_ROW)
		*ret_id = sqlite3_column_int64(statement, 0) + 1;
	else
		status = statement_failure(journal, ret_error);
	sqlite3_reset(statement);
	return status;
}
