/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/blame.h"

#include "followed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static int begin(void **state)
{
	static struct followed followed;
	struct memblock_settings settings = memblock_settings_default();

	settings.nodes = 2;
	followed_begin(&followed, &settings);
	*state = &followed;
	return 0;
}

static int end(void **state)
{
	followed_end(*state);
	return 0;
}

/* Pages from first up to last, which is not one of them. */
static void do_range(
    struct followed *followed, enum op_kind kind, uint64_t first, uint64_t last)
{
	assert_int_equal(
	    followed_do(
		followed, (struct op){.kind = kind,
			      .base = first * PAGE,
			      .size = (last - first) * PAGE,
			      .nid = MB_NO_NODE,
			      .flags = kind == OP_MARK ? MEMBLOCK_NOMAP : 0}),
	    MB_OK);
}

/* Expect "1-3:5 7-8:6": pages 1 and 2 by seq 5, page 7 by seq 6. */
static void expect_parts(
    const struct followed *followed, enum blame_list list, const char *parts)
{
	const size_t count = blame_count(followed->blame, list);
	char text[256] = "";
	size_t i, used = 0;

	for (i = 0; i < count; i++) {
		const struct blame_part *part =
		    blame_part_at(followed->blame, list, i);

		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%d-%d:%d", i == 0 ? "" : " ", (int)(part->base / PAGE),
		    (int)(part->end / PAGE), (int)part->seq);
	}
	assert_string_equal(text, parts);
}

static void part_belongs_to_who_put_it_there(void **state)
{
	do_range(*state, OP_ADD, 0, 16);
	do_range(*state, OP_RESERVE, 2, 4);
	do_range(*state, OP_RESERVE, 8, 9);
	expect_parts(*state, BLAME_MEMORY, "0-16:1");
	expect_parts(*state, BLAME_RESERVED, "2-4:2 8-9:3");
}

/*
 *   seq 1    |-----|
 *   seq 2          |-----|
 *   list     |-----------|     one region
 *   parts    |--1--|--2--|
 */
static void regions_that_became_one_keep_their_parts(void **state)
{
	struct followed *followed = *state;

	do_range(followed, OP_RESERVE, 1, 3);
	do_range(followed, OP_RESERVE, 3, 5);
	assert_int_equal(region_list_cnt(followed->mb->reserved), 1);
	expect_parts(followed, BLAME_RESERVED, "1-3:1 3-5:2");
}

/*
 *   seq 1        |-----|
 *   seq 2    |---------------|
 *   parts    |-2-|--1--|--2--|
 */
static void reserve_over_another_gets_what_was_not_there(void **state)
{
	do_range(*state, OP_RESERVE, 4, 6);
	do_range(*state, OP_RESERVE, 2, 9);
	expect_parts(*state, BLAME_RESERVED, "2-4:2 4-6:1 6-9:2");
}

static void free_in_the_middle_takes_the_part_away(void **state)
{
	do_range(*state, OP_RESERVE, 2, 8);
	do_range(*state, OP_FREE, 4, 5);
	expect_parts(*state, BLAME_RESERVED, "2-4:1 5-8:1");
	do_range(*state, OP_FREE, 0, 16);
	expect_parts(*state, BLAME_RESERVED, "");
}

static void what_was_freed_and_taken_again_is_the_later_ones(void **state)
{
	do_range(*state, OP_RESERVE, 2, 8);
	do_range(*state, OP_FREE, 4, 6);
	do_range(*state, OP_RESERVE, 4, 6);
	expect_parts(*state, BLAME_RESERVED, "2-4:1 4-6:3 6-8:1");
}

static void alloc_is_to_blame_for_what_it_got(void **state)
{
	struct followed *followed = *state;

	do_range(followed, OP_ADD, 0, 16);
	assert_int_equal(
	    followed_do(followed,
		(struct op){.kind = OP_ALLOC, .size = PAGE, .nid = MB_NO_NODE}),
	    MB_OK);
	expect_parts(followed, BLAME_RESERVED, "15-16:2");
}

static void refused_operation_is_to_blame_for_nothing(void **state)
{
	struct followed *followed = *state;

	do_range(followed, OP_ADD, 0, 16);
	assert_int_equal(followed_do(followed, (struct op){.kind = OP_ALLOC,
						   .size = 64 * PAGE,
						   .nid = MB_NO_NODE}),
	    MB_NO_SPACE);
	expect_parts(followed, BLAME_RESERVED, "");
}

/* Expect a flag or a node to change who put the memory there as little as it
 * moves the memory, though the list has more regions then. */
static void mark_and_set_node_leave_parts_as_they_are(void **state)
{
	struct followed *followed = *state;

	do_range(followed, OP_ADD, 0, 16);
	do_range(followed, OP_MARK, 4, 6);
	assert_int_equal(followed_do(followed, (struct op){.kind = OP_SET_NODE,
						   .base = 8 * PAGE,
						   .size = PAGE,
						   .nid = 1}),
	    MB_OK);
	assert_int_equal(region_list_cnt(followed->mb->memory), 5);
	expect_parts(followed, BLAME_MEMORY, "0-16:1");
}

/* Expect what stays to belong to who put it there, and both lists to be cut. */
static void limit_takes_from_both_lists(void **state)
{
	do_range(*state, OP_ADD, 0, 8);
	do_range(*state, OP_ADD, 8, 16);
	do_range(*state, OP_RESERVE, 2, 14);
	followed_do(*state, (struct op){.kind = OP_LIMIT, .size = 10 * PAGE});
	expect_parts(*state, BLAME_MEMORY, "0-8:1 8-10:2");
	expect_parts(*state, BLAME_RESERVED, "2-10:3");
}

static void cap_and_trim_take_from_the_edges(void **state)
{
	do_range(*state, OP_ADD, 1, 15);
	followed_do(*state, (struct op){.kind = OP_TRIM, .align = 4 * PAGE});
	expect_parts(*state, BLAME_MEMORY, "4-12:1");
	do_range(*state, OP_CAP, 5, 7);
	expect_parts(*state, BLAME_MEMORY, "5-7:1");
}

static void range_of_size_0_changes_nothing(void **state)
{
	do_range(*state, OP_RESERVE, 2, 4);
	do_range(*state, OP_RESERVE, 4, 4);
	do_range(*state, OP_FREE, 3, 3);
	expect_parts(*state, BLAME_RESERVED, "2-4:1");
}

static void last_page_of_the_address_space_is_cut(void **state)
{
	struct followed *followed = *state;
	const struct blame_part *part;

	followed_do(followed, (struct op){.kind = OP_RESERVE,
				  .base = UINT64_MAX - PAGE,
				  .size = UINT64_MAX,
				  .nid = MB_NO_NODE});
	assert_int_equal(blame_count(followed->blame, BLAME_RESERVED), 1);
	part = blame_part_at(followed->blame, BLAME_RESERVED, 0);
	assert_true(part->base == UINT64_MAX - PAGE);
	assert_true(part->end == UINT64_MAX);
}

static void what_was_there_before_belongs_to_the_beginning(void **state)
{
	struct followed *followed = *state;

	do_range(followed, OP_ADD, 0, 4);
	do_range(followed, OP_ADD, 8, 12);
	blame_destroy(followed->blame);
	followed->blame = blame_begin(followed->mb, 0);
	expect_parts(followed, BLAME_MEMORY, "0-4:0 8-12:0");
	do_range(followed, OP_ADD, 4, 8);
	expect_parts(followed, BLAME_MEMORY, "0-4:0 4-8:3 8-12:0");
}

/* Expect the array that grew to be the deed of the operation that made it
 * grow, and the one before it not to stay. */
static void array_that_moved_belongs_to_who_made_it_grow(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	const struct blame_part *last;
	struct followed followed;
	uint64_t i;

	(void)state;
	settings.kernel_arrays = true;
	settings.memory_regions = settings.reserved_regions = 8;
	followed_begin(&followed, &settings);
	do_range(&followed, OP_ADD, 16, 1024);
	followed_do(&followed, (struct op){.kind = OP_SET_RESIZE, .value = 1});
	for (i = 0; i < 9; i++)
		do_range(&followed, OP_RESERVE, 16 + 2 * i, 17 + 2 * i);
	assert_true(region_list_array(followed.mb->reserved) != 0);
	last = blame_part_at(followed.blame, BLAME_RESERVED,
	    blame_count(followed.blame, BLAME_RESERVED) - 1);
	assert_true(last->base == region_list_array(followed.mb->reserved));
	assert_int_equal(last->seq, followed.seq);
	followed_end(&followed);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(part_belongs_to_who_put_it_there),
	    CASE(regions_that_became_one_keep_their_parts),
	    CASE(reserve_over_another_gets_what_was_not_there),
	    CASE(free_in_the_middle_takes_the_part_away),
	    CASE(what_was_freed_and_taken_again_is_the_later_ones),
	    CASE(alloc_is_to_blame_for_what_it_got),
	    CASE(refused_operation_is_to_blame_for_nothing),
	    CASE(mark_and_set_node_leave_parts_as_they_are),
	    CASE(limit_takes_from_both_lists),
	    CASE(cap_and_trim_take_from_the_edges),
	    CASE(range_of_size_0_changes_nothing),
	    CASE(last_page_of_the_address_space_is_cut),
	    CASE(what_was_there_before_belongs_to_the_beginning),
	    cmocka_unit_test(array_that_moved_belongs_to_who_made_it_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
