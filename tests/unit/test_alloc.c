/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/alloc.h"

#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	settings.mirrored_kernelcore = true;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
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

static void use_mirror(uint64_t base, uint64_t end)
{
	assert_int_equal(
	    memblock_mark(mb, base, end - base, MEMBLOCK_MIRROR), MB_OK);
}

/* A request for size bytes at any byte of any memory. */
static struct alloc_request want(uint64_t size)
{
	return (struct alloc_request){
	    .size = size, .align = 1, .nid = MB_NO_NODE};
}

/* Expect find to name that address, and alloc to take the same. */
static void assert_taken(struct alloc_request request, uint64_t expected)
{
	uint64_t found = 0, taken = 0;
	bool fell_back = false;

	assert_int_equal(
	    memblock_find(mb, &request, &found, &fell_back), MB_OK);
	assert_false(fell_back);
	assert_int_equal(memblock_alloc(mb, &request, &taken), MB_OK);
	assert_int_equal(taken, expected);
	assert_int_equal(found, expected);
}

static void assert_no_space(struct alloc_request request)
{
	uint64_t base = 0x123;
	bool fell_back = false;

	assert_int_equal(
	    memblock_find(mb, &request, &base, &fell_back), MB_NO_SPACE);
	assert_int_equal(memblock_alloc(mb, &request, &base), MB_NO_SPACE);
	assert_int_equal(base, 0x123);
}

/* ---- direction and alignment ---- */

/*   memory     |------------------|
 *   reserved            |--|
 *   taken                       xx      from the highest range
 */
static void top_down_takes_the_end_of_the_highest_range(void **state)
{
	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	reserve(0x5000, 0x6000);
	assert_taken(want(0x1000), 0x8000);
	assert_string_equal(layout(mb->reserved), "[5000-6000] [8000-9000]");
}

static void bottom_up_takes_the_start_of_the_lowest_range(void **state)
{
	(void)state;
	mb->bottom_up = true;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	reserve(0x1000, 0x2000);
	assert_taken(want(0x1000), 0x2000);
	assert_string_equal(layout(mb->reserved), "[1000-3000]");
}

static void top_down_aligns_down_and_goes_on_where_that_does_not_fit(
    void **state)
{
	struct alloc_request request = want(0x800);

	(void)state;
	add(0x2000, 0x3000, MB_NO_NODE, 0);
	add(0x5100, 0x5f00, MB_NO_NODE, 0);
	request.align = 0x1000;
	assert_taken(request, 0x2000);
}

static void bottom_up_aligns_up_and_goes_on_where_that_does_not_fit(
    void **state)
{
	struct alloc_request request = want(0x800);

	(void)state;
	mb->bottom_up = true;
	add(0x5100, 0x6100, MB_NO_NODE, 0);
	add(0x8100, 0x9800, MB_NO_NODE, 0);
	request.align = 0x1000;
	assert_taken(request, 0x9000);
}

/* Rounded up, the start would be 2^64. */
static void bottom_up_at_the_end_of_the_address_space_finds_nothing(
    void **state)
{
	struct alloc_request request = want(1);

	(void)state;
	mb->bottom_up = true;
	add(0xfffffffffffff800, UINT64_MAX, MB_NO_NODE, 0);
	request.align = 0x1000;
	assert_no_space(request);
}

static void align_0_is_the_cache_line(void **state)
{
	struct alloc_request request = want(1);

	(void)state;
	add(0x1000, 0x2001, MB_NO_NODE, 0);
	request.align = 0;
	assert_taken(request, 0x2000);
	assert_taken(request, 0x1fc0);
}

static void exact_fit_is_taken_in_both_directions(void **state)
{
	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, 0);
	assert_taken(want(0x1000), 0x1000);
	assert_int_equal(memblock_phys_free(mb, 0x1000, 0x1000), MB_OK);
	mb->bottom_up = true;
	assert_taken(want(0x1000), 0x1000);
}

static void range_over_two_touching_memory_regions_is_not_given(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x2000, 0x3000, 1, 0);
	assert_no_space(want(0x2000));
}

static void size_of_the_whole_address_space_finds_nothing(void **state)
{
	(void)state;
	add(0x0, UINT64_MAX, MB_NO_NODE, 0);
	assert_no_space(want(UINT64_MAX));
}

/* ---- limits ---- */

static void first_page_is_never_given(void **state)
{
	(void)state;
	add(0x0, 0x1800, MB_NO_NODE, 0);
	assert_no_space(want(0x1000));
	assert_taken(want(0x800), 0x1000);
}

static void first_page_of_16K_is_never_given(void **state)
{
	(void)state;
	mb->settings.page_size = 16384;
	mb->bottom_up = true;
	add(0x0, 0x8000, MB_NO_NODE, 0);
	assert_taken(want(0x1000), 0x4000);
}

static void from_and_to_cut_the_ranges(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	request.from = 0x3000;
	request.to = 0x5000;
	assert_taken(request, 0x4000);
	assert_taken(request, 0x3000);
	assert_no_space(request);
}

static void to_0_and_1_mean_current_limit(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	memblock_set_current_limit(mb, 0x4000);
	assert_taken(request, 0x3000);
	request.to = 1;
	assert_taken(request, 0x2000);
}

static void to_above_current_limit_is_taken_as_it_is(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	memblock_set_current_limit(mb, 0x4000);
	request.to = 0x8000;
	assert_taken(request, 0x7000);
}

static void to_below_from_finds_nothing(void **state)
{
	struct alloc_request request = want(1);

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	request.from = 0x5000;
	request.to = 0x3000;
	assert_no_space(request);
}

/* ---- the order of attempts ---- */

static void node_is_tried_first_and_then_any(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x2000, 0x4000, 1, 0);
	request.nid = 0;
	assert_taken(request, 0x1000);
	assert_taken(request, 0x3000);
}

static void exact_node_is_not_given_up(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x2000, 0x4000, 1, 0);
	request.nid = 0;
	request.exact_nid = true;
	assert_taken(request, 0x1000);
	assert_no_space(request);
}

static void allocation_does_not_carry_its_node(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x4000, 1, 0);
	request.nid = 1;
	assert_taken(request, 0x3000);
	assert_string_equal(layout(mb->reserved), "[3000-4000]");
}

/*   node       |--0--||--0--||--1--||--1--|
 *   mirror     |------|      |------|
 *
 * Wanted on node 0. Expect its mirror, any mirror, its rest, any rest. */
static void mirror_of_any_node_comes_before_the_node_without(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x3000, 0, 0);
	add(0x3000, 0x5000, 1, 0);
	use_mirror(0x1000, 0x2000);
	use_mirror(0x3000, 0x4000);
	request.nid = 0;
	assert_taken(request, 0x1000);
	assert_taken(request, 0x3000);
	assert_taken(request, 0x2000);
	assert_taken(request, 0x4000);
	assert_no_space(request);
}

static void exact_node_gives_up_the_mirror_but_not_the_node(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x3000, 0, 0);
	add(0x3000, 0x5000, 1, 0);
	use_mirror(0x1000, 0x2000);
	use_mirror(0x3000, 0x4000);
	request.nid = 0;
	request.exact_nid = true;
	assert_taken(request, 0x1000);
	assert_taken(request, 0x2000);
	assert_no_space(request);
}

static void min_fallback_gives_from_up_last(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x3000, 0, 0);
	add(0x8000, 0x9000, 1, 0);
	request.from = 0x5000;
	request.nid = 0;
	request.min_fallback = true;
	/* Any node above from comes before node 0 below it. */
	assert_taken(request, 0x8000);
	assert_taken(request, 0x2000);
	request.min_fallback = false;
	assert_no_space(request);
}

static void min_fallback_cuts_to_at_current_limit(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	memblock_set_current_limit(mb, 0x4000);
	request.to = 0x8000;
	request.min_fallback = true;
	assert_taken(request, 0x3000);
}

static void alloc_past_regions_max_is_refused_though_found(void **state)
{
	struct alloc_request request = want(0x1000);
	bool fell_back = false;
	uint64_t base = 0;

	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	mb->regions_max = 1;
	assert_int_equal(memblock_find(mb, &request, &base, &fell_back), MB_OK);
	assert_int_equal(memblock_alloc(mb, &request, &base), MB_LIMIT);
	assert_string_equal(layout(mb->reserved), "");
}

/* ---- why not ---- */

static const char *explain(struct alloc_request request)
{
	static char message[256];

	alloc_explain(mb, &request, message, sizeof(message));
	return message;
}

static void refusal_names_the_largest_free_range(void **state)
{
	struct alloc_request request = want(0x200000);

	(void)state;
	add(0x10000, 0x7ff00000, MB_NO_NODE, 0);
	reserve(0x10000, 0x7fe00000);
	request.align = 0x200000;
	request.to = 0x100000000;
	assert_string_equal(explain(request),
	    "no 0x200000 bytes aligned to 0x200000 in [0x1000-0xffffffff]: "
	    "largest free range is [0x7fe00000-0x7fefffff]");
}

static void refusal_says_when_nothing_is_free(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	request.from = 0x3000;
	request.to = 0x5000;
	assert_string_equal(explain(request),
	    "no 0x1000 bytes aligned to 0x1 in [0x3000-0x4fff]: "
	    "nothing is free there");
}

static void refusal_says_when_to_is_not_above_from(void **state)
{
	struct alloc_request request = want(0x1000);

	(void)state;
	request.from = 0x5000;
	request.to = 0x3000;
	assert_string_equal(explain(request),
	    "no 0x1000 bytes aligned to 0x1 from 0x5000 and below 0x3000: "
	    "nothing is free there");
}

static void refusal_names_the_node_only_when_it_was_exact(void **state)
{
	struct alloc_request request = want(0x10000);

	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x8000, 0xa000, 1, 0);
	request.to = 0x100000;
	request.nid = 0;
	assert_string_equal(explain(request),
	    "no 0x10000 bytes aligned to 0x1 in [0x1000-0xfffff]: "
	    "largest free range is [0x8000-0x9fff]");
	request.exact_nid = true;
	assert_string_equal(explain(request),
	    "no 0x10000 bytes aligned to 0x1 in [0x1000-0xfffff] on node 0: "
	    "largest free range is [0x1000-0x1fff]");
}

#define ALLOC_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(test, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ALLOC_TEST(top_down_takes_the_end_of_the_highest_range),
	    ALLOC_TEST(bottom_up_takes_the_start_of_the_lowest_range),
	    ALLOC_TEST(
		top_down_aligns_down_and_goes_on_where_that_does_not_fit),
	    ALLOC_TEST(bottom_up_aligns_up_and_goes_on_where_that_does_not_fit),
	    ALLOC_TEST(bottom_up_at_the_end_of_the_address_space_finds_nothing),
	    ALLOC_TEST(align_0_is_the_cache_line),
	    ALLOC_TEST(exact_fit_is_taken_in_both_directions),
	    ALLOC_TEST(range_over_two_touching_memory_regions_is_not_given),
	    ALLOC_TEST(size_of_the_whole_address_space_finds_nothing),
	    ALLOC_TEST(first_page_is_never_given),
	    ALLOC_TEST(first_page_of_16K_is_never_given),
	    ALLOC_TEST(from_and_to_cut_the_ranges),
	    ALLOC_TEST(to_0_and_1_mean_current_limit),
	    ALLOC_TEST(to_above_current_limit_is_taken_as_it_is),
	    ALLOC_TEST(to_below_from_finds_nothing),
	    ALLOC_TEST(node_is_tried_first_and_then_any),
	    ALLOC_TEST(exact_node_is_not_given_up),
	    ALLOC_TEST(allocation_does_not_carry_its_node),
	    ALLOC_TEST(mirror_of_any_node_comes_before_the_node_without),
	    ALLOC_TEST(exact_node_gives_up_the_mirror_but_not_the_node),
	    ALLOC_TEST(min_fallback_gives_from_up_last),
	    ALLOC_TEST(min_fallback_cuts_to_at_current_limit),
	    ALLOC_TEST(alloc_past_regions_max_is_refused_though_found),
	    ALLOC_TEST(refusal_names_the_largest_free_range),
	    ALLOC_TEST(refusal_says_when_nothing_is_free),
	    ALLOC_TEST(refusal_says_when_to_is_not_above_from),
	    ALLOC_TEST(refusal_names_the_node_only_when_it_was_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
