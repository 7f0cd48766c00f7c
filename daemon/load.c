/* SPDX-License-Identifier: BSD-2-Clause */
/* load: a device tree's memory and reservations, as one group of rows. */
#include "daemon/load.h"

#include "daemon/change.h"
#include "daemon/memory.h"

#include "engine/boot.h"
#include "engine/devicetree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* One step with the strings its message points to. */
struct step {
	Memblock__V1__Step message;
	struct op op;
	struct outcome outcome; /* of what was performed */
	bool skipped;
	uint64_t seq; /* of its row; 0: none */
	char label[JOURNAL_LABEL_MAX + 1];
};

/* A tree while it is loaded. Everything is done to a copy of the model first:
 * the group is written whole or not at all. */
struct loading {
	struct memblock *mb; /* the copy */
	struct step *steps;
	size_t count, room;
	enum mb_status failure; /* what ended it; MB_OK: nothing did */
	char failure_text[OUTCOME_MESSAGE_MAX];
};

static struct step *new_step(
    struct loading *loading, const struct op *op, const char *label)
{
	struct step *step;

	if (loading->count == loading->room) {
		loading->room = 2 * loading->room + 16;
		loading->steps = memory_need(
		    reallocarray(loading->steps, loading->room, sizeof(*step)));
	}
	step = &loading->steps[loading->count++];
	memset(step, 0, sizeof(*step));
	step->op = *op;
	snprintf(step->label, sizeof(step->label), "%s", label);
	return step;
}

static bool perform(void *arg, const struct op *op, const char *label)
{
	struct loading *loading = arg;
	struct step *step = new_step(loading, op, label);

	op_apply(loading->mb, op, &step->outcome);
	if (change_is_history(step->outcome.status))
		return true;
	if (step->outcome.status == MB_INVALID) {
		/* No model can take it: the rest of the tree goes on. */
		step->skipped = true;
		return true;
	}
	loading->failure = step->outcome.status;
	memcpy(loading->failure_text, step->outcome.message,
	    sizeof(loading->failure_text));
	return false;
}

static bool skip(
    void *arg, const struct op *op, const char *label, const char *message)
{
	struct step *step = new_step(arg, op, label);

	step->skipped = true;
	snprintf(step->outcome.message, sizeof(step->outcome.message), "%s",
	    message);
	return true;
}

/* Does the tree's steps to a copy of the model. False: refused. */
static bool try_tree(struct request *request, struct loading *loading)
{
	const ProtobufCBinaryData *blob = &request->message->load->device_tree;
	const struct boot_sink sink = {perform, skip, loading};
	char reason[DEVICETREE_MESSAGE_MAX];
	struct devicetree *tree;
	enum mb_status status;

	if (!request->message->load->has_device_tree)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the device tree is missing");
	status = devicetree_read(blob->data, blob->len, &tree, reason);
	if (status != MB_OK)
		return request_refuse(
		    request, answer_status_code(status), "%s", reason);
	loading->mb = memory_need(memblock_copy(request->instance->mb));
	boot_load(tree, loading->mb, &sink);
	devicetree_free(tree);
	return loading->failure == MB_OK ||
	       request_refuse(request, answer_status_code(loading->failure),
		   "%s", loading->failure_text);
}

static bool is_any_performed(const struct loading *loading)
{
	size_t i;

	for (i = 0; i < loading->count; i++)
		if (!loading->steps[i].skipped)
			return true;
	return false;
}

/* Writes the group down and lets the copy take the model's place. */
static void record(struct request *request, struct loading *loading)
{
	const ProtobufCBinaryData *blob = &request->message->load->device_tree;
	struct journal_batch *batch = commit_batch(request->service->commit);
	struct instance *instance = request->instance;
	const uint64_t group = instance->seq + 1;
	size_t i;

	memory_check(journal_batch_blob(batch, blob->data, blob->len));
	memory_check(journal_batch_group(
	    batch, instance->row.id, group, blob->data, blob->len));
	for (i = 0; i < loading->count; i++) {
		struct step *step = &loading->steps[i];

		if (step->skipped)
			continue;
		change_record(
		    request, &step->op, &step->outcome, step->label, group);
		step->seq = instance->seq;
	}
	memblock_destroy(instance->mb);
	instance->mb = loading->mb;
	loading->mb = NULL;
	change_take_snapshot_if_due(request);
}

static void fill_step(struct step *step)
{
	Memblock__V1__Step *message = &step->message;

	memblock__v1__step__init(message);
	message->op = (char *)op_info((int)step->op.kind)->name;
	message->has_address = message->has_size = 1;
	message->address = step->op.base;
	message->size = step->op.size;
	message->has_flags = step->op.flags != 0;
	message->flags = step->op.flags;
	message->has_ok = 1;
	message->ok = !step->skipped && step->outcome.status == MB_OK;
	if (step->outcome.message[0] != '\0')
		message->message = step->outcome.message;
	message->label = step->label;
	message->has_seq = step->seq != 0;
	message->seq = step->seq;
}

/* How many steps go into one part of the answer: with the longest texts it
 * stays below 1 MiB. */
#define STEPS_PART 1024

static void send_steps(struct request *request, struct loading *loading)
{
	Memblock__V1__LoadResult result = MEMBLOCK__V1__LOAD_RESULT__INIT;
	Memblock__V1__Step *part[STEPS_PART];
	size_t at = 0;

	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_LOAD;
	request->answer.response.load = &result;
	result.steps = part;
	do {
		result.n_steps = 0;
		while (result.n_steps < STEPS_PART && at < loading->count) {
			fill_step(&loading->steps[at]);
			part[result.n_steps++] = &loading->steps[at++].message;
		}
		request_send(request, at == loading->count);
	} while (at < loading->count);
}

enum command_end command_load(struct request *request)
{
	struct loading loading = {0};
	enum command_end end = COMMAND_ANSWER;

	if (!request_may_change(request) || !request_need_model(request))
		return COMMAND_ANSWER;
	if (try_tree(request, &loading)) {
		if (!request->message->dry_run && is_any_performed(&loading))
			record(request, &loading);
		send_steps(request, &loading);
		end = COMMAND_SENT;
	}
	memblock_destroy(loading.mb);
	free(loading.steps);
	return end;
}

/* ---- again ---- */

struct kept_steps {
	struct loading loading;
	uint64_t group;
};

static bool keep_step(void *arg, const struct journal_row *row)
{
	struct kept_steps *kept = arg;
	struct step *step;

	if (row->group != kept->group)
		return false;
	step = new_step(
	    &kept->loading, &row->op, row->label == NULL ? "" : row->label);
	step->outcome = row->outcome;
	step->seq = row->seq;
	return true;
}

/* Reads the group's steps. False: refused. */
static bool read_steps(struct request *request,
    const struct journal_key_use *use, struct kept_steps *kept)
{
	const ProtobufCBinaryData *tree = &request->message->load->device_tree;
	struct journal *journal = registry_journal(request->service->registry);
	struct journal_error error;
	enum journal_status status;
	bool is_same = false;

	status = journal_group_is_of(journal, use->instance.id, use->seq,
	    tree->data, tree->len, &is_same, &error);
	if (status == JOURNAL_OK && !is_same)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the request key was used before, for other operations "
		    "from seq %llu on",
		    (unsigned long long)use->seq);
	if (status == JOURNAL_OK)
		status = journal_each_row(journal, use->instance.id, use->seq,
		    UINT64_MAX, false, keep_step, kept, &error);
	return status == JOURNAL_OK ||
	       request_refuse_journal(request, status, &error);
}

enum command_end load_again(
    struct request *request, const struct journal_key_use *use)
{
	struct kept_steps kept = {.group = use->seq};
	enum command_end end = COMMAND_ANSWER;

	if (read_steps(request, use, &kept)) {
		answer_seq(&request->answer, use->seq + kept.loading.count - 1);
		send_steps(request, &kept.loading);
		end = COMMAND_SENT;
	}
	free(kept.loading.steps);
	return end;
}
