/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_history.h"

#include "storage/failure.h"
#include "storage/group.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

#include <stdlib.h>
#include <string.h>

enum journal_status journal_find_history(struct journal *journal,
    int64_t instance, struct journal_history *ret_history,
    struct journal_error *ret_error)
{
	struct instance_record record;
	const enum journal_status status =
	    instance_record_find(journal, instance, &record, ret_error);

	if (status != JOURNAL_OK)
		return status;
	ret_history->instance = record.instance;
	ret_history->is_copy = record.has_origin;
	ret_history->origin = record.origin;
	ret_history->first_seq = record.instance.first_seq;
	memcpy(ret_history->first_before, record.first_before,
	    sizeof(record.first_before));
	return JOURNAL_OK;
}

enum journal_status journal_group_content(struct journal *journal,
    int64_t instance, uint64_t seq, void **ret_content, size_t *ret_size,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	void *copy;
	int step, size;

	status = statement_get(
	    journal, STATEMENT_GROUP_CONTENT, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW && !group_is_whole(statement)) {
		status = failure(JOURNAL_DAMAGED, ret_error,
		    "%s: the device tree of the group at seq %llu is damaged",
		    journal->path, (unsigned long long)seq);
	} else if (step == SQLITE_ROW) {
		size = sqlite3_column_bytes(statement, 2);
		copy = malloc((size_t)size + 1);
		if (copy == NULL) {
			status = failure_of_memory(journal->path, ret_error);
		} else {
			if (size > 0)
				memcpy(copy, sqlite3_column_blob(statement, 2),
				    (size_t)size);
			*ret_content = copy;
			*ret_size = (size_t)size;
		}
	} else if (step == SQLITE_DONE) {
		status = failure(JOURNAL_NOT_FOUND, ret_error,
		    "%s: nothing led to seq %llu", journal->path,
		    (unsigned long long)seq);
	} else {
		status = statement_failure(journal, ret_error);
	}
	sqlite3_reset(statement);
	return status;
}
