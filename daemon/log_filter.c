/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_filter.h"

#include "daemon/answer.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* ---- what is asked for ---- */

/* The name as op_info() has it; NULL: no operation is called so. */
static const char *find_operation(const char *name)
{
	int kind;

	for (kind = 1; kind <= OP_KIND_MAX; kind++)
		if (strcmp(op_info(kind)->name, name) == 0)
			return op_info(kind)->name;
	return NULL;
}

/* A time that no row can have is one that none comes after. */
static int64_t time_of(uint64_t time_us)
{
	return time_us > INT64_MAX ? INT64_MAX : (int64_t)time_us;
}

static bool read_words(const Memblock__V1__Log *log, struct log_filter *filter,
    char *wrong, size_t wrong_size)
{
	if (log->operation != NULL) {
		filter->operation = find_operation(log->operation);
		if (filter->operation == NULL) {
			snprintf(wrong, wrong_size,
			    "no operation is called '%.*s'",
			    answer_quotable(log->operation, 64),
			    log->operation);
			return false;
		}
	}
	if (log->principal != NULL &&
	    strlen(log->principal) >= sizeof(filter->principal)) {
		snprintf(wrong, wrong_size, "no principal has so many bytes");
		return false;
	}
	if (log->principal != NULL)
		strcpy(filter->principal, log->principal);
	if (log->label_glob == NULL)
		return true;
	if (strlen(log->label_glob) >= sizeof(filter->label)) {
		snprintf(wrong, wrong_size,
		    "the label's pattern has %zu bytes, and at most %d are "
		    "taken",
		    strlen(log->label_glob), JOURNAL_LABEL_MAX);
		return false;
	}
	filter->has_label = true;
	strcpy(filter->label, log->label_glob);
	return true;
}

static bool read_range(const Memblock__V1__Log *log, struct log_filter *filter,
    char *wrong, size_t wrong_size)
{
	const uint64_t start = log->touching_address;
	const uint64_t size = log->touching_size;

	if (!log->has_touching_address && !log->has_touching_size)
		return true;
	if (size == 0) {
		snprintf(wrong, wrong_size,
		    "a range of size 0 is touched by nothing");
		return false;
	}
	filter->has_range = true;
	filter->start = start;
	filter->last =
	    size - 1 > UINT64_MAX - start ? UINT64_MAX : start + size - 1;
	return true;
}

bool log_filter_read(const Memblock__V1__Log *log,
    struct log_filter *ret_filter, char *ret_wrong, size_t wrong_size)
{
	struct log_filter filter = {
	    .has_since = log->has_since_time_us,
	    .since_us = time_of(log->since_time_us),
	    .has_until = log->has_until_time_us,
	    .until_us = time_of(log->until_time_us),
	    .failed = log->failed,
	};

	if (!read_words(log, &filter, ret_wrong, wrong_size) ||
	    !read_range(log, &filter, ret_wrong, wrong_size))
		return false;
	*ret_filter = filter;
	return true;
}

/* ---- by time ---- */

/* How many rows there are up to that time; more than are kept are there where
 * none of them is so old. */
static enum journal_status rows_until(struct journal *journal, int64_t instance,
    int64_t time_us, uint64_t *ret_rows, struct journal_error *ret_error)
{
	const enum journal_status status =
	    journal_seq_at(journal, instance, time_us, ret_rows, ret_error);

	if (status != JOURNAL_NOT_FOUND)
		return status;
	*ret_rows = 0;
	return JOURNAL_OK;
}

enum journal_status log_filter_cut(const struct log_filter *filter,
    struct journal *journal, int64_t instance, uint64_t *from, uint64_t *to,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	uint64_t rows;

	if (filter->has_since && filter->since_us > 0) {
		status = rows_until(
		    journal, instance, filter->since_us - 1, &rows, ret_error);
		if (status == JOURNAL_OK && *from < rows + 1)
			*from = rows + 1;
	}
	if (status == JOURNAL_OK && filter->has_until) {
		status = rows_until(
		    journal, instance, filter->until_us, &rows, ret_error);
		if (status == JOURNAL_OK && *to > rows)
			*to = rows;
	}
	return status;
}

/* ---- row by row ---- */

static bool meets(const struct log_filter *filter, uint64_t base, uint64_t size)
{
	return size > 0 && base <= filter->last &&
	       (base >= filter->start || filter->start - base < size);
}

static bool touches(
    const struct log_filter *filter, const struct journal_row *row)
{
	const uint32_t fields = op_info((int)row->op.kind)->fields;

	if ((fields & OP_FIELD_BASE) != 0)
		return meets(filter, row->op.base, row->op.size);
	return row->outcome.base != 0 &&
	       meets(filter, row->outcome.base, row->op.size);
}

bool log_filter_passes(
    const struct log_filter *filter, const struct journal_row *row)
{
	const struct op_info *info = op_info((int)row->op.kind);

	if (filter->failed && row->outcome.status == MB_OK)
		return false;
	if (filter->operation != NULL &&
	    strcmp(filter->operation, info->name) != 0)
		return false;
	if (filter->principal[0] != '\0' &&
	    strcmp(filter->principal, row->principal) != 0)
		return false;
	if (filter->has_label &&
	    fnmatch(filter->label, row->label == NULL ? "" : row->label, 0) !=
		0)
		return false;
	return !filter->has_range || touches(filter, row);
}
