/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrays that fill up, or grow, while memblock hands over. */
#include "engine/handover.h"

#include "engine/op.h"

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

static int destroy_model(void **state)
{
	(void)state;
	handover_destroy(&handover);
	memblock_destroy(mb);
	mb = NULL;
	return 0;
}

static void add(uint64_t base, uint64_t end, int32_t nid)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, nid, 0, &met), MB_OK);
}

static void reserve(uint64_t base, uint64_t end)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, base, end - base, MB_NO_NODE, 0, &met), MB_OK);
}

static void compute(void)
{
	const struct handover_request request = {
	    .max_low_pfn = HANDOVER_NO_LIMIT};

	handover_destroy(&handover);
	assert_int_equal(
	    handover_compute(mb, &request, &handover, message), MB_OK);
}

/* Arrays of 128 regions, and of a few for reserved. */
static void make_arrays(
    enum memblock_kernel kernel, uint32_t reserved_regions, bool resize)
{
	struct memblock_settings settings = memblock_settings_default();

	memblock_destroy(mb);
	settings.kernel = kernel;
	settings.nodes = 2;
	settings.kernel_arrays = true;
	settings.memory_regions = 128;
	settings.reserved_regions = reserved_regions;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	mb->can_resize = resize;
}

/* The array of reserved has three regions, two of which are taken:
 *
 *   memory     |---------1---------|      |--0--|
 *   reserved       |-|  |-|
 */
static void make_full_arrays(enum memblock_kernel kernel, bool resize)
{
	make_arrays(kernel, 3, resize);
	add(0x100000, 0x200000, 1);
	add(0x400000, 0x410000, 0);
	reserve(0x120000, 0x121000);
	reserve(0x130000, 0x131000);
}

/* Expect the array of reserved to grow when it is given the nodes of memory,
 * into a page that is not handed over. Linux 6.1 gives it none. */
static void array_that_grows_for_the_handover_stays_behind(void **state)
{
	(void)state;
	make_full_arrays(MEMBLOCK_KERNEL_6_12, true);
	compute();
	assert_int_equal(handover.pages, 0x10d);
	assert_int_equal(region_list_cnt(mb->reserved), 2);
	make_full_arrays(MEMBLOCK_KERNEL_6_1, true);
	compute();
	assert_int_equal(handover.pages, 0x10e);
}

static void array_that_must_not_grow_for_the_handover_is_refused(void **state)
{
	const struct handover_request request = {.max_low_pfn = 1};

	(void)state;
	make_full_arrays(MEMBLOCK_KERNEL_6_12, false);
	assert_int_equal(
	    handover_compute(mb, &request, &handover, message), MB_NO_SPACE);
	assert_non_null(strstr(message, "reserved"));
}

/* The array of four is full. It finds no place to grow beside the first region
 * of memory, but one for the second; then all is done again, and it doubles
 * once more, below:
 *
 *   memory     |---------------1----------------|        |0|
 *   reserved     |-|  |-|  |-|           |16||8||----------------|
 */
static void array_that_has_grown_has_the_nodes_set_again(void **state)
{
	(void)state;
	make_arrays(MEMBLOCK_KERNEL_6_12, 4, true);
	add(0x10000, 0x20000, 1);
	add(0x40000, 0x40800, 0);
	reserve(0x11000, 0x12000);
	reserve(0x13000, 0x14000);
	reserve(0x15000, 0x16000);
	reserve(0x1f000, 0x50000);
	compute();
	assert_int_equal(handover.pages, 11);
	assert_int_equal(handover.orders[0], 5);
}

/* Expect hotplug to stay, which is all that comes of it, where the kernel gets
 * an error that it does not look at: before 6.12, or without a place to grow.
 */
static void full_array_that_the_kernel_ignores_is_left_out(void **state)
{
	(void)state;
	make_full_arrays(MEMBLOCK_KERNEL_6_1, false);
	region_list_move(mb->memory, 3, 0);
	compute();
	assert_int_equal(handover.pages, 0x10e);
	make_full_arrays(MEMBLOCK_KERNEL_6_12, true);
	mb->current_limit = PAGE;
	compute();
	assert_int_equal(handover.pages, 0x10e);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_teardown(test, destroy_model)
	const struct CMUnitTest tests[] = {
	    CASE(array_that_grows_for_the_handover_stays_behind),
	    CASE(array_that_must_not_grow_for_the_handover_is_refused),
	    CASE(array_that_has_grown_has_the_nodes_set_again),
	    CASE(full_array_that_the_kernel_ignores_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
