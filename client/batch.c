/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches: how one is put together, and what was answered to each of its
 * operations. */
#include "client/answer.h"
#include "client/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- asking ---- */

struct mbc_request *mbc_batch(const char *instance)
{
	return request_new(instance, MEMBLOCK__V1__REQUEST__OPERATION_BATCH,
	    &memblock__v1__batch__descriptor);
}

const char *mbc_request_error(const struct mbc_request *request)
{
	if (request == NULL || request->out_of_memory)
		return "out of memory";
	return request->error;
}

/* Why an operation cannot be part of a batch; NULL: it can. */
static const char *find_fault(
    const Memblock__V1__Request *batch, const Memblock__V1__Request *operation)
{
	if (protobuf_c_message_descriptor_get_field(
		&memblock__v1__batch_operation__descriptor,
		(unsigned int)operation->operation_case) == NULL)
		return "is no change that can be part of a batch";
	if (operation->instance == NULL || batch->instance == NULL ||
	    strcmp(operation->instance, batch->instance) != 0)
		return "is about another instance than the batch";
	if (operation->has_request_key || operation->has_if_seq ||
	    operation->has_dry_run)
		return "has a key, an if_seq or a dry run of its own: they are "
		       "the batch's";
	return NULL;
}

/* Room for one operation more, in steps that double. */
static bool make_room(Memblock__V1__Batch *batch)
{
	const size_t count = batch->n_operations;
	Memblock__V1__BatchOperation **grown;

	if ((count & (count - 1)) != 0)
		return true;
	grown = reallocarray(batch->operations, count == 0 ? 1 : 2 * count,
	    sizeof(Memblock__V1__BatchOperation *));
	if (grown == NULL)
		return false;
	batch->operations = grown;
	return true;
}

/* Moves what an operation is made of into the batch. False: no memory. */
static bool take(Memblock__V1__Batch *batch, Memblock__V1__Request *from)
{
	Memblock__V1__BatchOperation *to;

	if (!make_room(batch))
		return false;
	to = request_new_message(&memblock__v1__batch_operation__descriptor);
	if (to == NULL)
		return false;
	to->operation_case =
	    (Memblock__V1__BatchOperation__OperationCase)from->operation_case;
	to->add = from->add; /* one pointer for all of the oneof */
	to->label = from->label;
	from->operation_case = MEMBLOCK__V1__REQUEST__OPERATION__NOT_SET;
	from->label = NULL;
	batch->operations[batch->n_operations++] = to;
	return true;
}

static void add(struct mbc_request *batch, const struct mbc_request *operation)
{
	const char *fault;

	if (operation == NULL || operation->out_of_memory) {
		batch->out_of_memory = true;
		return;
	}
	if (operation->error[0] != '\0') {
		memcpy(batch->error, operation->error, sizeof(batch->error));
		return;
	}
	fault = find_fault(batch->message, operation->message);
	if (fault != NULL)
		snprintf(batch->error, sizeof(batch->error), "%s %s",
		    request_operation_name(operation), fault);
	else if (!take(batch->message->batch, operation->message))
		batch->out_of_memory = true;
}

void mbc_batch_add(struct mbc_request *batch, struct mbc_request *operation)
{
	if (batch != NULL && batch->error[0] == '\0' &&
	    request_expect(batch, MEMBLOCK__V1__REQUEST__OPERATION_BATCH))
		add(batch, operation);
	mbc_request_free(operation);
}

/* ---- being answered ---- */

/* The answer to one operation, as an answer to a request of its own. NULL: no
 * memory. */
static struct mbc_answer *answer_from(
    uint64_t id, Memblock__V1__BatchAnswer *from)
{
	struct mbc_answer *answer = answer_new(id);
	Memblock__V1__Response *response =
	    request_new_message(&memblock__v1__response__descriptor);

	if (response != NULL && from->status == NULL)
		from->status =
		    request_new_message(&memblock__v1__status__descriptor);
	if (answer == NULL || response == NULL || from->status == NULL) {
		mbc_answer_free(answer);
		free(response);
		return NULL;
	}
	response->status = from->status;
	response->has_seq = from->has_seq;
	response->seq = from->seq;
	response->n_warnings = from->n_warnings;
	response->warnings = from->warnings;
	if (from->alloc != NULL)
		response->result_case = MEMBLOCK__V1__RESPONSE__RESULT_ALLOC;
	response->alloc = from->alloc;
	from->status = NULL;
	from->n_warnings = 0;
	from->warnings = NULL;
	from->alloc = NULL;
	if (answer_append(answer, response))
		return answer;
	mbc_answer_free(answer);
	return NULL;
}

bool answer_append_batch(
    struct mbc_answer *answer, Memblock__V1__BatchResult *result)
{
	struct answer_items *to = &answer->batch;
	struct mbc_answer *one;
	size_t i;

	if (!answer_make_room(to, result->n_answers, sizeof(one)))
		return false;
	for (i = 0; i < result->n_answers; i++) {
		one = answer_from(answer->id, result->answers[i]);
		if (one == NULL)
			return false;
		*ANSWER_ITEM(to, struct mbc_answer *, to->count++) = one;
	}
	return true;
}

size_t mbc_answer_batch_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->batch.count : 0;
}

const struct mbc_answer *mbc_answer_batch_at(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_batch_count(answer))
		return NULL;
	return *ANSWER_ITEM(&answer->batch, struct mbc_answer *, index);
}
