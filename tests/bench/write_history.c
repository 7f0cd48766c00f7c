/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a journal of one instance with a long history, as a daemon would,
 * with snapshots where they are due. For bench_replay and bench_past to read.
 *
 *   write_history FILE OPERATIONS REGIONS */
#include "storage/journal.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS_PER_BATCH 1000
#define SNAPSHOT_ROWS 4096 /* as in daemon/change.c */
#define SLOT_SIZE 0x2000
#define ALLOCATED_MAX 64 /* at a time */

struct writer {
	struct journal *journal;
	struct journal_batch *batch;
	struct memblock *mb;
	struct journal_row row; /* the last */
	uint64_t snapshot_seq;
};

/* Slots of a page with a gap behind it, twice as many as there are to be
 * regions: half of them are reserved at any time. Above them, pages that alloc
 * found. */
struct board {
	bool *reserved;
	uint64_t slots;
	uint64_t allocated[ALLOCATED_MAX];
	size_t allocated_cnt;
	uint64_t random;
};

static void must(enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error->text);
}

static void must_add(bool added)
{
	if (!added)
		errx(EXIT_FAILURE, "out of memory");
}

static void commit(struct writer *writer)
{
	struct journal_error error;

	must(journal_commit(writer->journal, writer->batch, &error), &error);
	journal_batch_rewind(writer->batch, 0);
}

static void write_op(struct writer *writer, const struct op *op)
{
	struct journal_row *row = &writer->row;
	const size_t regions = memblock_region_cnt(writer->mb);

	row->op = *op;
	op_apply(writer->mb, op, &row->outcome);
	row->seq++;
	row->time_us++;
	journal_row_seal(row, row->hash);
	must_add(journal_batch_row(writer->batch, row));
	if (row->seq - writer->snapshot_seq > SNAPSHOT_ROWS &&
	    row->seq - writer->snapshot_seq > regions) {
		must_add(journal_batch_snapshot(writer->batch, row->instance,
		    row->seq, row->time_us, row->hash, writer->mb));
		writer->snapshot_seq = row->seq;
	}
	if (row->seq % ROWS_PER_BATCH == 0)
		commit(writer);
}

static void begin(struct writer *writer, const char *path)
{
	struct journal_instance instance = {.id = 1,
	    .name = "b",
	    .principal = "bench",
	    .settings = memblock_settings_default()};
	struct journal_error error;

	must(journal_open(path, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		 &writer->journal, &error),
	    &error);
	writer->batch = journal_batch_new();
	writer->mb = memblock_create(&instance.settings);
	must_add(writer->batch != NULL && writer->mb != NULL);
	writer->row = (struct journal_row){
	    .instance = 1, .principal = "uid:1000", .label = "page tables"};
	journal_chain_start(&instance.settings, writer->row.hash);
	must_add(journal_batch_create(writer->batch, &instance, NULL));
}

static void end(struct writer *writer)
{
	struct journal_error error;

	commit(writer);
	memblock_destroy(writer->mb);
	journal_batch_free(writer->batch);
	must(journal_close(writer->journal, &error), &error);
}

/* ---- what is done ---- */

static void reserve_or_free(struct writer *writer, struct board *board)
{
	const uint64_t slot = random_below(&board->random, board->slots);
	const struct op op = {
	    .kind = board->reserved[slot] ? OP_FREE : OP_RESERVE,
	    .base = slot * SLOT_SIZE,
	    .size = SLOT_SIZE / 2,
	    .nid = MB_NO_NODE};

	board->reserved[slot] = !board->reserved[slot];
	write_op(writer, &op);
}

static void alloc_or_free(struct writer *writer, struct board *board)
{
	struct op op = {.kind = OP_ALLOC,
	    .size = SLOT_SIZE / 2,
	    .align = SLOT_SIZE / 2,
	    .nid = MB_NO_NODE};
	uint64_t *last;

	if (random_below(&board->random, ALLOCATED_MAX) >=
	    board->allocated_cnt) {
		write_op(writer, &op);
		board->allocated[board->allocated_cnt++] =
		    writer->row.outcome.base;
		return;
	}
	last = &board->allocated[--board->allocated_cnt];
	op = (struct op){.kind = OP_FREE,
	    .base = *last,
	    .size = SLOT_SIZE / 2,
	    .nid = MB_NO_NODE};
	write_op(writer, &op);
}

int main(int argc, char *argv[])
{
	static const struct op memory = {
	    .kind = OP_ADD, .size = UINT64_C(1) << 40, .nid = MB_NO_NODE};
	struct board board = {.random = 1};
	struct writer writer = {0};
	uint64_t operations;

	if (argc != 4)
		errx(2, "usage: write_history FILE OPERATIONS REGIONS");
	operations = figure_argument(argv[2]);
	board.slots = 2 * figure_argument(argv[3]);
	board.reserved = calloc(board.slots, sizeof(*board.reserved));
	must_add(board.reserved != NULL);
	begin(&writer, argv[1]);
	write_op(&writer, &memory);
	while (writer.row.seq < operations) {
		if (random_below(&board.random, 4) == 0)
			alloc_or_free(&writer, &board);
		else
			reserve_or_free(&writer, &board);
	}
	end(&writer);
	free(board.reserved);
	return EXIT_SUCCESS;
}
