/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/handover.h"

#include "engine/handover_areas.h"
#include "engine/op.h"
#include "engine/walk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t page_up(const struct memblock *mb, uint64_t address)
{
	const uint64_t page = mb->settings.page_size;

	return address / page + (address % page != 0);
}

static uint64_t page_down(const struct memblock *mb, uint64_t address)
{
	return address / mb->settings.page_size;
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t higher(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ---- the model as memblock_free_all() finds it ---- */

/* The kernel looks at no error here, so a step that finds an array full is left
 * out; unless it panics. */
static enum mb_status take_step(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	const bool panics = !mb->can_resize &&
			    memblock_version(mb->settings.kernel)->full_panics;

	if (op_apply(mb, op, outcome) == MB_NO_SPACE && !panics)
		return MB_OK;
	return outcome->status;
}

static enum mb_status set_nodes_once(
    struct memblock *mb, struct outcome *outcome)
{
	enum mb_status status = MB_OK;
	size_t i;

	for (i = 0; i < region_list_cnt(mb->memory) && status == MB_OK; i++) {
		const struct memblock_region *region =
		    region_list_at(mb->memory, i);
		const struct op set_node = {
		    .kind = OP_SET_NODE,
		    .base = region->base,
		    .size = region->size,
		    .nid = region->nid,
		    .list = OP_LIST_RESERVED,
		};

		status = take_step(mb, &set_node, outcome);
	}
	return status;
}

/* Gives reserved the nodes of memory. That cuts regions, for which an array may
 * have to grow, and what it grows into is not handed over; where arrays have no
 * end it makes no difference to anybody. An array that has grown is reserved,
 * too, so it begins again. */
static enum mb_status set_nodes_of_reserved(
    struct memblock *mb, struct outcome *outcome)
{
	enum mb_status status;
	size_t max;

	do {
		max = region_list_max(mb->reserved);
		status = set_nodes_once(mb, outcome);
	} while (status == MB_OK && region_list_max(mb->reserved) != max);
	return status;
}

/* What the kernel does first: no memory is hotplug any more, so that what
 * touches is one. */
static enum mb_status prepare(struct memblock *mb, struct outcome *outcome)
{
	const struct op clear = {
	    .kind = OP_CLEAR,
	    .size = UINT64_MAX,
	    .flags = MEMBLOCK_HOTPLUG,
	    .nid = MB_NO_NODE,
	};

	const enum mb_status status = take_step(mb, &clear, outcome);

	if (status != MB_OK)
		return status;
	if (mb->settings.kernel_arrays && mb->settings.nodes > 0 &&
	    memblock_version(mb->settings.kernel)->handover_sets_nodes)
		return set_nodes_of_reserved(mb, outcome);
	return MB_OK;
}

/* ---- blocks ---- */

/* The largest block that may begin at start: one that is aligned to its size,
 * and ends by end. */
static unsigned int block_order(uint64_t start, uint64_t end)
{
	unsigned int order = 0;

	while (order + 1 < HANDOVER_ORDERS &&
	       (start & ((UINT64_C(2) << order) - 1)) == 0 &&
	       start + (UINT64_C(2) << order) <= end)
		order++;
	return order;
}

/* Counts the blocks of [start, end): up to ten smaller ones at either end, and
 * all of the largest between them at once.
 *
 *   5 6   8               16              24      28  30
 *   |-|---|---------------|---------------|-------|---|
 */
static void count_blocks(
    uint64_t start, uint64_t end, uint64_t orders[HANDOVER_ORDERS])
{
	while (start < end) {
		const unsigned int order = block_order(start, end);
		const uint64_t blocks =
		    order + 1 == HANDOVER_ORDERS ? (end - start) >> order : 1;

		orders[order] += blocks;
		start += blocks << order;
	}
}

/* ---- free ranges ---- */

/* What is counted, range by range. */
struct tally {
	const struct memblock *mb;
	uint64_t max_low_pfn;
	uint64_t lost_pfn; /* the last page counted as lost, plus 1 */
	struct handover *handover;
	struct handover_node *nodes; /* by nid; no node is behind the others */
};

static struct handover_node *node_of(struct tally *tally, int32_t nid)
{
	const uint32_t nodes = tally->mb->settings.nodes;

	assert(nid == MB_NO_NODE || (nid >= 0 && (uint32_t)nid < nodes));
	return &tally->nodes[nid == MB_NO_NODE ? nodes : (uint32_t)nid];
}

static void lose_page(struct tally *tally, uint64_t pfn)
{
	if (pfn + 1 == tally->lost_pfn)
		return;
	tally->lost_pfn = pfn + 1;
	tally->handover->pages_lost++;
}

static void count_lost(struct tally *tally, const struct free_range *range,
    uint64_t start, uint64_t end)
{
	const uint64_t page = tally->mb->settings.page_size;

	if (range->base % page != 0)
		lose_page(tally, range->base / page);
	if (range->end % page != 0)
		lose_page(tally, range->end / page);
	tally->handover->bytes_lost += range->end - range->base;
	if (start < end)
		tally->handover->bytes_lost -= (end - start) * page;
}

static void count_range(struct tally *tally, const struct free_range *range)
{
	struct handover *handover = tally->handover;
	struct handover_node *node = node_of(tally, range->nid);
	const uint64_t start = page_up(tally->mb, range->base);
	const uint64_t end = page_down(tally->mb, range->end);
	const uint64_t low_end = lower(end, tally->max_low_pfn);
	const uint64_t high_start = higher(start, tally->max_low_pfn);

	count_lost(tally, range, start, end);
	if (start < low_end) {
		handover->pages += low_end - start;
		node->pages += low_end - start;
		count_blocks(start, low_end, handover->orders);
		count_blocks(start, low_end, node->orders);
	}
	if (high_start < end)
		handover->highmem += end - high_start;
}

static void count_free(struct tally *tally)
{
	struct free_walk walk =
	    free_walk_up(tally->mb, MB_NO_NODE, MEMBLOCK_NONE, 0, UINT64_MAX);
	struct free_range range;

	while (free_walk_next_up(&walk, &range))
		count_range(tally, &range);
}

/* Leaves the nodes that memory has, one behind the other. */
static size_t keep_nodes_of_memory(struct tally *tally)
{
	const struct memblock_type *memory = tally->mb->memory;
	const size_t all = (size_t)tally->mb->settings.nodes + 1;
	size_t i, kept = 0;

	for (i = 0; i < all; i++)
		tally->nodes[i].nid = MB_NO_NODE - 1; /* nobody's, so far */
	for (i = 0; i < region_list_cnt(memory); i++) {
		const int32_t nid = region_list_at(memory, i)->nid;

		node_of(tally, nid)->nid = nid;
	}
	for (i = 0; i < all; i++)
		if (tally->nodes[i].nid >= MB_NO_NODE)
			tally->nodes[kept++] = tally->nodes[i];
	return kept;
}

/* ---- all of it ---- */

static enum mb_status count(const struct memblock *mb,
    const struct handover_request *request, struct handover *ret_handover,
    char *message)
{
	struct handover handover = {0};
	struct tally tally = {
	    .mb = mb,
	    .max_low_pfn = request->max_low_pfn,
	    .handover = &handover,
	};
	enum mb_status status;

	status = handover_areas_count(
	    mb, request, &handover.cma, &handover.init, message);
	if (status != MB_OK)
		return status;
	tally.nodes =
	    calloc((size_t)mb->settings.nodes + 1, sizeof(*tally.nodes));
	if (tally.nodes == NULL)
		return MB_NO_MEMORY;
	count_free(&tally);
	handover.totalram =
	    handover.pages + handover.highmem + handover.cma + handover.init;
	handover.nodes = tally.nodes;
	handover.node_count = keep_nodes_of_memory(&tally);
	*ret_handover = handover;
	return MB_OK;
}

/* handover_compute() on a copy of the model, which is changed. */
static enum mb_status compute(struct memblock *copy,
    const struct handover_request *request, struct handover *ret_handover,
    char *message)
{
	struct outcome outcome = {0};
	const enum mb_status status = prepare(copy, &outcome);

	if (status == MB_OK)
		return count(copy, request, ret_handover, message);
	memcpy(message, outcome.message, sizeof(outcome.message));
	return status;
}

enum mb_status handover_compute(const struct memblock *mb,
    const struct handover_request *request, struct handover *ret_handover,
    char *message)
{
	enum mb_status status = MB_NO_MEMORY;
	struct memblock *copy;

	if (request->max_low_pfn == 0) {
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "max_low_pfn is 0: all memory would be high memory");
		return MB_INVALID;
	}
	copy = memblock_copy(mb);
	if (copy != NULL)
		status = compute(copy, request, ret_handover, message);
	memblock_destroy(copy);
	if (status == MB_NO_MEMORY)
		snprintf(message, OUTCOME_MESSAGE_MAX, "%s",
		    "the server has no memory left");
	return status;
}

void handover_destroy(struct handover *handover)
{
	free(handover->nodes);
	*handover = (struct handover){0};
}
