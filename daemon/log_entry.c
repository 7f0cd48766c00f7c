/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_entry.h"

#include <stdio.h>
#include <string.h>

static void fill_outcome(const struct outcome *outcome, struct log_entry *entry)
{
	const char *errno_name = answer_status_errno(outcome->status);
	Memblock__V1__LogEntry *message = &entry->message;

	memblock__v1__status__init(&entry->status);
	message->status = &entry->status;
	entry->status.has_code = 1;
	entry->status.code = answer_status_code(outcome->status);
	memcpy(entry->text, outcome->message, sizeof(entry->text));
	if (outcome->status != MB_OK) {
		entry->status.message = entry->text;
		if (*errno_name != '\0')
			entry->status.errno_name = (char *)errno_name;
		return;
	}
	message->n_warnings =
	    answer_split_warnings(entry->text, entry->warnings);
	message->warnings = entry->warnings;
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
	snprintf(
	    entry->principal, sizeof(entry->principal), "%s", row->principal);
	message->principal = entry->principal;
	if (row->label != NULL) {
		snprintf(entry->label, sizeof(entry->label), "%s", row->label);
		message->label = entry->label;
	}
	message->has_group = row->group != 0;
	message->group = row->group;
	fill_outcome(&row->outcome, entry);
	translate_entry(&row->op, message, &entry->operation);
}
