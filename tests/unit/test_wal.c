/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/wal.h"

#include "tests/unit/scratch_journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PAGE_AND_HEADER (4096 + 24)

/* Two readers that hand over to each other: the other one begins, then the one
 * ends, so that at any moment somebody reads. They do so after each commit, and
 * whenever SQLite has somebody wait: xSleep is the clock of this test. */
struct relay {
	sqlite3 *readers[2];
	size_t reading; /* which one */
	bool turning;	/* whoever sleeps now is a reader that begins */
	uint64_t waits; /* handovers that somebody waited for */
	/* Or, where this is not 0, only when somebody has waited so long since
	 * the last time. */
	int64_t length_us;
	int64_t waited_us;
};

static struct relay *relay; /* NULL: nobody reads */

static void run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void hand_over(void)
{
	relay->turning = true;
	run(relay->readers[!relay->reading], "BEGIN; SELECT * FROM instance");
	run(relay->readers[relay->reading], "COMMIT");
	relay->reading = !relay->reading;
	relay->turning = false;
}

static int sleep_and_hand_over(sqlite3_vfs *vfs, int us)
{
	(void)vfs;
	if (relay == NULL || relay->turning)
		return us;
	relay->waited_us += us;
	if (relay->waited_us >= relay->length_us) {
		relay->waited_us = 0;
		relay->waits++;
		hand_over();
	}
	return us;
}

/* SQLite's own files, and the clock above. */
static int begin_sleepless(void **state)
{
	static sqlite3_vfs vfs;

	(void)state;
	vfs = *sqlite3_vfs_find(NULL);
	vfs.zName = "sleepless";
	vfs.xSleep = sleep_and_hand_over;
	return sqlite3_vfs_register(&vfs, 1);
}

static sqlite3 *open_reader(const struct scratch *scratch)
{
	sqlite3 *db = NULL;

	assert_int_equal(
	    sqlite3_open_v2(scratch->path, &db, SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return db;
}

static void start(struct relay *readers, const struct scratch *scratch)
{
	size_t i;

	memset(readers, 0, sizeof(*readers));
	for (i = 0; i < 2; i++)
		readers->readers[i] = open_reader(scratch);
	run(readers->readers[0], "BEGIN; SELECT * FROM instance");
	relay = readers;
}

static void stop(void)
{
	size_t i;

	run(relay->readers[relay->reading], "COMMIT");
	for (i = 0; i < 2; i++)
		assert_int_equal(sqlite3_close(relay->readers[i]), SQLITE_OK);
	relay = NULL;
}

/* The size of the WAL in pages. */
static int64_t wal_pages(const struct scratch *scratch)
{
	struct stat status;
	char path[128];

	snprintf(path, sizeof(path), "%s-wal", scratch->path);
	assert_int_equal(stat(path, &status), 0);
	return status.st_size / PAGE_AND_HEADER;
}

#define PAGES_A_COMMIT 260 /* at most */

/* Commits some four thousand pages. */
static void write_much(struct scratch *scratch)
{
	static char tree[16 << 20];
	static char count;
	int i;

	for (i = 0; i < 16; i++) {
		memset(tree, ++count, sizeof(tree) / 16);
		assert_true(journal_batch_blob(
		    scratch->batch, tree, sizeof(tree) / 16));
		scratch_commit(scratch);
		if (relay != NULL && relay->length_us == 0)
			hand_over();
	}
}

static void wal_stays_bounded_without_readers(void **state)
{
	int i;

	for (i = 0; i < 3; i++)
		write_much(*state);
	assert_in_range(wal_pages(*state), 1, 2 * WAL_COPY_PAGES);
}

/* Expect it to begin anew although at any moment somebody reads. */
static void wal_stays_bounded_under_overlapping_readers(void **state)
{
	struct relay readers;
	int i;

	start(&readers, *state);
	for (i = 0; i < 8; i++)
		write_much(*state);
	stop();
	assert_true(readers.waits > 0);
	assert_in_range(wal_pages(*state), 1, WAL_WAIT_PAGES + PAGES_A_COMMIT);
}

/* Expect it to begin anew although each reads for longer than commits wait at
 * first: they wait for twice as long after every 4096 pages. */
static void wal_stays_bounded_under_long_readers(void **state)
{
	struct relay readers;
	int i;

	start(&readers, *state);
	readers.length_us = 300000;
	for (i = 0; i < 12; i++)
		write_much(*state);
	stop();
	assert_true(readers.waits > 0);
	assert_in_range(wal_pages(*state), 1,
	    WAL_WAIT_PAGES + 3 * (4096 + PAGES_A_COMMIT) + PAGES_A_COMMIT);
}

/* Expect commits to go on beside one that never ends, and the WAL to begin
 * anew after it. */
static void reader_that_does_not_end_stops_nobody(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = open_reader(scratch);
	int64_t grown;
	int i;

	run(db, "BEGIN; SELECT * FROM instance");
	for (i = 0; i < 5; i++)
		write_much(scratch);
	grown = wal_pages(scratch);
	assert_true(grown > WAL_WAIT_PAGES);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (i = 0; i < 3; i++)
		write_much(scratch);
	assert_in_range(wal_pages(scratch), 1, grown + WAL_COPY_PAGES);
}

static int setup(void **state)
{
	relay = NULL; /* one that failed left its readers */
	return scratch_setup(state);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(wal_stays_bounded_without_readers),
	    CASE(wal_stays_bounded_under_overlapping_readers),
	    CASE(wal_stays_bounded_under_long_readers),
	    CASE(reader_that_does_not_end_stops_nobody),
	};

	return cmocka_run_group_tests(tests, begin_sleepless, NULL);
}
