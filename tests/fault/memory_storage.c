/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that ends below the journal: the n-th allocation fails, SQLite's and
 * libcrypto's included, for every n until the call succeeds; once, and from
 * then on.
 *
 * Expect each failure to be answered, nothing to be changed by it and nothing
 * to be left behind; and the same call to succeed when there is memory. */
#include "storage/journal_verify.h"
#include "tests/fault/disk.h"
#include "tests/fault/scarce_memory.h"
#include "tests/fault/scenario.h"
#include "tests/fuzz/folder.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BATCHES 7

static struct scenario *scenario;
static struct folder folder;
static struct journal *writer, *reader;
static struct journal_error error;
static size_t committed;
static long live; /* allocations before the case */

/* ---- one call, again and again ---- */

/* Answers whether it succeeded. What it made is to be gone again. */
typedef bool attempt_function(void);

/* look: what holds after a failure. */
static void try_each_allocation(
    attempt_function *attempt, void (*look)(void), bool stays)
{
	bool done = false;
	size_t number;

	for (number = 1; !done; number++) {
		scarce_memory_arm(number, stays);
		done = attempt();
		scarce_memory_enough();
		if (!done && !scarce_memory_struck())
			fail_msg("with memory: %s", error.text);
		if (!done)
			look();
	}
	assert_true(number > 2 || !scarce_memory_struck());
}

static void expect_committed(struct journal *journal)
{
	struct holdings found;

	assert_int_equal(holdings_read(journal, &found, &error), JOURNAL_OK);
	assert_true(holdings_same(&found, &scenario->after[committed]));
}

static void look_through_reader(void)
{
	expect_committed(reader);
}

static void no_look(void)
{
}

/* ---- fixture ---- */

static bool is_said(enum journal_status status)
{
	assert_true(status == JOURNAL_OK || status == JOURNAL_FAILED);
	assert_true(status == JOURNAL_OK || strlen(error.text) > 0);
	return status == JOURNAL_OK;
}

static void commit_some(size_t count)
{
	for (committed = 0; committed < count; committed++)
		assert_int_equal(journal_commit(writer,
				     scenario->batches[committed], &error),
		    JOURNAL_OK);
}

static void open_both(void)
{
	assert_int_equal(journal_open(folder.journal, JOURNAL_WRITE,
			     JOURNAL_SYNC_OFF, &writer, &error),
	    JOURNAL_OK);
	assert_int_equal(journal_open(folder.journal, JOURNAL_READ,
			     JOURNAL_SYNC_OFF, &reader, &error),
	    JOURNAL_OK);
}

static int begin_empty(void **state)
{
	(void)state;
	live = scarce_memory_live();
	folder_make(&folder);
	committed = 0;
	writer = reader = NULL;
	return 0;
}

static int begin(void **state)
{
	begin_empty(state);
	open_both();
	commit_some(5);
	return 0;
}

static int begin_with_nothing_written(void **state)
{
	begin_empty(state);
	open_both();
	return 0;
}

static int end(void **state)
{
	(void)state;
	journal_close(reader, &error);
	journal_close(writer, &error);
	folder_remove(&folder);
	assert_int_equal(scarce_memory_live(), live);
	return 0;
}

/* ---- what is tried ---- */

static bool attempt_open(void)
{
	struct journal *journal;

	if (!is_said(journal_open(folder.journal, JOURNAL_WRITE,
		JOURNAL_SYNC_OFF, &journal, &error)))
		return false;
	scarce_memory_enough();
	journal_close(journal, &error);
	return true;
}

static void open_journal_and_look(void)
{
	struct journal *journal;

	assert_int_equal(journal_open(folder.journal, JOURNAL_WRITE,
			     JOURNAL_SYNC_OFF, &journal, &error),
	    JOURNAL_OK);
	expect_committed(journal);
	journal_close(journal, &error);
}

static void look_and_begin_anew(void)
{
	open_journal_and_look();
	folder_clear(&folder);
}

static void open_of_a_new_journal_leaves_one_that_opens(void **state)
{
	(void)state;
	try_each_allocation(attempt_open, look_and_begin_anew, false);
	folder_clear(&folder);
	try_each_allocation(attempt_open, look_and_begin_anew, true);
}

/* As a daemon that was killed does: the lock goes, the WAL stays. */
static void leave_the_wal(void)
{
	struct folder copy;

	folder_make(&copy);
	folder_copy(&folder, &copy);
	journal_close(writer, &error);
	writer = NULL;
	folder_copy(&copy, &folder);
	folder_remove(&copy);
}

static void open_of_a_journal_with_a_wal_leaves_it_whole(void **state)
{
	(void)state;
	journal_close(reader, &error);
	reader = NULL;
	leave_the_wal();
	try_each_allocation(attempt_open, open_journal_and_look, false);
	try_each_allocation(attempt_open, open_journal_and_look, true);
}

static bool attempt_commit(void)
{
	return is_said(
	    journal_commit(writer, scenario->batches[committed], &error));
}

/* Expect every batch there is, in turn, to be taken in the end. */
static void commit_leaves_the_journal_as_it_was(void **state)
{
	(void)state;
	for (committed = 0; committed < BATCHES; committed++)
		try_each_allocation(
		    attempt_commit, look_through_reader, committed % 2 == 1);
	expect_committed(reader);
}

static bool attempt_load(void)
{
	struct journal_state state;
	int64_t id;

	for (id = 1; id <= (int64_t)scenario->after[committed].count; id++) {
		if (!is_said(journal_load(reader, id, &state, &error)))
			return false;
		memblock_destroy(state.mb);
	}
	return true;
}

static void load_fails_as_a_whole(void **state)
{
	(void)state;
	try_each_allocation(attempt_load, look_through_reader, false);
	try_each_allocation(attempt_load, look_through_reader, true);
}

static bool attempt_verify(void)
{
	const struct holding *holding = scenario->after[committed].of;
	struct journal_verdict verdict;

	if (!is_said(journal_verify(
		reader, 1, holding->seq, NULL, &verdict, &error)))
		return false;
	assert_true(verdict.identical);
	return true;
}

/* Expect no want of memory to be taken for damage. */
static void verify_says_nothing_false(void **state)
{
	(void)state;
	try_each_allocation(attempt_verify, look_through_reader, false);
	try_each_allocation(attempt_verify, look_through_reader, true);
}

static bool count_row(void *arg, const struct journal_row *row)
{
	size_t *count = arg;

	(void)row;
	++*count;
	return true;
}

static bool attempt_rows(void)
{
	size_t count = 0;

	if (!is_said(journal_each_row(
		reader, 1, 1, INT64_MAX, false, count_row, &count, &error)))
		return false;
	assert_int_equal(count, scenario->after[committed].of[0].seq);
	return true;
}

static void rows_are_all_visited_or_it_is_said(void **state)
{
	(void)state;
	try_each_allocation(attempt_rows, no_look, false);
	try_each_allocation(attempt_rows, no_look, true);
}

static bool attempt_names(void)
{
	struct journal_instance instance;
	struct holdings listed;
	int64_t id;

	return is_said(holdings_list(reader, &listed, &error)) &&
	       is_said(journal_find_instance(
		   reader, "board0", &instance, &error)) &&
	       is_said(journal_next_id(reader, &id, &error));
}

static void instances_are_found_or_it_is_said(void **state)
{
	(void)state;
	try_each_allocation(attempt_names, no_look, false);
	try_each_allocation(attempt_names, no_look, true);
}

static bool attempt_backup(void)
{
	char to[96];

	strcpy(to, folder.path);
	strcat(to, "/copy.db");
	if (is_said(journal_backup(reader, to, &error)))
		return unlink(to) == 0;
	assert_int_not_equal(access(to, F_OK), 0);
	return false;
}

static void backup_leaves_no_half_of_a_copy(void **state)
{
	(void)state;
	try_each_allocation(attempt_backup, no_look, false);
	try_each_allocation(attempt_backup, no_look, true);
}

static bool attempt_probe(void)
{
	return is_said(journal_probe(writer, &error));
}

static void probe_leaves_the_journal_as_it_was(void **state)
{
	(void)state;
	try_each_allocation(attempt_probe, look_through_reader, false);
	try_each_allocation(attempt_probe, look_through_reader, true);
}

/* ---- */

static bool attempt_batch(void)
{
	const struct memblock_settings settings = memblock_settings_default();
	struct journal_instance instance = {.id = 1,
	    .name = "board0",
	    .principal = "uid:0",
	    .settings = settings};
	struct journal_row row = {
	    .instance = 1, .seq = 1, .principal = "uid:0", .label = "x"};
	uint8_t before[JOURNAL_HASH_SIZE] = {0};
	struct journal_batch *batch = journal_batch_new();
	bool done =
	    batch != NULL && journal_batch_create(batch, &instance, NULL);

	row.op = (struct op){.kind = OP_ADD, .size = 1, .nid = MB_NO_NODE};
	for (; done && row.seq < 200; row.seq++) {
		journal_row_seal(&row, before);
		done = journal_batch_row(batch, &row);
	}
	journal_batch_free(batch);
	return done;
}

static void batch_that_cannot_grow_says_so(void **state)
{
	(void)state;
	try_each_allocation(attempt_batch, no_look, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		open_of_a_new_journal_leaves_one_that_opens, begin_empty, end),
	    cmocka_unit_test_setup_teardown(
		open_of_a_journal_with_a_wal_leaves_it_whole, begin, end),
	    cmocka_unit_test_setup_teardown(commit_leaves_the_journal_as_it_was,
		begin_with_nothing_written, end),
	    cmocka_unit_test_setup_teardown(load_fails_as_a_whole, begin, end),
	    cmocka_unit_test_setup_teardown(
		verify_says_nothing_false, begin, end),
	    cmocka_unit_test_setup_teardown(
		rows_are_all_visited_or_it_is_said, begin, end),
	    cmocka_unit_test_setup_teardown(
		instances_are_found_or_it_is_said, begin, end),
	    cmocka_unit_test_setup_teardown(
		backup_leaves_no_half_of_a_copy, begin, end),
	    cmocka_unit_test_setup_teardown(
		probe_leaves_the_journal_as_it_was, begin, end),
	    cmocka_unit_test(batch_that_cannot_grow_says_so),
	};
	int failed;

	/* Every allocation of SQLite's is one of libc's. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	disk_install();
	scenario = scenario_new(1, BATCHES);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scenario_free(scenario);
	return failed;
}
