/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_page.h"

#include "storage/journal_missing.h"

#include <stdio.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static bool read_row(void *arg, const struct journal_row *row)
{
	struct watch_page *page = arg;

	/* What is between was dropped. */
	if (page->rows.entries.count == 0 && row->seq != page->next)
		return false;
	return watch_rows_add(&page->rows, row);
}

/* What becomes of a page of which not even the first row could be told. */
static void explain(struct watch_page *page, enum journal_status status,
    const struct journal_error *error)
{
	page->code = status == JOURNAL_NOT_FOUND ? CODE(NOT_FOUND)
		     : status == JOURNAL_FAILED	 ? CODE(UNAVAILABLE)
						 : CODE(DATA_LOSS);
	snprintf(page->reason, sizeof(page->reason), "%s", error->text);
}

void watch_page_read(struct watch_page *page, struct journal *journal)
{
	struct journal_error error;
	enum journal_status status;

	page->code = CODE(OK);
	page->frame = NULL;
	page->rows = (struct watch_rows){0};
	status = journal_each_row(journal, page->instance, page->next, page->to,
	    false, read_row, page, &error);
	if (status == JOURNAL_OK && page->rows.entries.count == 0)
		status = journal_tell_missing(
		    journal, page->instance, page->next, &error);
	/* What is whole is told; what is wrong behind it is found next time. */
	if (page->rows.entries.count > 0) {
		page->next = page->rows.next;
		page->frame = watch_rows_frame(
		    &page->rows, page->id, page->name, &page->frame_size);
	} else {
		explain(page, status, &error);
	}
	watch_rows_free(&page->rows);
}
