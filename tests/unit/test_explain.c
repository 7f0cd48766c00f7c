/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAGE 0x1000

static struct memblock *mb;
static char told[2048];
static struct explain_result result;

static void begin_with(struct memblock_settings settings)
{
	memblock_destroy(mb);
	settings.nodes = 2;
	mb = memblock_create(&settings);
	assert_non_null(mb);
}

static int begin(void **state)
{
	(void)state;
	begin_with(memblock_settings_default());
	return 0;
}

static int end(void **state)
{
	(void)state;
	memblock_destroy(mb);
	mb = NULL;
	return 0;
}

/* Pages from first up to last, which is not one of them. */
static void add(uint64_t first, uint64_t last, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(memblock_add(mb, first * PAGE, (last - first) * PAGE,
			     nid, flags, &met),
	    MB_OK);
}

static void reserve(uint64_t first, uint64_t last)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, first * PAGE, (last - first) * PAGE,
		MB_NO_NODE, MEMBLOCK_NONE, &met),
	    MB_OK);
}

static void note(void *arg, const struct explain_candidate *candidate)
{
	const size_t used = strlen(told);
	char text[EXPLAIN_TEXT_MAX];

	(void)arg;
	explain_rule_text(candidate, text);
	snprintf(told + used, sizeof(told) - used, "%u %d-%d %s\n",
	    candidate->attempt, (int)(candidate->start / PAGE),
	    (int)(candidate->end / PAGE), text);
}

static void expect_told(struct alloc_request request, const char *text)
{
	if (request.align == 0)
		request.align = PAGE;
	told[0] = '\0';
	explain_alloc(mb, &request, note, NULL, &result);
	assert_string_equal(told, text);
}

static const struct alloc_request one_page = {.size = PAGE, .nid = MB_NO_NODE};

/*
 *   memory     |----------------|
 *   reserved      |--|      |---|
 *   top-down         |-chosen
 */
static void first_that_fits_is_chosen(void **state)
{
	(void)state;
	add(1, 16, MB_NO_NODE, 0);
	reserve(4, 6);
	reserve(12, 16);
	expect_told(one_page, "1 6-12 chosen\n");
	assert_true(result.chosen);
	assert_int_equal(result.base, 11 * PAGE);
	mb->bottom_up = true;
	expect_told(one_page, "1 1-4 chosen\n");
	assert_int_equal(result.base, PAGE);
}

static void range_that_is_too_small_tells_by_how_much(void **state)
{
	struct alloc_request request = one_page;

	(void)state;
	add(1, 4, MB_NO_NODE, 0);
	add(9, 12, MB_NO_NODE, 0);
	request.size = 4 * PAGE;
	request.align = 4 * PAGE;
	expect_told(request, "1 9-12 too small by 0x4000 after alignment\n"
			     "1 1-4 too small by 0x4000 after alignment\n");
	assert_false(result.chosen);
	assert_int_equal(result.size, 0);
	request.align = 2 * PAGE;
	expect_told(request, "1 9-12 too small by 0x2000 after alignment\n"
			     "1 1-4 too small by 0x2000 after alignment\n");
	assert_int_equal(result.size, 2 * PAGE);
	assert_int_equal(result.limit, 0);
}

/* Expect a range to be told in pieces, in the order of the search:
 *
 *   memory     0|------------------------|16
 *   bounds         from 4|     |to 8
 */
static void range_beyond_the_bounds_is_told_in_pieces(void **state)
{
	struct alloc_request request = one_page;

	(void)state;
	add(0, 16, MB_NO_NODE, 0);
	request.size = 5 * PAGE;
	request.from = 4 * PAGE;
	request.to = 8 * PAGE;
	expect_told(request, "1 8-16 above to 0x8000\n"
			     "1 4-8 too small by 0x1000 after alignment\n"
			     "1 0-4 below from 0x4000\n");
	assert_int_equal(result.size, 4 * PAGE);
	assert_int_equal(result.limit, 9 * PAGE);
	mb->bottom_up = true;
	expect_told(request, "1 0-4 below from 0x4000\n"
			     "1 4-8 too small by 0x1000 after alignment\n"
			     "1 8-16 above to 0x8000\n");
}

static void first_page_is_never_given(void **state)
{
	(void)state;
	add(0, 1, MB_NO_NODE, 0);
	expect_told(one_page, "1 0-1 first page\n");
	assert_int_equal(result.size, 0);
	assert_int_equal(result.limit, 0);
}

/* Expect the limit that would do: the lowest one. */
static void range_above_the_limit_tells_the_limit_to_raise(void **state)
{
	(void)state;
	add(8, 12, MB_NO_NODE, 0);
	add(16, 20, MB_NO_NODE, 0);
	memblock_set_current_limit(mb, 4 * PAGE);
	expect_told(one_page, "1 16-20 above current_limit 0x4000\n"
			      "1 8-12 above current_limit 0x4000\n");
	assert_int_equal(result.limit, 9 * PAGE);
	assert_int_equal(result.size, 0);
}

static void memory_that_is_passed_over_tells_why(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct alloc_request request = one_page;

	(void)state;
	settings.movable_node = true;
	begin_with(settings);
	add(1, 2, 1, 0);
	add(3, 4, 0, MEMBLOCK_NOMAP);
	add(5, 6, 0, MEMBLOCK_DRIVER_MANAGED);
	add(7, 8, 0, MEMBLOCK_HOTPLUG);
	add(9, 10, MB_NO_NODE, 0);
	request.nid = 0;
	request.exact_nid = true;
	expect_told(request, "1 9-10 memory of no node\n"
			     "1 7-8 hotplug\n"
			     "1 5-6 driver_managed\n"
			     "1 3-4 nomap\n"
			     "1 1-2 memory of node 1\n");
	assert_false(result.chosen);
}

/* Expect the second attempt, which takes any node, to be told apart. */
static void attempts_are_counted(void **state)
{
	struct alloc_request request = one_page;

	(void)state;
	add(1, 2, 1, 0);
	request.nid = 0;
	expect_told(request, "1 1-2 memory of node 1\n2 1-2 chosen\n");
	assert_int_equal(result.base, PAGE);
}

static void mirrored_memory_is_tried_first(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.mirrored_kernelcore = true;
	begin_with(settings);
	add(1, 2, MB_NO_NODE, 0);
	assert_int_equal(
	    memblock_mark(mb, 64 * PAGE, PAGE, MEMBLOCK_MIRROR), MB_OK);
	expect_told(one_page, "1 1-2 not mirrored\n2 1-2 chosen\n");
}

static void older_kernel_stays_above_its_image_and_falls_back(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.kernel = MEMBLOCK_KERNEL_5_0;
	settings.kernel_end = 8 * PAGE;
	settings.bottom_up = true;
	begin_with(settings);
	add(1, 4, 0, 0);
	expect_told(one_page, "1 1-4 below kernel_end 0x8000\n1 1-4 chosen\n");
	assert_int_equal(result.base, 3 * PAGE);
}

static void without_memory_there_is_nothing_to_tell(void **state)
{
	(void)state;
	expect_told(one_page, "");
	assert_false(result.chosen);
	assert_int_equal(result.size, 0);
	assert_int_equal(result.limit, 0);
}

/* ---- against memblock_find() ---- */

static uint64_t random_state;

static uint64_t below(uint64_t bound)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % bound;
}

static void ignore(void *arg, const struct explain_candidate *candidate)
{
	(void)arg;
	assert_true(candidate->start < candidate->end);
}

/* Expect the address that find finds; and where it finds none, that the nearest
 * requests are served: that size is, and one byte more is not; or with that
 * limit. */
static void check_explanation(struct alloc_request request)
{
	bool fell_back;
	uint64_t base;

	explain_alloc(mb, &request, ignore, NULL, &result);
	assert_int_equal(
	    memblock_find(mb, &request, &base, &fell_back) == MB_OK,
	    result.chosen);
	if (result.chosen) {
		assert_true(base == result.base);
		return;
	}
	if (result.limit != 0) {
		struct alloc_request raised = request;
		const uint64_t limit = mb->current_limit;

		if (raised.to > 1)
			raised.to = result.limit;
		if (result.limit > limit)
			mb->current_limit = result.limit;
		assert_int_equal(
		    memblock_find(mb, &raised, &base, &fell_back), MB_OK);
		mb->current_limit = limit;
	}
	request.size = result.size + 1;
	assert_int_equal(
	    memblock_find(mb, &request, &base, &fell_back), MB_NO_SPACE);
	request.size = result.size;
	if (result.size != 0)
		assert_int_equal(
		    memblock_find(mb, &request, &base, &fell_back), MB_OK);
}

static void random_requests_go_where_find_does(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	unsigned int round, i;

	(void)state;
	for (round = 0; round < 2000; round++) {
		random_state = round;
		settings.kernel = (enum memblock_kernel)below(4);
		settings.bottom_up = below(2);
		settings.movable_node = below(2);
		settings.kernel_end = below(2) * 16 * PAGE;
		begin_with(settings);
		mb->has_mirror = below(2);
		for (i = 0; i < 4; i++)
			add(16 * i, 16 * i + 1 + below(16), (int32_t)below(2),
			    (uint32_t)below(2) * (1u << below(4)));
		for (i = 0; i < 6; i++) {
			const uint64_t first = below(64);

			reserve(first, first + 1 + below(6));
		}
		memblock_set_current_limit(mb, (32 + below(64)) * PAGE);
		for (i = 0; i < 10; i++)
			check_explanation(
			    (struct alloc_request){.size = 1 + below(12 * PAGE),
				.align = UINT64_C(1) << below(16),
				.from = below(2) * below(64) * PAGE,
				.to = below(2) * below(64) * PAGE,
				.nid = (int32_t)below(3) - 1,
				.exact_nid = below(2),
				.min_fallback = below(2)});
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(first_that_fits_is_chosen),
	    CASE(range_that_is_too_small_tells_by_how_much),
	    CASE(range_beyond_the_bounds_is_told_in_pieces),
	    CASE(first_page_is_never_given),
	    CASE(range_above_the_limit_tells_the_limit_to_raise),
	    CASE(memory_that_is_passed_over_tells_why),
	    CASE(attempts_are_counted),
	    CASE(mirrored_memory_is_tried_first),
	    CASE(older_kernel_stays_above_its_image_and_falls_back),
	    CASE(without_memory_there_is_nothing_to_tell),
	    CASE(random_requests_go_where_find_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
