/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_entry.h"

#include "daemon/memory.h"

#include <string.h>

/* What an entry takes without its texts: some twenty numbers of at most 10
 * bytes, a request key and a hash, each behind a tag and perhaps a length. */
#define NUMBERS_BYTES_MAX 512

static void fill_outcome(const struct outcome *outcome, struct log_entry *entry)
{
	const char *errno_name = answer_status_errno(outcome->status);
	Memblock__V1__LogEntry *message = &entry->message;

	memblock__v1__status__init(&entry->status);
	message->status = &entry->status;
	entry->status.has_code = 1;
	entry->status.code = answer_status_code(outcome->status);
	if (outcome->status != MB_OK) {
		entry->status.message = (char *)outcome->message;
		if (*errno_name != '\0')
			entry->status.errno_name = (char *)errno_name;
		return;
	}
	if (outcome->message[0] != '\0') {
		strcpy(entry->warning_text, outcome->message);
		message->n_warnings =
		    answer_split_warnings(entry->warning_text, entry->warnings);
		message->warnings = entry->warnings;
	}
	message->has_address = outcome->base != 0;
	message->address = outcome->base;
}

void log_entry_fill(const struct journal_row *row, struct log_entry *entry)
{
	Memblock__V1__LogEntry *message = &entry->message;

	memblock__v1__log_entry__init(message);
	message->has_seq = message->has_time_us = 1;
	message->seq = row->seq;
	message->time_us = (uint64_t)row->time_us;
	message->principal = (char *)row->principal;
	message->label = (char *)row->label;
	message->has_group = row->group != 0;
	message->group = row->group;
	fill_outcome(&row->outcome, entry);
	translate_entry(&row->op, message, &entry->operation);
}

size_t log_entry_bytes_max(const struct journal_row *row)
{
	return NUMBERS_BYTES_MAX + OUTCOME_MESSAGE_MAX +
	       strlen(row->principal) +
	       (row->label == NULL ? 0 : strlen(row->label));
}

void log_entry_add(const struct journal_row *row, uint32_t field_number,
    struct repeated *entries)
{
	struct log_entry entry;

	log_entry_fill(row, &entry);
	memory_check(repeated_add(entries, field_number, &entry.message.base,
	    log_entry_bytes_max(row)));
}
