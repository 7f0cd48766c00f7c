/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/author_parts.h"

#include <assert.h>
#include <string.h>

/* ---- lives ---- */

static void end_life(struct author *author, struct board *board)
{
	struct keyed keyed;
	bool added;

	author_take_key(author, board->life->name, &keyed);
	added = journal_batch_destroy(author->now->batch, board->life->id,
	    ++author->time_us, "uid:1000", &keyed.cause);
	assert(added);
	board->life->alive = false;
	board->life->destroyed_key = keyed.number;
	board->life = NULL;
	memblock_destroy(board->mb);
	board->mb = NULL;
}

void author_add_end(struct author *author)
{
	struct board *board = author_pick(author, true);

	if (board != NULL)
		end_life(author, board);
}

/* A name that nobody has; somebody has to go where there is none. */
struct board *author_need_name(struct author *author)
{
	struct board *board = author_pick(author, false);

	if (board == NULL) {
		board = author_pick(author, true);
		end_life(author, board);
	}
	return board;
}

static void begin_life(struct author *author, struct board *board,
    const struct keyed *keyed, struct journal_instance *ret_instance)
{
	board->life =
	    ledger_begin(&author->ledger, author_name_of(author, board));
	board->life->created_key = keyed->number;
	board->life->rows[0].time_us = ++author->time_us;
	*ret_instance = (struct journal_instance){.id = board->life->id,
	    .created_us = author->time_us,
	    .principal = "uid:1000",
	    .settings = board->settings};
	strcpy(
	    ret_instance->name, holdings_names[author_name_of(author, board)]);
}

/* With memory, so that what follows does something. */
void author_add_creation(struct author *author)
{
	struct board *board = author_need_name(author);
	struct journal_instance instance;
	struct keyed keyed;
	bool added;

	author_take_key(author, author_name_of(author, board), &keyed);
	board->settings = memblock_settings_default();
	board->mb = memblock_create(&board->settings);
	assert(board->mb != NULL);
	begin_life(author, board, &keyed, &instance);
	journal_chain_start(&board->settings, board->life->rows[0].hash);
	holdings_layout(board->mb, board->life->rows[0].layout);
	added =
	    journal_batch_create(author->now->batch, &instance, &keyed.cause);
	assert(added);
	author_add_row(author, board,
	    (struct op){.kind = OP_ADD,
		.base = 0x40000000,
		.size = 0x4000000,
		.nid = MB_NO_NODE},
	    0, true);
}

void author_add_clone(struct author *author)
{
	struct board *board = author_need_name(author);
	struct board *of = author_pick(author, true);
	struct journal_instance instance;
	struct ledger_life *life;
	struct keyed keyed;
	bool added;

	if (of == NULL)
		return;
	author_take_key(author, author_name_of(author, board), &keyed);
	board->settings = of->settings;
	board->mb = memblock_copy(of->mb);
	assert(board->mb != NULL);
	begin_life(author, board, &keyed, &instance);
	life = board->life;
	life->is_copy = true;
	strcpy(life->origin.name, holdings_names[author_name_of(author, of)]);
	life->origin.instance = of->life->id;
	life->origin.seq = of->life->seq;
	memcpy(life->origin.hash, of->life->rows[of->life->seq].hash,
	    JOURNAL_HASH_SIZE);
	journal_chain_start_copy(
	    &board->settings, &life->origin, life->rows[0].hash);
	holdings_layout(board->mb, life->rows[0].layout);
	added = journal_batch_clone(author->now->batch, &instance,
	    &life->origin, board->mb, &keyed.cause);
	assert(added);
}

/* Of a life that is over. */
void author_add_purge(struct author *author)
{
	const size_t count = author->ledger.count;
	const size_t first = count == 0 ? 0 : author_below(author, count);
	bool added;
	size_t i;

	for (i = 0; i < count; i++) {
		struct ledger_life *life =
		    &author->ledger.lives[(first + i) % count];

		if (life->id == 0 || life->alive)
			continue;
		added = journal_batch_purge(author->now->batch, life->id);
		assert(added);
		life->id = 0;
		return;
	}
}
