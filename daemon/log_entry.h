/* SPDX-License-Identifier: BSD-2-Clause */
/* A row of the journal as the message that tells of it. */
#ifndef DAEMON_LOG_ENTRY_H
#define DAEMON_LOG_ENTRY_H

#include "daemon/answer.h"
#include "daemon/translate_entry.h"
#include "proto/repeated.h"

/* One entry with what its message points to, but for the texts of its row. */
struct log_entry {
	Memblock__V1__LogEntry message;
	Memblock__V1__Status status;
	union translate_operation operation;
	char warning_text[OUTCOME_MESSAGE_MAX];
	char *warnings[ANSWER_WARNINGS_MAX];
};

/* Makes entry->message tell of a row. It points into the entry, which stays
 * where it is, and into the row. */
void log_entry_fill(const struct journal_row *row, struct log_entry *entry);

/* Adds such an entry, packed, to the entries of a log or a watch, which are the
 * field of that number. */
void log_entry_add(const struct journal_row *row, uint32_t field_number,
    struct repeated *entries);

/* No entry of a row, packed, is longer; also with what a HistoryRecord has
 * beyond that. */
size_t log_entry_bytes_max(const struct journal_row *row);

#endif
