/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/explain.h"

#include "engine/alloc_pass.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Flags of an iteration that passes over nothing. */
#define EVERYTHING                                                             \
	((uint32_t)(MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP |                        \
		    MEMBLOCK_DRIVER_MANAGED))

struct explanation {
	const struct memblock *mb;
	const struct alloc_request *request;
	uint64_t align;
	struct alloc_pass pass;
	unsigned int attempt;
	void (*visit)(void *arg, const struct explain_candidate *candidate);
	void *arg;
	struct explain_result result;
};

static void show(const struct explanation *explanation, uint64_t start,
    uint64_t end, enum explain_rule rule, uint64_t value)
{
	const struct explain_candidate candidate = {
	    start, end, explanation->attempt, rule, value};

	if (start < end)
		explanation->visit(explanation->arg, &candidate);
}

/* ---- rules ---- */

/* Why the pass passes over memory like that. False: it does not. */
static bool find_skip(const struct explanation *explanation,
    const struct free_range *range, enum explain_rule *ret_rule,
    uint64_t *ret_value)
{
	const struct alloc_attempt *in = &explanation->pass.attempt;
	const struct memblock_region region = {
	    .flags = range->flags, .nid = range->nid};

	*ret_value = 0;
	if (!walk_skips(explanation->mb, &region, in->nid, in->flags))
		return false;
	if (in->nid != MB_NO_NODE && range->nid != in->nid) {
		*ret_rule = EXPLAIN_NODE;
		*ret_value = range->nid == MB_NO_NODE ? UINT64_MAX
						      : (uint64_t)range->nid;
	} else if (range->flags & MEMBLOCK_NOMAP) {
		*ret_rule = EXPLAIN_NOMAP;
	} else if (range->flags & MEMBLOCK_DRIVER_MANAGED) {
		*ret_rule = EXPLAIN_DRIVER_MANAGED;
	} else if (in->flags & ~range->flags & MEMBLOCK_MIRROR) {
		*ret_rule = EXPLAIN_NOT_MIRROR;
	} else {
		assert(range->flags & MEMBLOCK_HOTPLUG);
		*ret_rule = EXPLAIN_HOTPLUG;
	}
	return true;
}

static enum explain_rule rule_below(const struct explanation *explanation)
{
	const struct memblock_settings *settings = &explanation->mb->settings;
	const uint64_t from = explanation->pass.attempt.from;

	if (from <= settings->page_size)
		return EXPLAIN_FIRST_PAGE;
	return from == explanation->request->from ? EXPLAIN_BELOW_FROM
						  : EXPLAIN_BELOW_KERNEL;
}

static enum explain_rule rule_above(const struct explanation *explanation)
{
	return explanation->pass.attempt.to == explanation->request->to
		   ? EXPLAIN_ABOVE_TO
		   : EXPLAIN_ABOVE_LIMIT;
}

/* ---- one range ---- */

/* How much a range holds from its first multiple of align on. */
static uint64_t room_in(const struct free_range *range, uint64_t align)
{
	const uint64_t skipped = -range->base & (align - 1);
	const uint64_t size = range->end - range->base;

	return size > skipped ? size - skipped : 0;
}

/* A range that lies within the bounds. True: it is chosen. */
static bool consider(
    struct explanation *explanation, const struct free_range *range)
{
	struct explain_result *result = &explanation->result;
	const uint64_t size = explanation->request->size;
	const uint64_t room = room_in(range, explanation->align);

	if (alloc_place(&explanation->pass, range, size, explanation->align,
		&result->base)) {
		result->chosen = true;
		show(explanation, range->base, range->end, EXPLAIN_CHOSEN, 0);
		return true;
	}
	assert(room < size);
	if (room > result->size)
		result->size = room;
	show(explanation, range->base, range->end, EXPLAIN_TOO_SMALL,
	    size - room);
	return false;
}

/* What a higher limit would make of a range that reaches above it. */
static void consider_limit(
    struct explanation *explanation, const struct free_range *range)
{
	struct explain_result *result = &explanation->result;
	const uint64_t from = explanation->pass.attempt.from;
	const struct free_range above = {
	    .base = range->base > from ? range->base : from,
	    .end = range->end,
	};
	uint64_t limit;

	if (above.base >= above.end ||
	    room_in(&above, explanation->align) < explanation->request->size)
		return;
	limit = above.base + (-above.base & (explanation->align - 1)) +
		explanation->request->size;
	if (result->limit == 0 || limit < result->limit)
		result->limit = limit;
}

/* A range that the pass does not pass over, cut at its bounds. */
static bool explain_range(
    struct explanation *explanation, const struct free_range *range)
{
	const struct alloc_attempt *in = &explanation->pass.attempt;
	const uint64_t from = in->from < range->end ? in->from : range->end;
	const uint64_t to = in->to > range->base ? in->to : range->base;
	const uint64_t low = from > range->base ? from : range->base;
	const uint64_t high = to < range->end ? to : range->end;
	const struct free_range inside = {.base = low, .end = high};
	const bool bottom_up = explanation->pass.bottom_up;

	if (high < range->end)
		consider_limit(explanation, range);
	if (bottom_up)
		show(explanation, range->base, low, rule_below(explanation),
		    in->from);
	else
		show(explanation, high > low ? high : low, range->end,
		    rule_above(explanation), in->to);
	if (low < high && consider(explanation, &inside))
		return true;
	if (bottom_up)
		show(explanation, high > low ? high : low, range->end,
		    rule_above(explanation), in->to);
	else
		show(explanation, range->base, low, rule_below(explanation),
		    in->from);
	return false;
}

/* ---- all of them ---- */

/* True: something is chosen. */
static bool explain_pass(struct explanation *explanation)
{
	const struct memblock *mb = explanation->mb;
	const bool up = explanation->pass.bottom_up;
	struct free_walk walk;
	struct free_range range;
	enum explain_rule rule;
	uint64_t value;

	walk = up ? free_walk_up(mb, MB_NO_NODE, EVERYTHING, 0, UINT64_MAX)
		  : free_walk_down(mb, MB_NO_NODE, EVERYTHING, 0, UINT64_MAX);
	while (up ? free_walk_next_up(&walk, &range)
		  : free_walk_next_down(&walk, &range)) {
		if (find_skip(explanation, &range, &rule, &value))
			show(explanation, range.base, range.end, rule, value);
		else if (explain_range(explanation, &range))
			return true;
	}
	return false;
}

static bool explain_attempt(
    struct explanation *explanation, const struct alloc_attempt *attempt)
{
	struct alloc_pass passes[ALLOC_PASSES_MAX];
	const size_t count =
	    alloc_list_passes(explanation->mb, attempt, passes);
	size_t i;

	explanation->attempt++;
	for (i = 0; i < count; i++) {
		explanation->pass = passes[i];
		if (explain_pass(explanation))
			return true;
	}
	return false;
}

void explain_alloc(const struct memblock *mb,
    const struct alloc_request *request,
    void (*visit)(void *arg, const struct explain_candidate *candidate),
    void *arg, struct explain_result *ret_result)
{
	struct explanation explanation = {.mb = mb,
	    .request = request,
	    .align = alloc_align(mb, request),
	    .visit = visit,
	    .arg = arg};
	struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = alloc_list_attempts(mb, request, attempts);
	bool fell_back;
	uint64_t base;
	size_t i;

	for (i = 0; i < count && !explanation.result.chosen; i++)
		explain_attempt(&explanation, &attempts[i]);
	/* What is told is what is done. */
	if (memblock_find(mb, request, &base, &fell_back) == MB_OK)
		assert(explanation.result.chosen &&
		       explanation.result.base == base);
	else
		assert(!explanation.result.chosen);
	*ret_result = explanation.result;
}

void explain_rule_text(
    const struct explain_candidate *candidate, char text[EXPLAIN_TEXT_MAX])
{
	static const char *const words[] = {
	    [EXPLAIN_CHOSEN] = "chosen",
	    [EXPLAIN_TOO_SMALL] = "too small by 0x%" PRIx64 " after alignment",
	    [EXPLAIN_NODE] = "memory of node %" PRIu64,
	    [EXPLAIN_NOT_MIRROR] = "not mirrored",
	    [EXPLAIN_NOMAP] = "nomap",
	    [EXPLAIN_DRIVER_MANAGED] = "driver_managed",
	    [EXPLAIN_HOTPLUG] = "hotplug",
	    [EXPLAIN_FIRST_PAGE] = "first page",
	    [EXPLAIN_BELOW_FROM] = "below from 0x%" PRIx64,
	    [EXPLAIN_BELOW_KERNEL] = "below kernel_end 0x%" PRIx64,
	    [EXPLAIN_ABOVE_TO] = "above to 0x%" PRIx64,
	    [EXPLAIN_ABOVE_LIMIT] = "above current_limit 0x%" PRIx64,
	};

	if (candidate->rule == EXPLAIN_NODE && candidate->value == UINT64_MAX) {
		snprintf(text, EXPLAIN_TEXT_MAX, "memory of no node");
		return;
	}
	snprintf(
	    text, EXPLAIN_TEXT_MAX, words[candidate->rule], candidate->value);
}
