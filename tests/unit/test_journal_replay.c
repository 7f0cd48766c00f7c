/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/statement.h"
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct replay start(struct scratch *scratch)
{
	struct replay replay = {.journal = scratch->journal};

	assert_int_equal(instance_record_find(scratch->journal, scratch->id,
			     &replay.record, &scratch->error),
	    JOURNAL_OK);
	return replay;
}

static void replay_stops_at_the_seq_it_is_given_and_goes_on(void **state)
{
	struct scratch *scratch = *state;
	struct replay replay;

	scratch_fill(scratch);
	replay = start(scratch);
	assert_int_equal(
	    replay_begin_empty(&replay, &scratch->error), JOURNAL_OK);
	assert_int_equal(replay_rows(&replay, 2, &scratch->error), JOURNAL_OK);
	assert_int_equal(replay.seq, 2);
	assert_int_equal(region_list_cnt(replay.mb->reserved), 1);
	assert_int_equal(
	    replay_rows(&replay, INT64_MAX, &scratch->error), JOURNAL_OK);
	assert_int_equal(replay.seq, 4);
	assert_int_equal(replay.operations, 4);
	assert_true(memblock_equal(replay.mb, scratch->mb));
	memblock_destroy(replay.mb);
}

static void newest_snapshot_up_to_a_seq_is_taken(void **state)
{
	struct scratch *scratch = *state;
	struct replay replay;
	uint64_t seq;

	for (seq = 1; seq <= 3; seq++) {
		scratch_add(scratch, 0x2000 * seq, 0x1000);
		scratch_snapshot(scratch);
	}
	scratch_commit(scratch);
	replay = start(scratch);
	assert_int_equal(
	    replay_begin_at_snapshot(&replay, 2, &scratch->error), JOURNAL_OK);
	assert_int_equal(replay.seq, 2);
	assert_int_equal(region_list_cnt(replay.mb->memory), 2);
	memblock_destroy(replay.mb);
}

static void instance_without_snapshots_has_none_to_begin_at(void **state)
{
	struct replay replay = start(*state);
	struct journal_error error;

	assert_int_equal(
	    replay_begin_at_snapshot(&replay, 9, &error), JOURNAL_NOT_FOUND);
	assert_null(replay.mb);
}

/* Expect a row that is not kept not to be asked for: a snapshot stands where
 * the rows begin. */
static void compacted_instance_begins_at_its_snapshot(void **state)
{
	struct scratch *scratch = *state;
	struct replay replay;
	struct journal_error error;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	scratch_edit(scratch, "DELETE FROM operation");
	replay = start(scratch);
	replay.record.instance.first_seq = 5;
	memcpy(replay.record.first_before, scratch->hash, JOURNAL_HASH_SIZE);
	assert_int_equal(
	    replay_begin_at_snapshot(&replay, 4, &error), JOURNAL_OK);
	assert_true(memblock_equal(replay.mb, scratch->mb));
	memblock_destroy(replay.mb);
}

static void compacted_instance_cannot_begin_empty(void **state)
{
	struct replay replay = start(*state);
	struct journal_error error;

	replay.record.instance.first_seq = 5;
	assert_int_equal(replay_begin_empty(&replay, &error), JOURNAL_DAMAGED);
	assert_int_equal(replay.finding.seq, 4);
}

static void clone_cannot_begin_empty(void **state)
{
	struct replay replay = start(*state);
	struct journal_error error;

	replay.record.has_origin = true;
	assert_int_equal(replay_begin_empty(&replay, &error), JOURNAL_DAMAGED);
}

static void settings_that_no_model_has_are_a_finding(void **state)
{
	struct replay replay = start(*state);
	struct journal_error error;

	replay.record.instance.settings.page_size = 5;
	assert_int_equal(replay_begin_empty(&replay, &error), JOURNAL_DAMAGED);
	assert_string_not_equal(replay.finding.journal, "");
}

static void finding_is_told_with_both_sides(void **state)
{
	struct replay replay = start(*state);
	struct journal_error error;

	replay_find(&replay, JOURNAL_DAMAGED, 7, "this", "that");
	replay_tell(&replay, &error);
	assert_non_null(strstr(error.text,
	    "/journal.db: board0 seq 7: the journal has this, the replay "
	    "that"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(replay_stops_at_the_seq_it_is_given_and_goes_on),
	    CASE(newest_snapshot_up_to_a_seq_is_taken),
	    CASE(instance_without_snapshots_has_none_to_begin_at),
	    CASE(compacted_instance_begins_at_its_snapshot),
	    CASE(compacted_instance_cannot_begin_empty),
	    CASE(clone_cannot_begin_empty),
	    CASE(settings_that_no_model_has_are_a_finding),
	    CASE(finding_is_told_with_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
