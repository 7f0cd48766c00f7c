/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rows of an instance a log is asked for. Plain values. */
#ifndef DAEMON_LOG_FILTER_H
#define DAEMON_LOG_FILTER_H

#include "memblock.pb-c.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_filter {
	bool has_since, has_until;
	int64_t since_us, until_us;
	const char *operation;			   /* of op_info(); NULL: any */
	char principal[JOURNAL_PRINCIPAL_MAX + 1]; /* "": anybody */
	bool has_label;
	char label[JOURNAL_LABEL_MAX + 1]; /* a pattern as of fnmatch() */
	bool has_range;
	uint64_t start, last; /* both belong to it */
	bool failed;
};

/* Takes the filter out of a request. False: it makes no sense, and wrong says
 * why. */
bool log_filter_read(const Memblock__V1__Log *log,
    struct log_filter *ret_filter, char *ret_wrong, size_t wrong_size);

/* Cuts a span of seqs to the times that are asked for: to one with from > to
 * where there are none. On a reading thread. JOURNAL_OK, _FAILED, _DAMAGED. */
enum journal_status log_filter_cut(const struct log_filter *filter,
    struct journal *journal, int64_t instance, uint64_t *from, uint64_t *to,
    struct journal_error *ret_error);

/* Whether a row is asked for; its time is not looked at. */
bool log_filter_passes(
    const struct log_filter *filter, const struct journal_row *row);

#endif
