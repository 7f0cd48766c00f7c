/* SPDX-License-Identifier: BSD-2-Clause */
/* blame: who put each part of memory and reserved there, found out by following
 * the operations from the first that is kept. */
#include "engine/blame.h"

#include "daemon/memory.h"
#include "daemon/pages.h"
#include "daemon/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Parts in one page: with the longest texts they stay below 1 MiB. */
#define PAGE_PARTS 1000

/* One part with everything its message points to. */
struct part {
	Memblock__V1__BlamePart message;
	char principal[JOURNAL_PRINCIPAL_MAX + 1];
	char label[JOURNAL_LABEL_MAX + 1];
};

struct telling {
	struct pages pages;
	char name[JOURNAL_NAME_MAX + 1];
	struct past_point point;
	uint64_t seq;	     /* told of; at first where it was asked */
	uint64_t start, end; /* parts are cut to this */
	struct blame *blame; /* NULL: not followed yet */
	/* The next part to tell of. */
	size_t list, at;
};

static const Memblock__V1__Type types[BLAME_LISTS] = {
    [BLAME_MEMORY] = MEMBLOCK__V1__TYPE__TYPE_MEMORY,
    [BLAME_RESERVED] = MEMBLOCK__V1__TYPE__TYPE_RESERVED,
    [BLAME_PHYSMEM] = MEMBLOCK__V1__TYPE__TYPE_PHYSMEM,
};

/* ---- on a history thread ---- */

static bool follow(
    void *arg, const struct memblock *mb, const struct journal_row *row)
{
	struct telling *telling = arg;

	if (row != NULL)
		return blame_follow(telling->blame, mb, &row->op, &row->outcome,
			   row->seq) == MB_OK;
	/* What was there before the first row that is kept came with the one
	 * before it: 0 is how the instance began. */
	telling->blame = blame_begin(mb, 0);
	return telling->blame != NULL;
}

/* False: the page is a refusal. */
static bool find_out(struct telling *telling, struct journal *journal)
{
	enum journal_status status;
	struct journal_error error;
	struct answer answer;
	uint64_t seq;

	status = past_seq(journal, &telling->point, &seq, &error);
	if (status == JOURNAL_OK)
		status = journal_follow(journal, telling->point.instance, seq,
		    follow, telling, &error);
	if (status == JOURNAL_OK) {
		telling->seq = seq;
		return true;
	}
	answer_init(&answer, telling->pages.id);
	answer_seq(&answer, telling->seq);
	past_refuse(&answer, telling->name, status, &error);
	telling->pages.last = true;
	pages_pack(&telling->pages, &answer);
	return false;
}

static bool fill_from_row(void *arg, const struct journal_row *row)
{
	struct part *part = arg;
	Memblock__V1__BlamePart *message = &part->message;

	message->has_time_us = 1;
	message->time_us = (uint64_t)row->time_us;
	message->operation = (char *)op_info((int)row->op.kind)->name;
	snprintf(
	    part->principal, sizeof(part->principal), "%s", row->principal);
	message->principal = part->principal;
	if (row->label != NULL) {
		snprintf(part->label, sizeof(part->label), "%s", row->label);
		message->label = part->label;
	}
	return false;
}

static enum journal_status fill_part(const struct telling *telling,
    struct journal *journal, const struct blame_part *from, struct part *part,
    struct journal_error *ret_error)
{
	Memblock__V1__BlamePart *message = &part->message;

	memblock__v1__blame_part__init(message);
	message->has_start = message->has_end = 1;
	message->start =
	    from->base > telling->start ? from->base : telling->start;
	message->end = from->end < telling->end ? from->end : telling->end;
	message->has_type = 1;
	message->type = types[telling->list];
	message->has_seq = 1;
	message->seq = from->seq;
	if (from->seq == 0)
		return JOURNAL_OK;
	return journal_each_row(journal, telling->point.instance, from->seq,
	    from->seq, false, fill_from_row, part, ret_error);
}

/* The next part that is asked for; NULL: there are no more. */
static const struct blame_part *next_part(struct telling *telling)
{
	const struct blame_part *part;

	if (telling->start >= telling->end)
		return NULL;
	for (; telling->list < BLAME_LISTS; telling->list++, telling->at = 0) {
		const enum blame_list list = (enum blame_list)telling->list;

		for (; telling->at < blame_count(telling->blame, list);
		     telling->at++) {
			part = blame_part_at(telling->blame, list, telling->at);
			if (part->base < telling->end &&
			    part->end > telling->start)
				return part;
		}
	}
	return NULL;
}

static void tell(struct telling *telling, struct journal *journal)
{
	struct part *parts = memory_zeroed(PAGE_PARTS, sizeof(*parts));
	Memblock__V1__BlamePart *pointers[PAGE_PARTS];
	Memblock__V1__BlameResult result = MEMBLOCK__V1__BLAME_RESULT__INIT;
	enum journal_status status = JOURNAL_OK;
	const struct blame_part *part;
	struct journal_error error;
	struct answer answer;

	result.parts = pointers;
	while (status == JOURNAL_OK && result.n_parts < PAGE_PARTS &&
	       (part = next_part(telling)) != NULL) {
		pointers[result.n_parts] = &parts[result.n_parts].message;
		status = fill_part(
		    telling, journal, part, &parts[result.n_parts], &error);
		result.n_parts++;
		telling->at++;
	}
	answer_init(&answer, telling->pages.id);
	answer_seq(&answer, telling->seq);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BLAME;
	answer.response.blame = &result;
	telling->pages.last =
	    status != JOURNAL_OK || next_part(telling) == NULL;
	if (status != JOURNAL_OK)
		past_refuse(&answer, telling->name, status, &error);
	pages_pack(&telling->pages, &answer);
	free(parts);
}

static void make_page(struct pages *pages, struct journal *journal)
{
	struct telling *telling = (struct telling *)pages;

	if (telling->blame != NULL || find_out(telling, journal))
		tell(telling, journal);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	struct telling *telling = (struct telling *)pages;

	blame_destroy(telling->blame);
	free(telling);
}

static bool read_range(
    struct request *request, uint64_t *ret_start, uint64_t *ret_end)
{
	const Memblock__V1__Blame *blame = request->message->blame;

	if (blame->has_address != blame->has_size) {
		request_refuse(request, CODE(INVALID_ARGUMENT),
		    blame->has_address ? "the size is missing"
				       : "the address is missing");
		return false;
	}
	*ret_start = blame->address;
	*ret_end = UINT64_MAX;
	if (blame->has_size && blame->size < UINT64_MAX - blame->address)
		*ret_end = blame->address + blame->size;
	return true;
}

enum command_end command_blame(struct request *request)
{
	const struct past_moment moment = past_moment_of(request->message);
	uint64_t start, end;
	struct past_point point;
	struct telling *telling;

	if (!past_locate(
		request->instance, &moment, &request->answer, &point) ||
	    !read_range(request, &start, &end))
		return COMMAND_ANSWER;
	telling = memory_zeroed(1, sizeof(*telling));
	telling->pages.make = make_page;
	telling->pages.drop = drop;
	strcpy(telling->name, request->message->instance);
	telling->point = point;
	telling->seq = request->instance->seq;
	telling->start = start;
	telling->end = end;
	pages_begin(&telling->pages, request, request->instance->batch);
	return COMMAND_SENT;
}
