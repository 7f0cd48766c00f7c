/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_sweep.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* board0 has that many rows more than are deleted in two transactions, and is
 * compacted to LAST - 10:
 *
 *   seq     1 ..... 2000 ..... 4000 ..... | LAST - 9 ... LAST
 *           |-- first --|-- second --|-----|
 */
#define LAST (2 * SWEEP_ROWS + 500)
#define FIRST (LAST - 9)

/* An operation under that request key. */
static void trim(struct scratch *scratch, const char *key)
{
	struct journal_row row = {.principal = "uid:0",
	    .key = key,
	    .key_size = strlen(key),
	    .op = {.kind = OP_TRIM, .align = 4096}};

	scratch_do_row(scratch, &row);
}

/* Row 2007 has the request key "k"; 2009 to 2011 are a device tree's; a
 * snapshot stands at 3000. */
static void fill(struct scratch *scratch)
{
	while (scratch->seq < LAST) {
		if (scratch->seq == 2006)
			trim(scratch, "k");
		else if (scratch->seq == 2008)
			scratch_do_tree(scratch, "a tree", 6, NULL, 3);
		else
			scratch_add(scratch, 0x2000 * scratch->seq, 0x1000);
		if (scratch->seq == 3000)
			scratch_snapshot(scratch);
	}
	scratch_commit(scratch);
}

static void compact(struct scratch *scratch, uint64_t seq)
{
	struct journal_state state = {0};

	assert_int_equal(journal_find_cut(scratch->journal, scratch->id, seq,
			     &state, &scratch->error),
	    JOURNAL_OK);
	assert_true(journal_batch_compact(scratch->batch, scratch->id, &state));
	memblock_destroy(state.mb);
	scratch_commit(scratch);
}

static void destroy_and_purge(struct scratch *scratch)
{
	assert_true(journal_batch_destroy(
	    scratch->batch, scratch->id, 5, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, scratch->id));
	scratch_commit(scratch);
}

static bool sweep(struct scratch *scratch)
{
	bool more = false;

	assert_int_equal(
	    journal_sweep(scratch->journal, &more, &scratch->error),
	    JOURNAL_OK);
	return more;
}

/* How many transactions it took until nothing was left. */
static int sweep_all(struct scratch *scratch)
{
	int count = 0;

	while (sweep(scratch))
		count++;
	return count;
}

static void expect(struct scratch *scratch, const char *sql, const char *answer)
{
	assert_string_equal(scratch_ask(scratch, sql), answer);
}

#define ROWS "SELECT count(*) || ' ' || min(seq) FROM operation"

/* Expect one transaction, in which all of it goes. */
static void little_that_was_dropped_is_deleted_at_once(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, SWEEP_ROWS);
	expect(scratch, ROWS, "2500 2001");
	expect(scratch, "SELECT count(*) FROM leftover", "0");
	assert_int_equal(sweep_all(scratch), 0);
}

/* Expect no transaction to delete more rows than it may. */
static void much_that_was_dropped_is_deleted_bit_by_bit(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, FIRST - 1);
	expect(scratch, ROWS, "2500 2001");
	expect(scratch, "SELECT instance FROM leftover", "1");
	expect(scratch, "SELECT group_concat(seq) FROM snapshot", "3000,4490");
	assert_true(sweep(scratch));
	expect(scratch, ROWS, "500 4001");
	expect(scratch, "SELECT group_concat(seq) FROM snapshot", "4490");
	expect(scratch, "SELECT count(*) FROM blob", "1");
	assert_true(sweep(scratch));
	expect(scratch, ROWS, "10 4491");
	expect(scratch, "SELECT count(*) FROM leftover", "0");
	expect(scratch, "SELECT count(*) FROM blob", "0");
	assert_false(sweep(scratch));
	scratch_expect_loaded(scratch);
}

static void sweep_goes_on_in_a_journal_that_was_closed(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, FIRST - 1);
	scratch_close(scratch);
	scratch_open(scratch);
	assert_int_equal(sweep_all(scratch), 2);
	expect(scratch, ROWS, "10 4491");
}

/* ---- what nobody is told of any more ---- */

static bool note_lowest(void *arg, const struct journal_row *row)
{
	uint64_t *lowest = arg;

	if (row->seq < *lowest)
		*lowest = row->seq;
	return true;
}

/* Of the rows that are shown; UINT64_MAX: none is. */
static uint64_t lowest_shown(
    struct scratch *scratch, uint64_t from, uint64_t to, bool reverse)
{
	uint64_t lowest = UINT64_MAX;

	assert_int_equal(
	    journal_each_row(scratch->journal, scratch->id, from, to, reverse,
		note_lowest, &lowest, &scratch->error),
	    JOURNAL_OK);
	return lowest;
}

static void rows_that_are_gone_are_not_shown(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, FIRST - 1);
	assert_int_equal(lowest_shown(scratch, 0, UINT64_MAX, false), FIRST);
	assert_int_equal(lowest_shown(scratch, 2500, UINT64_MAX, true), FIRST);
	assert_int_equal(lowest_shown(scratch, 2500, 2600, false), UINT64_MAX);
	expect(scratch, "SELECT count(*) FROM journal", "10");
}

static void layouts_that_are_gone_are_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state found;
	uint64_t seq;

	fill(scratch);
	compact(scratch, FIRST - 1);
	assert_int_equal(journal_load_at(scratch->journal, scratch->id, 3000,
			     &found, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_int_equal(journal_seq_at(scratch->journal, scratch->id,
			     SCRATCH_TIME_US + 3000, &seq, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_true(scratch_verify(scratch).identical);
	assert_int_equal(scratch_verify(scratch).operations, 10);
}

/* Expect the snapshot at 3000, which is still there, not to stand in for it. */
static void damaged_beginning_has_nothing_before_it(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state found;

	fill(scratch);
	compact(scratch, FIRST - 1);
	scratch_edit(
	    scratch, "UPDATE snapshot SET content = x'00' WHERE seq = 4490");
	assert_int_equal(scratch_load(scratch, &found), JOURNAL_DAMAGED);
	assert_false(scratch_verify(scratch).identical);
}

static void device_tree_of_rows_that_are_gone_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	void *content;
	uint64_t seq;
	size_t size;

	fill(scratch);
	compact(scratch, FIRST - 1);
	expect(scratch, "SELECT count(*) FROM operation_group", "1");
	assert_int_equal(journal_last_group(scratch->journal, scratch->id, LAST,
			     &seq, &content, &size, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

/* Row 2007 has it, and is still there when another takes it:
 *
 *   seq     1 ..... 2000 | 2001 .. 2007 .. | 4491 ... 4501
 *           deleted      | gone    "k"     | kept     "k"
 */
static void key_of_a_row_that_is_gone_is_free(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	fill(scratch);
	compact(scratch, FIRST - 1);
	expect(scratch, "SELECT seq FROM operation WHERE request_key = x'6b'",
	    "2007");
	assert_int_equal(journal_find_key(scratch->journal, "board0", "k", 1,
			     &use, &scratch->error),
	    JOURNAL_NOT_FOUND);
	trim(scratch, "k");
	scratch_commit(scratch);
	sweep_all(scratch);
	assert_int_equal(journal_find_key(scratch->journal, "board0", "k", 1,
			     &use, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(use.seq, LAST + 1);
	scratch_expect_loaded(scratch);
}

/* Expect a key that is taken to stay so. */
static void key_of_a_row_that_is_kept_is_not_free(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	trim(scratch, "k");
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_FAILED);
}

/* ---- purging ---- */

/* Expect the name to be free at once, and the new one to keep its rows. */
static void purged_instance_is_deleted_bit_by_bit(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	destroy_and_purge(scratch);
	expect(scratch, ROWS, "2500 2001");
	expect(scratch, "SELECT count(*) FROM journal", "0");
	scratch_create(scratch, "board0");
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	assert_int_equal(scratch->id, 2);
	assert_int_equal(sweep_all(scratch), 2);
	expect(scratch,
	    "SELECT (SELECT group_concat(instance) FROM operation) ||"
	    " (SELECT count(*) FROM snapshot) ||"
	    " (SELECT count(*) FROM operation_group) ||"
	    " (SELECT count(*) FROM blob) || (SELECT count(*) FROM leftover)",
	    "20000");
	scratch_expect_loaded(scratch);
}

static void instance_can_be_purged_while_it_is_swept(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, FIRST - 1);
	destroy_and_purge(scratch);
	expect(scratch, ROWS, "500 4001");
	sweep_all(scratch);
	expect(scratch, "SELECT count(*) FROM operation", "0");
}

/* Expect one that was compacted again to be swept up to where it begins now. */
static void compaction_again_while_it_is_swept_goes_further(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	compact(scratch, 4200);
	compact(scratch, FIRST - 1);
	sweep_all(scratch);
	expect(scratch, ROWS, "10 4491");
	assert_true(scratch_verify(scratch).identical);
}

/* ---- what goes wrong ---- */

/* Expect the rows of one whose row is damaged to stay, and those of the other
 * to be swept. */
static void damaged_instance_keeps_its_rows(void **state)
{
	struct scratch *scratch = *state;
	bool more;

	fill(scratch);
	compact(scratch, FIRST - 1);
	scratch_create(scratch, "board1");
	fill(scratch);
	compact(scratch, FIRST - 1);
	scratch_edit(
	    scratch, "UPDATE instance SET first_seq = 4501 WHERE id = 1");
	assert_true(sweep(scratch));
	assert_true(sweep(scratch));
	assert_int_equal(
	    journal_sweep(scratch->journal, &more, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "board0"));
	expect(scratch,
	    "SELECT (SELECT count(*) FROM operation WHERE instance = 1) ||"
	    " ' ' || (SELECT count(*) FROM operation WHERE instance = 2)",
	    "2500 10");
}

static void note_of_an_instance_that_has_none_does_no_harm(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	scratch_edit(scratch, "INSERT INTO leftover VALUES (1), (-3), (77)");
	sweep_all(scratch);
	expect(scratch, ROWS, "4500 1");
	expect(scratch, "SELECT count(*) FROM leftover", "0");
}

static void full_disk_leaves_the_rest_for_later(void **state)
{
	struct scratch *scratch = *state;
	bool more;

	fill(scratch);
	compact(scratch, FIRST - 1);
	scratch_limit_files(0);
	assert_int_equal(
	    journal_sweep(scratch->journal, &more, &scratch->error),
	    JOURNAL_FAILED);
	scratch_limit_files(-1);
	expect(scratch, ROWS, "2500 2001");
	assert_int_equal(sweep_all(scratch), 2);
	expect(scratch, ROWS, "10 4491");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(little_that_was_dropped_is_deleted_at_once),
	    CASE(much_that_was_dropped_is_deleted_bit_by_bit),
	    CASE(sweep_goes_on_in_a_journal_that_was_closed),
	    CASE(rows_that_are_gone_are_not_shown),
	    CASE(layouts_that_are_gone_are_not_found),
	    CASE(damaged_beginning_has_nothing_before_it),
	    CASE(device_tree_of_rows_that_are_gone_is_not_found),
	    CASE(key_of_a_row_that_is_gone_is_free),
	    CASE(key_of_a_row_that_is_kept_is_not_free),
	    CASE(purged_instance_is_deleted_bit_by_bit),
	    CASE(instance_can_be_purged_while_it_is_swept),
	    CASE(compaction_again_while_it_is_swept_goes_further),
	    CASE(damaged_instance_keeps_its_rows),
	    CASE(note_of_an_instance_that_has_none_does_no_harm),
	    CASE(full_disk_leaves_the_rest_for_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
