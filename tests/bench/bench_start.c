/* SPDX-License-Identifier: BSD-2-Clause */
/* How long memblockd takes from its start until it is ready, on a journal of
 * many instances with many rows, against opening that file with SQLite and
 * reading the table of instances. In milliseconds.
 *
 *   bench_start MEMBLOCKD FOLDER INSTANCES ROWS
 *
 * FOLDER/journal.db is made if there is none, and left. */
#include "storage/journal.h"
#include "tests/bench/figure.h"
#include "tests/bench/memblockd_process.h"

#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROWS_PER_BATCH 10000

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

/* ---- the journal ---- */

struct writer {
	struct journal *journal;
	struct journal_batch *batch;
	uint64_t in_batch;
};

static void commit(struct writer *writer)
{
	struct journal_error error;

	must(journal_commit(writer->journal, writer->batch, &error), &error);
	journal_batch_rewind(writer->batch, 0);
	writer->in_batch = 0;
}

static void write_instance(struct writer *writer, int64_t id, uint64_t rows)
{
	struct journal_instance instance = {.id = id,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default()};
	struct journal_row row = {.instance = id,
	    .principal = "uid:1000",
	    .label = "page tables",
	    .op = {.kind = OP_RESERVE, .size = 0x1000, .nid = MB_NO_NODE}};

	snprintf(
	    instance.name, sizeof(instance.name), "board%lld", (long long)id);
	journal_chain_start(&instance.settings, row.hash);
	must_add(journal_batch_create(writer->batch, &instance, NULL));
	while (row.seq < rows) {
		row.op.base = row.seq++ % 64 * 0x2000;
		journal_row_seal(&row, row.hash);
		must_add(journal_batch_row(writer->batch, &row));
		if (++writer->in_batch == ROWS_PER_BATCH)
			commit(writer);
	}
}

static void write_journal(const char *path, uint64_t instances, uint64_t rows)
{
	struct journal_error error;
	struct writer writer = {.batch = journal_batch_new()};
	uint64_t id;

	must_add(writer.batch != NULL);
	must(journal_open(path, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		 &writer.journal, &error),
	    &error);
	for (id = 1; id <= instances; id++)
		write_instance(&writer, (int64_t)id, rows / instances);
	commit(&writer);
	journal_batch_free(writer.batch);
	must(journal_close(writer.journal, &error), &error);
}

/* ---- starting ---- */

static double scan_s(const char *path, uint64_t instances)
{
	const double begun = now_s();
	sqlite3_stmt *statement;
	uint64_t found = 0;
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) !=
		SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT * FROM instance", -1, &statement,
		NULL) != SQLITE_OK)
		errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(statement) == SQLITE_ROW)
		found += sqlite3_column_text(statement, 1) != NULL;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	if (found != instances)
		errx(EXIT_FAILURE, "%s: other instances", path);
	return now_s() - begun;
}

int main(int argc, char *argv[])
{
	uint64_t instances, rows;
	double begun, took;
	char path[256];
	pid_t daemon;

	if (argc != 5)
		errx(2, "usage: bench_start MEMBLOCKD FOLDER INSTANCES ROWS");
	instances = figure_argument(argv[3]);
	rows = figure_argument(argv[4]);
	snprintf(path, sizeof(path), "%s/journal.db", argv[2]);
	if (access(path, F_OK) != 0)
		write_journal(path, instances, rows);
	begun = now_s();
	daemon = memblockd_start(argv[1], argv[2]);
	took = now_s() - begun;
	memblockd_stop(daemon);
	figure_print("start", "ms", took * 1e3, scan_s(path, instances) * 1e3);
	return EXIT_SUCCESS;
}
