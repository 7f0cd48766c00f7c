/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/instance_record.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct journal_cause cause = {"why", "key", 3};

/* Another instance, with a cause for its beginning. */
static void create_caused(struct scratch *scratch)
{
	struct journal_instance instance = {.id = ++scratch->id,
	    .name = "board1",
	    .created_us = SCRATCH_TIME_US,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default()};

	assert_true(journal_batch_create(scratch->batch, &instance, &cause));
	scratch_commit(scratch);
}

static void destroy_caused(struct scratch *scratch)
{
	assert_true(journal_batch_destroy(
	    scratch->batch, scratch->id, SCRATCH_TIME_US + 5, "uid:7", &cause));
	scratch_commit(scratch);
}

static enum journal_status find(struct scratch *scratch)
{
	struct instance_record record;

	return instance_record_find(
	    scratch->journal, scratch->id, &record, &scratch->error);
}

/* Expect an edit of that column to be found, and the row to be whole again
 * when it is taken back. */
static void expect_found(struct scratch *scratch, const char *column)
{
	char sql[256], before[128];

	assert_int_equal(find(scratch), JOURNAL_OK);
	snprintf(sql, sizeof(sql),
	    "SELECT quote(%s) FROM instance WHERE id = %lld", column,
	    (long long)scratch->id);
	strcpy(before, scratch_ask(scratch, sql));
	snprintf(sql, sizeof(sql),
	    "UPDATE instance SET %s = iif(typeof(%s) = 'integer', %s + 1,"
	    " iif(typeof(%s) = 'blob', x'00', %s || 'x')) WHERE id = %lld",
	    column, column, column, column, column, (long long)scratch->id);
	scratch_edit(scratch, sql);
	if (find(scratch) != JOURNAL_DAMAGED)
		fail_msg("an edit of %s was not found", column);
	snprintf(sql, sizeof(sql),
	    "UPDATE instance SET %s = %s WHERE id = %lld", column, before,
	    (long long)scratch->id);
	scratch_edit(scratch, sql);
	assert_int_equal(find(scratch), JOURNAL_OK);
}

static void edit_of_how_it_began_is_found(void **state)
{
	create_caused(*state);
	expect_found(*state, "name");
	expect_found(*state, "created_us");
	expect_found(*state, "created_by");
	expect_found(*state, "created_label");
	expect_found(*state, "created_key");
	expect_found(*state, "current_limit");
}

static void edit_of_how_it_ended_is_found(void **state)
{
	create_caused(*state);
	destroy_caused(*state);
	expect_found(*state, "destroyed_us");
	expect_found(*state, "destroyed_by");
	expect_found(*state, "destroyed_label");
	expect_found(*state, "destroyed_key");
	expect_found(*state, "created_key");
}

/* Expect nobody to bring the dead back, or end a life, with a shell. */
static void end_that_was_edited_away_or_in_is_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_edit(scratch, "UPDATE instance SET destroyed_us = 1");
	assert_int_equal(find(scratch), JOURNAL_DAMAGED);
	scratch_edit(scratch, "UPDATE instance SET destroyed_us = NULL");
	create_caused(scratch);
	destroy_caused(scratch);
	scratch_edit(scratch,
	    "UPDATE instance SET destroyed_us = NULL, destroyed_by = NULL,"
	    " destroyed_label = NULL, destroyed_key = NULL");
	assert_int_equal(find(scratch), JOURNAL_DAMAGED);
}

/* Expect rows of one instance not to become another's of the same settings. */
static void id_that_was_edited_is_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_edit(scratch, "UPDATE instance SET id = 9");
	scratch->id = 9;
	assert_int_equal(find(scratch), JOURNAL_DAMAGED);
}

/* Expect what no row can have to be damage, and no more. */
static void label_and_key_beyond_their_limits_are_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_edit(
	    scratch, "UPDATE instance SET created_label = printf('%5000d', 1)");
	assert_int_equal(find(scratch), JOURNAL_DAMAGED);
	scratch_edit(scratch, "UPDATE instance SET created_label = NULL,"
			      " created_key = zeroblob(5000)");
	assert_int_equal(find(scratch), JOURNAL_DAMAGED);
	scratch_edit(scratch, "UPDATE instance SET created_key = NULL");
	assert_int_equal(find(scratch), JOURNAL_OK);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(edit_of_how_it_began_is_found),
	    CASE(edit_of_how_it_ended_is_found),
	    CASE(end_that_was_edited_away_or_in_is_found),
	    CASE(id_that_was_edited_is_found),
	    CASE(label_and_key_beyond_their_limits_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
