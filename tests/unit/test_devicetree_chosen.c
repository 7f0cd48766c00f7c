/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tree_blob.h"
#include "tests/unit/tree_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Expect the numbers that as many cells as there are make. */
static void initrd_of_one_or_two_cells_is_read(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen");
	TREE_CELLS("linux,initrd-start", 0x48000000);
	TREE_CELLS("linux,initrd-end", 1, 0x480f0f9c);
	tree_node_end();
	tree = reading_end();
	assert_true(tree->chosen.has_initrd);
	assert_true(tree->chosen.initrd_start == 0x48000000);
	assert_true(tree->chosen.initrd_end == 0x1480f0f9c);
	devicetree_free(tree);
}

static void initrd_that_ends_before_it_starts_is_none(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen");
	TREE_CELLS("linux,initrd-start", 0x2000);
	TREE_CELLS("linux,initrd-end", 0x1000);
	tree_node_end();
	tree = reading_end();
	assert_false(tree->chosen.has_initrd);
	devicetree_free(tree);
}

static void initrd_without_its_end_is_none(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen");
	TREE_CELLS("linux,initrd-start", 0x2000);
	tree_node_end();
	tree = reading_end();
	assert_false(tree->chosen.has_initrd);
	devicetree_free(tree);
}

static void bootargs_are_kept_to_their_nul(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen");
	tree_string("bootargs", "mem=300M\tquiet");
	tree_node_end();
	tree = reading_end();
	assert_string_equal(tree->chosen.bootargs, "mem=300M\tquiet");
	devicetree_free(tree);
}

static void chosen_at_0_stands_in_for_chosen(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen@0");
	tree_string("bootargs", "quiet");
	tree_node_end();
	tree = reading_end();
	assert_string_equal(tree->chosen.bootargs, "quiet");
	devicetree_free(tree);
}

static void elfcorehdr_is_a_pair_of_the_roots_cells(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 1);
	tree_node("chosen");
	TREE_CELLS("linux,elfcorehdr", 1, 0x2000, 0x3000);
	tree_node_end();
	tree = reading_end();
	assert_true(tree->chosen.has_elfcorehdr);
	assert_true(tree->chosen.elfcorehdr.base == 0x100002000);
	assert_true(tree->chosen.elfcorehdr.size == 0x3000);
	devicetree_free(tree);
}

static void elfcorehdr_shorter_than_a_pair_is_none(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 2);
	tree_node("chosen");
	TREE_CELLS("linux,elfcorehdr", 1, 0x2000, 0x3000);
	tree_node_end();
	tree = reading_end();
	assert_false(tree->chosen.has_elfcorehdr);
	devicetree_free(tree);
}

/* Expect two of the three. */
static void usable_memory_range_has_at_most_two_pairs(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	tree_node("chosen");
	TREE_CELLS("linux,usable-memory-range", 0x1000, 1, 0x2000, 2, 3, 3);
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->chosen.usable_count, 2);
	assert_true(tree->chosen.usable[0].base == 0x1000);
	assert_true(tree->chosen.usable[1].base == 0x2000);
	assert_true(tree->chosen.usable[1].size == 2);
	devicetree_free(tree);
}

static void pairs_cannot_be_read_where_the_roots_cells_cannot(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(3, UINT32_MAX);
	tree_node("chosen");
	TREE_CELLS("linux,usable-memory-range", 1, 2, 3, 4, 5, 6);
	TREE_CELLS("linux,elfcorehdr", 1, 2, 3, 4, 5, 6);
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->chosen.usable_count, 0);
	assert_false(tree->chosen.has_elfcorehdr);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(initrd_of_one_or_two_cells_is_read),
	    cmocka_unit_test(initrd_that_ends_before_it_starts_is_none),
	    cmocka_unit_test(initrd_without_its_end_is_none),
	    cmocka_unit_test(bootargs_are_kept_to_their_nul),
	    cmocka_unit_test(chosen_at_0_stands_in_for_chosen),
	    cmocka_unit_test(elfcorehdr_is_a_pair_of_the_roots_cells),
	    cmocka_unit_test(elfcorehdr_shorter_than_a_pair_is_none),
	    cmocka_unit_test(usable_memory_range_has_at_most_two_pairs),
	    cmocka_unit_test(pairs_cannot_be_read_where_the_roots_cells_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
