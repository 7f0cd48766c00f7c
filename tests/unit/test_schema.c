/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/schema.h"

#include "storage/digest.h"
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect_open(
    struct scratch *scratch, enum journal_status status, const char *words)
{
	struct journal *journal;

	assert_int_equal(journal_open(scratch->path, JOURNAL_WRITE,
			     JOURNAL_SYNC_OFF, &journal, &scratch->error),
	    status);
	assert_non_null(strstr(scratch->error.text, scratch->path));
	assert_non_null(strstr(scratch->error.text, words));
}

static void new_file_is_marked_as_a_journal(void **state)
{
	assert_string_equal(
	    scratch_ask(*state, "PRAGMA user_version"), SCHEMA_VERSION_TEXT);
	assert_string_equal(
	    scratch_ask(*state, "SELECT printf('%x', application_id)"
				" FROM pragma_application_id"),
	    "6d626c6b");
	assert_string_equal(scratch_ask(*state, "PRAGMA journal_mode"), "wal");
	assert_string_equal(scratch_ask(*state, "PRAGMA auto_vacuum"), "2");
}

static void every_table_is_strict(void **state)
{
	assert_string_equal(
	    scratch_ask(*state,
		"SELECT group_concat(name, ' ') FROM (SELECT name FROM "
		"pragma_table_list WHERE type = 'table' AND strict "
		"ORDER BY name)"),
	    "blob instance leftover operation operation_group snapshot");
}

static void key_given_twice_on_an_instance_is_refused(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .key = "k",
	    .key_size = 1,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	scratch_do_row(scratch, &row);
	scratch_do_row(scratch, &row);
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_FAILED);
}

static void name_of_a_living_instance_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_create(scratch, "board0");
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_FAILED);
}

static void newer_version_is_refused(void **state)
{
	scratch_close(*state);
	scratch_edit(*state, "PRAGMA user_version = 99");
	expect_open(*state, JOURNAL_NEWER, "later version");
}

static void foreign_database_is_refused_and_left_alone(void **state)
{
	scratch_edit(*state, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
	expect_open(*state, JOURNAL_FOREIGN, "not a journal");
	assert_string_equal(scratch_ask(*state, "SELECT a FROM t"), "7");
	assert_string_equal(
	    scratch_ask(*state, "PRAGMA journal_mode"), "delete");
}

static void application_id_of_another_is_foreign(void **state)
{
	scratch_close(*state);
	scratch_edit(*state, "PRAGMA application_id = 7");
	expect_open(*state, JOURNAL_FOREIGN, "not a journal");
}

static void empty_database_becomes_a_journal(void **state)
{
	scratch_edit(*state, "PRAGMA journal_mode = WAL");
	scratch_open(*state);
	assert_string_equal(
	    scratch_ask(*state, "PRAGMA user_version"), SCHEMA_VERSION_TEXT);
}

/* Expect a journal of version 1 to be brought up to date with all it has, and
 * a reader to leave that to the daemon. */
static void earlier_version_is_brought_up_to_date(void **state)
{
	struct scratch *scratch = *state;
	struct journal *reader;

	scratch_fill(scratch);
	scratch_close(scratch);
	scratch_edit(scratch,
	    "ALTER TABLE operation_group DROP COLUMN options;"
	    "ALTER TABLE operation_group DROP COLUMN unhashed;"
	    "DROP TABLE leftover; DROP INDEX instance_name;"
	    "PRAGMA user_version = 1");
	assert_int_equal(journal_open(scratch->path, JOURNAL_READ,
			     JOURNAL_SYNC_OFF, &reader, &scratch->error),
	    JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, "earlier version"));
	scratch_open(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "PRAGMA user_version"), SCHEMA_VERSION_TEXT);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM sqlite_schema"
				 " WHERE name = 'instance_name'"),
	    "1");
	scratch_expect_loaded(scratch);
}

/* Expect what a tree led to before hashes covered it to be told from what
 * comes later, in which it is missed. */
static void groups_of_version_4_are_marked(void **state)
{
	struct journal_tree_seal tree = {.unhashed = true};
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .group = 1,
	    .tree = &tree,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	digest_bytes("a tree", 6, tree.hash);
	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	scratch_do_row(scratch, &row);
	scratch_commit(scratch);
	scratch_close(scratch);
	scratch_edit(scratch,
	    "ALTER TABLE operation_group DROP COLUMN unhashed;"
	    "PRAGMA user_version = 4");
	scratch_open(scratch);
	scratch_do_tree(scratch, "a bush", 6, NULL, 1);
	scratch_commit(scratch);
	assert_true(scratch_verify(scratch).identical);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT group_concat(ifnull(unhashed, 'NULL'))"
				 " FROM operation_group"),
	    "1,NULL");
}

static void version_that_never_was_is_damaged(void **state)
{
	scratch_close(*state);
	scratch_edit(*state, "PRAGMA user_version = -1");
	expect_open(*state, JOURNAL_DAMAGED, "never was");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(new_file_is_marked_as_a_journal,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		every_table_is_strict, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		key_given_twice_on_an_instance_is_refused, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		name_of_a_living_instance_is_refused, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		newer_version_is_refused, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		foreign_database_is_refused_and_left_alone, scratch_setup_empty,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		application_id_of_another_is_foreign, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(empty_database_becomes_a_journal,
		scratch_setup_empty, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		earlier_version_is_brought_up_to_date, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(groups_of_version_4_are_marked,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(version_that_never_was_is_damaged,
		scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
