/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/repeat.h"

#include "daemon/boot.h"
#include "daemon/change.h"
#include "daemon/clone.h"
#include "daemon/group.h"
#include "daemon/memory.h"
#include "daemon/steps.h"
#include "daemon/translate.h"
#include "storage/op_fields.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static enum command_end refuse(struct request *request, const char *what)
{
	request_refuse(request, CODE(INVALID_ARGUMENT),
	    "the request key was used before, for %s", what);
	return COMMAND_ANSWER;
}

static enum command_end refuse_row(
    struct request *request, const struct journal_row *row)
{
	request_refuse(request, CODE(INVALID_ARGUMENT),
	    "the request key was used before, for another operation: %s at seq "
	    "%llu",
	    op_info((int)row->op.kind)->name, (unsigned long long)row->seq);
	return COMMAND_ANSWER;
}

static enum command_end repeat_create(
    struct request *request, const struct journal_key_use *use)
{
	const struct journal_instance *instance = &use->instance;
	uint8_t asked[JOURNAL_HASH_SIZE], done[JOURNAL_HASH_SIZE];
	struct memblock_settings settings;
	struct journal_origin origin;
	struct journal_error error;
	enum journal_status status;
	bool is_copy;

	if (request->command->run == command_clone)
		return clone_again(request, use);
	if (request->command->run != command_create)
		return refuse(request, "create");
	status =
	    journal_find_origin(registry_journal(request->service->registry),
		instance->id, &is_copy, &origin, &error);
	if (status != JOURNAL_OK) {
		request_refuse_journal(request, status, &error);
		return COMMAND_ANSWER;
	}
	if (is_copy)
		return refuse(request, "clone");
	if (!command_create_settings(request, &settings))
		return COMMAND_ANSWER;
	journal_chain_start(&settings, asked);
	journal_chain_start(&instance->settings, done);
	if (memcmp(asked, done, sizeof(asked)) != 0)
		return refuse(request, "a create with other settings");
	answer_seq(&request->answer, 0);
	return COMMAND_ANSWER;
}

static enum command_end repeat_destroy(
    struct request *request, const struct journal_instance *instance)
{
	if (request->command->run != command_destroy)
		return refuse(request, "destroy");
	answer_seq(&request->answer, instance->seq);
	return COMMAND_ANSWER;
}

bool repeat_is_same(const struct op *a, const struct op *b)
{
	const struct op_info *info = op_info((int)a->kind);
	int i;

	if (a->kind != b->kind)
		return false;
	for (i = 0; i < OP_FIELDS_COUNT; i++)
		if (info->fields & 1u << i &&
		    op_field_get(a, 1u << i) != op_field_get(b, 1u << i))
			return false;
	return true;
}

static enum command_end repeat_change(struct request *request,
    const struct journal_instance *instance, const struct journal_row *row)
{
	struct op op;

	if (request->command->run != command_change ||
	    translate_request(request->message, &instance->settings, &op) !=
		NULL ||
	    !repeat_is_same(&op, &row->op))
		return refuse_row(request, row);
	answer_seq(&request->answer, row->seq);
	return change_answer(request, &row->op, &row->outcome);
}

static bool keep_row(void *arg, const struct journal_row *row)
{
	struct journal_row *kept = arg;

	*kept = *row;
	/* What it points to goes with the visit. */
	kept->principal = kept->label = NULL;
	kept->key = NULL;
	return false;
}

static enum command_end repeat_row(
    struct request *request, const struct journal_key_use *use)
{
	struct journal_row row = {.seq = 0};
	struct journal_error error;
	enum journal_status status;

	status = journal_each_row(registry_journal(request->service->registry),
	    use->instance.id, use->seq, use->seq, false, keep_row, &row,
	    &error);
	if (status != JOURNAL_OK) {
		request_refuse_journal(request, status, &error);
		return COMMAND_ANSWER;
	}
	if (row.seq == 0) /* taken away at this very moment */
		return refuse(request, "what is not kept any more");
	if (row.group == 0)
		return repeat_change(request, &use->instance, &row);
	if (request->command->run == command_batch)
		return group_again(request, use);
	if (request->command->run == command_load)
		return steps_again(
		    request, use, &request->message->load->device_tree, NULL);
	if (request->command->run == command_boot)
		return boot_again(request, use);
	return refuse_row(request, &row);
}

static enum command_end answer_again(
    struct request *request, const struct journal_key_use *use)
{
	switch (use->kind) {
	case JOURNAL_KEY_CREATE:
		return repeat_create(request, use);
	case JOURNAL_KEY_DESTROY:
		return repeat_destroy(request, &use->instance);
	case JOURNAL_KEY_ROW:
		break;
	}
	return repeat_row(request, use);
}

/* ---- the two questions ---- */

bool repeat_is_new(struct request *request, enum command_end *ret_end)
{
	const ProtobufCBinaryData *key = &request->message->request_key;
	const char *name = request->message->instance;
	struct service *service = request->service;
	struct journal_key_use use;
	struct journal_error error;
	enum journal_status status;
	uint64_t batch;

	if (!request_has_key(request))
		return true;
	if (keys_find(service->keys, name, key->data, key->len, &batch)) {
		request_put_aside(request, batch);
		*ret_end = COMMAND_SENT;
		return false;
	}
	status = journal_find_key(registry_journal(service->registry), name,
	    key->data, key->len, &use, &error);
	if (status == JOURNAL_NOT_FOUND)
		return true;
	if (status == JOURNAL_OK) {
		*ret_end = answer_again(request, &use);
	} else {
		request_refuse_journal(request, status, &error);
		*ret_end = COMMAND_ANSWER;
	}
	return false;
}

void repeat_remember(struct request *request)
{
	const ProtobufCBinaryData *key = &request->message->request_key;

	if (request_has_key(request))
		keys_add(request->service->keys, request->message->instance,
		    key->data, key->len);
}
