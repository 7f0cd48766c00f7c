/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/reserved_memory.h"

#include <assert.h>

bool reserved_memory_add(struct reserved_memory *table, size_t node,
    const struct devicetree_range *first)
{
	struct reserved_entry *entry;

	if (table->count == RESERVED_ENTRIES_MAX)
		return false;
	entry = &table->entries[table->count++];
	*entry = (struct reserved_entry){
	    .node = node,
	    .base = first->base,
	    .size = first->size,
	    .placement = first->size == 0 ? RESERVED_UNPLACED : RESERVED_STATIC,
	};
	return true;
}

static int compare(
    const struct reserved_entry *a, const struct reserved_entry *b)
{
	if (a->base != b->base)
		return a->base < b->base ? -1 : 1;
	return (a->size > b->size) - (a->size < b->size);
}

/* Puts the entry at root where it belongs among the first count, which are a
 * heap below root: down along the larger child (of equals the first) to the
 * bottom, and from there up again past entries that are not larger. */
static void sift(struct reserved_entry *heap, size_t root, size_t count)
{
	struct reserved_entry carried = heap[root];
	size_t at = root;
	size_t child;

	for (child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count &&
		    compare(&heap[child], &heap[child + 1]) < 0)
			child++;
		at = child;
	}
	while (at != root && compare(&carried, &heap[at]) >= 0)
		at = (at - 1) / 2;
	/* It goes there, and each that stood on the way one up. */
	for (;; at = (at - 1) / 2) {
		const struct reserved_entry displaced = heap[at];

		heap[at] = carried;
		carried = displaced;
		if (at == root)
			break;
	}
}

/* The kernel's heapsort: a stable one would place dynamic nodes of equal keys,
 * which all of them have, in another order. */
static void sort(struct reserved_entry *entries, size_t count)
{
	size_t root = count / 2;

	while (root > 0)
		sift(entries, --root, count);
	while (count > 1) {
		const struct reserved_entry largest = entries[0];

		entries[0] = entries[--count];
		entries[count] = largest;
		sift(entries, 0, count);
	}
}

void reserved_memory_sort(struct reserved_memory *table)
{
	size_t i;

	sort(table->entries, table->count);
	for (i = 0; i + 1 < table->count; i++) {
		struct reserved_entry *entry = &table->entries[i];

		entry->overlaps = entry->base + entry->size > entry[1].base;
	}
}

/* What a handler says to a node: its entry is used, or not and why. */
struct answer {
	enum reserved_use use; /* RESERVED_USE_GIVEN_BACK: refused */
	const char *why;
};

static struct answer refused(const char *why)
{
	return (struct answer){RESERVED_USE_GIVEN_BACK, why};
}

static struct answer handle_cma(struct reserved_memory *table,
    const struct reserved_entry *entry, const struct devicetree_reserved *node,
    const struct reserved_handling *handling)
{
	const uint64_t mask = handling->cma_alignment - 1;
	const bool is_default = node->cma_default;

	if (!node->reusable || node->no_map)
		return refused(NULL);
	if (handling->has_cma_option && is_default)
		return refused("bypass node, using cmdline CMA params instead");
	if ((entry->base & mask) != 0 || (entry->size & mask) != 0)
		return refused("incorrect alignment of CMA region");
	if (!handling->is_reserved)
		return refused("unable to setup CMA region");
	if (is_default)
		table->has_default_cma = true;
	return (struct answer){
	    is_default ? RESERVED_USE_CMA_DEFAULT : RESERVED_USE_CMA, NULL};
}

static struct answer handle_dma_pool(struct reserved_memory *table,
    const struct reserved_entry *entry, const struct devicetree_reserved *node,
    const struct reserved_handling *handling)
{
	(void)table;
	(void)entry;
	if (node->reusable)
		return refused(NULL);
	if (handling->pools_need_no_map && !node->no_map)
		return refused("regions without no-map are not yet supported");
	return (struct answer){RESERVED_USE_DMA_POOL, NULL};
}

/* One row a handler; those of one compatible are asked in this order. */
static const struct {
	const char *compatible;
	struct answer (*handle)(struct reserved_memory *table,
	    const struct reserved_entry *entry,
	    const struct devicetree_reserved *node,
	    const struct reserved_handling *handling);
} handlers[] = {
    {"shared-dma-pool", handle_cma},
    {"shared-dma-pool", handle_dma_pool},
};

const char *reserved_memory_handle(struct reserved_memory *table,
    struct reserved_entry *entry, const struct devicetree_reserved *node,
    const struct reserved_handling *handling)
{
	const char *why = "node compatible matching fail";
	size_t i;

	entry->use = RESERVED_USE_NONE;
	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		struct answer answer;

		if (!devicetree_is_compatible(node, handlers[i].compatible))
			continue;
		answer = handlers[i].handle(table, entry, node, handling);
		entry->use = answer.use;
		if (answer.use != RESERVED_USE_GIVEN_BACK)
			return NULL;
		if (answer.why != NULL)
			why = answer.why;
	}
	return entry->use == RESERVED_USE_GIVEN_BACK ? why : NULL;
}

const char *reserved_placement_name(enum reserved_placement placement)
{
	static const char *const names[] = {
	    [RESERVED_UNPLACED] = "none",
	    [RESERVED_STATIC] = "static",
	    [RESERVED_DYNAMIC] = "dynamic",
	};

	assert(placement <= RESERVED_DYNAMIC);
	return names[placement];
}

const char *reserved_use_name(enum reserved_use use)
{
	static const char *const names[] = {
	    [RESERVED_USE_NONE] = "none",
	    [RESERVED_USE_CMA] = "cma",
	    [RESERVED_USE_CMA_DEFAULT] = "cma-default",
	    [RESERVED_USE_DMA_POOL] = "dma-pool",
	    [RESERVED_USE_GIVEN_BACK] = "given-back",
	};

	assert(use <= RESERVED_USE_GIVEN_BACK);
	return names[use];
}
