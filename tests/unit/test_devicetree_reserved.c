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

static void dynamic_node_says_what_it_wants(void **state)
{
	struct devicetree_reserved *node;
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 1);
	reading_begin_reserved(2, 1);
	tree_node("pool");
	TREE_CELLS("size", 0x400000);
	TREE_CELLS("alignment", 1, 0x2000);
	TREE_CELLS("alloc-ranges", 0, 0x40000000, 0x1000, 1, 0, 0x2000);
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	node = &tree->reserved[0];
	assert_true(node->has_size && !node->bad_size);
	assert_true(node->size == 0x400000);
	assert_true(node->has_alignment && !node->bad_alignment);
	assert_true(node->alignment == 0x100002000);
	assert_int_equal(node->alloc_range_count, 2);
	assert_true(node->alloc_ranges[1].base == 0x100000000);
	assert_true(node->alloc_ranges[1].size == 0x2000);
	devicetree_free(tree);
}

/* Expect a size of two cells and an alignment of one to be bad where the root
 * has one for sizes and two for addresses, and so half a pair. */
static void wishes_of_the_wrong_length_are_bad(void **state)
{
	struct devicetree_reserved *node;
	struct devicetree *tree;

	(void)state;
	reading_begin(2, 1);
	reading_begin_reserved(2, 1);
	tree_node("pool");
	TREE_CELLS("size", 0, 0x400000);
	TREE_CELLS("alignment", 0x2000);
	TREE_CELLS("alloc-ranges", 0, 0x40000000, 0x1000, 1);
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	node = &tree->reserved[0];
	assert_true(node->bad_size);
	assert_true(node->bad_alignment);
	assert_true(node->bad_alloc_ranges);
	assert_int_equal(node->alloc_range_count, 0);
	devicetree_free(tree);
}

static void phandle_is_either_property(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	tree_node("a");
	TREE_CELLS("phandle", 7);
	TREE_CELLS("linux,phandle", 8);
	tree_node_end();
	tree_node("b");
	TREE_CELLS("linux,phandle", 9);
	tree_node_end();
	tree_node("c");
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->reserved[0].phandle, 7);
	assert_int_equal(tree->reserved[1].phandle, 9);
	assert_false(tree->reserved[2].has_phandle);
	devicetree_free(tree);
}

static void flags_are_properties_without_value(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	tree_node("a");
	tree_empty("reusable");
	tree_empty("linux,cma-default");
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	assert_true(tree->reserved[0].reusable);
	assert_true(tree->reserved[0].cma_default);
	assert_false(tree->reserved[0].no_map);
	devicetree_free(tree);
}

/* Expect each of the list to be found whole, and no part of one. */
static void compatible_is_a_list(void **state)
{
	static const uint32_t list[] = {0x612c6200, 0x6c6f6e67, 0x65722d63};
	struct devicetree_reserved *node;
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	tree_node("a"); /* "a,b", "longer-c" without its NUL */
	tree_cells("compatible", list, 3);
	tree_node_end();
	tree_node("b");
	tree_empty("compatible");
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	node = &tree->reserved[0];
	assert_true(devicetree_is_compatible(node, "a,b"));
	assert_true(devicetree_is_compatible(node, "longer-c"));
	assert_false(devicetree_is_compatible(node, "longer"));
	assert_false(devicetree_is_compatible(node, "b"));
	assert_null(tree->reserved[1].compatible);
	assert_false(devicetree_is_compatible(&tree->reserved[1], "a,b"));
	devicetree_free(tree);
}

/* A tree far larger than any board's. */
static void ten_thousand_nodes_are_read(void **state)
{
	struct devicetree *tree;
	char name[32];
	uint32_t i;

	(void)state;
	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "n@%x", i * 0x1000);
		tree_node(name);
		TREE_CELLS("reg", i * 0x1000, 0x100);
		TREE_CELLS("phandle", i + 1);
		tree_node_end();
	}
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->reserved_count, 10000);
	assert_true(tree->reserved[9999].ranges[0].base == 9999 * 0x1000);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dynamic_node_says_what_it_wants),
	    cmocka_unit_test(wishes_of_the_wrong_length_are_bad),
	    cmocka_unit_test(phandle_is_either_property),
	    cmocka_unit_test(flags_are_properties_without_value),
	    cmocka_unit_test(compatible_is_a_list),
	    cmocka_unit_test(ten_thousand_nodes_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
