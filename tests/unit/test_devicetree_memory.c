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

/* Expect the node's number, and its reg beside what may be used of it. */
static void memory_of_a_node_has_its_reg_beside_what_is_usable(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	tree_node("memory@0");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x1000, 0x2000);
	TREE_CELLS("linux,usable-memory", 0x1000, 0x1000);
	TREE_CELLS("numa-node-id", 3);
	tree_node_end();
	tree = reading_end();
	assert_true(tree->memory[0].has_nid);
	assert_int_equal(tree->memory[0].nid, 3);
	assert_int_equal(tree->memory[0].reg_count, 1);
	assert_true(tree->memory[0].reg[0].size == 0x2000);
	assert_true(tree->memory[0].ranges[0].size == 0x1000);
	devicetree_free(tree);
}

static void memory_without_a_number_is_in_no_node(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	tree_node("memory@0");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x1000, 0x2000);
	tree_node_end();
	tree = reading_end();
	assert_false(tree->memory[0].has_nid);
	assert_int_equal(tree->memory[0].reg_count, 0);
	devicetree_free(tree);
}

/* Two nodes of one name: libfdt takes them. Expect both. */
static void memory_nodes_of_one_name_are_two(void **state)
{
	struct devicetree *tree;
	uint32_t i;

	(void)state;
	reading_begin(1, 1);
	for (i = 0; i < 2; i++) {
		tree_node("memory@0");
		tree_string("device_type", "memory");
		TREE_CELLS("reg", i * 0x10000, 0x1000);
		tree_node_end();
	}
	tree = reading_end();
	assert_int_equal(tree->memory_count, 2);
	assert_true(tree->memory[1].ranges[0].base == 0x10000);
	devicetree_free(tree);
}

/* A processor of node 2, one of a node that no kernel has, a thing of node 1
 * that is no processor. */
static void processors_tell_their_nodes(void **state)
{
	static const uint32_t nids[] = {2, DEVICETREE_NIDS_MAX, 1};
	struct devicetree *tree;
	size_t i;

	(void)state;
	reading_begin(1, 1);
	tree_node("cpus");
	for (i = 0; i < 3; i++) {
		tree_node("cpu@0");
		tree_string("device_type", i == 2 ? "cache" : "cpu");
		TREE_CELLS("numa-node-id", nids[i]);
		tree_node_end();
	}
	tree_node_end();
	tree = reading_end();
	for (i = 0; i < DEVICETREE_NIDS_MAX; i++)
		assert_int_equal(tree->cpu_nids[i], i == 2);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		memory_of_a_node_has_its_reg_beside_what_is_usable),
	    cmocka_unit_test(memory_without_a_number_is_in_no_node),
	    cmocka_unit_test(memory_nodes_of_one_name_are_two),
	    cmocka_unit_test(processors_tell_their_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
