/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of a whole history: from what a journal has to messages, and
 * back. */
#ifndef DAEMON_HISTORY_RECORD_H
#define DAEMON_HISTORY_RECORD_H

#include "daemon/log_entry.h"
#include "storage/journal_history.h"

/* A message with everything it points to. */
struct history_head {
	Memblock__V1__HistoryHead message;
	Memblock__V1__Settings settings;
	struct journal_history history;
};

/* Makes head->message tell how a history begins; before_time_us counts where
 * that is with a layout. It points into the head. */
void history_head_fill(const struct journal_history *history, uint64_t seq,
    int64_t before_time_us, struct history_head *head);

/* What a head says. NULL: done; else a sentence about what is wrong, of
 * OUTCOME_MESSAGE_MAX bytes in wrong. The name is not looked at. */
const char *history_head_take(const Memblock__V1__HistoryHead *message,
    struct journal_history *ret_history, char *wrong);

/* As log_entry_fill(), and all else that a row has. */
void history_entry_fill(const struct journal_row *row, struct log_entry *entry);

/* The row that an entry tells of; it points into the message. As
 * history_head_take(). */
const char *history_entry_take(const Memblock__V1__LogEntry *message,
    const struct memblock_settings *settings, struct journal_row *ret_row);

#endif
