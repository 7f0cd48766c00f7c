/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/lineage.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Instance id, named after it, a copy of another at seq; not committed. */
static void copy(struct scratch *scratch, int64_t id, int64_t of, uint64_t seq)
{
	struct journal_origin origin = {.instance = of, .seq = seq};
	struct journal_instance instance = {.id = id,
	    .created_us = SCRATCH_TIME_US + 100,
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};

	snprintf(instance.name, sizeof(instance.name), "i%d", (int)id);
	snprintf(origin.name, sizeof(origin.name), "i%d", (int)of);
	assert_true(journal_batch_clone(
	    scratch->batch, &instance, &origin, scratch->mb, NULL));
}

/* Walks from link 0, an instance at seq 9, to the end; says how many origins it
 * came by. */
static size_t walk(
    struct scratch *scratch, struct lineage *lineage, int64_t instance)
{
	struct journal_origin origin;
	size_t count = 0;
	bool is_copy;

	assert_int_equal(lineage_begin(lineage, scratch->journal, instance, 9,
			     &scratch->error),
	    JOURNAL_OK);
	while (lineage->end == LINEAGE_GOES_ON) {
		assert_int_equal(lineage_walk(lineage, scratch->journal,
				     &is_copy, &origin, &scratch->error),
		    JOURNAL_OK);
		count += is_copy;
	}
	return count;
}

static void expect_link(struct scratch *scratch, struct lineage *lineage,
    uint64_t index, int64_t instance, uint64_t to)
{
	struct lineage_link link = {0};

	assert_int_equal(lineage_at(lineage, scratch->journal, index, &link,
			     &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(link.instance, instance);
	assert_int_equal(link.to, to);
}

/*
 *   1  1 2 3 4 ...      2  1 2 3 4 ...      3  ... 9
 *            |                     |
 *            2 = 1@4               3 = 2@3
 */
static void lineage_of_a_copy_of_a_copy_has_three_links(void **state)
{
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	char text[128];

	copy(scratch, 2, 1, 4);
	copy(scratch, 3, 2, 3);
	scratch_commit(scratch);
	assert_int_equal(walk(scratch, lineage, 3), 2);
	assert_int_equal(lineage->end, LINEAGE_EMPTY);
	assert_int_equal(lineage->farthest, 2);
	assert_int_equal(lineage_first_seq(lineage), 1);
	lineage_tell_end(lineage, text, sizeof(text));
	assert_string_equal(text, "");
	expect_link(scratch, lineage, 0, 3, 9);
	expect_link(scratch, lineage, 1, 2, 3);
	expect_link(scratch, lineage, 2, 1, 4);
	free(lineage);
}

/* Expect every link, also those that the window does not hold, either way. */
static void links_beyond_the_window_are_walked_again(void **state)
{
	const uint64_t count = 2 * LINEAGE_WINDOW + 7;
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	uint64_t i;

	for (i = 2; i <= count; i++)
		copy(scratch, (int64_t)i, (int64_t)i - 1, i);
	scratch_commit(scratch);
	assert_int_equal(walk(scratch, lineage, (int64_t)count), count - 1);
	assert_int_equal(lineage->farthest, count - 1);
	for (i = count - 1; i > 0; i--)
		expect_link(
		    scratch, lineage, i, (int64_t)(count - i), count - i + 1);
	expect_link(scratch, lineage, 0, (int64_t)count, 9);
	for (i = 1; i < count; i++)
		expect_link(
		    scratch, lineage, i, (int64_t)(count - i), count - i + 1);
	free(lineage);
}

/*
 *   1  1 2 3 4 | 5      seqs up to 4 are dropped
 *
 * Expect the walk to end there, whatever 1 is a copy of, and to say what of
 * what was asked for is missing. */
static void walk_ends_where_rows_were_dropped(void **state)
{
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	char text[128];

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	copy(scratch, 2, 1, 5);
	copy(scratch, 3, 1, 2);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	assert_int_equal(walk(scratch, lineage, 2), 1);
	assert_int_equal(lineage->end, LINEAGE_DROPPED);
	assert_int_equal(lineage_first_seq(lineage), 5);
	lineage_tell_end(lineage, text, sizeof(text));
	assert_string_equal(text,
	    "board0: operations up to 4 are not kept any more: the log begins "
	    "behind them");
	walk(scratch, lineage, 3);
	lineage_tell_end(lineage, text, sizeof(text));
	assert_string_equal(text,
	    "board0: operations up to 2 are not kept any more: the log begins "
	    "behind them");
	free(lineage);
}

/* Expect the origin to be told, and the link not to be there. */
static void walk_ends_where_an_instance_was_purged(void **state)
{
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	char text[128];

	copy(scratch, 2, 1, 0);
	copy(scratch, 3, 2, 7);
	assert_true(journal_batch_destroy(
	    scratch->batch, 2, SCRATCH_TIME_US + 200, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, 2));
	scratch_commit(scratch);
	assert_int_equal(walk(scratch, lineage, 3), 1);
	assert_int_equal(lineage->end, LINEAGE_PURGED);
	assert_int_equal(lineage->farthest, 0);
	lineage_tell_end(lineage, text, sizeof(text));
	assert_string_equal(text,
	    "i2@7, which i3 began as, was purged: the log begins with i3");
	free(lineage);
}

static void walk_ends_at_another_journal(void **state)
{
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	char text[128];

	copy(scratch, 2, 0, 5);
	scratch_commit(scratch);
	assert_int_equal(walk(scratch, lineage, 2), 1);
	assert_int_equal(lineage->end, LINEAGE_ELSEWHERE);
	lineage_tell_end(lineage, text, sizeof(text));
	assert_string_equal(text, "i0@5, which i2 began as, is not of this "
				  "journal: the log begins with i2");
	free(lineage);
}

/* Expect two that are copies of each other to be damage, and no walk without
 * end. */
static void copy_of_a_younger_one_is_damage(void **state)
{
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	struct journal_origin origin;
	bool is_copy;

	copy(scratch, 2, 3, 0);
	copy(scratch, 3, 2, 0);
	scratch_commit(scratch);
	assert_int_equal(
	    lineage_begin(lineage, scratch->journal, 3, 0, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(lineage_walk(lineage, scratch->journal, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(lineage_walk(lineage, scratch->journal, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "which is younger"));
	free(lineage);
}

/* Expect a link that has to be walked to again to be missed, and the others to
 * be there. */
static void link_purged_after_the_walk_is_not_found(void **state)
{
	const int64_t count = LINEAGE_WINDOW + 3;
	struct lineage *lineage = calloc(1, sizeof(*lineage));
	struct scratch *scratch = *state;
	struct lineage_link link;
	int64_t i;

	for (i = 2; i <= count; i++)
		copy(scratch, i, i - 1, 0);
	scratch_commit(scratch);
	walk(scratch, lineage, count);
	assert_true(journal_batch_destroy(
	    scratch->batch, count - 1, SCRATCH_TIME_US + 200, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, count - 1));
	scratch_commit(scratch);
	expect_link(scratch, lineage, 3, count - 3, 0);
	assert_int_equal(
	    lineage_at(lineage, scratch->journal, 2, &link, &scratch->error),
	    JOURNAL_NOT_FOUND);
	free(lineage);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(lineage_of_a_copy_of_a_copy_has_three_links),
	    TEST(links_beyond_the_window_are_walked_again),
	    TEST(walk_ends_where_rows_were_dropped),
	    TEST(walk_ends_where_an_instance_was_purged),
	    TEST(walk_ends_at_another_journal),
	    TEST(copy_of_a_younger_one_is_damage),
	    TEST(link_purged_after_the_walk_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
