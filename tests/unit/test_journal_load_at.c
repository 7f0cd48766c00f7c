/* SPDX-License-Identifier: BSD-2-Clause */
/* Layouts of the past: journal_load_at() and journal_follow(). */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum journal_status load_at(
    struct scratch *scratch, uint64_t seq, struct journal_state *ret_state)
{
	return journal_load_at(
	    scratch->journal, scratch->id, seq, ret_state, &scratch->error);
}

static void expect_reserved(
    struct scratch *scratch, uint64_t seq, uint64_t snapshot, size_t cnt)
{
	struct journal_state loaded;

	assert_int_equal(load_at(scratch, seq, &loaded), JOURNAL_OK);
	assert_int_equal(loaded.seq, seq);
	assert_int_equal(loaded.time_us, SCRATCH_TIME_US + (int64_t)seq);
	assert_int_equal(loaded.snapshot_seq, snapshot);
	assert_int_equal(region_list_cnt(loaded.mb->reserved), cnt);
	memblock_destroy(loaded.mb);
}

/* Seq 1 adds memory, each after it reserves one more region; snapshots stand
 * at 3 and 6.
 *
 *   seq       0   1   2  [3]  4   5  [6]  7   8
 *   reserved  0   0   1   2   3   4   5   6   7   */
static void reserve_one_after_the_other(struct scratch *scratch)
{
	uint64_t seq;

	scratch_add(scratch, 0x40000000, 0x40000000);
	for (seq = 2; seq <= 8; seq++) {
		scratch_reserve(scratch, 0x40000000 + seq * 0x2000, 0x1000);
		if (seq % 3 == 0)
			scratch_snapshot(scratch);
	}
	scratch_commit(scratch);
}

static void every_seq_is_loaded_from_the_nearest_snapshot_below(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq;

	reserve_one_after_the_other(scratch);
	for (seq = 0; seq <= 8; seq++)
		expect_reserved(
		    scratch, seq, seq / 3 * 3, seq == 0 ? 0 : seq - 1);
}

/* Expect rows and snapshots above the seq not to be looked at. */
static void seq_before_a_damaged_row_is_loaded(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch, "UPDATE operation SET size = 1 WHERE seq = 5");
	expect_reserved(scratch, 4, 3, 3);
	expect_reserved(scratch, 6, 6, 5);
	assert_int_equal(load_at(scratch, 5, &unused), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "board0 seq 5"));
}

static void seq_above_a_damaged_snapshot_is_loaded_from_before(void **state)
{
	struct scratch *scratch = *state;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch,
	    "UPDATE snapshot SET content = zeroblob(40) WHERE seq = 6");
	expect_reserved(scratch, 7, 3, 6);
}

static void seq_of_a_missing_row_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch, "DELETE FROM operation WHERE seq = 8");
	assert_int_equal(load_at(scratch, 8, &unused), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text,
	    "seq 8: the journal has nothing, the replay operation 8"));
}

static void seq_beyond_the_end_is_told_where_it_is(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state loaded = {.seq = 77};

	scratch_fill(scratch);
	assert_int_equal(load_at(scratch, 5, &loaded), JOURNAL_BEYOND);
	assert_string_equal(
	    scratch->error.text, "seq 5 is beyond the end, which is 4");
	assert_int_equal(load_at(scratch, UINT64_MAX, &loaded), JOURNAL_BEYOND);
	assert_int_equal(loaded.seq, 77);
}

/* Expect the layout before the first row that is kept to be the first that
 * can be had: its snapshot stands there. */
static void seq_that_is_not_kept_is_told_the_first_that_is(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state loaded = {.seq = 77};

	reserve_one_after_the_other(scratch);
	scratch_drop_rows(scratch, 7);
	assert_int_equal(load_at(scratch, 5, &loaded), JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "seq 5 is not kept any more: the first that is kept is 6");
	assert_int_equal(loaded.seq, 77);
	expect_reserved(scratch, 6, 6, 5);
	expect_reserved(scratch, 8, 6, 7);
}

static void seq_of_an_unknown_instance_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	scratch->id = 9;
	assert_int_equal(load_at(scratch, 0, &unused), JOURNAL_NOT_FOUND);
	assert_non_null(strstr(scratch->error.text, "no instance 9"));
}

/* ---- one after the other ---- */

struct shown {
	uint64_t first, last; /* seqs of rows */
	size_t beginnings;
	size_t reserved_at_first; /* regions in the model begun with */
	size_t reserved;	  /* in the last one */
};

static bool show(
    void *arg, const struct memblock *mb, const struct journal_row *row)
{
	struct shown *shown = arg;

	shown->reserved = region_list_cnt(mb->reserved);
	if (row == NULL) {
		shown->beginnings++;
		shown->reserved_at_first = shown->reserved;
		return true;
	}
	if (shown->first == 0)
		shown->first = row->seq;
	else
		assert_int_equal(row->seq, shown->last + 1);
	shown->last = row->seq;
	return true;
}

static enum journal_status follow(
    struct scratch *scratch, uint64_t seq, struct shown *ret_shown)
{
	memset(ret_shown, 0, sizeof(*ret_shown));
	return journal_follow(scratch->journal, scratch->id, seq, show,
	    ret_shown, &scratch->error);
}

static void every_row_is_shown_with_the_model_after_it(void **state)
{
	struct scratch *scratch = *state;
	struct shown shown;

	reserve_one_after_the_other(scratch);
	assert_int_equal(follow(scratch, 7, &shown), JOURNAL_OK);
	assert_int_equal(shown.beginnings, 1);
	assert_int_equal(shown.first, 1);
	assert_int_equal(shown.last, 7);
	assert_int_equal(shown.reserved, 6);
}

static void follow_to_0_shows_the_beginning_alone(void **state)
{
	struct shown shown;

	reserve_one_after_the_other(*state);
	assert_int_equal(follow(*state, 0, &shown), JOURNAL_OK);
	assert_int_equal(shown.beginnings, 1);
	assert_int_equal(shown.last, 0);
}

static void rows_that_are_not_kept_are_in_the_beginning(void **state)
{
	struct scratch *scratch = *state;
	struct shown shown;

	reserve_one_after_the_other(scratch);
	scratch_drop_rows(scratch, 7);
	assert_int_equal(follow(scratch, 8, &shown), JOURNAL_OK);
	assert_int_equal(shown.reserved_at_first, 5);
	assert_int_equal(shown.first, 7);
	assert_int_equal(shown.reserved, 7);
	assert_int_equal(follow(scratch, 5, &shown), JOURNAL_NOT_FOUND);
}

static void follow_beyond_the_end_or_over_damage_fails(void **state)
{
	struct scratch *scratch = *state;
	struct shown shown;

	reserve_one_after_the_other(scratch);
	assert_int_equal(follow(scratch, 9, &shown), JOURNAL_BEYOND);
	scratch_edit(scratch, "UPDATE operation SET size = 1 WHERE seq = 2");
	assert_int_equal(follow(scratch, 8, &shown), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "board0 seq 2"));
}

static bool show_until(
    void *arg, const struct memblock *mb, const struct journal_row *row)
{
	(void)mb;
	return row == NULL || row->seq != *(uint64_t *)arg;
}

static void visitor_without_memory_ends_it(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq = 4;

	reserve_one_after_the_other(scratch);
	assert_int_equal(journal_follow(scratch->journal, scratch->id, 8,
			     show_until, &seq, &scratch->error),
	    JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, "memory"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_seq_is_loaded_from_the_nearest_snapshot_below),
	    CASE(seq_before_a_damaged_row_is_loaded),
	    CASE(seq_above_a_damaged_snapshot_is_loaded_from_before),
	    CASE(seq_of_a_missing_row_is_damage),
	    CASE(seq_beyond_the_end_is_told_where_it_is),
	    CASE(seq_that_is_not_kept_is_told_the_first_that_is),
	    CASE(seq_of_an_unknown_instance_is_not_found),
	    CASE(every_row_is_shown_with_the_model_after_it),
	    CASE(follow_to_0_shows_the_beginning_alone),
	    CASE(rows_that_are_not_kept_are_in_the_beginning),
	    CASE(follow_beyond_the_end_or_over_damage_fails),
	    CASE(visitor_without_memory_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
