/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: an instance replayed from its beginning, on the history thread, and
 * compared with what it is. */
#include "storage/journal_verify.h"

#include "daemon/command.h"
#include "daemon/memory.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct verification {
	struct history_job job;
	struct service *service;
	struct session *session;
	uint64_t id; /* the request's */
	int64_t instance;
	uint64_t seq;
	struct memblock *live; /* a copy; NULL: it cannot be loaded */
	uint8_t *frame;
	size_t frame_size;
};

static void pack_verdict(
    struct verification *verification, struct journal_verdict *verdict)
{
	Memblock__V1__VerifyResult result = MEMBLOCK__V1__VERIFY_RESULT__INIT;
	struct answer answer;

	result.has_operations = result.has_identical = 1;
	result.operations = verdict->operations;
	result.identical = verdict->identical;
	if (!verdict->identical) {
		result.has_difference_seq = 1;
		result.difference_seq = verdict->difference_seq;
		result.difference_journal = verdict->journal;
		result.difference_replay = verdict->replay;
	}
	answer_init(&answer, verification->id);
	answer_seq(&answer, verification->seq);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_VERIFY;
	answer.response.verify = &result;
	verification->frame = answer_frame(&answer, &verification->frame_size);
}

static void replay(struct history_job *job, struct journal *journal)
{
	struct verification *verification = (struct verification *)job;
	struct journal_verdict verdict;
	struct journal_error error;

	if (journal_verify(journal, verification->instance, verification->seq,
		verification->live, &verdict, &error) == JOURNAL_OK)
		pack_verdict(verification, &verdict);
	else
		verification->frame = answer_unavailable(
		    verification->id, error.text, &verification->frame_size);
}

static void answer_verification(struct history_job *job)
{
	struct verification *verification = (struct verification *)job;
	struct session *session = verification->session;

	session_answer(
	    session, verification->frame, verification->frame_size, true);
	memblock_destroy(verification->live);
	free(verification);
	session_go(session);
}

static void begin(void *arg, bool durable)
{
	struct verification *verification = arg;

	if (durable) {
		history_submit(
		    verification->service->history, &verification->job);
		return;
	}
	verification->frame = answer_unavailable(verification->id,
	    "what is to be verified was not written",
	    &verification->frame_size);
	answer_verification(&verification->job);
}

enum command_end command_verify(struct request *request)
{
	struct verification *verification =
	    memory_zeroed(1, sizeof(*verification));
	struct instance *instance = request->instance;
	struct journal_error error;
	enum journal_status status;

	status = registry_load(request->service->registry, instance, &error);
	if (status == JOURNAL_FAILED) {
		free(verification);
		request_refuse_journal(request, status, &error);
		return COMMAND_ANSWER;
	}
	if (status == JOURNAL_OK)
		verification->live = memory_need(memblock_copy(instance->mb));
	verification->job.work = replay;
	verification->job.done = answer_verification;
	verification->service = request->service;
	verification->session = request->session;
	verification->id = request->answer.response.id;
	verification->instance = instance->row.id;
	verification->seq = instance->seq;
	commit_then(
	    request->service->commit, instance->batch, begin, verification);
	return COMMAND_SENT;
}
