/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_steps.h"

#include "tests/unit/boot_fixture.h"

#include "engine/region_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
	(void)state;
	fixture_arm64();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_free();
	return 0;
}

static void tree_without_nodes_is_all_node_0(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on");
	/* The distances of nodes that were not there go, and come again. */
	assert_non_null(strstr(fixture.text, "+0x100 numa_free_distance\n"));
	fixture_expect("set-node 0x40000000+0x40000000 numa_add_memblk\n");
	assert_int_equal(region_list_at(fixture.mb->memory, 0)->nid, 0);
}

static void instance_without_nodes_sets_none(void **state)
{
	(void)state;
	fixture.settings.nodes = 0;
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect_none("set-node");
	assert_non_null(strstr(fixture.text, "+0x2c80 setup_node_data\n"));
}

/*   reg of node 2   |---------|
 *   reg of node 1             |------|   */
static struct devicetree_memory nodes[2];
static struct devicetree_range halves[] = {
    {0x40000000, MIB(512)}, {0x60000000, MIB(512)}};
static char node_path[] = "/memory@x";

static void make_nodes(void)
{
	size_t i;

	for (i = 0; i < 2; i++)
		nodes[i] = (struct devicetree_memory){.path = node_path,
		    .ranges = &halves[i],
		    .range_count = 1,
		    .has_nid = true,
		    .nid = 2 - (uint32_t)i,
		    .reg = &halves[i],
		    .reg_count = 1};
	fixture.tree.memory = nodes;
	fixture.tree.memory_count = 2;
}

static size_t count_node_data(void)
{
	const char *at = fixture.text;
	size_t count = 0;

	while ((at = strstr(at, " setup_node_data\n")) != NULL) {
		count++;
		at++;
	}
	return count;
}

static void nodes_of_the_tree_are_set_in_its_order(void **state)
{
	(void)state;
	make_nodes();
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("set-node 0x40000000+0x20000000 numa_add_memblk\n"
		       "set-node 0x60000000+0x20000000 numa_add_memblk\n");
	assert_int_equal(region_list_at(fixture.mb->memory, 0)->nid, 2);
	assert_int_equal(region_list_at(fixture.mb->memory, 1)->nid, 1);
	/* Each node's data lies in it. */
	fixture_expect("alloc 0x5ff");
}

static void node_that_is_too_high_makes_all_node_0(void **state)
{
	(void)state;
	make_nodes();
	nodes[1].nid = 4;
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect(
	    "- set-node 0x0+0x0 of_numa_init: Node id exceeds maximum value");
	fixture_expect("set-node 0x40000000+0x40000000 numa_add_memblk\n");
	assert_int_equal(region_list_cnt(fixture.mb->memory), 1);
}

static void memory_in_no_node_makes_all_node_0(void **state)
{
	(void)state;
	make_nodes();
	nodes[1].has_nid = false;
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("- set-node 0x60000000+0x20000000 numa_register_nodes: "
		       "Warning: invalid memblk node -1 "
		       "[mem 0x60000000-0x7fffffff]\n");
	fixture_expect("set-node 0x40000000+0x40000000 numa_add_memblk\n");
}

static void node_without_reg_makes_all_node_0(void **state)
{
	(void)state;
	make_nodes();
	nodes[0].reg_count = 0;
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect(
	    "- set-node 0x0+0x0 of_numa_init: bad property in memory node\n");
}

/* Node 3 has processors and no memory. Expect its data beside the others', and
 * with a tree whose nodes do not count that of node 0 alone. */
static void node_of_processors_alone_has_data(void **state)
{
	(void)state;
	fixture.tree.cpu_nids[3] = true;
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	assert_int_equal(count_node_data(), 1);
	make_nodes();
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	assert_int_equal(count_node_data(), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		tree_without_nodes_is_all_node_0, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		instance_without_nodes_sets_none, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		nodes_of_the_tree_are_set_in_its_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		node_that_is_too_high_makes_all_node_0, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_in_no_node_makes_all_node_0, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		node_without_reg_makes_all_node_0, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		node_of_processors_alone_has_data, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
