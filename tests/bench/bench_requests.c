/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests through the daemon, pipelined on one connection: changes against the
 * rows they made, written straight to SQLite in transactions of the same size;
 * changes with request keys against those without; questions against a peer
 * that does nothing but answer.
 *
 *   bench_requests MEMBLOCKD FOLDER REQUESTS
 *
 * Every commit is synced, here and there. FOLDER is empty before, and left as
 * it is. */
#include "tests/bench/echo.h"
#include "tests/bench/figure.h"
#include "tests/bench/memblockd_process.h"
#include "tests/bench/requests.h"

#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of what is under way, one half is being written while the other comes in. */
#define ROWS_PER_COMMIT (PIPELINE_WINDOW / 2)

static char plain[] = "plain", keyed[] = "keyed"; /* ids 1 and 2 */

/* ---- questions ---- */

static void ask(int fd, uint64_t requests)
{
	struct pipeline pipeline = {0};
	double ours, peer;
	int echo;

	requests_add_questions(&pipeline, plain, requests);
	ours = (double)requests / pipeline_run(&pipeline, fd);
	echo = echo_start();
	peer = (double)requests / pipeline_run(&pipeline, echo);
	echo_stop(echo);
	figure_print("questions", "requests/s", ours, peer);
	pipeline_free(&pipeline);
}

/* ---- the same rows straight to SQLite ---- */

static void sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		errx(EXIT_FAILURE, "%s: %s", text, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) != SQLITE_OK)
		errx(EXIT_FAILURE, "%s: %s", text, sqlite3_errmsg(db));
	return statement;
}

/* A database with a table and an index as the journal's, beside which the
 * journal is attached. */
static sqlite3 *open_floor(const char *folder)
{
	char path[256], attach[300];
	sqlite3_stmt *statement;
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/floor.db", folder);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
	sqlite3_snprintf(sizeof(attach), attach,
	    "ATTACH '%q/journal.db' AS journal", folder);
	sql(db, attach);
	sql(db, "PRAGMA main.journal_mode = WAL;"
		"PRAGMA main.synchronous = FULL;"
		"PRAGMA main.wal_autocheckpoint = 4096;"
		"PRAGMA main.cache_size = -16384");
	statement = prepare(db,
	    "SELECT group_concat(sql, ';') FROM journal.sqlite_schema"
	    " WHERE tbl_name = 'operation'");
	sqlite3_step(statement);
	sql(db, (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return db;
}

/* Copies the rows of an instance; rows/s. */
static double copy_rows(sqlite3 *db, int64_t instance, uint64_t requests)
{
	sqlite3_stmt *copy = prepare(db,
	    "INSERT INTO main.operation SELECT * FROM journal.operation"
	    " WHERE instance = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq");
	const double begun = now_s();
	sqlite3_int64 rows = 0;
	uint64_t seq;
	double took;

	for (seq = 0; seq < requests; seq += ROWS_PER_COMMIT) {
		sqlite3_bind_int64(copy, 1, instance);
		sqlite3_bind_int64(copy, 2, (sqlite3_int64)seq);
		sqlite3_bind_int64(
		    copy, 3, (sqlite3_int64)(seq + ROWS_PER_COMMIT));
		if (sqlite3_step(copy) != SQLITE_DONE)
			errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
		rows += sqlite3_changes64(db);
		sqlite3_reset(copy);
	}
	took = now_s() - begun;
	sqlite3_finalize(copy);
	if (rows != (sqlite3_int64)requests)
		errx(EXIT_FAILURE, "%llu requests made %lld rows",
		    (unsigned long long)requests, rows);
	return (double)rows / took;
}

int main(int argc, char *argv[])
{
	double without_keys, with_keys;
	uint64_t requests;
	sqlite3 *floor;
	pid_t daemon;
	int fd;

	if (argc != 4)
		errx(2, "usage: bench_requests MEMBLOCKD FOLDER REQUESTS");
	requests = figure_argument(argv[3]);
	daemon = memblockd_start(argv[1], argv[2]);
	fd = memblockd_connect(argv[2]);
	requests_create(fd, plain);
	requests_create(fd, keyed);
	without_keys =
	    (double)requests / requests_change(fd, plain, 0, requests, false);
	with_keys =
	    (double)requests / requests_change(fd, keyed, 0, requests, true);
	ask(fd, requests);
	close(fd);
	memblockd_stop(daemon);
	floor = open_floor(argv[2]);
	figure_print("changes", "requests/s", without_keys,
	    copy_rows(floor, 1, requests));
	figure_print("changes with keys", "requests/s", with_keys,
	    copy_rows(floor, 2, requests));
	figure_print("keys or none", "requests/s", with_keys, without_keys);
	sqlite3_close(floor);
	return EXIT_SUCCESS;
}
