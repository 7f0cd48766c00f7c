/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/reserved_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MIB (UINT64_C(1) << 20)

static struct reserved_memory table;

static int setup(void **state)
{
	(void)state;
	memset(&table, 0, sizeof(table));
	return 0;
}

static void add(uint64_t base, uint64_t size)
{
	const struct devicetree_range first = {base, size};

	assert_true(reserved_memory_add(&table, table.count, &first));
}

/* Whether the nodes came out in this order: "312". */
static void assert_order(const char *order)
{
	size_t i;

	assert_int_equal(table.count, strlen(order));
	for (i = 0; i < table.count; i++)
		assert_int_equal('1' + table.entries[i].node, order[i]);
}

/* Expect the first of n equal ones last, the others in their order: so the
 * boots of ls1043a show it with three. */
static void equal_entries_come_out_turned_by_one(void **state)
{
	static const char *const orders[] = {
	    "1", "21", "231", "2341", "23451", "234561"};
	size_t n, i;

	(void)state;
	for (n = 1; n <= 6; n++) {
		memset(&table, 0, sizeof(table));
		for (i = 0; i < n; i++)
			add(0, 0);
		reserved_memory_sort(&table);
		assert_order(orders[n - 1]);
	}
}

static void entries_are_sorted_by_base_and_then_size(void **state)
{
	(void)state;
	add(0x3000, 0x1000);
	add(0x1000, 0x1000);
	add(0, 0);
	add(0x1000, 0x800);
	add(0x9000, 1);
	add(0x2000, 0x1000);
	add(0x8000, 1);
	reserved_memory_sort(&table);
	assert_order("3426175");
}

/*   a |--------|
 *   b       |-----|
 *   c             |--|      Expect a to overlap, b only to touch. */
static void overlap_of_neighbours_is_marked(void **state)
{
	(void)state;
	add(0x1000, 0x2000);
	add(0x2000, 0x2000);
	add(0x4000, 0x1000);
	reserved_memory_sort(&table);
	assert_true(table.entries[0].overlaps);
	assert_false(table.entries[1].overlaps);
	assert_false(table.entries[2].overlaps);
}

static void unplaced_entries_overlap_nothing(void **state)
{
	(void)state;
	add(0, 0);
	add(0, 0x1000);
	reserved_memory_sort(&table);
	assert_false(table.entries[0].overlaps);
	assert_false(table.entries[1].overlaps);
}

static void table_has_room_for_64(void **state)
{
	const struct devicetree_range first = {0x1000, 0x1000};
	int i;

	(void)state;
	for (i = 0; i < 64; i++)
		add(0, 0);
	assert_false(reserved_memory_add(&table, 64, &first));
	assert_int_equal(table.count, 64);
}

static void entry_without_a_pair_is_unplaced(void **state)
{
	(void)state;
	add(0, 0);
	add(0x1000, 0x1000);
	assert_int_equal(table.entries[0].placement, RESERVED_UNPLACED);
	assert_int_equal(table.entries[1].placement, RESERVED_STATIC);
}

/* ---- handlers ---- */

static char shared_dma_pool[] = "vendor,pool\0shared-dma-pool";

static struct devicetree_reserved make_pool(bool reusable, bool no_map)
{
	return (struct devicetree_reserved){
	    .compatible = shared_dma_pool,
	    .compatible_size = sizeof(shared_dma_pool),
	    .reusable = reusable,
	    .no_map = no_map,
	};
}

/* Asks about one entry; returns what became of it. */
static enum reserved_use handle(const struct devicetree_reserved *node,
    uint64_t base, uint64_t size, const struct reserved_handling *handling,
    const char *expected)
{
	const char *why;

	memset(&table, 0, sizeof(table));
	add(base, size);
	why = reserved_memory_handle(&table, &table.entries[0], node, handling);
	if (expected == NULL)
		assert_null(why);
	else
		assert_string_equal(why, expected);
	return table.entries[0].use;
}

static const struct reserved_handling arm64 = {
    .cma_alignment = 2 * MIB, .is_reserved = true};

static void reusable_pool_becomes_cma(void **state)
{
	const struct devicetree_reserved pool = make_pool(true, false);

	(void)state;
	assert_int_equal(handle(&pool, 0x52000000, 32 * MIB, &arm64, NULL),
	    RESERVED_USE_CMA);
	assert_false(table.has_default_cma);
}

static void default_pool_becomes_the_default(void **state)
{
	struct devicetree_reserved pool = make_pool(true, false);

	(void)state;
	pool.cma_default = true;
	assert_int_equal(handle(&pool, 0x60000000, 64 * MIB, &arm64, NULL),
	    RESERVED_USE_CMA_DEFAULT);
	assert_true(table.has_default_cma);
}

static void default_pool_gives_way_to_the_command_line(void **state)
{
	struct devicetree_reserved pool = make_pool(true, false);
	struct reserved_handling handling = arm64;

	(void)state;
	pool.cma_default = true;
	handling.has_cma_option = true;
	assert_int_equal(handle(&pool, 0x60000000, 64 * MIB, &handling,
			     "bypass node, using cmdline CMA params instead"),
	    RESERVED_USE_GIVEN_BACK);
	assert_false(table.has_default_cma);
}

static void pool_off_the_alignment_is_given_back(void **state)
{
	const struct devicetree_reserved pool = make_pool(true, false);

	(void)state;
	assert_int_equal(handle(&pool, 0x52100000, 32 * MIB, &arm64,
			     "incorrect alignment of CMA region"),
	    RESERVED_USE_GIVEN_BACK);
	assert_int_equal(handle(&pool, 0x52000000, 3 * MIB, &arm64,
			     "incorrect alignment of CMA region"),
	    RESERVED_USE_GIVEN_BACK);
}

static void pool_that_is_not_reserved_is_given_back(void **state)
{
	const struct devicetree_reserved pool = make_pool(true, false);
	struct reserved_handling handling = arm64;

	(void)state;
	handling.is_reserved = false;
	assert_int_equal(handle(&pool, 0x52000000, 32 * MIB, &handling,
			     "unable to setup CMA region"),
	    RESERVED_USE_GIVEN_BACK);
}

/* Neither handler takes one that is both. */
static void reusable_pool_with_no_map_is_given_back(void **state)
{
	const struct devicetree_reserved pool = make_pool(true, true);

	(void)state;
	assert_int_equal(handle(&pool, 0x52000000, 32 * MIB, &arm64,
			     "node compatible matching fail"),
	    RESERVED_USE_GIVEN_BACK);
}

static void other_pool_becomes_a_dma_pool(void **state)
{
	const struct devicetree_reserved pool = make_pool(false, false);

	(void)state;
	assert_int_equal(
	    handle(&pool, 0x1000, 0x1000, &arm64, NULL), RESERVED_USE_DMA_POOL);
}

static void pool_without_no_map_is_given_back_on_arm(void **state)
{
	const struct devicetree_reserved mapped = make_pool(false, false);
	const struct devicetree_reserved unmapped = make_pool(false, true);
	struct reserved_handling arm = arm64;

	(void)state;
	arm.pools_need_no_map = true;
	assert_int_equal(handle(&mapped, 0x1000, 0x1000, &arm,
			     "regions without no-map are not yet supported"),
	    RESERVED_USE_GIVEN_BACK);
	assert_int_equal(handle(&unmapped, 0x1000, 0x1000, &arm, NULL),
	    RESERVED_USE_DMA_POOL);
}

static void node_of_no_handlers_is_kept(void **state)
{
	const struct devicetree_reserved node = {0};

	(void)state;
	assert_int_equal(
	    handle(&node, 0x1000, 0x1000, &arm64, NULL), RESERVED_USE_NONE);
}

static void names_are_what_a_user_reads(void **state)
{
	(void)state;
	assert_string_equal(reserved_placement_name(RESERVED_UNPLACED), "none");
	assert_string_equal(
	    reserved_placement_name(RESERVED_DYNAMIC), "dynamic");
	assert_string_equal(reserved_use_name(RESERVED_USE_NONE), "none");
	assert_string_equal(
	    reserved_use_name(RESERVED_USE_GIVEN_BACK), "given-back");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(equal_entries_come_out_turned_by_one, setup),
	    cmocka_unit_test_setup(
		entries_are_sorted_by_base_and_then_size, setup),
	    cmocka_unit_test_setup(overlap_of_neighbours_is_marked, setup),
	    cmocka_unit_test_setup(unplaced_entries_overlap_nothing, setup),
	    cmocka_unit_test_setup(table_has_room_for_64, setup),
	    cmocka_unit_test_setup(entry_without_a_pair_is_unplaced, setup),
	    cmocka_unit_test(reusable_pool_becomes_cma),
	    cmocka_unit_test(default_pool_becomes_the_default),
	    cmocka_unit_test(default_pool_gives_way_to_the_command_line),
	    cmocka_unit_test(pool_off_the_alignment_is_given_back),
	    cmocka_unit_test(pool_that_is_not_reserved_is_given_back),
	    cmocka_unit_test(reusable_pool_with_no_map_is_given_back),
	    cmocka_unit_test(other_pool_becomes_a_dma_pool),
	    cmocka_unit_test(pool_without_no_map_is_given_back_on_arm),
	    cmocka_unit_test(node_of_no_handlers_is_kept),
	    cmocka_unit_test(names_are_what_a_user_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
