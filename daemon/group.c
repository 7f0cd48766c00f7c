/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/group.h"

#include "daemon/change.h"
#include "daemon/memory.h"
#include "daemon/repeat.h"
#include "daemon/translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

#define NONE SIZE_MAX

/* One operation and what came of it. */
struct done {
	struct op op;
	struct outcome outcome;
};

/* A group while it is tried. Everything is done to a copy of the model. */
struct group {
	const Memblock__V1__Batch *message;
	struct memblock *mb; /* the copy */
	struct done *done;
	size_t count;
	size_t refused;	    /* the one that ends it, or NONE */
	uint64_t first_seq; /* 0: they take none */
};

static struct group group_new(const struct request *request)
{
	const Memblock__V1__Batch *message = request->message->batch;

	return (struct group){
	    .message = message,
	    .count = message->n_operations,
	    .done =
		memory_zeroed(message->n_operations + 1, sizeof(struct done)),
	    .refused = NONE,
	};
}

static void group_clear(struct group *group)
{
	memblock_destroy(group->mb);
	free(group->done);
}

/* ---- trying ---- */

/* An operation of a batch has the numbers of Request. NULL: done. */
static const char *read_op(const Memblock__V1__BatchOperation *operation,
    const struct memblock_settings *settings, struct op *ret_op)
{
	Memblock__V1__Request request = MEMBLOCK__V1__REQUEST__INIT;

	if (operation->operation_case ==
	    MEMBLOCK__V1__BATCH_OPERATION__OPERATION__NOT_SET)
		return "an operation of a batch asks for nothing that this "
		       "server does in one";
	if (operation->label != NULL &&
	    strlen(operation->label) > JOURNAL_LABEL_MAX)
		return "a label has more bytes than are kept";
	request.operation_case =
	    (Memblock__V1__Request__OperationCase)operation->operation_case;
	request.add = operation->add; /* one pointer for all of the oneof */
	return translate_request(&request, settings, ret_op);
}

static void try_one(const struct group *group, size_t i)
{
	struct done *done = &group->done[i];
	const char *wrong = read_op(
	    group->message->operations[i], &group->mb->settings, &done->op);

	if (wrong == NULL) {
		op_apply(group->mb, &done->op, &done->outcome);
		return;
	}
	done->outcome.status = MB_INVALID;
	snprintf(
	    done->outcome.message, sizeof(done->outcome.message), "%s", wrong);
}

static void try_all(struct request *request, struct group *group)
{
	size_t i;

	group->mb = memory_need(memblock_copy(request->instance->mb));
	for (i = 0; i < group->count && group->refused == NONE; i++) {
		try_one(group, i);
		if (group->done[i].outcome.status != MB_OK)
			group->refused = i;
	}
}

/* ---- keeping ---- */

static const char *label_of(const struct request *request,
    const Memblock__V1__BatchOperation *operation)
{
	return operation->label != NULL ? operation->label
					: request->message->label;
}

/* Writes the group down and lets the copy take the model's place. */
static void record(struct request *request, struct group *group)
{
	struct instance *instance = request->instance;
	size_t i;

	group->first_seq = instance->seq + 1;
	for (i = 0; i < group->count; i++)
		change_record(request, &group->done[i].op,
		    &group->done[i].outcome,
		    label_of(request, group->message->operations[i]),
		    group->first_seq, NULL);
	memblock_destroy(instance->mb);
	request->mb = instance->mb = group->mb;
	group->mb = NULL;
	change_take_snapshot_if_due(request);
}

/* ---- answering ---- */

/* How many answers go into one part: with the longest texts it stays below
 * 1 MiB. */
#define ANSWERS_PART 1024

struct part {
	Memblock__V1__BatchAnswer answers[ANSWERS_PART];
	Memblock__V1__BatchAnswer *pointers[ANSWERS_PART];
	Memblock__V1__AllocResult allocs[ANSWERS_PART];
	char *warnings[ANSWERS_PART][ANSWER_WARNINGS_MAX];
};

/* The statuses that an answer can have. */
struct statuses {
	Memblock__V1__Status ok, aborted;
	char text[JOURNAL_NAME_MAX + 64];
};

static void fill_statuses(struct statuses *statuses,
    const struct request *request, const struct group *group)
{
	memblock__v1__status__init(&statuses->ok);
	statuses->ok.has_code = 1;
	memblock__v1__status__init(&statuses->aborted);
	statuses->aborted.has_code = 1;
	statuses->aborted.code = CODE(ABORTED);
	snprintf(statuses->text, sizeof(statuses->text),
	    "%s: operation %zu of the batch was refused",
	    request->message->instance, group->refused + 1);
	statuses->aborted.message = statuses->text;
}

static void fill_alloc(
    const struct done *done, Memblock__V1__AllocResult *result)
{
	memblock__v1__alloc_result__init(result);
	result->has_address = result->has_size = 1;
	result->address = done->outcome.base;
	result->size = done->op.size;
}

static void fill_done(struct group *group, size_t i,
    Memblock__V1__BatchAnswer *answer, struct part *part, size_t at)
{
	struct done *done = &group->done[i];

	if (group->first_seq != 0)
		answer->seq = group->first_seq + i;
	answer->n_warnings =
	    answer_split_warnings(done->outcome.message, part->warnings[at]);
	answer->warnings = part->warnings[at];
	if (done->op.kind == OP_ALLOC) {
		fill_alloc(done, &part->allocs[at]);
		answer->alloc = &part->allocs[at];
	}
}

static void fill_answer(struct request *request, struct group *group,
    struct statuses *statuses, size_t i, struct part *part, size_t at)
{
	Memblock__V1__BatchAnswer *answer = &part->answers[at];

	memblock__v1__batch_answer__init(answer);
	part->pointers[at] = answer;
	answer->has_seq = 1;
	answer->seq = request->answer.response.seq;
	answer->status = group->refused == NONE ? &statuses->ok
			 : group->refused == i	? &request->answer.status
						: &statuses->aborted;
	if (group->refused == NONE)
		fill_done(group, i, answer, part, at);
}

static void send_answers(
    struct request *request, struct group *group, uint64_t seq)
{
	Memblock__V1__BatchResult result = MEMBLOCK__V1__BATCH_RESULT__INIT;
	struct part *part = memory_zeroed(1, sizeof(*part));
	struct statuses statuses;
	size_t i = 0;

	if (group->refused != NONE)
		answer_outcome(&request->answer, request->message->instance,
		    &group->done[group->refused].outcome);
	fill_statuses(&statuses, request, group);
	answer_seq(&request->answer, seq);
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_BATCH;
	request->answer.response.batch = &result;
	result.answers = part->pointers;
	do {
		for (result.n_answers = 0;
		     result.n_answers < ANSWERS_PART && i < group->count; i++)
			fill_answer(request, group, &statuses, i, part,
			    result.n_answers++);
		request_send(request, i == group->count);
	} while (i < group->count);
	free(part);
}

/* ---- the first time ---- */

static bool is_small_enough(struct request *request)
{
	const uint64_t most = request->service->config->limits.batch_max;
	const size_t count = request->message->batch->n_operations;

	return count <= most ||
	       request_refuse(request, CODE(RESOURCE_EXHAUSTED),
		   "a batch of %zu operations, and at most %llu are taken "
		   "(max-batch)",
		   count, (unsigned long long)most);
}

enum command_end command_batch(struct request *request)
{
	struct group group;

	if (!request_may_change(request) || !is_small_enough(request) ||
	    !request_need_model(request))
		return COMMAND_ANSWER;
	group = group_new(request);
	try_all(request, &group);
	if (group.refused == NONE && group.count > 0 &&
	    !request->message->dry_run)
		record(request, &group);
	send_answers(request, &group, request->instance->seq);
	group_clear(&group);
	return COMMAND_SENT;
}

/* ---- again ---- */

/* The rows of a group on their way into one that was asked for. */
struct comparison {
	struct group group;
	const struct memblock_settings *settings;
	size_t at;
	bool differs;
};

static bool compare_row(void *arg, const struct journal_row *row)
{
	struct comparison *comparison = arg;
	struct group *group = &comparison->group;
	struct op op;

	if (row->group != group->first_seq)
		return false;
	comparison->differs =
	    comparison->at == group->count ||
	    read_op(group->message->operations[comparison->at],
		comparison->settings, &op) != NULL ||
	    !repeat_is_same(&op, &row->op);
	if (comparison->differs)
		return false;
	group->done[comparison->at++] = (struct done){op, row->outcome};
	return true;
}

static bool read_again(struct request *request,
    const struct journal_key_use *use, struct comparison *comparison)
{
	struct journal_error error;
	enum journal_status status;

	status = journal_each_row(registry_journal(request->service->registry),
	    use->instance.id, use->seq, UINT64_MAX, false, compare_row,
	    comparison, &error);
	if (status != JOURNAL_OK)
		return request_refuse_journal(request, status, &error);
	if (!comparison->differs && comparison->at == comparison->group.count)
		return true;
	return request_refuse(request, CODE(INVALID_ARGUMENT),
	    "the request key was used before, for other operations from seq "
	    "%llu on",
	    (unsigned long long)use->seq);
}

enum command_end group_again(
    struct request *request, const struct journal_key_use *use)
{
	struct comparison comparison = {
	    .group = group_new(request), .settings = &use->instance.settings};
	enum command_end end = COMMAND_ANSWER;

	comparison.group.first_seq = use->seq;
	if (read_again(request, use, &comparison)) {
		send_answers(request, &comparison.group,
		    use->seq + comparison.group.count - 1);
		end = COMMAND_SENT;
	}
	group_clear(&comparison.group);
	return end;
}
