/* SPDX-License-Identifier: BSD-2-Clause */
/* list: the instances in service; with all, also those that were destroyed,
 * which the history thread reads from the journal. */
#include "daemon/command.h"
#include "daemon/memory.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* How many instances go into one part of the answer: it stays below 1 MiB. */
#define LIST_PART 4096

struct row {
	char name[JOURNAL_NAME_MAX + 1];
	Memblock__V1__InstanceSummary
	    summary; /* its name is set by fill_part */
};

struct frame {
	uint8_t *bytes;
	size_t size;
};

struct listing {
	struct history_job job;
	struct request *request; /* while it is handled */
	struct row *rows;
	size_t count, room;
	bool long_form;
	bool stopped; /* the answer is a refusal already */
	/* With all. */
	struct service *service;
	struct session *session;
	uint64_t id;	 /* the request's */
	int64_t *living; /* ids of those in service, ascending */
	size_t living_count;
	struct frame *frames; /* the parts of the answer */
	size_t frame_count;
};

static void free_listing(struct listing *listing)
{
	free(listing->rows);
	free(listing->living);
	free(listing->frames);
	free(listing);
}

static struct row *add_row(
    struct listing *listing, const char *name, uint64_t seq, int64_t id)
{
	struct row *row;

	if (listing->count == listing->room) {
		listing->room *= 2;
		listing->rows = memory_need(reallocarray(
		    listing->rows, listing->room, sizeof(*listing->rows)));
	}
	row = &listing->rows[listing->count++];
	strcpy(row->name, name);
	memblock__v1__instance_summary__init(&row->summary);
	row->summary.has_seq = row->summary.has_life = 1;
	row->summary.seq = seq;
	row->summary.life = (uint64_t)id;
	return row;
}

/* ---- those in service ---- */

static bool load_summary(struct listing *listing, struct instance *instance,
    Memblock__V1__InstanceSummary *summary)
{
	struct journal_error error;
	const enum journal_status status = registry_load(
	    listing->request->service->registry, instance, &error);

	if (status == JOURNAL_FAILED) {
		answer_refuse(&listing->request->answer, CODE(UNAVAILABLE),
		    "%s: %s", instance->row.name, error.text);
		listing->stopped = true;
		return false;
	}
	if (status != JOURNAL_OK) {
		/* It has no sizes; the others are listed all the same. */
		answer_warn(&listing->request->answer, "%s: %s",
		    instance->row.name, error.text);
		return true;
	}
	summary->has_memory_size = summary->has_reserved_size = 1;
	summary->has_memory_cnt = summary->has_reserved_cnt = 1;
	summary->memory_size = region_list_total_size(instance->mb->memory);
	summary->reserved_size = region_list_total_size(instance->mb->reserved);
	summary->memory_cnt = region_list_cnt(instance->mb->memory);
	summary->reserved_cnt = region_list_cnt(instance->mb->reserved);
	return true;
}

static bool list_one(void *arg, struct instance *instance)
{
	struct listing *listing = arg;
	struct row *row = add_row(
	    listing, instance->row.name, instance->seq, instance->row.id);

	if (listing->long_form &&
	    !load_summary(listing, instance, &row->summary))
		return false;
	if (instance->batch > listing->request->batch)
		listing->request->batch = instance->batch;
	return true;
}

/* ---- the answer ---- */

/* The next part of a result; pointers has room for LIST_PART. */
static void fill_part(const struct listing *listing, size_t *at,
    Memblock__V1__InstanceSummary **pointers, Memblock__V1__ListResult *result)
{
	memblock__v1__list_result__init(result);
	result->instances = pointers;
	while (result->n_instances < LIST_PART && *at < listing->count) {
		struct row *row = &listing->rows[(*at)++];

		row->summary.name = row->name;
		pointers[result->n_instances++] = &row->summary;
	}
}

static void send_list(struct request *request, const struct listing *listing)
{
	Memblock__V1__InstanceSummary *pointers[LIST_PART];
	Memblock__V1__ListResult result;
	size_t at = 0;

	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_LIST;
	request->answer.response.list = &result;
	do {
		fill_part(listing, &at, pointers, &result);
		request_send(request, at == listing->count);
	} while (at < listing->count);
}

/* ---- all: on the history thread ---- */

static int compare_ids(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* By name; the lives of a name in their order. */
static int compare_rows(const void *a, const void *b)
{
	const struct row *left = a, *right = b;
	const int order = strcmp(left->name, right->name);

	if (order != 0)
		return order;
	return (left->summary.life > right->summary.life) -
	       (left->summary.life < right->summary.life);
}

static bool list_destroyed(void *arg, const struct journal_instance *instance)
{
	struct listing *listing = arg;
	struct row *row;

	/* One that was in service when this was asked is listed so. */
	if (instance->destroyed_us == 0 ||
	    bsearch(&instance->id, listing->living, listing->living_count,
		sizeof(instance->id), compare_ids) != NULL)
		return true;
	row = add_row(listing, instance->name, instance->seq, instance->id);
	row->summary.has_destroyed = row->summary.destroyed = 1;
	return true;
}

static void pack_all(struct listing *listing)
{
	Memblock__V1__InstanceSummary *pointers[LIST_PART];
	Memblock__V1__ListResult result;
	struct answer answer;
	size_t at = 0;

	answer_init(&answer, listing->id);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LIST;
	answer.response.list = &result;
	do {
		struct frame *frame = &listing->frames[listing->frame_count++];

		fill_part(listing, &at, pointers, &result);
		answer.response.has_more = answer.response.more =
		    at < listing->count;
		frame->bytes = answer_frame(&answer, &frame->size);
	} while (at < listing->count);
}

static void read_destroyed(struct history_job *job, struct journal *journal)
{
	struct listing *listing = (struct listing *)job;
	struct journal_error error;
	const enum journal_status status =
	    journal_each_instance(journal, list_destroyed, listing, &error);

	listing->frames = memory_zeroed(
	    listing->count / LIST_PART + 1, sizeof(*listing->frames));
	/* What is damaged is left out, as among those in service. */
	if (status == JOURNAL_OK || status == JOURNAL_DAMAGED) {
		qsort(listing->rows, listing->count, sizeof(*listing->rows),
		    compare_rows);
		pack_all(listing);
	} else {
		listing->frames[listing->frame_count++].bytes =
		    answer_unavailable(
			listing->id, error.text, &listing->frames[0].size);
	}
}

/* ---- all: on the loop ---- */

static void send_all(struct history_job *job)
{
	struct listing *listing = (struct listing *)job;
	struct session *session = listing->session;
	size_t i;

	for (i = 0; i < listing->frame_count; i++)
		session_answer(session, listing->frames[i].bytes,
		    listing->frames[i].size, i + 1 == listing->frame_count);
	free_listing(listing);
	session_go(session);
}

static void begin_all(void *arg, bool durable)
{
	struct listing *listing = arg;

	if (durable) {
		history_submit(listing->service->history, &listing->job);
		return;
	}
	listing->frames = memory_zeroed(1, sizeof(*listing->frames));
	listing->frames[listing->frame_count++].bytes =
	    answer_unavailable(listing->id, "what is asked for was not written",
		&listing->frames[0].size);
	send_all(&listing->job);
}

/* Goes on with a listing of those in service. */
static void list_all(struct request *request, struct listing *listing)
{
	size_t i;

	listing->request = NULL;
	listing->job.work = read_destroyed;
	listing->job.done = send_all;
	listing->service = request->service;
	listing->session = request->session;
	listing->id = request->answer.response.id;
	listing->living_count = listing->count;
	listing->living =
	    memory_zeroed(listing->count + 1, sizeof(*listing->living));
	for (i = 0; i < listing->count; i++)
		listing->living[i] = (int64_t)listing->rows[i].summary.life;
	qsort(listing->living, listing->living_count, sizeof(*listing->living),
	    compare_ids);
	commit_then(
	    request->service->commit, request->batch, begin_all, listing);
}

enum command_end command_list(struct request *request)
{
	const Memblock__V1__List *message = request->message->list;
	struct listing *listing = memory_zeroed(1, sizeof(*listing));
	struct journal_error error;
	enum journal_status status;

	listing->room = 16;
	listing->rows = memory_zeroed(listing->room, sizeof(*listing->rows));
	listing->request = request;
	listing->long_form = message->long_form;
	/* One that departed is missing from the list: that, too, must be
	 * durable before it is told. */
	request->batch = commit_newest(request->service->commit);
	status = registry_each(
	    request->service->registry, list_one, listing, &error);
	if (status != JOURNAL_OK)
		answer_refuse(
		    &request->answer, CODE(UNAVAILABLE), "%s", error.text);
	if (status == JOURNAL_OK && !listing->stopped && message->all) {
		list_all(request, listing);
		return COMMAND_SENT;
	}
	if (status == JOURNAL_OK && !listing->stopped)
		send_list(request, listing);
	else
		request_send(request, true);
	free_listing(listing);
	return COMMAND_SENT;
}
