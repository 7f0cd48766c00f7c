/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_recall.h"

#include "tests/unit/boot_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char paths[][32] = {"/reserved-memory/a", "/reserved-memory/b",
    "/reserved-memory/c", "/reserved-memory/d", "/reserved-memory/e"};
static char shared_dma_pool[] = "shared-dma-pool";
static struct devicetree_range place = {0x50000000, MIB(4)};
static struct devicetree_range wishes[] = {
    {0x40000000, 0x1000}, {0x60000000, MIB(8)}};
static struct devicetree_reserved nodes[5];

/* a is a CMA area that stays, b one that is given back, c in the second of its
 * alloc-ranges, d without any place, e of no handler. */
static int setup(void **state)
{
	size_t i;

	(void)state;
	fixture_arm64();
	for (i = 0; i < 5; i++)
		nodes[i] = (struct devicetree_reserved){.path = paths[i],
		    .has_size = true,
		    .size = MIB(2),
		    .reusable = true,
		    .compatible = shared_dma_pool,
		    .compatible_size = sizeof(shared_dma_pool)};
	nodes[0].has_reg = true;
	nodes[0].ranges = &place;
	nodes[0].range_count = 1;
	nodes[1].size = MIB(3);
	nodes[2].reusable = false;
	nodes[2].has_alloc_ranges = true;
	nodes[2].alloc_ranges = wishes;
	nodes[2].alloc_range_count = 2;
	nodes[3].size = GIB(4);
	nodes[4].compatible = NULL;
	nodes[4].compatible_size = 0;
	fixture.tree.reserved = nodes;
	fixture.tree.reserved_count = 5;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_free();
	return 0;
}

/* Expect the table that was made, entry by entry. */
static void assert_recalled(void)
{
	struct reserved_memory again;
	size_t i;

	boot_recall(&fixture.tree, &fixture.settings, fixture.rows,
	    fixture.row_count, &again);
	assert_int_equal(again.count, fixture.table.count);
	for (i = 0; i < again.count; i++) {
		const struct reserved_entry *made = &fixture.table.entries[i];
		const struct reserved_entry *entry = &again.entries[i];

		assert_int_equal(entry->node, made->node);
		assert_true(entry->base == made->base);
		assert_true(entry->size == made->size);
		assert_int_equal(entry->placement, made->placement);
		assert_int_equal(entry->use, made->use);
		assert_int_equal(entry->in_alloc_range, made->in_alloc_range);
		if (made->in_alloc_range)
			assert_int_equal(entry->alloc_range, made->alloc_range);
	}
}

static void table_of_a_boot_comes_again(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	assert_recalled();
}

static void table_of_a_load_comes_again(void **state)
{
	(void)state;
	fixture_load();
	assert_recalled();
}

static void table_of_4_0_comes_again_unsorted(void **state)
{
	(void)state;
	fixture.settings.kernel = MEMBLOCK_KERNEL_4_0;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	assert_recalled();
	fixture_load();
	assert_recalled();
}

/* cma= on the command line: the default of the tree is given back, which the
 * tree alone does not tell. */
static void default_that_gave_way_comes_again_as_given_back(void **state)
{
	(void)state;
	nodes[0].cma_default = true;
	fixture_boot(BOOT_MEMBLOCK_INIT, "cma=16M");
	assert_recalled();
}

static void tree_without_rows_has_what_is_static(void **state)
{
	struct reserved_memory table;

	(void)state;
	boot_recall(&fixture.tree, &fixture.settings, NULL, 0, &table);
	assert_int_equal(table.count, 5);
	assert_int_equal(table.entries[4].placement, RESERVED_STATIC);
	assert_int_equal(table.entries[0].placement, RESERVED_UNPLACED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		table_of_a_boot_comes_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		table_of_a_load_comes_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		table_of_4_0_comes_again_unsorted, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		default_that_gave_way_comes_again_as_given_back, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		tree_without_rows_has_what_is_static, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
