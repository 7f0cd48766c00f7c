/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/wal.h"

#include "tests/unit/scratch_journal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PAGE_AND_HEADER (4096 + 24)

/* Two readers that hand over to each other: the one ends when the other has
 * begun, so that at any moment one of them reads. */
struct relay {
	struct scratch *scratch;
	pthread_t threads[2];
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t begun;	    /* how often one began */
	size_t active;	    /* how many are reading */
	_Atomic bool ended; /* the writer is done */
};

static void begin(struct relay *relay, sqlite3 *db)
{
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN; SELECT * FROM instance", NULL, NULL, NULL),
	    SQLITE_OK);
	pthread_mutex_lock(&relay->lock);
	relay->begun++;
	relay->active++;
	pthread_cond_broadcast(&relay->changed);
	pthread_mutex_unlock(&relay->lock);
}

/* Waits until the other one has begun. */
static void end(struct relay *relay, sqlite3 *db)
{
	pthread_mutex_lock(&relay->lock);
	while (relay->active < 2 && !relay->ended)
		pthread_cond_wait(&relay->changed, &relay->lock);
	relay->active--;
	pthread_mutex_unlock(&relay->lock);
	assert_int_equal(
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

static void *read_on(void *arg)
{
	struct relay *relay = arg;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(relay->scratch->path, &db,
			     SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	while (!relay->ended) {
		begin(relay, db);
		end(relay, db);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return NULL;
}

static void start(struct relay *relay, struct scratch *scratch)
{
	size_t i;

	memset(relay, 0, sizeof(*relay));
	relay->scratch = scratch;
	pthread_mutex_init(&relay->lock, NULL);
	pthread_cond_init(&relay->changed, NULL);
	for (i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&relay->threads[i], NULL, read_on, relay),
		    0);
}

static void stop(struct relay *relay)
{
	size_t i;

	pthread_mutex_lock(&relay->lock);
	relay->ended = true;
	pthread_cond_broadcast(&relay->changed);
	pthread_mutex_unlock(&relay->lock);
	for (i = 0; i < 2; i++)
		pthread_join(relay->threads[i], NULL);
	pthread_cond_destroy(&relay->changed);
	pthread_mutex_destroy(&relay->lock);
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
	struct relay relay;
	int i;

	start(&relay, *state);
	for (i = 0; i < 8; i++)
		write_much(*state);
	stop(&relay);
	assert_true(relay.begun > 100);
	assert_in_range(wal_pages(*state), 1, WAL_WAIT_PAGES + 4096);
}

/* Expect commits to go on beside one that never ends, and the WAL to begin
 * anew after it. */
static void reader_that_does_not_end_stops_nobody(void **state)
{
	struct scratch *scratch = *state;
	sqlite3 *db = NULL;
	int64_t grown;
	int i;

	assert_int_equal(
	    sqlite3_open_v2(scratch->path, &db, SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN; SELECT * FROM instance", NULL, NULL, NULL),
	    SQLITE_OK);
	for (i = 0; i < 5; i++)
		write_much(scratch);
	grown = wal_pages(scratch);
	assert_true(grown > WAL_WAIT_PAGES);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (i = 0; i < 3; i++)
		write_much(scratch);
	assert_in_range(wal_pages(scratch), 1, grown + WAL_COPY_PAGES);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(wal_stays_bounded_without_readers),
	    CASE(wal_stays_bounded_under_overlapping_readers),
	    CASE(reader_that_does_not_end_stops_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
