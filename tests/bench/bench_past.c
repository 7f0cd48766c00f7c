/* SPDX-License-Identifier: BSD-2-Clause */
/* How long it takes to bring back an instance as it stood at any seq.
 *
 * Writes a journal of one instance as a daemon would, with snapshots where
 * they are due; then has journal_load_at() bring it back at random seqs.
 *
 *   bench_past FILE [--operations N] [--regions N] [--loads N] [--seed S]
 *
 * FILE is made, and left for other programs to read. */
#include "storage/journal.h"

#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS_PER_BATCH 1000
#define SNAPSHOT_ROWS 4096 /* as in daemon/change.c */
#define SLOT_SIZE 0x2000
#define LOADS_MAX 10000

struct options {
	const char *path;
	uint64_t operations, regions, loads, seed;
};

struct writer {
	struct journal *journal;
	struct journal_batch *batch;
	struct memblock *mb;
	struct journal_row row; /* the last */
	uint64_t snapshot_seq;
};

static uint64_t random_state;

/* splitmix64. */
static uint64_t below(uint64_t bound)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % bound;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

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

/* ---- writing ---- */

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
	    .instance = 1, .principal = "bench", .label = "page tables"};
	journal_chain_start(&instance.settings, writer->row.hash);
	must_add(journal_batch_create(writer->batch, &instance, NULL));
}

/* Reserves and frees slots of a page with a gap behind it, at random among
 * twice as many as there are to be regions: half of them are reserved at any
 * time. */
static void write_journal(const struct options *options)
{
	struct op op = {
	    .kind = OP_ADD, .size = UINT64_C(1) << 40, .nid = MB_NO_NODE};
	bool *reserved = calloc(options->regions * 2, sizeof(*reserved));
	struct journal_error error;
	struct writer writer = {0};
	uint64_t i, slot;

	must_add(reserved != NULL);
	begin(&writer, options->path);
	write_op(&writer, &op);
	for (i = 1; i < options->operations; i++) {
		slot = below(options->regions * 2);
		op = (struct op){.kind = reserved[slot] ? OP_FREE : OP_RESERVE,
		    .base = slot * SLOT_SIZE,
		    .size = SLOT_SIZE / 2,
		    .nid = MB_NO_NODE};
		reserved[slot] = !reserved[slot];
		write_op(&writer, &op);
	}
	commit(&writer);
	printf("%" PRIu64 " operations, %zu regions at the end\n",
	    writer.row.seq, memblock_region_cnt(writer.mb));
	memblock_destroy(writer.mb);
	journal_batch_free(writer.batch);
	must(journal_close(writer.journal, &error), &error);
	free(reserved);
}

/* ---- reading ---- */

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static void load_at_random(const struct options *options)
{
	static double took[LOADS_MAX];
	struct journal_state state;
	struct journal_error error;
	struct journal *journal;
	double begun;
	uint64_t i;

	must(journal_open(options->path, JOURNAL_READ, JOURNAL_SYNC_FULL,
		 &journal, &error),
	    &error);
	for (i = 0; i < options->loads; i++) {
		begun = now_ms();
		must(journal_load_at(journal, 1, below(options->operations + 1),
			 &state, &error),
		    &error);
		took[i] = now_ms() - begun;
		memblock_destroy(state.mb);
	}
	must(journal_close(journal, &error), &error);
	qsort(took, options->loads, sizeof(took[0]), compare);
	printf("load_at: median %.1f ms, 99 of 100 within %.1f ms, slowest "
	       "%.1f ms (to reach: 100 ms)\n",
	    took[options->loads / 2], took[options->loads * 99 / 100],
	    took[options->loads - 1]);
}

/* ---- options ---- */

static bool parse(int argc, char *argv[], struct options *options)
{
	static const struct option known[] = {
	    {"operations", required_argument, NULL, 'o'},
	    {"regions", required_argument, NULL, 'r'},
	    {"loads", required_argument, NULL, 'l'},
	    {"seed", required_argument, NULL, 's'},
	    {0},
	};
	uint64_t value;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == '?')
			return false;
		value = strtoull(optarg, NULL, 0);
		switch (option) {
		case 'o':
			options->operations = value;
			break;
		case 'r':
			options->regions = value;
			break;
		case 'l':
			options->loads = value;
			break;
		default:
			options->seed = value;
			break;
		}
	}
	if (optind + 1 != argc)
		return false;
	options->path = argv[optind];
	return options->operations > 0 && options->regions > 0 &&
	       options->loads > 0 && options->loads <= LOADS_MAX;
}

int main(int argc, char *argv[])
{
	struct options options = {
	    .operations = 1000000, .regions = 10000, .loads = 500, .seed = 1};

	if (!parse(argc, argv, &options)) {
		fprintf(stderr,
		    "usage: bench_past FILE [--operations N] [--regions N] "
		    "[--loads 1..%d] [--seed S]\n",
		    LOADS_MAX);
		return 2;
	}
	random_state = options.seed;
	write_journal(&options);
	load_at_random(&options);
	return EXIT_SUCCESS;
}
