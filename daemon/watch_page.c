/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_page.h"

#include "daemon/log_entry.h"
#include "daemon/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static void add_entry(struct watch_page *page, const struct journal_row *row)
{
	struct log_entry *entry = memory_zeroed(1, sizeof(*entry));

	if (page->count == page->room) {
		page->room = page->room == 0 ? 16 : 2 * page->room;
		page->entries = memory_need(reallocarray(
		    page->entries, page->room, sizeof(*page->entries)));
	}
	log_entry_fill(row, entry);
	page->entries[page->count++] = &entry->message;
	page->group = row->group;
	page->next = row->seq + 1;
}

static bool read_row(void *arg, const struct journal_row *row)
{
	struct watch_page *page = arg;
	const bool goes_on = row->group != 0 && row->group == page->group;

	if (page->count == 0 && row->seq != page->next) {
		page->gap_to = row->seq;
		return false;
	}
	if (page->count >= WATCH_PAGE_ROWS && !goes_on)
		return false;
	add_entry(page, row);
	return true;
}

static void pack(struct watch_page *page)
{
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;
	struct answer answer;

	answer_init(&answer, page->id);
	answer_seq(&answer, page->next - 1);
	answer.response.has_more = answer.response.more = 1;
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	answer.response.watch = &result;
	result.instance = page->name;
	result.n_entries = page->count;
	result.entries = page->entries;
	page->frame = answer_frame(&answer, &page->frame_size);
}

/* What becomes of a page of which not even the first row could be told. */
static void explain(struct watch_page *page, enum journal_status status,
    const struct journal_error *error)
{
	if (status != JOURNAL_OK) {
		page->code = status == JOURNAL_FAILED ? CODE(UNAVAILABLE)
						      : CODE(DATA_LOSS);
		snprintf(page->reason, sizeof(page->reason), "%s", error->text);
		return;
	}
	page->code = CODE(NOT_FOUND);
	if (page->gap_to != 0)
		snprintf(page->reason, sizeof(page->reason),
		    "seq %" PRIu64 " is not kept any more; the first that is "
		    "is %" PRIu64,
		    page->next, page->gap_to);
	else
		snprintf(page->reason, sizeof(page->reason),
		    "seq %" PRIu64 " is not kept any more", page->next);
}

void watch_page_read(struct watch_page *page, struct journal *journal)
{
	struct journal_error error;
	enum journal_status status;
	size_t i;

	page->code = CODE(OK);
	page->frame = NULL;
	page->entries = NULL;
	page->count = page->room = 0;
	page->group = page->gap_to = 0;
	status = journal_each_row(journal, page->instance, page->next, page->to,
	    false, read_row, page, &error);
	/* What is whole is told; what is wrong behind it is found next time. */
	if (page->count > 0)
		pack(page);
	else
		explain(page, status, &error);
	for (i = 0; i < page->count; i++)
		free(page->entries[i]); /* the first member of its entry */
	free(page->entries);
}
