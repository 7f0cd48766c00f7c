/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/alloc.h"

#include "engine/alloc_pass.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static uint64_t upper_bound(
    const struct memblock *mb, const struct alloc_request *request)
{
	uint64_t to = request->to;

	if (request->min_fallback && to > mb->current_limit)
		to = mb->current_limit;
	/* 0 and 1 are names in the kernel: MEMBLOCK_ALLOC_ACCESSIBLE and
	 * MEMBLOCK_ALLOC_NOLEAKTRACE. */
	return to > 1 ? to : mb->current_limit;
}

static struct alloc_attempt make_attempt(const struct memblock_attempt *keeps,
    const struct memblock *mb, const struct alloc_request *request)
{
	const bool any = !keeps->nid && !request->exact_nid;
	const uint64_t from = keeps->from ? request->from : 0;
	const uint64_t page = mb->settings.page_size;

	return (struct alloc_attempt){
	    .from = from > page ? from : page,
	    .to = upper_bound(mb, request),
	    .nid = any ? MB_NO_NODE : request->nid,
	    .flags = keeps->mirror && mb->has_mirror ? MEMBLOCK_MIRROR
						     : MEMBLOCK_NONE,
	};
}

/* Whether an attempt that differs in nothing was made before. */
static bool is_made(const struct alloc_attempt *attempts, size_t count,
    const struct alloc_attempt *attempt)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (attempts[i].from == attempt->from &&
		    attempts[i].nid == attempt->nid &&
		    attempts[i].flags == attempt->flags)
			return true;
	return false;
}

size_t alloc_list_attempts(const struct memblock *mb,
    const struct alloc_request *request,
    struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX])
{
	const struct memblock_version *version =
	    memblock_version(mb->settings.kernel);
	const struct memblock_attempts *order =
	    request->min_fallback ? &version->alloc_min_fallback
				  : &version->alloc;
	size_t i, count = 0;

	for (i = 0; i < order->count; i++) {
		attempts[count] = make_attempt(&order->list[i], mb, request);
		if (!is_made(attempts, count, &attempts[count]))
			count++;
	}
	return count;
}

/* Bottom-up as before 5.10: never below the end of the kernel's image, so that
 * what is taken early lies close to it; and top-down where that finds nothing.
 *
 *   attempt      from|--------------------------|to
 *   image       |----------|kernel_end
 *   first pass             |--------------------|
 */
size_t alloc_list_passes(const struct memblock *mb,
    const struct alloc_attempt *attempt,
    struct alloc_pass passes[ALLOC_PASSES_MAX])
{
	const uint64_t kernel_end = mb->settings.kernel_end;
	size_t count = 0;

	if (!mb->bottom_up ||
	    !memblock_version(mb->settings.kernel)->bottom_up_above_kernel) {
		passes[0] = (struct alloc_pass){*attempt, mb->bottom_up, false};
		return 1;
	}
	if (attempt->to > kernel_end || attempt->from > kernel_end) {
		passes[count] = (struct alloc_pass){*attempt, true, false};
		if (attempt->from < kernel_end)
			passes[count].attempt.from = kernel_end;
		count++;
	}
	passes[count] = (struct alloc_pass){*attempt, false, count > 0};
	return count + 1;
}

uint64_t alloc_align(
    const struct memblock *mb, const struct alloc_request *request)
{
	return request->align != 0 ? request->align : mb->settings.cache_line;
}

/* Down to a multiple of align:
 *
 *   range   [base            end)
 *   taken          |--size--|..
 */
static bool place_top_down(const struct free_range *range, uint64_t size,
    uint64_t align, uint64_t *ret_base)
{
	uint64_t base;

	if (range->end - range->base < size)
		return false;
	base = (range->end - size) & ~(align - 1);
	if (base < range->base)
		return false;
	*ret_base = base;
	return true;
}

/* Up to a multiple of align:
 *
 *   range   [base            end)
 *   taken    ..|--size--|
 */
static bool place_bottom_up(const struct free_range *range, uint64_t size,
    uint64_t align, uint64_t *ret_base)
{
	const uint64_t skipped = -range->base & (align - 1);

	if (range->end - range->base <= skipped ||
	    range->end - range->base - skipped < size)
		return false;
	*ret_base = range->base + skipped;
	return true;
}

bool alloc_place(const struct alloc_pass *pass, const struct free_range *range,
    uint64_t size, uint64_t align, uint64_t *ret_base)
{
	return pass->bottom_up ? place_bottom_up(range, size, align, ret_base)
			       : place_top_down(range, size, align, ret_base);
}

static bool find_in_pass(const struct memblock *mb,
    const struct alloc_pass *pass, uint64_t size, uint64_t align,
    uint64_t *ret_base)
{
	const struct alloc_attempt *in = &pass->attempt;
	struct free_walk walk;
	struct free_range range;

	walk = pass->bottom_up
		   ? free_walk_up(mb, in->nid, in->flags, in->from, in->to)
		   : free_walk_down(mb, in->nid, in->flags, in->from, in->to);
	while (pass->bottom_up ? free_walk_next_up(&walk, &range)
			       : free_walk_next_down(&walk, &range))
		if (alloc_place(pass, &range, size, align, ret_base))
			return true;
	return false;
}

static bool find_once(const struct memblock *mb,
    const struct alloc_attempt *attempt, const struct alloc_request *request,
    uint64_t *ret_base, bool *ret_fell_back)
{
	const uint64_t align = alloc_align(mb, request);
	struct alloc_pass passes[ALLOC_PASSES_MAX];
	const size_t count = alloc_list_passes(mb, attempt, passes);
	size_t i;

	assert(request->size > 0);
	assert((align & (align - 1)) == 0);
	for (i = 0; i < count; i++) {
		if (passes[i].falls_back)
			*ret_fell_back = true;
		if (find_in_pass(
			mb, &passes[i], request->size, align, ret_base))
			return true;
	}
	return false;
}

enum mb_status memblock_find(const struct memblock *mb,
    const struct alloc_request *request, uint64_t *ret_base,
    bool *ret_fell_back)
{
	struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = alloc_list_attempts(mb, request, attempts);
	size_t i;

	for (i = 0; i < count; i++) {
		if (find_once(
			mb, &attempts[i], request, ret_base, ret_fell_back))
			return MB_OK;
	}
	return MB_NO_SPACE;
}

enum mb_status memblock_alloc(struct memblock *mb,
    const struct alloc_request *request, uint64_t *ret_base)
{
	struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = alloc_list_attempts(mb, request, attempts);
	enum mb_status status, failure = MB_NO_SPACE;
	struct memblock_met met;
	uint64_t base;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!find_once(
			mb, &attempts[i], request, &base, &mb->fell_back))
			continue;
		status = memblock_reserve(
		    mb, base, request->size, MB_NO_NODE, MEMBLOCK_NONE, &met);
		if (status == MB_OK)
			*ret_base = base;
		/* Where the array may not grow, no attempt has a slot. */
		if (status != MB_FULL || !mb->may_grow)
			return status;
		failure = MB_FULL;
	}
	return failure;
}

/* The largest free range an attempt could look at; the one it meets first, if
 * there are several. */
static bool find_largest(const struct memblock *mb,
    const struct alloc_attempt *attempt, struct free_range *ret_range)
{
	struct free_walk walk = free_walk_down(
	    mb, attempt->nid, attempt->flags, attempt->from, attempt->to);
	struct free_range range;
	uint64_t largest = 0;

	while (free_walk_next_down(&walk, &range)) {
		if (range.end - range.base > largest) {
			largest = range.end - range.base;
			*ret_range = range;
		}
	}
	return largest > 0;
}

void alloc_explain(const struct memblock *mb,
    const struct alloc_request *request, char *message, size_t message_size)
{
	struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = alloc_list_attempts(mb, request, attempts);
	const struct alloc_attempt *last = &attempts[count - 1];
	const uint64_t align = alloc_align(mb, request);
	struct free_range range;
	char where[96], largest[96], node[32] = "";

	if (last->nid != MB_NO_NODE)
		snprintf(node, sizeof(node), " on node %" PRId32, last->nid);
	if (last->from < last->to)
		snprintf(where, sizeof(where),
		    "in [0x%" PRIx64 "-0x%" PRIx64 "]", last->from,
		    last->to - 1);
	else
		snprintf(where, sizeof(where),
		    "from 0x%" PRIx64 " and below 0x%" PRIx64, last->from,
		    last->to);
	if (find_largest(mb, last, &range))
		snprintf(largest, sizeof(largest),
		    "largest free range is [0x%" PRIx64 "-0x%" PRIx64 "]",
		    range.base, range.end - 1);
	else
		snprintf(largest, sizeof(largest), "nothing is free there");
	snprintf(message, message_size,
	    "no 0x%" PRIx64 " bytes aligned to 0x%" PRIx64 " %s%s: %s",
	    request->size, align, where, node, largest);
}
