/* SPDX-License-Identifier: BSD-2-Clause */
/* A row of the journal as the message that tells of it. */
#ifndef DAEMON_LOG_ENTRY_H
#define DAEMON_LOG_ENTRY_H

#include "daemon/answer.h"
#include "daemon/translate_entry.h"

/* One entry with everything its message points to. */
struct log_entry {
	Memblock__V1__LogEntry message;
	Memblock__V1__Status status;
	union translate_operation operation;
	char principal[JOURNAL_PRINCIPAL_MAX + 1];
	char label[JOURNAL_LABEL_MAX + 1];
	char text[OUTCOME_MESSAGE_MAX];
	char *warnings[ANSWER_WARNINGS_MAX];
};

/* Makes entry->message tell of a row. It points into the entry, which stays
 * where it is. */
void log_entry_fill(const struct journal_row *row, struct log_entry *entry);

#endif
