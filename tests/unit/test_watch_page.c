/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_page.h"

#include "proto/frame.h"
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static struct watch_page page_from(
    const struct scratch *scratch, uint64_t next, uint64_t to)
{
	return (struct watch_page){.id = 5,
	    .instance = scratch->id,
	    .name = "board0",
	    .next = next,
	    .to = to};
}

/* Expects a frame that tells of the rows first to last. */
static void expect_rows(struct watch_page *page, uint64_t first, uint64_t last)
{
	Memblock__V1__Response *part;
	size_t header, size, i;

	assert_int_equal(page->code, CODE(OK));
	assert_int_equal(page->next, last + 1);
	assert_int_equal(frame_find(page->frame, page->frame_size, UINT64_MAX,
			     &header, &size),
	    FRAME_COMPLETE);
	part = memblock__v1__response__unpack(NULL, size, page->frame + header);
	free(page->frame);
	assert_int_equal(part->id, 5);
	assert_true(part->more);
	assert_int_equal(part->seq, last);
	assert_string_equal(part->watch->instance, "board0");
	assert_int_equal(part->watch->n_entries, last - first + 1);
	for (i = 0; i < part->watch->n_entries; i++)
		assert_int_equal(part->watch->entries[i]->seq, first + i);
	memblock__v1__response__free_unpacked(part, NULL);
}

static void page_has_the_rows_that_are_wanted(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page;

	scratch_fill(scratch);
	page = page_from(scratch, 2, 3);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 2, 3);
	page = page_from(scratch, 1, 4);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1, 4);
}

/* Rows of a group each, from the seq that comes next. */
static void add_group(struct scratch *scratch, size_t count)
{
	const uint64_t group = scratch->seq + 1;
	size_t i;

	for (i = 0; i < count; i++)
		scratch_do_row(scratch,
		    &(struct journal_row){.principal = "uid:0",
			.group = group,
			.op = {
			    .kind = OP_RESERVE, .size = 1, .nid = MB_NO_NODE}});
}

/* Expect a page of 1000 rows and more to go on to the end of its group:
 *
 *	rows	1 .. 990	991 .. 1990	1991 .. 1992
 *	group			one		another
 *	pages	|---------------------------|	|----------|
 */
static void group_is_never_in_two_pages(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page;
	size_t i;

	for (i = 0; i < 990; i++)
		scratch_reserve(scratch, 0, 1);
	add_group(scratch, 1000);
	add_group(scratch, 2);
	scratch_commit(scratch);
	page = page_from(scratch, 1, 1992);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1, 1990);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1991, 1992);
}

static void page_of_rows_without_groups_has_a_thousand(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page;
	size_t i;

	for (i = 0; i < 1001; i++)
		scratch_reserve(scratch, 0, 1);
	scratch_commit(scratch);
	page = page_from(scratch, 1, 1001);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1, 1000);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1001, 1001);
}

/* Expect a gap to be said, never to be skipped. */
static void row_that_is_not_kept_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page;

	scratch_add(scratch, 0, 0x1000);
	scratch_reserve(scratch, 0, 1);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0, 2);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 3);
	page = page_from(scratch, 2, 3);
	watch_page_read(&page, scratch->journal);
	assert_int_equal(page.code, CODE(NOT_FOUND));
	assert_string_equal(page.reason,
	    "operation 2 is not kept any more: the first that is kept is 3");
	page = page_from(scratch, 3, 3);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 3, 3);
}

static void instance_that_was_purged_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page = page_from(scratch, 1, 4);

	page.instance = 99;
	watch_page_read(&page, scratch->journal);
	assert_int_equal(page.code, CODE(NOT_FOUND));
	assert_string_equal(page.reason,
	    "operation 1 is not kept any more: the instance was purged");
}

/* Expect the rows before the damage, and the damage next time. */
static void damaged_row_is_data_loss_after_those_before(void **state)
{
	struct scratch *scratch = *state;
	struct watch_page page;

	scratch_fill(scratch);
	scratch_edit(scratch, "UPDATE operation SET label = 'x' WHERE seq = 3");
	page = page_from(scratch, 1, 4);
	watch_page_read(&page, scratch->journal);
	expect_rows(&page, 1, 2);
	watch_page_read(&page, scratch->journal);
	assert_int_equal(page.code, CODE(DATA_LOSS));
	assert_non_null(strstr(page.reason, "seq 3"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(page_has_the_rows_that_are_wanted,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		group_is_never_in_two_pages, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		page_of_rows_without_groups_has_a_thousand, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(row_that_is_not_kept_is_not_found,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		instance_that_was_purged_is_not_found, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		damaged_row_is_data_loss_after_those_before, scratch_setup,
		scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
