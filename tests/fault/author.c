/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/author.h"

#include "tests/fault/author_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint64_t author_below(struct author *author, uint64_t bound)
{
	return chance_below(&author->chance, bound);
}

size_t author_name_of(const struct author *author, const struct board *board)
{
	return (size_t)(board - author->boards);
}

struct board *author_pick(struct author *author, bool living)
{
	const size_t first = author_below(author, HOLDINGS_NAMES);
	struct board *board;
	size_t i;

	for (i = 0; i < HOLDINGS_NAMES; i++) {
		board = &author->boards[(first + i) % HOLDINGS_NAMES];
		if ((board->life != NULL) == living && !board->untouched)
			return board;
	}
	return NULL;
}

uint64_t author_rows_kept(const struct ledger_life *life)
{
	return life->seq + 1 - life->first_seq;
}

struct board *author_pick_longest(struct author *author)
{
	struct board *longest = NULL;
	size_t i;

	for (i = 0; i < HOLDINGS_NAMES; i++) {
		struct board *board = &author->boards[i];

		if (board->life != NULL && !board->untouched &&
		    (longest == NULL || author_rows_kept(board->life) >
					    author_rows_kept(longest->life)))
			longest = board;
	}
	return longest;
}

/* ---- what is read first ---- */

/* In the middle of its last group, or anywhere: what is written behind it in
 * the same batch stays. */
static void plan_cut(struct author *author)
{
	struct board *board = author_pick_longest(author);
	const struct ledger_life *life;
	uint64_t seq;

	if (board == NULL)
		return;
	life = board->life;
	seq = life->seq;
	while (seq > life->first_seq && life->rows[seq].group == 0)
		seq--;
	seq -= seq > life->first_seq; /* its last row but one */
	if (life->rows[seq].group <= life->first_seq ||
	    author_below(author, 4) == 0)
		seq = life->first_seq - 1 +
		      author_below(author, author_rows_kept(life) + 1);
	author->now->read = READ_CUT;
	author->now->instance = life->id;
	author->now->seq = seq;
}

/* One whose first rows were dropped, if there is one. */
static void plan_history(struct author *author)
{
	struct board *source = author_pick(author, true);
	size_t i;

	for (i = 0; i < HOLDINGS_NAMES; i++)
		if (author->boards[i].life != NULL &&
		    author->boards[i].life->first_seq > 1 &&
		    author_below(author, 4) != 0)
			source = &author->boards[i];
	if (source == NULL)
		return;
	author->now->read = READ_HISTORY;
	author->now->instance = source->life->id;
	source->untouched = true;
}

/* It comes behind all else in the batch. */
static void cut(struct author *author)
{
	struct ledger_life *life =
	    &author->ledger.lives[author->now->instance - 1];

	life->first_seq = ledger_cut(life, author->now->seq) + 1;
}

static struct board *board_of(
    struct author *author, const struct ledger_life *life)
{
	return &author->boards[life->name];
}

static void import(struct author *author)
{
	const struct ledger_life *source =
	    &author->ledger.lives[author->now->instance - 1];
	struct board *from = board_of(author, source);
	struct board *board = author_need_name(author);
	const size_t name = author_name_of(author, board);
	struct keyed keyed;

	author_take_key(author, name, &keyed);
	if (keyed.number != LEDGER_NO_KEY &&
	    ledger_life_has_key(source, keyed.number))
		keyed.number = LEDGER_NO_KEY;
	board->life = ledger_import(&author->ledger, source, name);
	board->life->created_key = keyed.number;
	board->settings = from->settings;
	board->mb = memblock_copy(from->mb);
	assert(board->mb != NULL);
	author->now->id = board->life->id;
	author->now->name = name;
	author->now->key = keyed.number;
	from->untouched = false;
}

/* ---- what goes into which batch ---- */

enum act {
	ACT_CREATE = 0x1,
	ACT_CLONE = 0x2,
	ACT_TREE = 0x4,
	ACT_ATOMIC = 0x8,
	ACT_SNAPSHOT = 0x10,
	ACT_END = 0x20,
	ACT_PURGE = 0x40,
	ACT_CUT = 0x80,
	ACT_IMPORT = 0x100,
	ACT_ROWS = 0x200, /* every batch */
};

/* Goes by the number of the batch, so that a short scenario has some of
 * everything. */
static const unsigned int acts[] = {
    ACT_CREATE,
    ACT_CREATE | ACT_TREE,
    ACT_CLONE | ACT_TREE | ACT_ATOMIC | ACT_SNAPSHOT,
    ACT_CUT,
    ACT_IMPORT,
    ACT_END | ACT_PURGE | ACT_TREE,
    ACT_END | ACT_CREATE | ACT_ATOMIC,
    ACT_PURGE | ACT_SNAPSHOT | ACT_TREE,
};

/* In this order. */
static const struct {
	unsigned int act;
	void (*add)(struct author *author);
} table[] = {
    {ACT_CUT, plan_cut},
    {ACT_IMPORT, plan_history},
    {ACT_END, author_add_end},
    {ACT_PURGE, author_add_purge},
    {ACT_CREATE, author_add_creation},
    {ACT_CLONE, author_add_clone},
    {ACT_ATOMIC, author_add_atomic_group},
    {ACT_TREE, author_add_tree},
    {ACT_ROWS, author_add_rows},
    {ACT_SNAPSHOT, author_add_snapshot},
};

static void write_batch(struct author *author, size_t number)
{
	struct scenario *scenario = author->scenario;
	const unsigned int now =
	    ACT_ROWS | acts[number % (sizeof(acts) / sizeof(acts[0]))];
	size_t i;

	author->now = &scenario->batches[number];
	author->now->batch = journal_batch_new();
	assert(author->now->batch != NULL);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (now & table[i].act)
			table[i].add(author);
	if (author->now->read == READ_CUT)
		cut(author);
	if (author->now->read == READ_HISTORY)
		import(author);
	ledger_sum(&author->ledger, &scenario->after[number + 1]);
}

void author_write(struct scenario *scenario, uint64_t seed)
{
	struct author *author = calloc(1, sizeof(*author));
	uint8_t *trees = scenario->trees[0];
	size_t i;

	assert(author != NULL);
	author->scenario = scenario;
	author->chance.state = seed;
	author->time_us = 1767323045678901;
	for (i = 0; i < sizeof(scenario->trees); i++)
		trees[i] = (uint8_t)author_below(author, 256);
	for (i = 0; i < scenario->batch_count; i++)
		write_batch(author, i);
	for (i = 0; i < HOLDINGS_NAMES; i++)
		memblock_destroy(author->boards[i].mb);
	free(author);
}
