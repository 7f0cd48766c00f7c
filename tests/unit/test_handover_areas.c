/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/handover_areas.h"

#include "engine/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct memblock *mb;
static uint64_t cma_pages, init_pages;
static char message[OUTCOME_MESSAGE_MAX];

/* Memory from 1 MiB to 3 MiB, of which the second half is reserved. */
static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock_met met;

	(void)state;
	settings.nodes = 2;
	mb = memblock_create(&settings);
	return mb == NULL ||
	       memblock_add(mb, 0x100000, 0x200000, 0, 0, &met) != MB_OK ||
	       memblock_reserve(mb, 0x200000, 0x100000, MB_NO_NODE, 0, &met) !=
		   MB_OK;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static enum mb_status count(const struct handover_area *cma, size_t cma_count,
    const struct handover_area *init, size_t init_count)
{
	const struct handover_request request = {
	    .max_low_pfn = HANDOVER_NO_LIMIT,
	    .cma = cma,
	    .cma_count = cma_count,
	    .init = init,
	    .init_count = init_count,
	};

	return handover_areas_count(
	    mb, &request, &cma_pages, &init_pages, message);
}

static void expect_refused(uint64_t base, uint64_t size, const char *expected)
{
	const struct handover_area area = {base, size};

	cma_pages = init_pages = 77;
	assert_int_equal(count(&area, 1, NULL, 0), MB_INVALID);
	assert_string_equal(message, expected);
	assert_int_equal(cma_pages, 77);
	assert_int_equal(init_pages, 77);
}

static void no_areas_are_no_pages(void **state)
{
	(void)state;
	assert_int_equal(count(NULL, 0, NULL, 0), MB_OK);
	assert_int_equal(cma_pages, 0);
	assert_int_equal(init_pages, 0);
}

static void area_counts_its_whole_pages(void **state)
{
	const struct handover_area cma = {0x200800, 0x3000};
	const struct handover_area init = {0x210000, 0x2000};
	const struct handover_area less = {0x220800, 0x400};

	(void)state;
	assert_int_equal(count(&cma, 1, &init, 1), MB_OK);
	assert_int_equal(cma_pages, 2);
	assert_int_equal(init_pages, 2);
	assert_int_equal(count(&less, 1, NULL, 0), MB_OK);
	assert_int_equal(cma_pages, 0);
}

/*   c              |------|
 *   a   |-----|                 Expect 4 + 4 pages, in whatever order they
 *   b     |-------|             are named
 *   d     |-|
 */
static void page_of_several_areas_counts_once(void **state)
{
	const struct handover_area areas[] = {
	    {0x208000, 0x4000},
	    {0x200000, 0x3000},
	    {0x201000, 0x3000},
	    {0x201000, 0x1000},
	};

	(void)state;
	assert_int_equal(count(areas, 4, NULL, 0), MB_OK);
	assert_int_equal(cma_pages, 8);
	assert_int_equal(count(NULL, 0, areas, 4), MB_OK);
	assert_int_equal(init_pages, 8);
}

/* Expect an area to be where two regions of memory meet, as with nodes. */
static void area_may_lie_in_touching_regions(void **state)
{
	const struct handover_area area = {0x200000, 0x100000};

	(void)state;
	assert_int_equal(
	    memblock_set_node(mb, 0x280000, 0x80000, mb->memory, 1), MB_OK);
	assert_int_equal(count(&area, 1, NULL, 0), MB_OK);
	assert_int_equal(cma_pages, 0x100);
}

static void area_beyond_memory_is_refused(void **state)
{
	(void)state;
	expect_refused(0x280000, 0x100000,
	    "cma [0x280000-0x37ffff] is not all memory: there is none at "
	    "0x300000");
	expect_refused(0x80000, 0x1000,
	    "cma [0x80000-0x80fff] is not all memory: there is none at "
	    "0x80000");
	expect_refused(0xfffff, 2,
	    "cma [0xfffff-0x100000] is not all memory: there is none at "
	    "0xfffff");
}

static void area_in_nomap_memory_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    memblock_mark(mb, 0x240000, 0x1000, MEMBLOCK_NOMAP), MB_OK);
	expect_refused(0x200000, 0x100000,
	    "cma [0x200000-0x2fffff] is no memory of the page allocator's: it "
	    "is nomap at 0x240000");
}

/*   memory     |---------------|
 *   reserved           |-------|
 *   area            |------|         Expect its free pages to be handed over
 *                                    by themselves, and so not to come back
 */
static void area_that_is_free_is_refused(void **state)
{
	(void)state;
	expect_refused(0x1ff000, 0x2000,
	    "cma [0x1ff000-0x200fff] is not all reserved: the page at "
	    "0x1ff000 is handed over already");
}

/* Expect a page that is free in part to stay behind, and to come back. */
static void area_may_have_a_page_that_is_free_in_part(void **state)
{
	const struct handover_area area = {0x240000, 0x2000};

	(void)state;
	assert_int_equal(memblock_phys_free(mb, 0x240800, 0x1000), MB_OK);
	assert_int_equal(count(&area, 1, NULL, 0), MB_OK);
	assert_int_equal(cma_pages, 2);
}

static void area_that_is_empty_is_refused(void **state)
{
	(void)state;
	expect_refused(0x200000, 0, "cma at 0x200000 is empty");
	expect_refused(UINT64_MAX, 1, "cma at 0xffffffffffffffff is empty");
}

static void area_above_the_last_address_is_refused(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	memblock_destroy(mb);
	settings.phys_bits = 32;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	expect_refused(UINT64_C(0x100000000), 0x1000,
	    "cma 0x100000000 is above the last address, 0xffffffff");
}

static void init_that_overlaps_cma_is_refused(void **state)
{
	const struct handover_area cma[] = {
	    {0x200000, 0x1000}, {0x210000, 0x2000}};
	const struct handover_area init[] = {
	    {0x201000, 0x1000}, {0x211000, 0x2000}};

	(void)state;
	assert_int_equal(count(cma, 2, init, 2), MB_INVALID);
	assert_string_equal(
	    message, "init [0x211000-0x212fff] overlaps cma at 0x210000");
	assert_int_equal(count(cma, 2, init, 1), MB_OK);
	assert_int_equal(count(cma, 1, init, 2), MB_OK);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(no_areas_are_no_pages),
	    CASE(area_counts_its_whole_pages),
	    CASE(page_of_several_areas_counts_once),
	    CASE(area_may_lie_in_touching_regions),
	    CASE(area_beyond_memory_is_refused),
	    CASE(area_in_nomap_memory_is_refused),
	    CASE(area_that_is_free_is_refused),
	    CASE(area_may_have_a_page_that_is_free_in_part),
	    CASE(area_that_is_empty_is_refused),
	    CASE(area_above_the_last_address_is_refused),
	    CASE(init_that_overlaps_cma_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
