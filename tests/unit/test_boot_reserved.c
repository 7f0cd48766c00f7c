/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_steps.h"

#include "tests/unit/boot_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static char pool_path[] = "/reserved-memory/pool";
static char other_path[] = "/reserved-memory/other";
static char shared_dma_pool[] = "shared-dma-pool";

static struct devicetree_reserved make_dynamic(uint64_t size)
{
	return (struct devicetree_reserved){
	    .path = pool_path, .has_size = true, .size = size};
}

static struct devicetree_reserved make_pool(uint64_t size)
{
	struct devicetree_reserved node = make_dynamic(size);

	node.compatible = shared_dma_pool;
	node.compatible_size = sizeof(shared_dma_pool);
	return node;
}

static void boot_with(struct devicetree_reserved *nodes, size_t count)
{
	fixture.tree.reserved = nodes;
	fixture.tree.reserved_count = count;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
}

#define ALLOC " early_init_dt_alloc_reserved_memory_arch"
#define INIT " fdt_init_reserved_mem"

static void dynamic_node_gets_the_highest_place(void **state)
{
	struct devicetree_reserved node = make_dynamic(0x1234);

	(void)state;
	boot_with(&node, 1);
	fixture_expect("alloc 0x7fffedc0+0x1234" ALLOC "\n");
	assert_int_equal(fixture.table.entries[0].placement, RESERVED_DYNAMIC);
	assert_true(fixture.table.entries[0].base == 0x7fffedc0);
	assert_true(fixture.table.entries[0].size == 0x1234);
}

/* Two ranges: the first has no room, the second is where it goes. */
static void alloc_ranges_are_tried_in_their_order(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x40000000, 0x1000}, {0x50000000, MIB(4)}};
	struct devicetree_reserved node = make_dynamic(MIB(1));

	(void)state;
	node.has_alloc_ranges = true;
	node.alloc_ranges = ranges;
	node.alloc_range_count = 2;
	node.has_alignment = true;
	node.alignment = MIB(2);
	boot_with(&node, 1);
	fixture_expect("! alloc 0x0+0x100000" ALLOC ": ");
	fixture_expect("alloc 0x50200000+0x100000" ALLOC "\n");
	assert_true(fixture.table.entries[0].in_alloc_range);
	assert_int_equal(fixture.table.entries[0].alloc_range, 1);
}

static void node_that_fits_nowhere_is_reported(void **state)
{
	struct devicetree_reserved node = make_dynamic(GIB(2));

	(void)state;
	boot_with(&node, 1);
	fixture_expect("- alloc 0x0+0x80000000" ALLOC
		       ": failed to allocate memory for node\n");
	assert_int_equal(fixture.table.entries[0].placement, RESERVED_UNPLACED);
}

static void wishes_that_make_no_sense_are_reported(void **state)
{
	static const char *const whys[] = {"invalid size property",
	    "invalid alignment property", "invalid alloc-ranges property",
	    "size is 0", "alignment is no power of two"};
	struct devicetree_reserved nodes[5];
	char line[128];
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		nodes[i] = make_dynamic(i == 3 ? 0 : 0x1000);
	nodes[0].bad_size = true;
	nodes[1].bad_alignment = true;
	nodes[2].bad_alloc_ranges = true;
	nodes[4].alignment = 3;
	for (i = 0; i < 5; i++) {
		boot_with(&nodes[i], 1);
		snprintf(line, sizeof(line), "- alloc 0x0+0x%x" ALLOC ": %s",
		    i == 3 ? 0 : 0x1000, whys[i]);
		fixture_expect(line);
	}
}

static void no_map_is_marked_once_it_has_a_place(void **state)
{
	struct devicetree_reserved node = make_dynamic(MIB(2));

	(void)state;
	node.no_map = true;
	boot_with(&node, 1);
	fixture_expect("alloc 0x7fe00000+0x200000" ALLOC "\n"
		       "mark 0x7fe00000+0x200000" ALLOC "\n");
	fixture.settings.kernel = MEMBLOCK_KERNEL_5_0;
	boot_with(&node, 1);
	fixture_expect("alloc 0x7fe00000+0x200000" ALLOC "\n"
		       "remove 0x7fe00000+0x200000" ALLOC "\n");
}

/* 3 MiB of CMA, aligned to 1 MiB: the kernel aligns to 2 MiB, and its handler
 * then refuses the size. Expect it to be freed again. */
static void pool_that_its_handler_refuses_is_freed(void **state)
{
	struct devicetree_reserved node = make_pool(MIB(3));

	(void)state;
	node.reusable = true;
	node.alignment = MIB(1);
	boot_with(&node, 1);
	fixture_expect("alloc 0x7fc00000+0x300000" ALLOC "\n"
		       "- free 0x7fc00000+0x300000" INIT
		       ": incorrect alignment of CMA region\n"
		       "free 0x7fc00000+0x300000" INIT "\n");
	assert_int_equal(fixture.table.entries[0].use, RESERVED_USE_GIVEN_BACK);
}

static void unmapped_pool_that_is_refused_is_mapped_again(void **state)
{
	struct devicetree_reserved node = make_pool(MIB(2));

	(void)state;
	node.reusable = true;
	node.no_map = true;
	boot_with(&node, 1);
	fixture_expect("- clear 0x7fe00000+0x200000" INIT ": node compatible "
		       "matching fail\n"
		       "clear 0x7fe00000+0x200000" INIT "\n");
}

static void pool_of_the_tree_is_the_default_cma(void **state)
{
	struct devicetree_reserved node = make_pool(MIB(4));

	(void)state;
	node.reusable = true;
	node.cma_default = true;
	boot_with(&node, 1);
	assert_int_equal(
	    fixture.table.entries[0].use, RESERVED_USE_CMA_DEFAULT);
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	assert_null(strstr(fixture.text, "cma_declare"));
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M");
	assert_non_null(strstr(fixture.text, "cma_declare"));
	assert_int_equal(fixture.table.entries[0].use, RESERVED_USE_GIVEN_BACK);
}

static void overlap_is_reported_with_both_ends(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x50000000, MIB(2)}, {0x50100000, MIB(2)}};
	struct devicetree_reserved nodes[] = {{.path = pool_path,
						  .has_reg = true,
						  .ranges = &ranges[0],
						  .range_count = 1},
	    {.path = other_path,
		.has_reg = true,
		.ranges = &ranges[1],
		.range_count = 1}};

	(void)state;
	boot_with(nodes, 2);
	fixture_expect("- reserve 0x50000000+0x200000" INIT
		       ": OVERLAP DETECTED! overlaps with "
		       "/reserved-memory/other (0x50100000--0x50300000)\n");
	assert_true(fixture.table.entries[0].overlaps);
}

/* 4.0 does not sort: expect the order of the tree. */
static void kernel_4_0_places_nodes_in_the_order_of_the_tree(void **state)
{
	struct devicetree_reserved nodes[] = {
	    make_dynamic(MIB(1)), make_dynamic(MIB(2))};

	(void)state;
	boot_with(nodes, 2);
	fixture_expect("alloc 0x7fe00000+0x200000" ALLOC "\n"
		       "alloc 0x7fd00000+0x100000" ALLOC "\n");
	fixture.settings.kernel = MEMBLOCK_KERNEL_4_0;
	boot_with(nodes, 2);
	fixture_expect("alloc 0x7ff00000+0x100000" ALLOC "\n"
		       "alloc 0x7fd00000+0x200000" ALLOC "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		dynamic_node_gets_the_highest_place, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		alloc_ranges_are_tried_in_their_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		node_that_fits_nowhere_is_reported, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		wishes_that_make_no_sense_are_reported, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_is_marked_once_it_has_a_place, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		pool_that_its_handler_refuses_is_freed, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		unmapped_pool_that_is_refused_is_mapped_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		pool_of_the_tree_is_the_default_cma, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		overlap_is_reported_with_both_ends, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		kernel_4_0_places_nodes_in_the_order_of_the_tree, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
