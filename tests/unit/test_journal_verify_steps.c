/* SPDX-License-Identifier: BSD-2-Clause */
/* A history verified step by step, while others write. */
#include "storage/journal_verify.h"

#include "storage/statement.h"
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One verification of an instance, through a reader. */
struct verifying {
	struct scratch *scratch;
	struct journal *reader;
	struct journal_verification *verification;
};

static struct verifying begin(struct scratch *scratch, uint64_t seq)
{
	struct verifying verifying = {.scratch = scratch};

	assert_int_equal(
	    journal_open(scratch->path, JOURNAL_READ, JOURNAL_SYNC_FULL,
		&verifying.reader, &scratch->error),
	    JOURNAL_OK);
	verifying.verification = journal_verify_begin(scratch->id, seq, NULL);
	assert_non_null(verifying.verification);
	return verifying;
}

static void end(struct verifying *verifying)
{
	journal_verify_end(verifying->verification);
	journal_close(verifying->reader, &verifying->scratch->error);
}

static enum journal_status step(
    struct verifying *verifying, uint64_t operations)
{
	return journal_verify_step(verifying->verification, verifying->reader,
	    operations, &verifying->scratch->error);
}

/* Expects a step that is not the last, and how far it is then. */
static void expect_step(struct verifying *verifying, uint64_t operations,
    uint64_t done, uint64_t to_replay)
{
	uint64_t told[2] = {0, 0};

	assert_int_equal(step(verifying, operations), JOURNAL_OK);
	assert_null(journal_verify_verdict(verifying->verification));
	journal_verify_progress(verifying->verification, &told[0], &told[1]);
	assert_int_equal(told[0], done);
	assert_int_equal(told[1], to_replay);
}

static void expect_identical(
    struct verifying *verifying, uint64_t operations, uint64_t done)
{
	const struct journal_verdict *verdict;

	assert_int_equal(step(verifying, operations), JOURNAL_OK);
	verdict = journal_verify_verdict(verifying->verification);
	assert_non_null(verdict);
	assert_true(verdict->identical);
	assert_int_equal(verdict->operations, done);
}

static void expect_difference(
    struct verifying *verifying, uint64_t seq, const char *journal_side)
{
	const struct journal_verdict *verdict;

	assert_int_equal(step(verifying, 1), JOURNAL_OK);
	verdict = journal_verify_verdict(verifying->verification);
	assert_non_null(verdict);
	assert_false(verdict->identical);
	assert_int_equal(verdict->difference_seq, seq);
	assert_non_null(strstr(verdict->journal, journal_side));
}

static void nothing_is_known_before_the_first_step(void **state)
{
	struct verifying verifying = begin(*state, 4);
	uint64_t told[2] = {7, 7};

	journal_verify_progress(verifying.verification, &told[0], &told[1]);
	assert_int_equal(told[0], 0);
	assert_int_equal(told[1], 0);
	assert_null(journal_verify_verdict(verifying.verification));
	end(&verifying);
}

/* Expect every step to do as much as it was told to, and no more. */
static void steps_come_to_the_end_one_by_one(void **state)
{
	struct verifying verifying;

	scratch_fill(*state);
	scratch_snapshot(*state);
	scratch_commit(*state);
	verifying = begin(*state, 4);
	expect_step(&verifying, 1, 1, 4);
	expect_step(&verifying, 2, 3, 4);
	expect_identical(&verifying, 100, 4);
	end(&verifying);
}

/* Expect nothing of a step to be tied to its connection: the next can be done
 * through another. */
static void step_through_another_connection_goes_on(void **state)
{
	struct verifying verifying;

	scratch_fill(*state);
	verifying = begin(*state, 4);
	expect_step(&verifying, 2, 2, 4);
	end(&(struct verifying){verifying.scratch, verifying.reader, NULL});
	verifying.reader = verifying.scratch->journal;
	expect_identical(&verifying, 2, 4);
	journal_verify_end(verifying.verification);
}

/* Expect no transaction to stay open: it would keep the WAL from beginning
 * anew. */
static void journal_is_free_between_two_steps(void **state)
{
	struct scratch *scratch = *state;
	struct verifying verifying;

	scratch_fill(scratch);
	verifying = begin(scratch, 4);
	expect_step(&verifying, 2, 2, 4);
	assert_int_not_equal(sqlite3_get_autocommit(verifying.reader->db), 0);
	end(&verifying);
}

static void row_edited_between_two_steps_is_found(void **state)
{
	struct verifying verifying;

	scratch_fill(*state);
	verifying = begin(*state, 4);
	expect_step(&verifying, 2, 2, 4);
	scratch_edit(*state, "UPDATE operation SET size = 1 WHERE seq = 3");
	expect_difference(&verifying, 3, "hash ");
	end(&verifying);
}

/* Expect what comes later to be neither verified nor taken for rows beyond the
 * last. */
static void rows_added_between_two_steps_are_left_out(void **state)
{
	struct scratch *scratch = *state;
	struct verifying verifying;

	scratch_fill(scratch);
	verifying = begin(scratch, 4);
	expect_step(&verifying, 3, 3, 4);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	expect_identical(&verifying, 3, 4);
	end(&verifying);
}

/* Expect a step whose last rows are gone to find the first of them, and not to
 * begin again and again. */
static void gap_at_the_end_of_a_step_is_found(void **state)
{
	struct verifying verifying;

	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq > 2");
	verifying = begin(*state, 4);
	expect_step(&verifying, 2, 2, 4);
	expect_difference(&verifying, 3, "nothing");
	end(&verifying);
}

/* Expect one at the last seq of a step, and one at the first of the next. */
static void snapshots_at_the_ends_of_steps_are_compared(void **state)
{
	struct op op = {.kind = OP_FREE, .base = 0x40000000, .size = 0x1000};
	struct scratch *scratch = *state;
	struct verifying verifying;
	struct outcome outcome;
	uint64_t operations;

	scratch_add(scratch, 0x40000000, 0x10000000);
	scratch_reserve(scratch, 0x40000000, 0x1000);
	scratch_reserve(scratch, 0x40002000, 0x1000);
	op_apply(scratch->mb, &op, &outcome);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	for (operations = 1; operations <= 3; operations++) {
		verifying = begin(scratch, 3);
		while (journal_verify_verdict(verifying.verification) == NULL)
			assert_int_equal(
			    step(&verifying, operations), JOURNAL_OK);
		assert_int_equal(journal_verify_verdict(verifying.verification)
				     ->difference_seq,
		    3);
		end(&verifying);
	}
}

/* As compact would; the layout is that of the rows. */
static void compact(struct scratch *scratch, uint64_t keep)
{
	struct journal_state state = {0};

	assert_int_equal(journal_find_cut(scratch->journal, scratch->id, keep,
			     &state, &scratch->error),
	    JOURNAL_OK);
	assert_true(journal_batch_compact(scratch->batch, scratch->id, &state));
	memblock_destroy(state.mb);
	scratch_commit(scratch);
}

/* Expect what was dropped to be passed over, and the rest to be verified from
 * the layout that is kept:
 *
 *   seq        1 2 3 4
 *   step       *
 *   dropped    - - -       compact --keep 3
 *   step             *  */
static void rows_dropped_between_two_steps_are_passed_over(void **state)
{
	struct verifying verifying;

	scratch_fill(*state);
	verifying = begin(*state, 4);
	expect_step(&verifying, 1, 1, 4);
	compact(*state, 3);
	expect_identical(&verifying, 1, 2);
	end(&verifying);
}

static void layout_that_is_dropped_meanwhile_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct verifying verifying;

	scratch_fill(scratch);
	verifying = begin(scratch, 2);
	expect_step(&verifying, 1, 1, 2);
	compact(scratch, 3);
	assert_int_equal(step(&verifying, 1), JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "seq 2 is not kept any more: the first that is kept is 3");
	end(&verifying);
}

static void instance_purged_between_two_steps_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct verifying verifying;

	scratch_fill(scratch);
	verifying = begin(scratch, 4);
	expect_step(&verifying, 1, 1, 4);
	assert_true(journal_batch_destroy(
	    scratch->batch, scratch->id, SCRATCH_TIME_US + 9, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, scratch->id));
	scratch_commit(scratch);
	assert_int_equal(step(&verifying, 1), JOURNAL_NOT_FOUND);
	end(&verifying);
}

/* Expect a large tree to be as much as one step reads, and the damaged one
 * behind it to be found by the next. */
static void large_trees_take_steps_of_their_own(void **state)
{
	const size_t size = (size_t)16 << 20;
	struct scratch *scratch = *state;
	void *tree = calloc(1, size);
	struct verifying verifying;

	assert_non_null(tree);
	scratch_do_tree(scratch, tree, size, NULL, 1);
	scratch_do_tree(scratch, "a bush", 6, NULL, 1);
	scratch_commit(scratch);
	free(tree);
	verifying = begin(scratch, 2);
	expect_step(&verifying, 100, 2, 2);
	expect_identical(&verifying, 100, 2);
	end(&verifying);
	scratch_edit(scratch, "UPDATE blob SET content = x'00'"
			      " WHERE length(content) = 6");
	verifying = begin(scratch, 2);
	expect_step(&verifying, 100, 2, 2);
	expect_difference(&verifying, 2, "a device tree that is damaged");
	end(&verifying);
}

/* Expect it to say so: it cannot be read any more. */
static void journal_that_cannot_be_read_fails_the_step(void **state)
{
	struct scratch *scratch = *state;
	struct verifying verifying;

	scratch_fill(scratch);
	verifying = begin(scratch, 4);
	expect_step(&verifying, 1, 1, 4);
	scratch_edit(scratch, "DROP TABLE snapshot");
	assert_int_equal(step(&verifying, 1), JOURNAL_FAILED);
	end(&verifying);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_is_known_before_the_first_step),
	    CASE(steps_come_to_the_end_one_by_one),
	    CASE(step_through_another_connection_goes_on),
	    CASE(journal_is_free_between_two_steps),
	    CASE(row_edited_between_two_steps_is_found),
	    CASE(rows_added_between_two_steps_are_left_out),
	    CASE(gap_at_the_end_of_a_step_is_found),
	    CASE(snapshots_at_the_ends_of_steps_are_compared),
	    CASE(rows_dropped_between_two_steps_are_passed_over),
	    CASE(layout_that_is_dropped_meanwhile_is_not_found),
	    CASE(instance_purged_between_two_steps_is_not_found),
	    CASE(large_trees_take_steps_of_their_own),
	    CASE(journal_that_cannot_be_read_fails_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
