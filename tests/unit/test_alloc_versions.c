/* SPDX-License-Identifier: BSD-2-Clause */
/* Where kernels before 6.1 look for memory in another order, and before 5.10
 * in another place. */
#include "engine/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PAGE 0x1000

static struct memblock *mb;
static bool fell_back;

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	mb = NULL;
	return 0;
}

static void add_page(uint64_t base, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(memblock_add(mb, base, PAGE, nid, flags, &met), MB_OK);
}

/* Expect one page after the other to be given, as listed, until 0. */
static void expect_order(struct alloc_request request, const uint64_t *bases)
{
	uint64_t base;

	for (; *bases != 0; bases++) {
		assert_int_equal(memblock_alloc(mb, &request, &base), MB_OK);
		assert_int_equal(base, *bases);
	}
	assert_int_equal(memblock_alloc(mb, &request, &base), MB_NO_SPACE);
}

/* A page of each sort above 0x40000, which is asked for, and below; node 0 and
 * mirrored memory, if there is any, are wanted:
 *
 *            below        from       above
 *   node 0   0x10000       |        0x50000
 *   node 1   0x20000       |        0x60000
 *   node 0   0x30000       |        0x70000    mirror
 *   node 1   0x38000       |        0x78000    mirror
 */
static void make_pages(enum memblock_kernel kernel)
{
	struct memblock_settings settings = memblock_settings_default();

	settings.kernel = kernel;
	settings.nodes = 2;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	add_page(0x10000, 0, 0);
	add_page(0x20000, 1, 0);
	add_page(0x50000, 0, 0);
	add_page(0x60000, 1, 0);
	if (kernel == MEMBLOCK_KERNEL_4_0)
		return;
	add_page(0x30000, 0, MEMBLOCK_MIRROR);
	add_page(0x38000, 1, MEMBLOCK_MIRROR);
	add_page(0x70000, 0, MEMBLOCK_MIRROR);
	add_page(0x78000, 1, MEMBLOCK_MIRROR);
	mb->has_mirror = true;
}

static struct alloc_request want(void)
{
	return (struct alloc_request){
	    .size = PAGE, .align = PAGE, .from = 0x40000, .nid = 0};
}

/* ---- the order of attempts ---- */

static void plain_alloc_of_6_1_gives_the_node_up_then_the_mirror(void **state)
{
	static const uint64_t bases[] = {0x70000, 0x78000, 0x50000, 0x60000, 0};

	(void)state;
	make_pages(MEMBLOCK_KERNEL_6_1);
	expect_order(want(), bases);
}

static void plain_alloc_of_5_0_gives_the_mirror_up_and_never_the_node(
    void **state)
{
	static const uint64_t bases[] = {0x70000, 0x50000, 0};

	(void)state;
	make_pages(MEMBLOCK_KERNEL_5_0);
	expect_order(want(), bases);
}

static void plain_alloc_of_4_0_gives_nothing_up(void **state)
{
	static const uint64_t bases[] = {0x50000, 0};

	(void)state;
	make_pages(MEMBLOCK_KERNEL_4_0);
	expect_order(want(), bases);
}

static void min_fallback_of_6_1_gives_from_up_last(void **state)
{
	static const uint64_t bases[] = {0x70000, 0x78000, 0x50000, 0x60000,
	    0x30000, 0x38000, 0x10000, 0x20000, 0};
	struct alloc_request request = want();

	(void)state;
	make_pages(MEMBLOCK_KERNEL_6_1);
	request.min_fallback = true;
	expect_order(request, bases);
}

/* Expect from to be given up for good before the mirror is. */
static void min_fallback_of_5_0_gives_the_mirror_up_last(void **state)
{
	static const uint64_t bases[] = {0x70000, 0x78000, 0x30000, 0x38000,
	    0x50000, 0x10000, 0x60000, 0x20000, 0};
	struct alloc_request request = want();

	(void)state;
	make_pages(MEMBLOCK_KERNEL_5_0);
	request.min_fallback = true;
	expect_order(request, bases);
}

static void min_fallback_of_5_0_without_mirrors_begins_at_from(void **state)
{
	static const uint64_t bases[] = {0x50000, 0x60000, 0x10000, 0x20000, 0};
	struct alloc_request request = want();

	(void)state;
	make_pages(MEMBLOCK_KERNEL_4_0);
	mb->settings.kernel = MEMBLOCK_KERNEL_5_0;
	request.min_fallback = true;
	expect_order(request, bases);
}

static void min_fallback_of_4_0_gives_the_node_up_then_from(void **state)
{
	static const uint64_t bases[] = {0x50000, 0x60000, 0x10000, 0x20000, 0};
	struct alloc_request request = want();

	(void)state;
	make_pages(MEMBLOCK_KERNEL_4_0);
	request.min_fallback = true;
	expect_order(request, bases);
}

static void exact_nid_never_gives_the_node_up(void **state)
{
	static const uint64_t bases[] = {0x70000, 0x30000, 0x50000, 0x10000, 0};
	struct alloc_request request = want();

	(void)state;
	make_pages(MEMBLOCK_KERNEL_5_0);
	request.min_fallback = true;
	request.exact_nid = true;
	expect_order(request, bases);
}

/* ---- bottom-up above the kernel ---- */

/*   memory      |--------------------------|
 *   image          |--------|kernel_end
 */
static void make_kernel(enum memblock_kernel kernel, uint64_t kernel_end)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock_met met;

	settings.kernel = kernel;
	settings.kernel_end = kernel_end;
	settings.bottom_up = true;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	assert_int_equal(
	    memblock_add(mb, 0x10000, 0x10000, MB_NO_NODE, 0, &met), MB_OK);
	fell_back = false;
}

static void expect_found(struct alloc_request request, uint64_t expected)
{
	uint64_t base;

	request.nid = MB_NO_NODE;
	assert_int_equal(memblock_find(mb, &request, &base, &fell_back), MB_OK);
	assert_int_equal(base, expected);
}

static void bottom_up_of_5_0_begins_at_kernel_end(void **state)
{
	const struct alloc_request request = {.size = PAGE, .align = PAGE};

	(void)state;
	make_kernel(MEMBLOCK_KERNEL_5_0, 0x14800);
	expect_found(request, 0x15000);
	assert_false(fell_back);
	mb->settings.kernel = MEMBLOCK_KERNEL_4_0;
	expect_found(request, 0x15000);
	mb->settings.kernel = MEMBLOCK_KERNEL_6_1;
	expect_found(request, 0x10000);
}

static void bottom_up_of_5_0_keeps_from_above_kernel_end(void **state)
{
	const struct alloc_request request = {
	    .size = PAGE, .align = PAGE, .from = 0x18000};

	(void)state;
	make_kernel(MEMBLOCK_KERNEL_5_0, 0x14800);
	expect_found(request, 0x18000);
}

/* Expect what does not fit above the image to come from the top below:
 *
 *   memory      |-----------------------|
 *   image                     |---|kernel_end
 *   too little                     |----|
 *   taken                 |-------------|
 */
static void bottom_up_of_5_0_that_fails_falls_back_to_top_down(void **state)
{
	const struct alloc_request request = {.size = 8 * PAGE, .align = PAGE};

	(void)state;
	make_kernel(MEMBLOCK_KERNEL_5_0, 0x1a000);
	expect_found(request, 0x18000);
	assert_true(fell_back);
}

/* Expect bottom-up not even to be tried where all that is asked for lies below
 * kernel_end, and so nothing to tell. */
static void bottom_up_of_5_0_below_the_kernel_is_top_down(void **state)
{
	const struct alloc_request request = {
	    .size = PAGE, .align = PAGE, .to = 0x14000};

	(void)state;
	make_kernel(MEMBLOCK_KERNEL_5_0, 0x14000);
	expect_found(request, 0x13000);
	assert_false(fell_back);
}

static void alloc_leaves_word_that_it_fell_back(void **state)
{
	const struct alloc_request request = {
	    .size = 8 * PAGE, .align = PAGE, .nid = MB_NO_NODE};
	uint64_t base;

	(void)state;
	make_kernel(MEMBLOCK_KERNEL_4_0, 0x1a000);
	assert_int_equal(memblock_alloc(mb, &request, &base), MB_OK);
	assert_int_equal(base, 0x18000);
	assert_true(mb->fell_back);
}

#define CASE(test) cmocka_unit_test_teardown(test, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(plain_alloc_of_6_1_gives_the_node_up_then_the_mirror),
	    CASE(plain_alloc_of_5_0_gives_the_mirror_up_and_never_the_node),
	    CASE(plain_alloc_of_4_0_gives_nothing_up),
	    CASE(min_fallback_of_6_1_gives_from_up_last),
	    CASE(min_fallback_of_5_0_gives_the_mirror_up_last),
	    CASE(min_fallback_of_5_0_without_mirrors_begins_at_from),
	    CASE(min_fallback_of_4_0_gives_the_node_up_then_from),
	    CASE(exact_nid_never_gives_the_node_up),
	    CASE(bottom_up_of_5_0_begins_at_kernel_end),
	    CASE(bottom_up_of_5_0_keeps_from_above_kernel_end),
	    CASE(bottom_up_of_5_0_that_fails_falls_back_to_top_down),
	    CASE(bottom_up_of_5_0_below_the_kernel_is_top_down),
	    CASE(alloc_leaves_word_that_it_fell_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
