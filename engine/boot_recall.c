/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_recall.h"

#include "engine/boot_reserved.h"
#include "engine/version.h"

#include <string.h>

/* Rows, as far as they were taken. */
struct recall {
	const struct devicetree *tree;
	const struct boot_row *rows;
	size_t count, at;
	bool is_load; /* labels are paths */
	bool is_arm;
	struct reserved_memory *table;
};

static bool is_of(const struct recall *recall, const struct boot_row *row,
    enum op_kind kind, const char *function, const char *path)
{
	return row->op.kind == kind &&
	       strcmp(row->label, recall->is_load ? path : function) == 0;
}

/* The next allocation for a node. NULL: there is none. */
static const struct boot_row *next_alloc(
    struct recall *recall, const struct devicetree_reserved *node)
{
	const char *function = BOOT_ALLOC_FUNCTION;

	for (; recall->at < recall->count; recall->at++)
		if (is_of(recall, &recall->rows[recall->at], OP_ALLOC, function,
			node->path))
			return &recall->rows[recall->at++];
	return NULL;
}

/* Whether the entry's place was given back by a row behind the last one
 * taken. */
static bool is_given_back(const struct recall *recall,
    const struct reserved_entry *entry, const struct devicetree_reserved *node)
{
	const enum op_kind kind = node->no_map ? OP_CLEAR : OP_FREE;
	size_t i;

	for (i = recall->at; i < recall->count; i++) {
		const struct boot_row *row = &recall->rows[i];

		if (row->op.base == entry->base &&
		    row->op.size == entry->size &&
		    is_of(recall, row, kind, BOOT_INIT_FUNCTION, node->path))
			return true;
	}
	return false;
}

static void place(struct recall *recall, struct reserved_entry *entry,
    const struct devicetree_reserved *node)
{
	const size_t tries =
	    node->has_alloc_ranges ? node->alloc_range_count : 1;
	size_t i;

	for (i = 0; i < tries; i++) {
		const struct boot_row *row = next_alloc(recall, node);

		if (row == NULL)
			return;
		if (row->status != MB_OK)
			continue;
		entry->base = row->base;
		entry->size = row->op.size;
		entry->placement = RESERVED_DYNAMIC;
		entry->in_alloc_range = node->has_alloc_ranges;
		entry->alloc_range = i;
		return;
	}
}

/* What the handlers made of an entry: what they say to its node, where the rows
 * do not say that it was given back. */
static void handle(struct recall *recall, struct reserved_entry *entry,
    const struct devicetree_reserved *node)
{
	const struct reserved_handling handling = {
	    .cma_alignment = 1,
	    .is_reserved = true,
	    .pools_need_no_map = recall->is_arm,
	};

	reserved_memory_handle(recall->table, entry, node, &handling);
	if (entry->use != RESERVED_USE_NONE &&
	    is_given_back(recall, entry, node))
		entry->use = RESERVED_USE_GIVEN_BACK;
}

static void recall_entry(struct recall *recall, struct reserved_entry *entry)
{
	const struct devicetree_reserved *node =
	    &recall->tree->reserved[entry->node];

	if (entry->size == 0 && boot_why_no_place(node) == NULL)
		place(recall, entry, node);
	if (entry->placement != RESERVED_UNPLACED)
		handle(recall, entry, node);
}

void boot_recall(const struct devicetree *tree,
    const struct memblock_settings *settings, const struct boot_row *rows,
    size_t count, struct reserved_memory *ret_table)
{
	struct recall recall = {
	    .tree = tree,
	    .rows = rows,
	    .count = count,
	    .is_load = count > 0 && rows[0].label[0] == '/',
	    .is_arm = settings->phys_bits == 32,
	    .table = ret_table,
	};
	size_t i;

	memset(ret_table, 0, sizeof(*ret_table));
	for (i = 0; i < tree->reserved_count; i++)
		boot_add_entry(ret_table, tree, i);
	if (recall.is_load || !memblock_version(settings->kernel)->boots_as_4_0)
		reserved_memory_sort(ret_table);
	for (i = 0; i < ret_table->count; i++)
		recall_entry(&recall, &ret_table->entries[i]);
}
