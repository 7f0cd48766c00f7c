/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal.h"

#include "storage/digest.h"
#include "storage/statement.h"

#include <string.h>

enum journal_status journal_group_is_of(struct journal *journal,
    int64_t instance, uint64_t seq, const void *content, size_t size,
    bool *ret_is_of, struct journal_error *ret_error)
{
	uint8_t hash[JOURNAL_HASH_SIZE], stored[JOURNAL_HASH_SIZE];
	enum journal_status status;
	sqlite3_stmt *statement;
	int step;

	status =
	    statement_get(journal, STATEMENT_GROUP_BLOB, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	digest_bytes(content, size, hash);
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW)
		*ret_is_of = statement_column_bytes(
				 statement, 0, stored, sizeof(stored)) &&
			     memcmp(stored, hash, sizeof(hash)) == 0;
	else if (step == SQLITE_DONE)
		*ret_is_of = false;
	else
		status = statement_failure(journal, ret_error);
	sqlite3_reset(statement);
	return status;
}
