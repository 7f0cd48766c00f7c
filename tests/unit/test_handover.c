/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/handover.h"

#include "engine/op.h"
#include "tests/unit/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(0x1000)

static struct memblock *mb;
static struct handover handover;
static char message[OUTCOME_MESSAGE_MAX];

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 4;
	settings.movable_node = true;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	failing_alloc_after(SIZE_MAX);
	handover_destroy(&handover);
	memblock_destroy(mb);
	return 0;
}

static void add(uint64_t base, uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, nid, flags, &met), MB_OK);
}

static void reserve(uint64_t base, uint64_t end)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, base, end - base, MB_NO_NODE, 0, &met), MB_OK);
}

static void compute_below(uint64_t max_low_pfn)
{
	const struct handover_request request = {.max_low_pfn = max_low_pfn};

	handover_destroy(&handover);
	assert_int_equal(
	    handover_compute(mb, &request, &handover, message), MB_OK);
}

static void compute(void)
{
	compute_below(HANDOVER_NO_LIMIT);
}

static void expect_orders(
    const uint64_t *orders, const uint64_t (*expected)[HANDOVER_ORDERS])
{
	assert_memory_equal(orders, *expected, sizeof(*expected));
}
#define ORDERS(...) (&(const uint64_t[HANDOVER_ORDERS]){__VA_ARGS__})

static void nothing_hands_over_nothing(void **state)
{
	(void)state;
	compute();
	assert_int_equal(handover.pages, 0);
	assert_int_equal(handover.totalram, 0);
	assert_int_equal(handover.bytes_lost, 0);
	assert_int_equal(handover.node_count, 0);
}

/*   pages        |-----|-----|-----|-----|
 *   memory          |---------------|
 *   lost            |--|        |---|       Expect 0x800 + 0x900 bytes in two
 */
static void free_range_is_rounded_inwards_to_pages(void **state)
{
	(void)state;
	add(0x1800, 0x4900, MB_NO_NODE, 0);
	compute();
	assert_int_equal(handover.pages, 2);
	assert_int_equal(handover.totalram, 2);
	assert_int_equal(handover.bytes_lost, 0x1100);
	assert_int_equal(handover.pages_lost, 2);
	expect_orders(handover.orders, ORDERS(0, 1));
}

/*   pages        |-----------|
 *   reserved        |--|  |--|
 *   lost         |--|  |--|        Expect one page, which loses 0x600 bytes
 */
static void page_that_loses_twice_is_lost_once(void **state)
{
	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, 0);
	reserve(0x1400, 0x1800);
	reserve(0x1a00, 0x2000);
	compute();
	assert_int_equal(handover.pages, 0);
	assert_int_equal(handover.bytes_lost, 0x600);
	assert_int_equal(handover.pages_lost, 1);
}

/*   frames   5 6   8               16              24      28  30 31
 *            |-|---|---------------|---------------|-------|---|-|
 */
static void block_is_aligned_to_its_size_and_ends_by_the_end(void **state)
{
	(void)state;
	add(5 * PAGE, 31 * PAGE, MB_NO_NODE, 0);
	compute();
	assert_int_equal(handover.pages, 26);
	expect_orders(handover.orders, ORDERS(2, 2, 1, 2));
}

/* Expect frame 0 to be as well aligned as any can be. */
static void block_from_frame_0_is_of_the_largest_order(void **state)
{
	(void)state;
	add(0, 3 * 1024 * PAGE + PAGE, MB_NO_NODE, 0);
	compute();
	expect_orders(handover.orders, ORDERS([0] = 1, [10] = 3));
}

/* Expect all of an address space to be counted, not walked: by block it would
 * take hours. Its last page has no last byte. */
static void whole_address_space_is_computed(void **state)
{
	(void)state;
	add(0, UINT64_MAX, MB_NO_NODE, 0);
	compute();
	assert_int_equal(handover.pages, (UINT64_C(1) << 52) - 1);
	assert_int_equal(handover.bytes_lost, 0xfff);
	expect_orders(handover.orders,
	    ORDERS(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, (UINT64_C(1) << 42) - 1));
}

/* Expect nothing of a region that begins in the last page of addresses; the
 * kernel's rounding up would begin at frame 0. */
static void last_page_of_addresses_is_lost(void **state)
{
	(void)state;
	add(UINT64_MAX - 0x7ff, UINT64_MAX, MB_NO_NODE, 0);
	compute();
	assert_int_equal(handover.pages, 0);
	assert_int_equal(handover.bytes_lost, 0x7ff);
	assert_int_equal(handover.pages_lost, 1);
}

static void page_of_64k_is_the_unit(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	memblock_destroy(mb);
	settings.page_size = 0x10000;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	add(0x8000, 0x48000, MB_NO_NODE, 0);
	compute();
	assert_int_equal(handover.pages, 3);
	assert_int_equal(handover.bytes_lost, 0x10000);
	expect_orders(handover.orders, ORDERS(1, 1));
}

/*   frames      4       6       8
 *   memory      |---------------|
 *   low memory  ...-----|
 */
static void frames_from_max_low_pfn_up_are_highmem(void **state)
{
	(void)state;
	add(4 * PAGE, 8 * PAGE, MB_NO_NODE, 0);
	compute_below(6);
	assert_int_equal(handover.pages, 2);
	assert_int_equal(handover.highmem, 2);
	assert_int_equal(handover.totalram, 4);
	expect_orders(handover.orders, ORDERS(0, 1));
	compute_below(4);
	assert_int_equal(handover.pages, 0);
	assert_int_equal(handover.highmem, 4);
	compute_below(8);
	assert_int_equal(handover.highmem, 0);
}

/* Expect free highmem to be whole pages too, and what it loses to be lost. */
static void highmem_is_rounded_inwards_to_pages(void **state)
{
	(void)state;
	add(0x1800, 0x4900, MB_NO_NODE, 0);
	compute_below(1);
	assert_int_equal(handover.highmem, 2);
	assert_int_equal(handover.bytes_lost, 0x1100);
}

static void nomap_and_driver_managed_memory_stay_behind(void **state)
{
	(void)state;
	add(0x10000, 0x20000, MB_NO_NODE, MEMBLOCK_NOMAP);
	add(0x20000, 0x30000, MB_NO_NODE, MEMBLOCK_DRIVER_MANAGED);
	add(0x30000, 0x40000, MB_NO_NODE, MEMBLOCK_MIRROR);
	compute();
	assert_int_equal(handover.pages, 0x10);
	assert_int_equal(handover.bytes_lost, 0);
}

/*   memory       |--hotplug--|-------|     with movable_node
 *   pages        |-----|-----|-----|
 *   cleared      |-------------------|
 *
 * Expect the kernel to clear hotplug first: the two become one, and the page
 * between them is whole. */
static void hotplug_memory_is_cleared_and_handed_over(void **state)
{
	(void)state;
	add(0x1000, 0x1800, 0, MEMBLOCK_HOTPLUG);
	add(0x1800, 0x3000, 0, 0);
	compute();
	assert_int_equal(handover.pages, 2);
	assert_int_equal(handover.bytes_lost, 0);
	/* The model itself is as it was. */
	assert_int_equal(region_list_cnt(mb->memory), 2);
	assert_int_equal(
	    region_list_at(mb->memory, 0)->flags, MEMBLOCK_HOTPLUG);
}

/*   memory       |--0--|--1--|        Expect neither to have the page in
 *   pages        |---|---|---|        which they meet
 */
static void page_of_two_nodes_is_lost(void **state)
{
	(void)state;
	add(0x1000, 0x2800, 0, 0);
	add(0x2800, 0x4000, 1, 0);
	compute();
	assert_int_equal(handover.pages, 2);
	assert_int_equal(handover.bytes_lost, 0x1000);
	assert_int_equal(handover.pages_lost, 1);
}

/* Expect every node that has memory, also one with nothing free, by its
 * number; and what has no node behind them. */
static void node_has_its_share(void **state)
{
	(void)state;
	add(0x100000, 0x104000, 3, 0);
	add(0x200000, 0x201000, MB_NO_NODE, 0);
	add(0x300000, 0x308000, 0, 0);
	add(0x400000, 0x401000, 2, 0);
	reserve(0x400000, 0x401000);
	compute();
	assert_int_equal(handover.node_count, 4);
	assert_int_equal(handover.nodes[0].nid, 0);
	assert_int_equal(handover.nodes[0].pages, 8);
	expect_orders(handover.nodes[0].orders, ORDERS([3] = 1));
	assert_int_equal(handover.nodes[1].nid, 2);
	assert_int_equal(handover.nodes[1].pages, 0);
	assert_int_equal(handover.nodes[2].nid, 3);
	expect_orders(handover.nodes[2].orders, ORDERS([2] = 1));
	assert_int_equal(handover.nodes[3].nid, MB_NO_NODE);
	assert_int_equal(handover.nodes[3].pages, 1);
	assert_int_equal(handover.pages, 13);
}

static void max_low_pfn_0_is_refused(void **state)
{
	const struct handover_request request = {.max_low_pfn = 0};

	(void)state;
	assert_int_equal(
	    handover_compute(mb, &request, &handover, message), MB_INVALID);
	assert_string_equal(
	    message, "max_low_pfn is 0: all memory would be high memory");
}

/* Expect each allocation that fails to be told, and the answer untouched. */
static void handover_without_memory_fails_and_leaves_the_answer(void **state)
{
	const struct handover_area area = {0x2000, 0x1000};
	const struct handover_request request = {
	    .max_low_pfn = 1, .cma = &area, .cma_count = 1};
	enum mb_status status;
	size_t after = 0;

	(void)state;
	add(0x1000, 0x4000, 0, 0);
	reserve(0x2000, 0x3000);
	do {
		handover.pages = 77;
		failing_alloc_after(after++);
		status = handover_compute(mb, &request, &handover, message);
		failing_alloc_after(SIZE_MAX);
		if (status != MB_OK) {
			assert_int_equal(status, MB_NO_MEMORY);
			assert_string_equal(
			    message, "the server has no memory left");
			assert_int_equal(handover.pages, 77);
		}
	} while (status != MB_OK);
	assert_true(after > 3);
	assert_int_equal(handover.highmem, 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_hands_over_nothing),
	    CASE(free_range_is_rounded_inwards_to_pages),
	    CASE(page_that_loses_twice_is_lost_once),
	    CASE(block_is_aligned_to_its_size_and_ends_by_the_end),
	    CASE(block_from_frame_0_is_of_the_largest_order),
	    CASE(whole_address_space_is_computed),
	    CASE(last_page_of_addresses_is_lost),
	    CASE(page_of_64k_is_the_unit),
	    CASE(frames_from_max_low_pfn_up_are_highmem),
	    CASE(highmem_is_rounded_inwards_to_pages),
	    CASE(nomap_and_driver_managed_memory_stay_behind),
	    CASE(hotplug_memory_is_cleared_and_handed_over),
	    CASE(page_of_two_nodes_is_lost),
	    CASE(node_has_its_share),
	    CASE(max_low_pfn_0_is_refused),
	    CASE(handover_without_memory_fails_and_leaves_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
