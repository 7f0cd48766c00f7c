/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a change of another instance waits while all rows of instance 1 are
 * dropped: the longest wait, and that of 99 in 100, against as many changes
 * afterwards.
 *
 *   bench_compact MEMBLOCKD FOLDER
 *
 * FOLDER/journal.db is as write_history wrote it, and compacted in the end. */
#include "tests/bench/figure.h"
#include "tests/bench/memblockd_process.h"
#include "tests/bench/requests.h"
#include "tests/bench/round_trip.h"

#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHANGES_MAX 1000000 /* there is no end to it */

static char history[] = "b", board[] = "board";

static void must(sqlite3 *db, int result)
{
	if (result != SQLITE_OK && result != SQLITE_ROW)
		errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
}

static sqlite3 *open_journal(const char *folder)
{
	sqlite3 *db = NULL;
	char path[256];

	snprintf(path, sizeof(path), "%s/journal.db", folder);
	must(db, sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL));
	return db;
}

/* The number of the first row, of instance 1, that the SQL gives. */
static uint64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	uint64_t number;

	must(db, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	must(db, sqlite3_step(statement));
	number = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

/* A page of the board reserved, or freed if it is. */
static double change(int fd, uint64_t number)
{
	Memblock__V1__Reserve reserve = MEMBLOCK__V1__RESERVE__INIT;
	Memblock__V1__Free phys_free = MEMBLOCK__V1__FREE__INIT;
	Memblock__V1__Request request = request_for(
	    board, MEMBLOCK__V1__REQUEST__OPERATION_RESERVE, number);

	reserve.has_address = reserve.has_size = 1;
	phys_free.has_address = phys_free.has_size = 1;
	reserve.size = phys_free.size = 0x1000;
	request.reserve = &reserve;
	if (number % 2 == 1) {
		request.operation_case = MEMBLOCK__V1__REQUEST__OPERATION_FREE;
		request.free = &phys_free;
	}
	return round_trip(fd, &request);
}

static void ask_to_compact(int fd, uint64_t keep)
{
	Memblock__V1__Compact compact = MEMBLOCK__V1__COMPACT__INIT;
	Memblock__V1__Request request =
	    request_for(history, MEMBLOCK__V1__REQUEST__OPERATION_COMPACT, 1);

	compact.has_keep_seq = 1;
	compact.keep_seq = keep;
	request.compact = &compact;
	round_trip_ask(fd, &request);
}

/* Changes until the rows are gone; returns how many there were. */
static size_t change_meanwhile(
    sqlite3 *db, int fd, int compacting, double *times)
{
	bool answered = false;
	size_t count = 0;

	while (!answered || ask(db, "SELECT EXISTS(SELECT 1 FROM operation"
				    " WHERE instance = 1)")) {
		if (count == CHANGES_MAX)
			errx(EXIT_FAILURE, "the rows are still there");
		times[count] = change(fd, count);
		count++;
		if (!answered && round_trip_is_over(compacting)) {
			round_trip_wait(compacting);
			answered = true;
		}
	}
	return count;
}

int main(int argc, char *argv[])
{
	double *during, *after;
	size_t count, i;
	int fd, compacting;
	sqlite3 *db;
	pid_t daemon;

	if (argc != 3)
		errx(2, "usage: bench_compact MEMBLOCKD FOLDER");
	during = calloc(CHANGES_MAX, sizeof(*during));
	after = calloc(CHANGES_MAX, sizeof(*after));
	if (during == NULL || after == NULL)
		errx(EXIT_FAILURE, "out of memory");
	daemon = memblockd_start(argv[1], argv[2]);
	fd = memblockd_connect(argv[2]);
	compacting = memblockd_connect(argv[2]);
	db = open_journal(argv[2]);
	requests_create(fd, board);
	ask_to_compact(
	    compacting, ask(db, "SELECT seq FROM instance WHERE id = 1"));
	count = change_meanwhile(db, fd, compacting, during);
	for (i = 0; i < count; i++)
		after[i] = change(fd, count + i);
	sqlite3_close(db);
	close(compacting);
	close(fd);
	memblockd_stop(daemon);
	figure_print("wait, compacting, p99", "ms",
	    round_trip_percentile(during, count, 99) * 1e3,
	    round_trip_percentile(after, count, 99) * 1e3);
	figure_print("wait, compacting, longest", "ms", during[count - 1] * 1e3,
	    after[count - 1] * 1e3);
	free(during);
	free(after);
	return EXIT_SUCCESS;
}
