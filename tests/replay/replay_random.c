/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes random operations to a journal as a daemon would, in batches and with
 * snapshots, then has journal_verify() replay them all and journal_load()
 * bring the instance back, and says how fast each of it was.
 *
 *   replay_random [--operations N] [--seed S]
 *
 * Exit 0: identical. */
#include "storage/journal_verify.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROWS_PER_BATCH 50
#define ROWS_PER_SNAPSHOT 4096
#define NODES 4

/* ---- random operations ---- */

static uint64_t random_state;

/* splitmix64. */
static uint64_t next_random(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint64_t below(uint64_t bound)
{
	return next_random() % bound;
}

/* What is done how often, in hundredths. Small reservations come and go; now
 * and then a board's memory changes. */
static const struct {
	enum op_kind kind;
	unsigned int weight;
} mix[] = {
    {OP_RESERVE, 24},
    {OP_FREE, 28},
    {OP_ALLOC, 24},
    {OP_ADD, 6},
    {OP_REMOVE, 2},
    {OP_MARK, 4},
    {OP_CLEAR, 5},
    {OP_SET_NODE, 2},
    {OP_SET_BOTTOM_UP, 2},
    {OP_SET_CURRENT_LIMIT, 2},
    {OP_CAP, 1},
};

static enum op_kind random_kind(void)
{
	uint64_t ticket = below(100);
	size_t i;

	for (i = 0; ticket >= mix[i].weight; i++)
		ticket -= mix[i].weight;
	return mix[i].kind;
}

/* Arguments that the model takes, in 64 MiB of addresses. */
static struct op random_op(void)
{
	static const uint32_t marks[] = {
	    MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP, MEMBLOCK_RSRV_NOINIT};
	struct op op = {.kind = random_kind(), .nid = MB_NO_NODE};

	op.base = below(1 << 14) << 12;
	op.size = below(64) << 12;
	switch (op.kind) {
	case OP_ADD:
		op.size = below(1 << 11) << 12;
		op.nid = (int32_t)below(NODES);
		break;
	case OP_ALLOC:
		op.size = 1 + below(1 << 16);
		op.align = UINT64_C(1) << below(16);
		op.from = below(2) ? 0 : op.base;
		op.nid = below(4) ? MB_NO_NODE : (int32_t)below(NODES);
		op.min_fallback = below(2);
		break;
	case OP_MARK:
	case OP_CLEAR:
		op.flags = marks[below(3)];
		break;
	case OP_SET_NODE:
		op.nid = (int32_t)below(NODES);
		op.list = (enum op_list)below(2);
		break;
	case OP_SET_BOTTOM_UP:
		op.value = below(2);
		break;
	case OP_SET_CURRENT_LIMIT:
		op.value = below(2) ? UINT64_MAX : UINT64_C(1) << 25;
		break;
	case OP_CAP:
		op.base = 0;
		op.size = UINT64_C(0xff) << 18;
		break;
	default:
		break;
	}
	return op;
}

/* ---- the daemon's part ---- */

struct run {
	char directory[64];
	char path[96];
	uint64_t operations;
	struct journal *journal;
	struct journal_batch *batch;
	struct memblock *mb;
	uint64_t seq;
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint64_t refused;
	struct journal_error error;
};

static void fail(const struct run *run, const char *what)
{
	fprintf(stderr, "replay_random: %s: %s\n", what, run->error.text);
	exit(EXIT_FAILURE);
}

static void must(struct run *run, enum journal_status status, const char *what)
{
	if (status != JOURNAL_OK)
		fail(run, what);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void say(const struct run *run, const char *what, double seconds)
{
	printf("%-8s %9" PRIu64 " operations in %6.2f s: %8.0f/s\n", what,
	    run->operations, seconds, (double)run->operations / seconds);
}

static void begin(struct run *run)
{
	struct journal_instance instance = {.id = 1,
	    .name = "random",
	    .created_us = 1,
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};

	instance.settings.nodes = NODES;
	run->mb = memblock_create(&instance.settings);
	run->batch = journal_batch_new();
	journal_chain_start(&instance.settings, run->hash);
	if (run->mb == NULL || run->batch == NULL ||
	    !journal_batch_create(run->batch, &instance, NULL))
		fail(run, "no memory");
	must(run,
	    journal_open(run->path, JOURNAL_WRITE, JOURNAL_SYNC_FULL,
		&run->journal, &run->error),
	    "open");
}

/* Refused by the model is history, refused as a request is not. */
static void do_one(struct run *run)
{
	struct journal_row row = {
	    .instance = 1, .principal = "uid:0", .op = random_op()};

	op_apply(run->mb, &row.op, &row.outcome);
	if (row.outcome.status > MB_BUSY)
		fail(run, row.outcome.message);
	run->refused += row.outcome.status != MB_OK;
	row.seq = ++run->seq;
	row.time_us = (int64_t)run->seq;
	journal_row_seal(&row, run->hash);
	memcpy(run->hash, row.hash, sizeof(run->hash));
	if (!journal_batch_row(run->batch, &row))
		fail(run, "no memory");
}

static void commit(struct run *run)
{
	if (run->seq % ROWS_PER_SNAPSHOT < ROWS_PER_BATCH &&
	    !journal_batch_snapshot(
		run->batch, 1, run->seq, (int64_t)run->seq, run->hash, run->mb))
		fail(run, "no memory");
	must(run, journal_commit(run->journal, run->batch, &run->error),
	    "commit");
	journal_batch_rewind(run->batch, 0);
}

static void write_all(struct run *run)
{
	const double start = now();

	begin(run);
	while (run->seq < run->operations) {
		do_one(run);
		if (run->seq % ROWS_PER_BATCH == 0)
			commit(run);
	}
	commit(run);
	must(run, journal_close(run->journal, &run->error), "close");
	say(run, "write", now() - start);
}

/* ---- looking at it ---- */

static bool verify(struct run *run)
{
	struct journal_verdict verdict;
	const double start = now();

	must(run,
	    journal_verify(run->journal, 1, run->operations, run->mb, &verdict,
		&run->error),
	    "verify");
	say(run, "verify", now() - start);
	if (verdict.identical)
		printf("random: %" PRIu64 " operations replayed, identical\n",
		    verdict.operations);
	else
		printf("random: seq %" PRIu64 ": the journal has %s, the "
		       "replay %s\n",
		    verdict.difference_seq, verdict.journal, verdict.replay);
	return verdict.identical && verdict.operations == run->operations;
}

static bool load(struct run *run)
{
	struct journal_state state;
	const double start = now();
	bool same;

	must(run, journal_load(run->journal, 1, &state, &run->error), "load");
	printf("load     from the snapshot at %" PRIu64 " in %.1f ms\n",
	    state.snapshot_seq, 1e3 * (now() - start));
	same = state.seq == run->operations &&
	       memblock_equal(state.mb, run->mb) &&
	       memcmp(state.hash, run->hash, sizeof(state.hash)) == 0;
	memblock_destroy(state.mb);
	return same;
}

static bool look(struct run *run)
{
	bool identical;

	must(run,
	    journal_open(run->path, JOURNAL_READ, JOURNAL_SYNC_FULL,
		&run->journal, &run->error),
	    "open to read");
	identical = verify(run);
	if (identical && !load(run)) {
		printf("random: what was loaded is not what was written\n");
		identical = false;
	}
	journal_close(run->journal, &run->error);
	return identical;
}

/* ---- */

static uint64_t parse(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0 || *end != '\0' || value == 0) {
		fprintf(stderr, "replay_random: not a number: %s\n", text);
		exit(2);
	}
	return value;
}

static void parse_options(int argc, char **argv, struct run *run)
{
	static const struct option options[] = {
	    {"operations", required_argument, NULL, 'n'},
	    {"seed", required_argument, NULL, 's'},
	    {NULL, 0, NULL, 0},
	};
	int option;

	run->operations = 1000000;
	random_state = (uint64_t)time(NULL);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			run->operations = parse(optarg);
		else if (option == 's')
			random_state = parse(optarg);
		else
			exit(2);
	}
	printf("seed %" PRIu64 "\n", random_state);
}

static void clean_up(struct run *run)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", run->path, endings[i]);
		unlink(path);
	}
	rmdir(run->directory);
	journal_batch_free(run->batch);
	memblock_destroy(run->mb);
}

int main(int argc, char **argv)
{
	struct run run = {.directory = "/tmp/replay_random_XXXXXX"};
	bool identical;

	parse_options(argc, argv, &run);
	if (mkdtemp(run.directory) == NULL)
		fail(&run, "no directory");
	snprintf(run.path, sizeof(run.path), "%s/journal.db", run.directory);
	write_all(&run);
	printf("         %" PRIu64 " refused; memory %zu, reserved %zu "
	       "regions\n",
	    run.refused, region_list_cnt(run.mb->memory),
	    region_list_cnt(run.mb->reserved));
	identical = look(&run);
	clean_up(&run);
	return identical ? EXIT_SUCCESS : EXIT_FAILURE;
}
