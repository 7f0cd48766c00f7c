/* SPDX-License-Identifier: BSD-2-Clause */
/* verify: an instance replayed from its beginning on the history threads, and
 * compared with what it is. Each part of the answer tells how far that is; the
 * last has the verdict. */
#include "storage/journal_verify.h"

#include "daemon/memory.h"
#include "daemon/pages.h"
#include "daemon/past.h"

#include <stdlib.h>
#include <string.h>

/* Operations replayed for one part: some tenths of a second, in which others
 * wait for the thread. */
#define PAGE_OPERATIONS 100000

struct check {
	struct pages pages;
	char name[JOURNAL_NAME_MAX + 1];
	uint64_t seq;
	struct memblock *live; /* a copy; NULL: it cannot be loaded */
	struct journal_verification *verification;
};

/* ---- on a history thread ---- */

static void fill_verdict(
    const struct journal_verdict *verdict, Memblock__V1__VerifyResult *result)
{
	result->has_identical = 1;
	result->identical = verdict->identical;
	if (verdict->identical)
		return;
	result->has_difference_seq = 1;
	result->difference_seq = verdict->difference_seq;
	result->difference_journal = (char *)verdict->journal;
	result->difference_replay = (char *)verdict->replay;
}

static void pack_progress(struct check *check, struct answer *answer)
{
	const struct journal_verdict *verdict =
	    journal_verify_verdict(check->verification);
	Memblock__V1__VerifyResult result = MEMBLOCK__V1__VERIFY_RESULT__INIT;

	result.has_operations = result.has_to_replay = 1;
	journal_verify_progress(
	    check->verification, &result.operations, &result.to_replay);
	if (verdict != NULL)
		fill_verdict(verdict, &result);
	check->pages.last = verdict != NULL;
	answer->response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_VERIFY;
	answer->response.verify = &result;
	pages_pack(&check->pages, answer);
}

static void replay(struct pages *pages, struct journal *journal)
{
	struct check *check = (struct check *)pages;
	struct journal_error error;
	enum journal_status status;
	struct answer answer;

	status = journal_verify_step(
	    check->verification, journal, PAGE_OPERATIONS, &error);
	answer_init(&answer, pages->id);
	answer_seq(&answer, check->seq);
	if (status == JOURNAL_OK) {
		pack_progress(check, &answer);
		return;
	}
	past_refuse(&answer, check->name, status, &error);
	pages->last = true;
	pages_pack(pages, &answer);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	struct check *check = (struct check *)pages;

	journal_verify_end(check->verification);
	memblock_destroy(check->live);
	free(check);
}

enum command_end command_verify(struct request *request)
{
	struct instance *instance = request->instance;
	struct journal_error error;
	enum journal_status status;
	struct check *check;

	status = registry_load(request->service->registry, instance, &error);
	if (status == JOURNAL_FAILED) {
		request_refuse_journal(request, status, &error);
		return COMMAND_ANSWER;
	}
	check = memory_zeroed(1, sizeof(*check));
	check->pages.make = replay;
	check->pages.drop = drop;
	strcpy(check->name, request->message->instance);
	check->seq = instance->seq;
	if (status == JOURNAL_OK)
		check->live = memory_need(memblock_copy(instance->mb));
	check->verification = memory_need(
	    journal_verify_begin(instance->row.id, check->seq, check->live));
	pages_begin(&check->pages, request, instance->batch);
	return COMMAND_SENT;
}
