/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/alloc.h"

#include "engine/walk.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* One attempt at a request. */
struct attempt {
	uint64_t from, to; /* [from, to) */
	int32_t nid;	   /* MB_NO_NODE: any */
	uint32_t flags;	   /* mirror, or none */
};

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

static struct attempt make_attempt(const struct memblock_attempt *keeps,
    const struct memblock *mb, const struct alloc_request *request)
{
	const bool any = !keeps->nid && !request->exact_nid;
	const uint64_t from = keeps->from ? request->from : 0;
	const uint64_t page = mb->settings.page_size;

	return (struct attempt){
	    .from = from > page ? from : page,
	    .to = upper_bound(mb, request),
	    .nid = any ? MB_NO_NODE : request->nid,
	    .flags = keeps->mirror && mb->has_mirror ? MEMBLOCK_MIRROR
						     : MEMBLOCK_NONE,
	};
}

/* Whether an attempt that differs in nothing was made before. */
static bool is_made(
    const struct attempt *attempts, size_t count, const struct attempt *attempt)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (attempts[i].from == attempt->from &&
		    attempts[i].nid == attempt->nid &&
		    attempts[i].flags == attempt->flags)
			return true;
	return false;
}

/* All attempts at a request, in order, as the kernel of that version makes
 * them; but none twice: where something was not asked for, giving it up leads
 * to the same again. Returns how many there are, at least one. */
static size_t list_attempts(const struct memblock *mb,
    const struct alloc_request *request, struct attempt *attempts)
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

static bool find_top_down(const struct memblock *mb,
    const struct attempt *attempt, uint64_t size, uint64_t align,
    uint64_t *ret_base)
{
	struct free_walk walk = free_walk_down(
	    mb, attempt->nid, attempt->flags, attempt->from, attempt->to);
	struct free_range range;

	/*   range   [base            end)
	 *   taken          |--size--|..     down to a multiple of align
	 */
	while (free_walk_next_down(&walk, &range)) {
		uint64_t base;

		if (range.end - range.base < size)
			continue;
		base = (range.end - size) & ~(align - 1);
		if (base >= range.base) {
			*ret_base = base;
			return true;
		}
	}
	return false;
}

static bool find_bottom_up(const struct memblock *mb,
    const struct attempt *attempt, uint64_t size, uint64_t align,
    uint64_t *ret_base)
{
	struct free_walk walk = free_walk_up(
	    mb, attempt->nid, attempt->flags, attempt->from, attempt->to);
	struct free_range range;

	/*   range   [base            end)
	 *   taken    ..|--size--|           up to a multiple of align
	 */
	while (free_walk_next_up(&walk, &range)) {
		const uint64_t skipped = -range.base & (align - 1);

		if (range.end - range.base > skipped &&
		    range.end - range.base - skipped >= size) {
			*ret_base = range.base + skipped;
			return true;
		}
	}
	return false;
}

/* Bottom-up as before 5.10: never below the end of the kernel's image, so that
 * what is taken early lies close to it.
 *
 *   attempt      from|--------------------------|to
 *   image       |----------|kernel_end
 *   tried                  |--------------------|
 */
static bool find_above_kernel(const struct memblock *mb,
    const struct attempt *attempt, uint64_t size, uint64_t align,
    uint64_t *ret_base)
{
	struct attempt above = *attempt;

	if (above.from < mb->settings.kernel_end)
		above.from = mb->settings.kernel_end;
	return find_bottom_up(mb, &above, size, align, ret_base);
}

static bool find_once(const struct memblock *mb, const struct attempt *attempt,
    const struct alloc_request *request, uint64_t *ret_base,
    bool *ret_fell_back)
{
	const uint64_t align =
	    request->align != 0 ? request->align : mb->settings.cache_line;
	const uint64_t size = request->size;
	const uint64_t kernel_end = mb->settings.kernel_end;

	assert(size > 0);
	assert((align & (align - 1)) == 0);
	if (!mb->bottom_up)
		return find_top_down(mb, attempt, size, align, ret_base);
	if (!memblock_version(mb->settings.kernel)->bottom_up_above_kernel)
		return find_bottom_up(mb, attempt, size, align, ret_base);
	if (attempt->to > kernel_end || attempt->from > kernel_end) {
		if (find_above_kernel(mb, attempt, size, align, ret_base))
			return true;
		*ret_fell_back = true;
	}
	return find_top_down(mb, attempt, size, align, ret_base);
}

enum mb_status memblock_find(const struct memblock *mb,
    const struct alloc_request *request, uint64_t *ret_base,
    bool *ret_fell_back)
{
	struct attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = list_attempts(mb, request, attempts);
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
	struct attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = list_attempts(mb, request, attempts);
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
    const struct attempt *attempt, struct free_range *ret_range)
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
	struct attempt attempts[MEMBLOCK_ATTEMPTS_MAX];
	const size_t count = list_attempts(mb, request, attempts);
	const struct attempt *last = &attempts[count - 1];
	const uint64_t align =
	    request->align != 0 ? request->align : mb->settings.cache_line;
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
