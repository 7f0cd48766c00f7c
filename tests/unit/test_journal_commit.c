/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum journal_status commit(struct scratch *scratch)
{
	return journal_commit(
	    scratch->journal, scratch->batch, &scratch->error);
}

static void expect_rows(struct scratch *scratch, const char *count)
{
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), count);
}

static void empty_batch_is_committed(void **state)
{
	assert_int_equal(commit(*state), JOURNAL_OK);
}

static void rows_committed_are_there_after_reopening(void **state)
{
	scratch_fill(*state);
	scratch_close(*state);
	scratch_open(*state);
	scratch_expect_loaded(*state);
	scratch_reserve(*state, 0x50000000, 0x1000);
	scratch_commit(*state);
	scratch_expect_loaded(*state);
}

/* Expect the rows before the one that is refused to be gone with it. */
static void batch_with_one_row_refused_leaves_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .key = "k",
	    .key_size = 1,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	scratch_add(scratch, 0x1000, 0x1000);
	scratch_do_row(scratch, &row);
	scratch_do_row(scratch, &row);
	assert_int_equal(commit(scratch), JOURNAL_FAILED);
	expect_rows(scratch, "0");
	assert_string_equal(
	    scratch_ask(scratch, "SELECT seq FROM instance"), "0");
}

static void instance_destroyed_twice_is_damage(void **state)
{
	struct scratch *scratch = *state;

	assert_true(journal_batch_destroy(scratch->batch, 1, 5, "uid:0", NULL));
	scratch_commit(scratch);
	assert_true(journal_batch_destroy(scratch->batch, 1, 6, "uid:0", NULL));
	assert_int_equal(commit(scratch), JOURNAL_DAMAGED);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT destroyed_us FROM instance"), "5");
}

/* Expect everything of the instance to go, also what came in the same batch,
 * and the device tree that another needs to stay. */
static void purged_instance_leaves_nothing(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_do_tree(scratch, "a bush", 6, NULL, 1);
	scratch_snapshot(scratch);
	scratch_add(scratch, 0x1000, 0x1000);
	assert_true(journal_batch_destroy(scratch->batch, 1, 5, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, 1));
	scratch_create(scratch, "board0");
	scratch_do_tree(scratch, "a bush", 6, NULL, 1);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT (SELECT group_concat(id) FROM instance) ||"
		" (SELECT group_concat(instance) FROM operation) ||"
		" (SELECT count(*) FROM snapshot) ||"
		" (SELECT group_concat(CAST(content AS TEXT)) FROM blob)"),
	    "220a bush");
	scratch_expect_loaded(scratch);
}

static void purge_of_a_living_instance_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	assert_true(journal_batch_purge(scratch->batch, 1));
	assert_int_equal(commit(scratch), JOURNAL_DAMAGED);
	expect_rows(scratch, "4");
}

static void group_leads_to_its_content(void **state)
{
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a tree", 6, NULL, 2);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT count(*) || ' ' || CAST(content AS TEXT) FROM"
		" operation JOIN operation_group AS g ON"
		" (g.instance, g.seq) = (operation.instance, group_seq)"
		" JOIN blob ON sha256 = g.blob"),
	    "2 a tree");
}

static void content_given_twice_is_kept_once(void **state)
{
	struct scratch *scratch = *state;

	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	assert_true(journal_batch_blob(scratch->batch, "", 0));
	scratch_commit(scratch);
	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM blob"), "2");
}

/* As a full disk: the write fails, and the process lives. Expect the sentence,
 * nothing of the batch, reading to go on, and once there is room the probe and
 * the same batch to be written. */
static void full_disk_refuses_a_batch_until_there_is_room(void **state)
{
	struct scratch *scratch = *state;
	void *content = calloc(1, 1 << 20);

	scratch_fill(scratch);
	scratch_limit_files(128 << 10);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	assert_true(journal_batch_blob(scratch->batch, content, 1 << 20));
	free(content);
	assert_int_equal(commit(scratch), JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, scratch->path));
	assert_non_null(
	    strstr(scratch->error.text, "I/O error: File too large"));
	expect_rows(scratch, "4");
	scratch_limit_files(0);
	assert_int_equal(
	    journal_probe(scratch->journal, &scratch->error), JOURNAL_FAILED);
	scratch_limit_files(-1);
	assert_int_equal(
	    journal_probe(scratch->journal, &scratch->error), JOURNAL_OK);
	scratch_commit(scratch);
	expect_rows(scratch, "5");
	scratch_expect_loaded(scratch);
}

/* Expect a write to the file, although nothing is different after it. */
static void probe_writes_a_page(void **state)
{
	struct scratch *scratch = *state;
	struct stat before, after;
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", scratch->path);
	assert_int_equal(stat(wal, &before), 0);
	assert_int_equal(
	    journal_probe(scratch->journal, &scratch->error), JOURNAL_OK);
	assert_int_equal(stat(wal, &after), 0);
	assert_true(after.st_size > before.st_size);
	scratch_close(scratch);
	scratch_open(scratch);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(empty_batch_is_committed),
	    CASE(rows_committed_are_there_after_reopening),
	    CASE(batch_with_one_row_refused_leaves_nothing),
	    CASE(instance_destroyed_twice_is_damage),
	    CASE(purged_instance_leaves_nothing),
	    CASE(purge_of_a_living_instance_is_damage),
	    CASE(group_leads_to_its_content),
	    CASE(content_given_twice_is_kept_once),
	    CASE(full_disk_refuses_a_batch_until_there_is_room),
	    CASE(probe_writes_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
