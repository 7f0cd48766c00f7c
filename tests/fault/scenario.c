/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/scenario.h"

#include "tests/fault/chance.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOARDS 3 /* names */

/* What a daemon would hold of the instance that has a name. */
struct board {
	struct journal_instance instance;
	struct memblock *mb;
	uint64_t seq;
	uint8_t hash[JOURNAL_HASH_SIZE];
};

struct author {
	struct scenario *scenario;
	struct chance chance;
	struct board boards[BOARDS];
	struct journal_batch *batch; /* the one that is written now */
	struct holdings holdings;    /* after what is in it */
	int64_t time_us;
};

static uint64_t below(struct author *author, uint64_t bound)
{
	return chance_below(&author->chance, bound);
}

/* ---- what batches hold ---- */

static void note_layout(struct author *author, const struct board *board)
{
	struct holding *holding = &author->holdings.of[board->instance.id - 1];

	holding->seq = board->seq;
	memcpy(holding->hash, board->hash, sizeof(holding->hash));
	holdings_layout(board->mb, holding->layout);
}

static void add_row(
    struct author *author, struct board *board, struct op op, uint64_t group)
{
	struct journal_row row = {
	    .instance = board->instance.id,
	    .seq = ++board->seq,
	    .time_us = ++author->time_us,
	    .principal = "uid:1000",
	    .label = op.kind == OP_ALLOC ? "page tables" : NULL,
	    .group = group,
	    .op = op,
	};
	bool added;

	op_apply(board->mb, &row.op, &row.outcome);
	assert(
	    row.outcome.status == MB_OK || row.outcome.status == MB_NO_SPACE);
	journal_row_seal(&row, board->hash);
	memcpy(board->hash, row.hash, sizeof(board->hash));
	added = journal_batch_row(author->batch, &row);
	assert(added);
	note_layout(author, board);
}

static void add_random_row(
    struct author *author, struct board *board, uint64_t group)
{
	static const enum op_kind kinds[] = {
	    OP_RESERVE, OP_RESERVE, OP_FREE, OP_ALLOC, OP_ALLOC, OP_ADD};
	const enum op_kind kind =
	    kinds[below(author, sizeof(kinds) / sizeof(kinds[0]))];
	struct op op = {.kind = kind, .nid = MB_NO_NODE};

	op.size = (1 + below(author, 256)) << 12;
	if (kind == OP_ALLOC)
		op.align = 4096;
	else
		op.base = 0x40000000 + (below(author, 1 << 14) << 12);
	add_row(author, board, op, group);
}

/* A life of the name: with memory, so that what follows does something. */
static void add_creation(struct author *author, struct board *board)
{
	struct journal_instance *instance = &board->instance;
	const size_t number = author->holdings.count++;
	bool added;

	assert(number < HOLDINGS_MAX);
	*instance = (struct journal_instance){.id = (int64_t)number + 1,
	    .created_us = ++author->time_us,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default()};
	snprintf(instance->name, sizeof(instance->name), "board%d",
	    (int)(board - author->boards));
	memblock_destroy(board->mb);
	board->mb = memblock_create(&instance->settings);
	assert(board->mb != NULL);
	board->seq = 0;
	journal_chain_start(&instance->settings, board->hash);
	added = journal_batch_create(author->batch, instance, NULL);
	assert(added);
	author->holdings.of[number].id = instance->id;
	author->holdings.of[number].alive = 1;
	add_row(author, board,
	    (struct op){.kind = OP_ADD,
		.base = 0x40000000,
		.size = 0x4000000,
		.nid = MB_NO_NODE},
	    0);
}

static void add_new_life(struct author *author, struct board *board)
{
	const bool added = journal_batch_destroy(author->batch,
	    board->instance.id, ++author->time_us, "uid:1000", NULL);

	assert(added);
	author->holdings.of[board->instance.id - 1].alive = 0;
	add_creation(author, board);
}

/* With a blob that needs more pages than one. */
static void add_group(struct author *author, struct board *board)
{
	const uint64_t first = board->seq + 1;
	uint8_t blob[9000];
	bool added;
	size_t i;

	for (i = 0; i < sizeof(blob); i++)
		blob[i] = (uint8_t)below(author, 256);
	added = journal_batch_blob(author->batch, blob, sizeof(blob)) &&
		journal_batch_group(author->batch, board->instance.id, first,
		    blob, sizeof(blob), "--arch arm64");
	assert(added);
	for (i = 0; i < 3; i++)
		add_random_row(author, board, first);
}

static void add_snapshot(struct author *author, const struct board *board)
{
	const bool added =
	    journal_batch_snapshot(author->batch, board->instance.id,
		board->seq, author->time_us, board->hash, board->mb);

	assert(added);
}

/* ---- the steps ---- */

/* Every batch has rows; which has what else goes by its number, so that a
 * short scenario has some of everything. */
static void write_batch(struct author *author, size_t number)
{
	struct board *board = &author->boards[below(author, BOARDS)];
	size_t i;

	author->batch = journal_batch_new();
	assert(author->batch != NULL);
	if (number < BOARDS) {
		board = &author->boards[number];
		add_creation(author, board);
	}
	while (board->mb == NULL)
		board = &author->boards[below(author, BOARDS)];
	if (number % 5 == 4)
		add_new_life(author, board);
	if (number % 4 == 1)
		add_group(author, board);
	for (i = 1 + below(author, 8); i > 0; i--)
		add_random_row(author, board, 0);
	if (number % 3 == 2)
		add_snapshot(author, board);
	author->scenario->batches[number] = author->batch;
	author->scenario->after[number + 1] = author->holdings;
}

static void list_steps(struct scenario *scenario)
{
	enum step *next = scenario->steps;
	size_t i;

	*next++ = STEP_OPEN;
	for (i = 0; i < scenario->batch_count; i++) {
		*next++ = STEP_COMMIT;
		if (i % 2 == 1)
			*next++ = STEP_READ;
		if (i == scenario->batch_count / 2) {
			*next++ = STEP_CLOSE;
			*next++ = STEP_OPEN;
		}
	}
	*next++ = STEP_CLOSE;
	*next = STEP_END;
}

struct scenario *scenario_new(uint64_t seed, size_t batch_count)
{
	struct author author = {
	    .scenario = calloc(1, sizeof(*author.scenario)),
	    .chance = {seed},
	    .time_us = 1767323045678901,
	};
	size_t i;

	assert(author.scenario != NULL && batch_count <= SCENARIO_BATCHES_MAX);
	author.scenario->batch_count = batch_count;
	for (i = 0; i < batch_count; i++)
		write_batch(&author, i);
	for (i = 0; i < BOARDS; i++)
		memblock_destroy(author.boards[i].mb);
	list_steps(author.scenario);
	return author.scenario;
}

bool scenario_knows(
    const struct scenario *scenario, const struct holding *holding)
{
	const size_t at = (size_t)holding->id - 1;
	size_t i;

	if (holding->id < 1 || at >= HOLDINGS_MAX)
		return false;
	for (i = 0; i <= scenario->batch_count; i++)
		if (memcmp(&scenario->after[i].of[at], holding,
			sizeof(*holding)) == 0)
			return true;
	return false;
}

void scenario_free(struct scenario *scenario)
{
	size_t i;

	for (i = 0; i < scenario->batch_count; i++)
		journal_batch_free(scenario->batches[i]);
	free(scenario);
}
