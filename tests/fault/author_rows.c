/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/author_parts.h"

#include "storage/digest.h"

#include <assert.h>
#include <string.h>

void author_take_key(
    struct author *author, size_t name, struct keyed *ret_keyed)
{
	const size_t number = author_below(author, 2 * HOLDINGS_KEYS);

	memset(ret_keyed, 0, sizeof(*ret_keyed));
	ret_keyed->number = LEDGER_NO_KEY;
	if (number >= HOLDINGS_KEYS ||
	    ledger_has_key(&author->ledger, name, number))
		return;
	ret_keyed->number = number;
	holdings_key(number, ret_keyed->bytes);
	ret_keyed->cause.key = ret_keyed->bytes;
	ret_keyed->cause.key_size = sizeof(ret_keyed->bytes);
}

/* ---- rows ---- */

/* tree: what led to the group that it begins; NULL: nothing. */
static void add_row(struct author *author, struct board *board, struct op op,
    uint64_t group, const struct journal_tree_seal *tree, bool may_have_key)
{
	struct ledger_life *life = board->life;
	struct journal_row row = {
	    .instance = life->id,
	    .seq = life->seq + 1,
	    .time_us = ++author->time_us,
	    .principal = "uid:1000",
	    .label = op.kind == OP_ALLOC ? "page tables" : NULL,
	    .group = group,
	    .tree = tree,
	    .op = op,
	};
	struct ledger_row *entry;
	struct keyed keyed = {.number = LEDGER_NO_KEY};
	bool added;

	if (may_have_key)
		author_take_key(author, life->name, &keyed);
	row.key = keyed.cause.key;
	row.key_size = keyed.cause.key_size;
	op_apply(board->mb, &row.op, &row.outcome);
	assert(
	    row.outcome.status == MB_OK || row.outcome.status == MB_NO_SPACE);
	journal_row_seal(&row, life->rows[life->seq].hash);
	added = journal_batch_row(author->now->batch, &row);
	assert(added);
	entry = ledger_add_row(life);
	entry->time_us = row.time_us;
	entry->group = group;
	entry->key = keyed.number;
	memcpy(entry->hash, row.hash, sizeof(entry->hash));
	holdings_layout(board->mb, entry->layout);
}

void author_add_row(struct author *author, struct board *board, struct op op,
    uint64_t group, bool may_have_key)
{
	add_row(author, board, op, group, NULL, may_have_key);
}

static void add_random_row(struct author *author, struct board *board,
    uint64_t group, const struct journal_tree_seal *tree, bool may_have_key)
{
	static const enum op_kind kinds[] = {
	    OP_RESERVE, OP_RESERVE, OP_FREE, OP_ALLOC, OP_ALLOC, OP_ADD};
	const enum op_kind kind =
	    kinds[author_below(author, sizeof(kinds) / sizeof(kinds[0]))];
	struct op op = {.kind = kind, .nid = MB_NO_NODE};

	op.size = (1 + author_below(author, 256)) << 12;
	if (kind == OP_ALLOC)
		op.align = 4096;
	else
		op.base = 0x40000000 + (author_below(author, 1 << 14) << 12);
	add_row(author, board, op, group, tree, may_have_key);
}

void author_add_rows(struct author *author)
{
	struct board *board = author_pick(author, true);
	uint64_t i;

	for (i = 1 + author_below(author, 6); i > 0 && board != NULL; i--)
		add_random_row(author, board, 0, NULL, true);
}

/* The key of a group, and what led to it, is with its first row. */
static void add_group(struct author *author, struct board *board,
    const struct journal_tree_seal *tree)
{
	const uint64_t first = board->life->seq + 1;
	size_t i;

	for (i = 0; i < 3; i++)
		add_random_row(
		    author, board, first, i == 0 ? tree : NULL, i == 0);
}

/* Most of them stand in one history, so that a cut drops some and meets
 * another. */
static struct board *pick_for_group(struct author *author)
{
	return author_below(author, 4) == 0 ? author_pick(author, true)
					    : author_pick_longest(author);
}

void author_add_atomic_group(struct author *author)
{
	struct board *board = pick_for_group(author);

	if (board != NULL)
		add_group(author, board, NULL);
}

/* One of two trees in turn, so that some groups share theirs and some do not;
 * loaded, or booted with options. */
void author_add_tree(struct author *author)
{
	struct scenario *scenario = author->scenario;
	const uint8_t *tree = scenario->trees[author->tree_count++ % 2];
	struct journal_tree_seal led_to_by = {
	    .options = author_below(author, 2) == 0 ? NULL : holdings_options};
	struct board *board = pick_for_group(author);
	struct ledger_row *first;
	bool added;

	if (board == NULL)
		return;
	digest_bytes(tree, sizeof(scenario->trees[0]), led_to_by.hash);
	added = journal_batch_blob(
	    author->now->batch, tree, sizeof(scenario->trees[0]));
	assert(added);
	first = &board->life->rows[board->life->seq + 1];
	add_group(author, board, &led_to_by);
	first->tree = tree;
	first->tree_size = sizeof(scenario->trees[0]);
	first->options = led_to_by.options;
}

/* Never where a life begins: a copy would have two of them there. */
void author_add_snapshot(struct author *author)
{
	struct board *board = author_pick_longest(author);
	const struct ledger_row *row;
	bool added;

	if (board == NULL || author_rows_kept(board->life) == 0)
		return;
	row = &board->life->rows[board->life->seq];
	added = journal_batch_snapshot(author->now->batch, board->life->id,
	    board->life->seq, row->time_us, row->hash, board->mb);
	assert(added);
}
