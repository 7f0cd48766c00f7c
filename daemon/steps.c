/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/steps.h"

#include "daemon/change.h"
#include "daemon/memory.h"

#include "engine/devicetree.h"
#include "storage/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static struct step *new_step(
    struct steps *steps, const struct op *op, const char *label)
{
	struct step *step;

	if (steps->count == steps->room) {
		steps->room = 2 * steps->room + 16;
		steps->list = memory_need(
		    reallocarray(steps->list, steps->room, sizeof(*step)));
	}
	step = &steps->list[steps->count++];
	memset(step, 0, sizeof(*step));
	step->op = *op;
	snprintf(step->label, sizeof(step->label), "%s", label);
	return step;
}

static struct step *new_boot_step(
    struct steps *steps, const struct op *op, const struct boot_step *boot_step)
{
	struct step *step = new_step(steps, op, boot_step->label);

	if (!steps->is_boot)
		return step;
	step->stage = boot_stage_name(boot_step->stage);
	if (boot_step->node != NULL)
		snprintf(step->node, sizeof(step->node), "%s", boot_step->node);
	return step;
}

static bool perform(void *arg, const struct op *op,
    const struct boot_step *boot_step, struct outcome *ret_outcome)
{
	struct steps *steps = arg;
	struct step *step = new_boot_step(steps, op, boot_step);

	op_apply(steps->mb, op, &step->outcome);
	*ret_outcome = step->outcome;
	if (change_is_history(step->outcome.status))
		return true;
	if (step->outcome.status == MB_INVALID) {
		/* No model can take it: the rest of the tree goes on. */
		step->skipped = true;
		return true;
	}
	steps->failure = step->outcome.status;
	memcpy(steps->failure_text, step->outcome.message,
	    sizeof(steps->failure_text));
	return false;
}

static bool skip(void *arg, const struct op *op,
    const struct boot_step *boot_step, const char *message)
{
	struct step *step = new_boot_step(arg, op, boot_step);

	step->skipped = true;
	snprintf(step->outcome.message, sizeof(step->outcome.message), "%s",
	    message);
	return true;
}

void steps_free(struct steps *steps)
{
	memblock_destroy(steps->mb);
	free(steps->list);
}

struct devicetree *steps_read_tree(struct request *request,
    protobuf_c_boolean has_tree, const ProtobufCBinaryData *blob)
{
	char reason[DEVICETREE_MESSAGE_MAX];
	struct devicetree *tree;
	enum mb_status status;

	if (!has_tree) {
		request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the device tree is missing");
		return NULL;
	}
	status = devicetree_read(blob->data, blob->len, &tree, reason);
	if (status == MB_OK)
		return tree;
	request_refuse(request, answer_status_code(status), "%s", reason);
	return NULL;
}

struct boot_sink steps_begin(struct steps *steps, struct request *request)
{
	steps->mb = memory_need(memblock_copy(request->instance->mb));
	return (struct boot_sink){perform, skip, steps};
}

bool steps_went_well(const struct steps *steps, struct request *request)
{
	return steps->failure == MB_OK ||
	       request_refuse(request, answer_status_code(steps->failure), "%s",
		   steps->failure_text);
}

static bool is_any_performed(const struct steps *steps)
{
	size_t i;

	for (i = 0; i < steps->count; i++)
		if (!steps->list[i].skipped)
			return true;
	return false;
}

void steps_record(struct steps *steps, struct request *request,
    const ProtobufCBinaryData *blob, const char *options)
{
	struct journal_batch *batch = commit_batch(request->service->commit);
	struct instance *instance = request->instance;
	const uint64_t group = instance->seq + 1;
	struct journal_tree_seal tree = {.options = options};
	size_t i;

	if (!is_any_performed(steps))
		return;
	memory_check(journal_batch_blob(batch, blob->data, blob->len));
	digest_bytes(blob->data, blob->len, tree.hash);
	for (i = 0; i < steps->count; i++) {
		struct step *step = &steps->list[i];

		if (step->skipped)
			continue;
		change_record(request, &step->op, &step->outcome, step->label,
		    group, &tree);
		step->seq = instance->seq;
	}
	memblock_destroy(instance->mb);
	instance->mb = steps->mb;
	steps->mb = NULL;
	change_take_snapshot_if_due(request);
}

/* What the numbers of the message stand for: the range; of an allocation the
 * one it found, of a setting its value. */
static void fill_range(struct step *step)
{
	Memblock__V1__Step *message = &step->message;
	const struct op_info *info = op_info((int)step->op.kind);
	const bool is_set = (info->fields & OP_FIELD_VALUE) != 0;

	message->op = (char *)info->name;
	message->has_address = message->has_size = !is_set;
	message->address =
	    step->op.kind == OP_ALLOC ? step->outcome.base : step->op.base;
	message->size = step->op.size;
	message->has_value = is_set;
	message->value = step->op.value;
	message->has_nid = step->op.nid != MB_NO_NODE;
	message->nid = message->has_nid ? (uint32_t)step->op.nid : 0;
	message->has_flags = step->op.flags != 0;
	message->flags = step->op.flags;
}

static void fill_step(struct step *step)
{
	Memblock__V1__Step *message = &step->message;

	memblock__v1__step__init(message);
	fill_range(step);
	message->has_ok = 1;
	message->ok = !step->skipped && step->outcome.status == MB_OK;
	if (step->outcome.message[0] != '\0')
		message->message = step->outcome.message;
	message->label = step->label;
	message->has_seq = step->seq != 0;
	message->seq = step->seq;
	message->stage = (char *)step->stage;
	if (step->node[0] != '\0')
		message->node = step->node;
}

/* How many steps go into one part of the answer: with the longest texts it
 * stays below 1 MiB. */
#define STEPS_PART 1024

void steps_send(struct steps *steps, struct request *request)
{
	Memblock__V1__LoadResult result = MEMBLOCK__V1__LOAD_RESULT__INIT;
	Memblock__V1__Response *response = &request->answer.response;
	Memblock__V1__Step *part[STEPS_PART];
	size_t at = 0;

	response->result_case = steps->is_boot
				    ? MEMBLOCK__V1__RESPONSE__RESULT_BOOT
				    : MEMBLOCK__V1__RESPONSE__RESULT_LOAD;
	if (steps->is_boot)
		response->boot = &result;
	else
		response->load = &result;
	result.steps = part;
	do {
		result.n_steps = 0;
		while (result.n_steps < STEPS_PART && at < steps->count) {
			fill_step(&steps->list[at]);
			part[result.n_steps++] = &steps->list[at++].message;
		}
		request_send(request, at == steps->count);
	} while (at < steps->count);
}

/* ---- again ---- */

struct kept_steps {
	struct steps steps;
	uint64_t group;
};

static bool keep_step(void *arg, const struct journal_row *row)
{
	struct kept_steps *kept = arg;
	struct step *step;

	if (row->group != kept->group)
		return false;
	step = new_step(
	    &kept->steps, &row->op, row->label == NULL ? "" : row->label);
	step->outcome = row->outcome;
	step->seq = row->seq;
	return true;
}

/* Reads the group's steps. False: refused. */
static bool read_steps(struct request *request,
    const struct journal_key_use *use, const ProtobufCBinaryData *blob,
    const char *options, struct kept_steps *kept)
{
	struct journal *journal = registry_journal(request->service->registry);
	struct journal_error error;
	enum journal_status status;
	bool is_same = false;

	status = journal_group_is_of(journal, use->instance.id, use->seq,
	    blob->data, blob->len, options, &is_same, &error);
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

enum command_end steps_again(struct request *request,
    const struct journal_key_use *use, const ProtobufCBinaryData *blob,
    const char *options)
{
	struct kept_steps kept = {.group = use->seq};
	enum command_end end = COMMAND_ANSWER;

	kept.steps.is_boot = request->command->run == command_boot;
	if (read_steps(request, use, blob, options, &kept)) {
		answer_seq(&request->answer, use->seq + kept.steps.count - 1);
		steps_send(&kept.steps, request);
		end = COMMAND_SENT;
	}
	steps_free(&kept.steps);
	return end;
}
