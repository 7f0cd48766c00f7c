/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/lineage.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static void begin_window(struct lineage *lineage)
{
	lineage->first = 0;
	lineage->count = 1;
	lineage->links[0] = lineage->self;
}

static uint64_t last_index(const struct lineage *lineage)
{
	return lineage->first + lineage->count - 1;
}

/* One link more; the first that is there gives way. */
static void push(struct lineage *lineage, const struct journal_origin *origin)
{
	const struct lineage_link link = {origin->instance, origin->seq};

	if (lineage->count == LINEAGE_WINDOW)
		lineage->first++;
	else
		lineage->count++;
	lineage->links[last_index(lineage) % LINEAGE_WINDOW] = link;
}

/* A copy is younger than what it was copied from: whatever is in the journal, a
 * walk ends. */
static enum journal_status check_age(int64_t instance,
    const struct journal_origin *origin, struct journal_error *ret_error)
{
	if (origin->instance < instance)
		return JOURNAL_OK;
	snprintf(ret_error->text, sizeof(ret_error->text),
	    "instance %" PRId64 " is said to be a copy of %" PRId64
	    ", which is younger",
	    instance, origin->instance);
	return JOURNAL_DAMAGED;
}

/* ---- walking ---- */

enum journal_status lineage_begin(struct lineage *lineage,
    struct journal *journal, int64_t instance, uint64_t seq,
    struct journal_error *ret_error)
{
	lineage->self = (struct lineage_link){instance, seq};
	lineage->farthest = 0;
	lineage->to = seq;
	lineage->end = LINEAGE_GOES_ON;
	begin_window(lineage);
	return journal_find_history(
	    journal, instance, &lineage->history, ret_error);
}

/* From the farthest to what it is a copy of. */
static enum journal_status follow(struct lineage *lineage,
    struct journal *journal, struct journal_origin *origin,
    struct journal_error *ret_error)
{
	const int64_t copy = lineage->history.instance.id;
	struct journal_history history;
	enum journal_status status;

	status = check_age(copy, origin, ret_error);
	if (status == JOURNAL_OK)
		status = journal_find_history(
		    journal, origin->instance, &history, ret_error);
	if (status == JOURNAL_NOT_FOUND) {
		lineage->end = LINEAGE_PURGED;
		origin->instance = 0;
		return JOURNAL_OK;
	}
	if (status != JOURNAL_OK)
		return status;
	push(lineage, origin);
	lineage->farthest++;
	lineage->to = origin->seq;
	lineage->history = history;
	return JOURNAL_OK;
}

enum journal_status lineage_walk(struct lineage *lineage,
    struct journal *journal, bool *ret_is_copy,
    struct journal_origin *ret_origin, struct journal_error *ret_error)
{
	const struct journal_history *history = &lineage->history;
	struct journal_origin origin = history->origin;
	enum journal_status status = JOURNAL_OK;
	const bool is_copy = history->is_copy && history->first_seq == 1;

	assert(lineage->end == LINEAGE_GOES_ON);
	if (history->first_seq > 1)
		lineage->end = LINEAGE_DROPPED;
	else if (!is_copy)
		lineage->end = LINEAGE_EMPTY;
	else if (origin.instance == 0)
		lineage->end = LINEAGE_ELSEWHERE;
	else
		status = follow(lineage, journal, &origin, ret_error);
	if (status != JOURNAL_OK)
		return status;
	*ret_is_copy = is_copy;
	if (is_copy)
		*ret_origin = origin;
	return JOURNAL_OK;
}

uint64_t lineage_first_seq(const struct lineage *lineage)
{
	return lineage->history.first_seq;
}

/* The last seq of the farthest that is not kept. */
static uint64_t last_dropped(const struct lineage *lineage)
{
	const uint64_t before = lineage->history.first_seq - 1;

	return before < lineage->to ? before : lineage->to;
}

void lineage_tell_end(
    const struct lineage *lineage, char *ret_text, size_t size)
{
	const struct journal_history *history = &lineage->history;
	const char *name = history->instance.name;

	if (lineage->end == LINEAGE_DROPPED)
		snprintf(ret_text, size,
		    "%s: operations up to %" PRIu64 " are not kept any more: "
		    "the log begins behind them",
		    name, last_dropped(lineage));
	else if (lineage->end == LINEAGE_PURGED ||
		 lineage->end == LINEAGE_ELSEWHERE)
		snprintf(ret_text, size,
		    "%s@%" PRIu64 ", which %s began as, %s: the log begins "
		    "with %s",
		    history->origin.name, history->origin.seq, name,
		    lineage->end == LINEAGE_PURGED ? "was purged"
						   : "is not of this journal",
		    name);
	else
		ret_text[0] = '\0';
}

/* ---- reading ---- */

/* The next link of the window. */
static enum journal_status step(struct lineage *lineage,
    struct journal *journal, struct journal_error *ret_error)
{
	const int64_t copy =
	    lineage->links[last_index(lineage) % LINEAGE_WINDOW].instance;
	struct journal_origin origin;
	enum journal_status status;
	bool is_copy;

	status =
	    journal_find_origin(journal, copy, &is_copy, &origin, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!is_copy) {
		snprintf(ret_error->text, sizeof(ret_error->text),
		    "instance %" PRId64 " was a copy, and is none any more",
		    copy);
		return JOURNAL_DAMAGED;
	}
	push(lineage, &origin);
	return JOURNAL_OK;
}

enum journal_status lineage_at(struct lineage *lineage, struct journal *journal,
    uint64_t index, struct lineage_link *ret_link,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;

	assert(lineage->end != LINEAGE_GOES_ON);
	assert(index <= lineage->farthest);
	if (index < lineage->first)
		begin_window(lineage);
	while (status == JOURNAL_OK && index > last_index(lineage))
		status = step(lineage, journal, ret_error);
	if (status == JOURNAL_OK)
		*ret_link = lineage->links[index % LINEAGE_WINDOW];
	return status;
}
