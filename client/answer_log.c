/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to log and watch: entries, and whose they are. */
#include "client/answer.h"

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* ---- log ---- */

/* What was asked for, by the name it has in Request, as one types it. */
static const char *entry_operation(const Memblock__V1__LogEntry *entry)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field(
		&memblock__v1__log_entry__descriptor,
		(unsigned int)entry->operation_case);

	if (entry->operation_case ==
	    MEMBLOCK__V1__LOG_ENTRY__OPERATION_SET_NODE)
		return "set-node";
	if (entry->operation_case ==
	    MEMBLOCK__V1__LOG_ENTRY__OPERATION_PHYSMEM_ADD)
		return "physmem-add";
	return field != NULL ? field->name : "";
}

static struct mbc_entry entry_from(const Memblock__V1__LogEntry *from)
{
	const Memblock__V1__Status *status = from->status;
	struct mbc_entry entry = {
	    .seq = from->seq,
	    .time_us = from->time_us,
	    .principal = or_empty(from->principal),
	    .label = or_empty(from->label),
	    .group = from->group,
	    .operation = entry_operation(from),
	    .message = "",
	    .errno_name = "",
	    .has_address = from->has_address != 0,
	    .address = from->address,
	    .warning_count = from->n_warnings,
	    .warnings = (const char *const *)from->warnings,
	    .arguments = from->add, /* one pointer for all of the oneof */
	};

	if (status != NULL) {
		entry.code = (enum mbc_code)status->code;
		entry.message = or_empty(status->message);
		entry.errno_name = or_empty(status->errno_name);
	}
	return entry;
}

static bool append_entries(struct mbc_answer *answer, size_t count,
    Memblock__V1__LogEntry *const *entries, const char *instance, uint64_t life)
{
	struct answer_items *to = &answer->entries;
	struct mbc_entry *entry;
	size_t i;

	if (!answer_make_room(to, count, sizeof(struct mbc_entry)))
		return false;
	for (i = 0; i < count; i++) {
		entry = ANSWER_NEXT(to, struct mbc_entry);
		*entry = entry_from(entries[i]);
		entry->instance = or_empty(instance);
		entry->life = life;
	}
	return true;
}

static bool append_origins(
    struct mbc_answer *answer, const Memblock__V1__LogResult *log)
{
	struct answer_items *to = &answer->origins;
	size_t i;

	if (!answer_make_room(to, log->n_origins, sizeof(struct mbc_origin)))
		return false;
	for (i = 0; i < log->n_origins; i++)
		*ANSWER_NEXT(to, struct mbc_origin) = (struct mbc_origin){
		    .instance = or_empty(log->origins[i]->instance),
		    .seq = log->origins[i]->seq,
		    .life = log->origins[i]->life,
		};
	return true;
}

bool answer_append_log(
    struct mbc_answer *answer, const Memblock__V1__LogResult *log)
{
	answer->log_instance = log->instance;
	return append_origins(answer, log) &&
	       append_entries(answer, log->n_entries, log->entries,
		   log->instance, log->life);
}

size_t mbc_answer_origin_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->origins.count : 0;
}

const struct mbc_origin *mbc_answer_origin_at(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_origin_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->origins, struct mbc_origin, index);
}

const char *mbc_answer_log_instance(const struct mbc_answer *answer)
{
	return answer != NULL ? or_empty(answer->log_instance) : "";
}

/* ---- watch ---- */

bool answer_take_watch(
    struct mbc_answer *answer, const Memblock__V1__WatchResult *watch)
{
	answer->watched = watch->instance;
	answer->is_heartbeat = watch->heartbeat != 0;
	return append_entries(
	    answer, watch->n_entries, watch->entries, NULL, 0);
}

const char *mbc_answer_watched(const struct mbc_answer *answer)
{
	return answer != NULL ? or_empty(answer->watched) : "";
}

bool mbc_answer_is_heartbeat(const struct mbc_answer *answer)
{
	return answer != NULL && answer->is_heartbeat;
}
