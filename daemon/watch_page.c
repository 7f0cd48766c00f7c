/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_page.h"

#include <inttypes.h>
#include <stdio.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static bool read_row(void *arg, const struct journal_row *row)
{
	struct watch_page *page = arg;

	if (page->rows.entries.count == 0 && row->seq != page->next) {
		page->gap_to = row->seq;
		return false;
	}
	return watch_rows_add(&page->rows, row);
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

	page->code = CODE(OK);
	page->frame = NULL;
	page->rows = (struct watch_rows){0};
	page->gap_to = 0;
	status = journal_each_row(journal, page->instance, page->next, page->to,
	    false, read_row, page, &error);
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
