/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_rows.h"

#include "daemon/log_entry.h"

#include <assert.h>

#define FIELD_ENTRIES 2 /* of WatchResult */

bool watch_rows_add(struct watch_rows *rows, const struct journal_row *row)
{
	const bool goes_on = row->group != 0 && row->group == rows->group;

	if (rows->entries.count >= WATCH_ROWS_MAX && !goes_on)
		return false;
	if (rows->entries.count == 0)
		rows->first = row->seq;
	else
		assert(row->seq == rows->next);
	log_entry_add(row, FIELD_ENTRIES, &rows->entries);
	rows->group = row->group;
	rows->next = row->seq + 1;
	return true;
}

uint8_t *watch_rows_frame(
    struct watch_rows *rows, uint64_t id, const char *name, size_t *ret_size)
{
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;
	struct answer answer;

	answer_init(&answer, id);
	answer_seq(&answer, rows->next - 1);
	answer.response.has_more = answer.response.more = 1;
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	answer.response.watch = &result;
	result.instance = (char *)name;
	repeated_attach(&rows->entries, &result.base);
	return answer_frame(&answer, ret_size);
}

void watch_rows_free(struct watch_rows *rows)
{
	repeated_free(&rows->entries);
	*rows = (struct watch_rows){0};
}
