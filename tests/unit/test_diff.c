/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAGE 0x1000

/* "0-4 4-8n1 9-10f2": pages 0 to 3; 4 to 7 on node 1; 9 with flags 2. */
static struct memblock_type *list(const char *text)
{
	struct memblock_type *type = region_list_create(UINT64_MAX, 0, false);
	struct memblock_region region;
	int first, last, used, value;
	char what[2];

	assert_non_null(type);
	while (sscanf(text, " %d-%d%n", &first, &last, &used) == 2) {
		text += used;
		region =
		    (struct memblock_region){.base = (uint64_t)first * PAGE,
			.size = (uint64_t)(last - first) * PAGE,
			.nid = MB_NO_NODE};
		while (sscanf(text, "%1[nf]%d%n", what, &value, &used) == 2) {
			text += used;
			if (what[0] == 'n')
				region.nid = value;
			else
				region.flags = (uint32_t)value;
		}
		assert_int_equal(region_list_append(type, &region), MB_OK);
	}
	return type;
}

static int describe(const struct diff_part *part, char *text, size_t size)
{
	const char *mark = !part->has_before  ? "+"
			   : !part->has_after ? "-"
					      : "*";
	int used = snprintf(text, size, " %s%d-%d", mark,
	    (int)(part->base / PAGE), (int)(part->end / PAGE));

	if (part->has_before && part->has_after)
		used += snprintf(text + used, size - (size_t)used,
		    ":n%df%d>n%df%d", part->nid_before, (int)part->flags_before,
		    part->nid_after, (int)part->flags_after);
	return used;
}

/* Expect " +0-2": pages 0 and 1 added; -: removed; *: changed. */
static void expect_diff(const char *before, const char *after, const char *want)
{
	struct memblock_type *left = list(before), *right = list(after);
	struct diff_walk walk = diff_walk_begin(left, right);
	char text[256] = "";
	struct diff_part part;
	int used = 0;

	while (diff_walk_next(&walk, &part))
		used +=
		    describe(&part, text + used, sizeof(text) - (size_t)used);
	assert_string_equal(text, want);
	region_list_destroy(left);
	region_list_destroy(right);
}

static void equal_lists_do_not_differ(void **state)
{
	(void)state;
	expect_diff("", "", "");
	expect_diff("0-4 8-12n1f2", "0-4 8-12n1f2", "");
}

/*
 *   before   |--------|
 *   after    |---||---|
 */
static void where_a_region_is_cut_is_no_difference(void **state)
{
	(void)state;
	expect_diff("0-8", "0-3 3-8", "");
	expect_diff("0-2 2-8", "0-5 5-8", "");
}

static void region_that_came_is_added_and_one_that_went_removed(void **state)
{
	(void)state;
	expect_diff("", "2-4", " +2-4");
	expect_diff("2-4", "", " -2-4");
	expect_diff("0-2 8-9", "4-6 8-9", " -0-2 +4-6");
}

/*
 *   before   |------|
 *   after       |------|
 */
static void overlap_differs_at_both_ends(void **state)
{
	(void)state;
	expect_diff("0-6", "3-9", " -0-3 +6-9");
	expect_diff("0-9", "3-6", " -0-3 -6-9");
	expect_diff("3-6", "0-9", " +0-3 +6-9");
}

static void other_flags_or_node_are_a_change(void **state)
{
	(void)state;
	expect_diff("0-8", "0-3 3-5f4 5-8", " *3-5:n-1f0>n-1f4");
	expect_diff("0-8n0", "0-8n1", " *0-8:n0f0>n1f0");
	expect_diff("0-8n0", "0-8", " *0-8:n0f0>n-1f0");
}

/* Expect a part to be as large as it can be, whatever the cuts below it. */
static void parts_alike_are_one(void **state)
{
	(void)state;
	expect_diff("0-2 2-4 4-6", "", " -0-6");
	expect_diff("0-3 3-8", "0-5f4 5-8f4", " *0-8:n-1f0>n-1f4");
	expect_diff("", "0-2 2-4n1", " +0-2 +2-4");
}

static void change_beside_an_addition_are_two(void **state)
{
	(void)state;
	expect_diff("0-4", "0-8f4", " *0-4:n-1f0>n-1f4 +4-8");
}

static void missing_list_is_an_empty_one(void **state)
{
	struct memblock_type *right = list("2-4");
	struct diff_walk walk = diff_walk_begin(NULL, right);
	struct diff_part part;

	(void)state;
	assert_true(diff_walk_next(&walk, &part));
	assert_false(part.has_before);
	assert_int_equal(part.nid_before, MB_NO_NODE);
	assert_false(diff_walk_next(&walk, &part));
	walk = diff_walk_begin(NULL, NULL);
	assert_false(diff_walk_next(&walk, &part));
	region_list_destroy(right);
}

static void last_region_of_the_address_space_ends_it(void **state)
{
	struct memblock_type *left = list(""), *right = list("");
	const struct memblock_region last = {
	    .base = UINT64_MAX - PAGE, .size = PAGE, .nid = MB_NO_NODE};
	struct diff_walk walk;
	struct diff_part part;

	(void)state;
	assert_int_equal(region_list_append(right, &last), MB_OK);
	walk = diff_walk_begin(left, right);
	assert_true(diff_walk_next(&walk, &part));
	assert_true(part.base == UINT64_MAX - PAGE);
	assert_true(part.end == UINT64_MAX);
	assert_false(diff_walk_next(&walk, &part));
	region_list_destroy(left);
	region_list_destroy(right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_lists_do_not_differ),
	    cmocka_unit_test(where_a_region_is_cut_is_no_difference),
	    cmocka_unit_test(
		region_that_came_is_added_and_one_that_went_removed),
	    cmocka_unit_test(overlap_differs_at_both_ends),
	    cmocka_unit_test(other_flags_or_node_are_a_change),
	    cmocka_unit_test(parts_alike_are_one),
	    cmocka_unit_test(change_beside_an_addition_are_two),
	    cmocka_unit_test(missing_list_is_an_empty_one),
	    cmocka_unit_test(last_region_of_the_address_space_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
