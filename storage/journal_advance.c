/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_advance.h"

#include "storage/failure.h"
#include "storage/statement.h"

#include <stdlib.h>

/* The rows of one instance in a batch: seqs first to last. */
struct span {
	int64_t instance;
	uint64_t first;
	uint64_t last;
	uint64_t rows;
};

static int compare_spans(const void *a, const void *b)
{
	const struct span *left = a, *right = b;

	if (left->instance != right->instance)
		return left->instance < right->instance ? -1 : 1;
	return left->first < right->first ? -1 : left->first > right->first;
}

static bool joins(const struct span *span, const struct span *next)
{
	return span->instance == next->instance;
}

/* Sorted spans of one row each become one for each instance. */
static size_t join_spans(struct span *spans, size_t count)
{
	size_t i, joined = 0;

	for (i = 1; i < count; i++) {
		if (joins(&spans[joined], &spans[i])) {
			spans[joined].last = spans[i].last;
			spans[joined].rows++;
		} else {
			spans[++joined] = spans[i];
		}
	}
	return count == 0 ? 0 : joined + 1;
}

/* NULL: no memory. */
static struct span *collect_spans(
    const struct journal_batch *batch, size_t *ret_count)
{
	struct span *spans = calloc(batch->item_count + 1, sizeof(*spans));
	size_t i, count = 0;

	if (spans == NULL)
		return NULL;
	for (i = 0; i < batch->item_count; i++) {
		const struct batch_item *item = &batch->items[i];

		if (item->kind == BATCH_ROW)
			spans[count++] = (struct span){
			    item->instance, item->seq, item->seq, 1};
	}
	qsort(spans, count, sizeof(*spans), compare_spans);
	*ret_count = join_spans(spans, count);
	return spans;
}

/* The instance says itself what its last seq is: rows that are lost at the end
 * are missed. It must have stood where the span begins. */
static enum journal_status advance(struct journal *journal,
    const struct span *span, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(
	    journal, STATEMENT_ADVANCE_INSTANCE, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, span->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)(span->first - 1));
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)span->last);
	status = statement_run(journal, statement, ret_error);
	if (status == JOURNAL_OK &&
	    (sqlite3_changes(journal->db) != 1 ||
		span->last - span->first + 1 != span->rows))
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: operations %llu to %llu do not follow what instance "
		    "%lld has",
		    journal->path, (unsigned long long)span->first,
		    (unsigned long long)span->last, (long long)span->instance);
	return status;
}

enum journal_status advance_instances(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	struct span *spans;
	size_t i, count;

	spans = collect_spans(batch, &count);
	if (spans == NULL)
		return failure_of_memory(journal->path, ret_error);
	for (i = 0; i < count && status == JOURNAL_OK; i++)
		status = advance(journal, &spans[i], ret_error);
	free(spans);
	return status;
}
