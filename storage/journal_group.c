/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/group.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/journal.h"
#include "storage/statement.h"

#include <stdlib.h>
#include <string.h>

/* Whether a row of the group's hash and options has these. */
static bool is_led_to_by(sqlite3_stmt *statement,
    const uint8_t hash[JOURNAL_HASH_SIZE], const char *options)
{
	const char *stored = (const char *)sqlite3_column_text(statement, 1);
	uint8_t stored_hash[JOURNAL_HASH_SIZE];

	if (stored == NULL || options == NULL ? stored != options
					      : strcmp(stored, options) != 0)
		return false;
	return statement_column_bytes(
		   statement, 0, stored_hash, sizeof(stored_hash)) &&
	       memcmp(stored_hash, hash, sizeof(stored_hash)) == 0;
}

enum journal_status journal_group_is_of(struct journal *journal,
    int64_t instance, uint64_t seq, const void *content, size_t size,
    const char *options, bool *ret_is_of, struct journal_error *ret_error)
{
	uint8_t hash[JOURNAL_HASH_SIZE];
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_GROUP_BLOB, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	digest_bytes(content, size, hash);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK) {
		*ret_is_of = is_led_to_by(statement, hash, options);
	} else if (status == JOURNAL_NOT_FOUND) {
		*ret_is_of = false;
		status = JOURNAL_OK;
	}
	sqlite3_reset(statement);
	return status;
}

bool group_is_whole(sqlite3_stmt *statement)
{
	const void *content = sqlite3_column_blob(statement, 2);
	const size_t size = (size_t)sqlite3_column_bytes(statement, 2);
	uint8_t hash[JOURNAL_HASH_SIZE];

	if (sqlite3_column_type(statement, 2) != SQLITE_BLOB ||
	    sqlite3_column_bytes(statement, 1) != JOURNAL_HASH_SIZE)
		return false;
	digest_bytes(content, size, hash);
	return memcmp(sqlite3_column_blob(statement, 1), hash, sizeof(hash)) ==
	       0;
}

/* A copy of the content. JOURNAL_OK, _DAMAGED, _FAILED: no memory. */
static enum journal_status copy_content(struct journal *journal,
    sqlite3_stmt *statement, void **ret_content, size_t *ret_size,
    struct journal_error *ret_error)
{
	const size_t size = (size_t)sqlite3_column_bytes(statement, 2);
	void *content;

	if (!group_is_whole(statement))
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: the device tree of the group at seq %lld is damaged",
		    journal->path,
		    (long long)sqlite3_column_int64(statement, 0));
	content = malloc(size == 0 ? 1 : size);
	if (content == NULL)
		return failure_of_memory(journal->path, ret_error);
	if (size != 0)
		memcpy(content, sqlite3_column_blob(statement, 2), size);
	*ret_content = content;
	*ret_size = size;
	return JOURNAL_OK;
}

enum journal_status journal_last_group(struct journal *journal,
    int64_t instance, uint64_t to, uint64_t *ret_seq, void **ret_content,
    size_t *ret_size, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_LAST_GROUP, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(
	    statement, 2, to > INT64_MAX ? INT64_MAX : (sqlite3_int64)to);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK)
		status = copy_content(
		    journal, statement, ret_content, ret_size, ret_error);
	if (status == JOURNAL_OK)
		*ret_seq = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return status;
}
