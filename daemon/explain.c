/* SPDX-License-Identifier: BSD-2-Clause */
/* explain: where alloc would go and why, in parts. */
#include "engine/explain.h"

#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/translate.h"
#include "engine/op_check.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Candidates in one part of an answer: packed, each is at most 140 bytes, and
 * the part stays below 1 MiB. */
#define CANDIDATES_PART 5000

struct candidates {
	struct explain_candidate *all;
	size_t count;
	size_t room;
};

static void keep(void *arg, const struct explain_candidate *candidate)
{
	struct candidates *candidates = arg;

	if (candidates->count == candidates->room) {
		candidates->room = candidates->room * 2 + 64;
		candidates->all = memory_need(reallocarray(candidates->all,
		    candidates->room, sizeof(*candidates->all)));
	}
	candidates->all[candidates->count++] = *candidate;
}

/* What is asked for; otherwise refuses and returns false. */
static bool take_request(
    struct request *request, struct alloc_request *ret_request)
{
	char wrong[OUTCOME_MESSAGE_MAX];
	const char *missing;
	struct op op;

	missing =
	    translate_request(request->message, &request->mb->settings, &op);
	if (missing != NULL) {
		request_refuse(request, CODE(INVALID_ARGUMENT), "%s", missing);
		return false;
	}
	if (!op_check(request->mb, &op, wrong, sizeof(wrong))) {
		request_refuse(request, CODE(INVALID_ARGUMENT), "%s", wrong);
		return false;
	}
	*ret_request = (struct alloc_request){
	    .size = op.size,
	    .align = op.align,
	    .from = op.from,
	    .to = op.to,
	    .nid = op.nid,
	    .exact_nid = op.exact_nid,
	    .min_fallback = op.min_fallback,
	};
	return true;
}

static void fill_result(const struct explain_result *explained, uint64_t size,
    Memblock__V1__ExplainResult *message)
{
	memblock__v1__explain_result__init(message);
	message->has_address = message->has_size = explained->chosen;
	message->address = explained->base;
	message->size = size;
	message->has_nearest_size = !explained->chosen && explained->size != 0;
	message->nearest_size = explained->size;
	message->has_nearest_limit =
	    !explained->chosen && explained->limit != 0;
	message->nearest_limit = explained->limit;
}

static void fill_candidate(const struct explain_candidate *candidate,
    Memblock__V1__Candidate *message, char text[EXPLAIN_TEXT_MAX])
{
	memblock__v1__candidate__init(message);
	message->has_start = message->has_end = message->has_attempt = 1;
	message->start = candidate->start;
	message->end = candidate->end;
	message->attempt = candidate->attempt;
	explain_rule_text(candidate, text);
	message->rule = text;
}

static void send_candidates(struct request *request,
    const struct candidates *candidates, Memblock__V1__ExplainResult *result)
{
	Memblock__V1__Candidate *messages =
	    memory_zeroed(CANDIDATES_PART, sizeof(*messages));
	Memblock__V1__Candidate **pointers =
	    memory_zeroed(CANDIDATES_PART, sizeof(*pointers));
	char(*texts)[EXPLAIN_TEXT_MAX] =
	    memory_zeroed(CANDIDATES_PART, sizeof(*texts));
	size_t at = 0, i;

	result->candidates = pointers;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_EXPLAIN;
	request->answer.response.explain = result;
	do {
		for (i = 0; i < CANDIDATES_PART && at < candidates->count;
		     i++) {
			fill_candidate(
			    &candidates->all[at++], &messages[i], texts[i]);
			pointers[i] = &messages[i];
		}
		result->n_candidates = i;
		request_send(request, at == candidates->count);
	} while (at < candidates->count);
	free(messages);
	free(pointers);
	free(texts);
}

enum command_end command_explain(struct request *request)
{
	Memblock__V1__ExplainResult result;
	struct candidates candidates = {0};
	struct explain_result explained;
	struct alloc_request wanted;

	if (!request_need_model(request) || !take_request(request, &wanted))
		return COMMAND_ANSWER;
	explain_alloc(request->mb, &wanted, keep, &candidates, &explained);
	fill_result(&explained, wanted.size, &result);
	send_candidates(request, &candidates, &result);
	free(candidates.all);
	return COMMAND_SENT;
}
