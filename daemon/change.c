/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations that change a model; and find, which only looks. */
#include "daemon/change.h"

#include "daemon/memory.h"
#include "daemon/repeat.h"
#include "daemon/translate.h"

#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name
#define OPERATION_FIND MEMBLOCK__V1__REQUEST__OPERATION_FIND

/* A snapshot is due once this many operations, and as many as there are
 * regions, came after the last one. */
#define SNAPSHOT_ROWS 4096

bool change_is_history(enum mb_status status)
{
	return status == MB_OK || status == MB_NO_SPACE || status == MB_BUSY;
}

void change_take_snapshot_if_due(struct request *request)
{
	struct instance *instance = request->instance;
	const uint64_t rows = instance->seq - instance->snapshot_seq;

	if (rows <= SNAPSHOT_ROWS || rows <= memblock_region_cnt(instance->mb))
		return;
	memory_check(journal_batch_snapshot(
	    commit_batch(request->service->commit), instance->row.id,
	    instance->seq, instance->time_us, instance->hash, instance->mb));
	instance->snapshot_seq = instance->seq;
}

void change_record(struct request *request, const struct op *op,
    const struct outcome *outcome, const char *label, uint64_t group,
    const struct journal_tree_seal *tree)
{
	struct commit *commit = request->service->commit;
	struct instance *instance = request->instance;
	const int64_t now = request_time_us();
	struct journal_cause cause;
	struct journal_row row = {
	    .instance = instance->row.id,
	    .seq = instance->seq + 1,
	    .time_us = now > instance->time_us ? now : instance->time_us,
	    .principal = session_principal(request->session),
	    .label = label != NULL && *label != '\0' ? label : NULL,
	    .group = group,
	    .tree = group == instance->seq + 1 ? tree : NULL,
	    .op = *op,
	    .outcome = *outcome,
	};

	if (group == 0 || group == row.seq) {
		cause = request_cause(request);
		row.key = cause.key;
		row.key_size = cause.key_size;
	}
	journal_row_seal(&row, instance->hash);
	memory_check(journal_batch_row(commit_batch(commit), &row));
	instance->seq = row.seq;
	instance->time_us = row.time_us;
	memcpy(instance->hash, row.hash, sizeof(instance->hash));
	instance->batch = commit_number(commit);
	if (row.key != NULL)
		repeat_remember(request);
}

/* Reads the request's operation; otherwise refuses and returns false. */
static bool read_op(struct request *request, struct op *ret_op)
{
	const char *missing =
	    translate_request(request->message, &request->mb->settings, ret_op);

	return missing == NULL ||
	       request_refuse(request, CODE(INVALID_ARGUMENT), "%s", missing);
}

enum command_end change_answer(
    struct request *request, const struct op *op, const struct outcome *outcome)
{
	Memblock__V1__AllocResult result = MEMBLOCK__V1__ALLOC_RESULT__INIT;

	answer_outcome(&request->answer, request->message->instance, outcome);
	if (op->kind == OP_ALLOC && outcome->status == MB_OK) {
		result.has_address = result.has_size = 1;
		result.address = outcome->base;
		result.size = op->size;
		request->answer.response.result_case =
		    MEMBLOCK__V1__RESPONSE__RESULT_ALLOC;
		request->answer.response.alloc = &result;
	}
	request_send(request, true);
	return COMMAND_SENT;
}

enum command_end command_change(struct request *request)
{
	struct outcome outcome;
	struct op op;

	if (request->message->dry_run)
		return command_find_range(request);
	if (!request_may_change(request) || !request_need_model(request) ||
	    !read_op(request, &op))
		return COMMAND_ANSWER;
	op_apply(request->instance->mb, &op, &outcome);
	if (change_is_history(outcome.status)) {
		change_record(
		    request, &op, &outcome, request->message->label, 0, NULL);
		change_take_snapshot_if_due(request);
	}
	return change_answer(request, &op, &outcome);
}

enum command_end command_find_range(struct request *request)
{
	struct outcome outcome;
	struct op op;

	if (!request_need_model(request) || !read_op(request, &op))
		return COMMAND_ANSWER;
	if (request->message->operation_case == OPERATION_FIND)
		op_find(request->mb, &op, &outcome);
	else
		op_preview(request->mb, &op, &outcome);
	return change_answer(request, &op, &outcome);
}
