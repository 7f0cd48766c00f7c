/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/history_record.h"

#include "daemon/settings.h"
#include "daemon/translate.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define FORMAT 1

/* ---- the head ---- */

static ProtobufCBinaryData hash_data(uint8_t *hash)
{
	return (ProtobufCBinaryData){.len = JOURNAL_HASH_SIZE, .data = hash};
}

static void fill_origin(struct history_head *head)
{
	Memblock__V1__HistoryHead *message = &head->message;

	message->origin = head->history.origin.name;
	message->has_origin_seq = 1;
	message->origin_seq = head->history.origin.seq;
	message->has_origin_hash = 1;
	message->origin_hash = hash_data(head->history.origin.hash);
}

void history_head_fill(const struct journal_history *history, uint64_t seq,
    int64_t before_time_us, struct history_head *head)
{
	Memblock__V1__HistoryHead *message = &head->message;
	struct journal_instance *instance = &head->history.instance;

	head->history = *history;
	memblock__v1__history_head__init(message);
	settings_fill(&instance->settings, &head->settings);
	message->settings = &head->settings;
	message->has_format = message->has_created_time_us = 1;
	message->format = FORMAT;
	message->name = instance->name;
	message->created_time_us = (uint64_t)instance->created_us;
	message->principal = instance->principal;
	message->has_first_seq = message->has_before = 1;
	message->first_seq = history->first_seq;
	message->before = hash_data(head->history.first_before);
	message->has_before_time_us =
	    history->is_copy || history->first_seq > 1;
	message->before_time_us = (uint64_t)before_time_us;
	if (history->is_copy)
		fill_origin(head);
	message->has_seq = 1;
	message->seq = seq;
}

static bool take_hash(protobuf_c_boolean has_data,
    const ProtobufCBinaryData *data, uint8_t *ret_hash)
{
	if (!has_data || data->len != JOURNAL_HASH_SIZE)
		return false;
	memcpy(ret_hash, data->data, JOURNAL_HASH_SIZE);
	return true;
}

/* Copies a text that must be there. False: it is not, or does not fit. */
static bool take_text(const char *text, char *ret_text, size_t size)
{
	if (text == NULL || text[0] == '\0' || strlen(text) >= size)
		return false;
	strcpy(ret_text, text);
	return true;
}

static bool take_origin(
    const Memblock__V1__HistoryHead *message, struct journal_history *history)
{
	struct journal_origin *origin = &history->origin;

	history->is_copy = message->origin != NULL;
	if (!history->is_copy)
		return true;
	origin->seq = message->origin_seq;
	return origin->seq <= INT64_MAX &&
	       take_text(message->origin, origin->name, sizeof(origin->name)) &&
	       take_hash(message->has_origin_hash, &message->origin_hash,
		   origin->hash);
}

const char *history_head_take(const Memblock__V1__HistoryHead *message,
    struct journal_history *ret_history, char *wrong)
{
	struct journal_history history = {.first_seq = message->first_seq};
	struct journal_instance *instance = &history.instance;

	if (message->format != FORMAT) {
		snprintf(wrong, OUTCOME_MESSAGE_MAX,
		    "format %u is not one that this server knows",
		    message->format);
		return wrong;
	}
	if (!settings_take(message->settings, &instance->settings, wrong))
		return wrong;
	instance->created_us = (int64_t)message->created_time_us;
	if (!take_text(message->principal, instance->principal,
		sizeof(instance->principal)))
		return "the head names nobody who made it";
	if (!take_hash(
		message->has_before, &message->before, history.first_before))
		return "the head has no hash before the first operation";
	if (!take_origin(message, &history))
		return "the head's origin is none";
	*ret_history = history;
	return NULL;
}

/* ---- an operation ---- */

void history_entry_fill(const struct journal_row *row, struct log_entry *entry)
{
	Memblock__V1__LogEntry *message = &entry->message;

	log_entry_fill(row, entry);
	message->has_warning_bits = row->outcome.warnings != 0;
	message->warning_bits = row->outcome.warnings;
	message->has_request_key = row->key != NULL;
	message->request_key.len = row->key_size;
	message->request_key.data = (uint8_t *)row->key;
	message->has_hash = 1;
	message->hash = hash_data((uint8_t *)row->hash);
}

/* The words of an outcome, which for one that was done are its warnings, a
 * line each. False: too many. */
static bool take_words(
    const Memblock__V1__LogEntry *message, char *ret_words, size_t size)
{
	size_t used = 0, i;

	ret_words[0] = '\0';
	if (message->status->code != MEMBLOCK__V1__STATUS__CODE__OK)
		return message->status->message == NULL ||
		       take_text(message->status->message, ret_words, size);
	for (i = 0; i < message->n_warnings && used < size; i++)
		used += (size_t)snprintf(ret_words + used, size - used, "%s%s",
		    i > 0 ? "\n" : "", message->warnings[i]);
	return used < size;
}

static bool take_status(
    const Memblock__V1__Status *status, enum mb_status *ret_status)
{
	static const enum mb_status known[] = {MB_OK, MB_NO_SPACE, MB_BUSY};
	size_t i;

	for (i = 0; status != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (status->code == answer_status_code(known[i])) {
			*ret_status = known[i];
			return true;
		}
	return false;
}

#define SAME(NAME)                                                             \
	static_assert((int)MEMBLOCK__V1__LOG_ENTRY__OPERATION_##NAME ==        \
			  (int)MEMBLOCK__V1__REQUEST__OPERATION_##NAME,        \
	    "an entry has the numbers of Request")
SAME(ADD);
SAME(REMOVE);
SAME(RESERVE);
SAME(FREE);
SAME(ALLOC);
SAME(SET);
SAME(MARK);
SAME(CLEAR);
SAME(SET_NODE);
SAME(TRIM);
SAME(LIMIT);
SAME(CAP);
SAME(PHYSMEM_ADD);

static const char *take_op(const Memblock__V1__LogEntry *message,
    const struct memblock_settings *settings, struct op *ret_op)
{
	Memblock__V1__Request request = MEMBLOCK__V1__REQUEST__INIT;

	if (message->operation_case ==
	    MEMBLOCK__V1__LOG_ENTRY__OPERATION__NOT_SET)
		return "it names no operation that this server knows";
	/* All members of the oneof are pointers to messages. */
	request.operation_case =
	    (Memblock__V1__Request__OperationCase)message->operation_case;
	request.add = message->add;
	return translate_request(&request, settings, ret_op);
}

const char *history_entry_take(const Memblock__V1__LogEntry *message,
    const struct memblock_settings *settings, struct journal_row *ret_row)
{
	struct journal_row row = {
	    .seq = message->seq,
	    .time_us = (int64_t)message->time_us,
	    .principal = message->principal,
	    .label = message->label,
	    .group = message->group,
	    .outcome = {.base = message->address,
		.warnings = message->warning_bits},
	};
	const char *wrong = take_op(message, settings, &row.op);

	if (wrong != NULL)
		return wrong;
	if (!take_status(message->status, &row.outcome.status) ||
	    !take_words(
		message, row.outcome.message, sizeof(row.outcome.message)))
		return "its outcome is none that an operation has";
	if (!take_hash(message->has_hash, &message->hash, row.hash))
		return "its hash is missing";
	if (message->has_request_key) {
		row.key = message->request_key.data;
		row.key_size = message->request_key.len;
	}
	*ret_row = row;
	return NULL;
}
