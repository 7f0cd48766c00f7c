/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: what differs between two instances, or two moments of one. */
#include "engine/diff.h"

#include "daemon/memory.h"
#include "daemon/pages.h"
#include "daemon/past.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Parts in one page, which stays below 1 MiB. */
#define PAGE_PARTS 10000

#define LISTS 3 /* memory, reserved, physmem */

static const Memblock__V1__Type types[LISTS] = {
    MEMBLOCK__V1__TYPE__TYPE_MEMORY,
    MEMBLOCK__V1__TYPE__TYPE_RESERVED,
    MEMBLOCK__V1__TYPE__TYPE_PHYSMEM,
};

struct side {
	char name[JOURNAL_NAME_MAX + 1];
	struct past_point point;
	uint64_t now; /* the seq where it stood when it was asked */
	struct journal_state state; /* mb NULL: not brought back yet */
};

struct comparison {
	struct pages pages;
	struct side before, after;
	bool identical; /* as far as it has come */
	/* The list that is compared, and how far. */
	size_t list;
	struct diff_walk walk;
	/* A part that was found and is not told yet. */
	bool has_next;
	struct diff_part next;
};

/* ---- on a history thread ---- */

static enum journal_status bring_back(
    struct side *side, struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;
	uint64_t seq;

	status = past_seq(journal, &side->point, &seq, ret_error);
	if (status != JOURNAL_OK)
		return status;
	return journal_load_at(
	    journal, side->point.instance, seq, &side->state, ret_error);
}

/* False: the page is a refusal. */
static bool bring_both_back(
    struct comparison *comparison, struct journal *journal)
{
	const struct side *side = &comparison->before;
	enum journal_status status;
	struct journal_error error;
	struct answer answer;

	status = bring_back(&comparison->before, journal, &error);
	if (status == JOURNAL_OK) {
		side = &comparison->after;
		status = bring_back(&comparison->after, journal, &error);
	}
	if (status == JOURNAL_OK)
		return true;
	answer_init(&answer, comparison->pages.id);
	answer_seq(&answer, comparison->before.now);
	past_refuse(&answer, side->name, status, &error);
	comparison->pages.last = true;
	pages_pack(&comparison->pages, &answer);
	return false;
}

static const struct memblock_type *list_of(
    const struct memblock *mb, size_t list)
{
	return list == 0 ? mb->memory : list == 1 ? mb->reserved : mb->physmem;
}

static void begin_list(struct comparison *comparison)
{
	comparison->walk = diff_walk_begin(
	    list_of(comparison->before.state.mb, comparison->list),
	    list_of(comparison->after.state.mb, comparison->list));
}

/* Looks for the next part that differs, in this list or one behind it. */
static void look_ahead(struct comparison *comparison)
{
	comparison->has_next =
	    diff_walk_next(&comparison->walk, &comparison->next);
	while (!comparison->has_next && comparison->list + 1 < LISTS) {
		comparison->list++;
		begin_list(comparison);
		comparison->has_next =
		    diff_walk_next(&comparison->walk, &comparison->next);
	}
}

static void fill_part(
    const struct diff_part *part, size_t list, Memblock__V1__DiffPart *message)
{
	memblock__v1__diff_part__init(message);
	message->has_type = message->has_start = message->has_end = 1;
	message->type = types[list];
	message->start = part->base;
	message->end = part->end;
	message->has_flags_before = part->has_before;
	message->flags_before = part->flags_before;
	message->has_nid_before = part->nid_before != MB_NO_NODE;
	message->nid_before = (uint32_t)part->nid_before;
	message->has_flags_after = part->has_after;
	message->flags_after = part->flags_after;
	message->has_nid_after = part->nid_after != MB_NO_NODE;
	message->nid_after = (uint32_t)part->nid_after;
}

static bool settings_equal(const Memblock__V1__InfoResult *before,
    const Memblock__V1__InfoResult *after)
{
	uint8_t left[512], right[512];
	const size_t size =
	    memblock__v1__settings__get_packed_size(before->settings);

	memory_check(size <= sizeof(left));
	if (before->resize != after->resize ||
	    size != memblock__v1__settings__get_packed_size(after->settings))
		return false;
	memblock__v1__settings__pack(before->settings, left);
	memblock__v1__settings__pack(after->settings, right);
	return memcmp(left, right, size) == 0;
}

static size_t fill_parts(struct comparison *comparison,
    Memblock__V1__DiffPart *parts, Memblock__V1__DiffPart **pointers)
{
	size_t count;

	for (count = 0; count < PAGE_PARTS && comparison->has_next; count++) {
		fill_part(&comparison->next, comparison->list, &parts[count]);
		pointers[count] = &parts[count];
		look_ahead(comparison);
	}
	return count;
}

static void tell(struct comparison *comparison)
{
	Memblock__V1__InfoResult infos[2];
	Memblock__V1__Settings settings[2];
	Memblock__V1__DiffPart *parts =
	    memory_zeroed(PAGE_PARTS, sizeof(*parts));
	Memblock__V1__DiffPart **pointers =
	    memory_zeroed(PAGE_PARTS, sizeof(*pointers));
	Memblock__V1__DiffResult result = MEMBLOCK__V1__DIFF_RESULT__INIT;
	struct answer answer;

	command_info_fill(comparison->before.state.mb, &infos[0], &settings[0]);
	command_info_fill(comparison->after.state.mb, &infos[1], &settings[1]);
	result.before = &infos[0];
	result.after = &infos[1];
	result.has_other_seq = 1;
	result.other_seq = comparison->after.state.seq;
	result.n_parts = fill_parts(comparison, parts, pointers);
	result.parts = pointers;
	comparison->identical &=
	    result.n_parts == 0 && settings_equal(&infos[0], &infos[1]);
	result.has_identical = 1;
	result.identical = comparison->identical;
	answer_init(&answer, comparison->pages.id);
	answer_seq(&answer, comparison->before.state.seq);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DIFF;
	answer.response.diff = &result;
	comparison->pages.last = !comparison->has_next;
	pages_pack(&comparison->pages, &answer);
	free(parts);
	free(pointers);
}

static void make_page(struct pages *pages, struct journal *journal)
{
	struct comparison *comparison = (struct comparison *)pages;

	if (comparison->after.state.mb == NULL) {
		if (!bring_both_back(comparison, journal))
			return;
		begin_list(comparison);
		look_ahead(comparison);
	}
	tell(comparison);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	struct comparison *comparison = (struct comparison *)pages;

	memblock_destroy(comparison->before.state.mb);
	memblock_destroy(comparison->after.state.mb);
	free(comparison);
}

/* The instance to compare with; NULL: refused. */
static const struct instance *find_other(struct request *request)
{
	const char *name = request->message->diff->other;
	struct instance *instance;
	struct journal_error error;
	enum journal_status status = JOURNAL_NOT_FOUND;

	if (name == NULL) {
		request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the other instance is missing");
		return NULL;
	}
	if (strlen(name) <= JOURNAL_NAME_MAX)
		status = registry_find(
		    request->service->registry, name, &instance, &error);
	if (status == JOURNAL_OK && !instance->departed)
		return instance;
	if (status != JOURNAL_OK && status != JOURNAL_NOT_FOUND)
		request_refuse_journal(request, status, &error);
	else
		answer_refuse(&request->answer, CODE(NOT_FOUND),
		    "%.*s: no such instance",
		    answer_quotable(name, JOURNAL_NAME_MAX), name);
	return NULL;
}

static bool take_side(struct request *request, const struct instance *instance,
    const struct past_moment *moment, struct side *side)
{
	strcpy(side->name, instance->row.name);
	side->now = instance->seq;
	return past_locate(instance, moment, &request->answer, &side->point);
}

enum command_end command_diff(struct request *request)
{
	const Memblock__V1__Diff *diff = request->message->diff;
	const struct past_moment before = past_moment_of(request->message);
	const struct past_moment after = {diff->has_other_at_seq,
	    diff->has_other_at_time_us, diff->other_at_seq,
	    diff->other_at_time_us};
	const struct instance *other = find_other(request);
	struct comparison *comparison;
	uint64_t batch = request->instance->batch;

	if (other == NULL)
		return COMMAND_ANSWER;
	comparison = memory_zeroed(1, sizeof(*comparison));
	if (!take_side(
		request, request->instance, &before, &comparison->before) ||
	    !take_side(request, other, &after, &comparison->after)) {
		free(comparison);
		return COMMAND_ANSWER;
	}
	comparison->identical = true;
	comparison->pages.make = make_page;
	comparison->pages.drop = drop;
	if (other->batch > batch)
		batch = other->batch;
	pages_begin(&comparison->pages, request, batch);
	return COMMAND_SENT;
}
