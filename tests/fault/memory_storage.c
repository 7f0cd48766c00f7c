/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that ends below the journal, while it is opened and written: the n-th
 * allocation fails, SQLite's and libcrypto's included, for every n until the
 * call succeeds; once, and from then on.
 *
 * Expect each failure to be answered, nothing to be changed by it and nothing
 * to be left behind; and the same call to succeed when there is memory. */
#include "tests/fault/memory_journal.h"
#include "tests/fault/scarce_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BATCHES 8

/* ---- what is tried ---- */

static bool attempt_open(void)
{
	struct journal *journal;

	if (!memory_is_said(journal_open(memory.folder.journal, JOURNAL_WRITE,
		JOURNAL_SYNC_OFF, &journal, &memory.error)))
		return false;
	scarce_memory_enough();
	journal_close(journal, &memory.error);
	return true;
}

static void open_journal_and_look(void)
{
	struct journal *journal;

	assert_int_equal(journal_open(memory.folder.journal, JOURNAL_WRITE,
			     JOURNAL_SYNC_OFF, &journal, &memory.error),
	    JOURNAL_OK);
	memory_expect_committed(journal);
	journal_close(journal, &memory.error);
}

static void look_and_begin_anew(void)
{
	open_journal_and_look();
	folder_clear(&memory.folder);
}

static void open_of_a_new_journal_leaves_one_that_opens(void **state)
{
	(void)state;
	memory_try(attempt_open, look_and_begin_anew, false);
	folder_clear(&memory.folder);
	memory_try(attempt_open, look_and_begin_anew, true);
}

/* As a daemon that was killed does: the lock goes, the WAL stays. */
static void leave_the_wal(void)
{
	struct folder copy;

	folder_make(&copy);
	folder_copy(&memory.folder, &copy);
	journal_close(memory.writer, &memory.error);
	memory.writer = NULL;
	folder_copy(&copy, &memory.folder);
	folder_remove(&copy);
}

static void open_of_a_journal_with_a_wal_leaves_it_whole(void **state)
{
	(void)state;
	journal_close(memory.reader, &memory.error);
	memory.reader = NULL;
	leave_the_wal();
	memory_try(attempt_open, open_journal_and_look, false);
	memory_try(attempt_open, open_journal_and_look, true);
}

static bool attempt_commit(void)
{
	return memory_is_said(memory_commit());
}

static bool attempt_sweep(void)
{
	bool more = true;

	while (more)
		if (!memory_is_said(
			journal_sweep(memory.writer, &more, &memory.error)))
			return false;
	return true;
}

/* Expect every batch there is, in turn, to be taken in the end, and what they
 * drop to be swept away. */
static void commit_leaves_the_journal_as_it_was(void **state)
{
	(void)state;
	while (memory.committed < BATCHES) {
		const bool stays = memory.committed % 2 == 1;

		memory_try(attempt_commit, memory_look, stays);
		memory.committed++;
		memory_try(attempt_sweep, memory_look, stays);
	}
	memory_expect_committed(memory.reader);
}

static bool attempt_backup(void)
{
	char to[96];

	strcpy(to, memory.folder.path);
	strcat(to, "/copy.db");
	if (memory_is_said(journal_backup(memory.reader, to, &memory.error)))
		return unlink(to) == 0;
	assert_int_not_equal(access(to, F_OK), 0);
	return false;
}

static void backup_leaves_no_half_of_a_copy(void **state)
{
	(void)state;
	memory_try(attempt_backup, NULL, false);
	memory_try(attempt_backup, NULL, true);
}

static bool attempt_probe(void)
{
	return memory_is_said(journal_probe(memory.writer, &memory.error));
}

static void probe_leaves_the_journal_as_it_was(void **state)
{
	(void)state;
	memory_try(attempt_probe, memory_look, false);
	memory_try(attempt_probe, memory_look, true);
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
	memory_try(attempt_batch, NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		open_of_a_new_journal_leaves_one_that_opens, memory_begin_empty,
		memory_end),
	    cmocka_unit_test_setup_teardown(
		open_of_a_journal_with_a_wal_leaves_it_whole, memory_begin,
		memory_end),
	    cmocka_unit_test_setup_teardown(commit_leaves_the_journal_as_it_was,
		memory_begin_open, memory_end),
	    cmocka_unit_test_setup_teardown(
		backup_leaves_no_half_of_a_copy, memory_begin, memory_end),
	    cmocka_unit_test_setup_teardown(
		probe_leaves_the_journal_as_it_was, memory_begin, memory_end),
	    cmocka_unit_test(batch_that_cannot_grow_says_so),
	};
	int failed;

	memory_prepare(BATCHES);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	memory_done();
	return failed;
}
