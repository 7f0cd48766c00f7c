/* SPDX-License-Identifier: BSD-2-Clause */
/* memblock_equal(): a difference in any one thing is seen. */
#include "engine/memblock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct memblock *a, *b;

static int make_both(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	settings.physmem = true;
	a = memblock_create(&settings);
	b = memblock_create(&settings);
	assert_true(memblock_equal(a, b));
	return 0;
}

static int destroy_both(void **state)
{
	(void)state;
	memblock_destroy(a);
	memblock_destroy(b);
	return 0;
}

/* Changes one thing of b, sees that it is noticed, and puts it back. */
#define EXPECT_NOTICED(thing, value)                                           \
	do {                                                                   \
		const struct memblock before = *b;                             \
                                                                               \
		b->thing = (value);                                            \
		assert_false(memblock_equal(a, b));                            \
		assert_false(memblock_equal(b, a));                            \
		*b = before;                                                   \
		assert_true(memblock_equal(a, b));                             \
	} while (0)

static void every_setting_counts(void **state)
{
	(void)state;
	EXPECT_NOTICED(settings.kernel, MEMBLOCK_KERNEL_6_1);
	EXPECT_NOTICED(settings.page_size, 16384);
	EXPECT_NOTICED(settings.cache_line, 32);
	EXPECT_NOTICED(settings.phys_bits, 32);
	EXPECT_NOTICED(settings.nodes, 3);
	EXPECT_NOTICED(settings.kernel_arrays, true);
	EXPECT_NOTICED(settings.memory_regions, 1);
	EXPECT_NOTICED(settings.reserved_regions, 1);
	EXPECT_NOTICED(settings.physmem, false);
	EXPECT_NOTICED(settings.movable_node, true);
	EXPECT_NOTICED(settings.mirrored_kernelcore, true);
	EXPECT_NOTICED(settings.kernel_end, 1);
	EXPECT_NOTICED(settings.bottom_up, true);
	EXPECT_NOTICED(settings.current_limit, 1);
}

static void every_switch_counts(void **state)
{
	(void)state;
	EXPECT_NOTICED(current_limit, 1);
	EXPECT_NOTICED(bottom_up, true);
	EXPECT_NOTICED(can_resize, true);
	EXPECT_NOTICED(has_mirror, true);
}

static void put(struct memblock_type *type, uint64_t base, uint64_t size,
    uint32_t flags, int32_t nid)
{
	const struct memblock_region region = {base, size, flags, nid};

	assert_int_equal(region_list_append(type, &region), MB_OK);
}

static void each_list_counts(void **state)
{
	struct memblock_type *lists[] = {a->memory, a->reserved, a->physmem};
	struct memblock_type *others[] = {b->memory, b->reserved, b->physmem};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		put(lists[i], 0x1000, 0x1000, MEMBLOCK_NONE, MB_NO_NODE);
		assert_false(memblock_equal(a, b));
		put(others[i], 0x1000, 0x1000, MEMBLOCK_NONE, MB_NO_NODE);
		assert_true(memblock_equal(a, b));
	}
}

/* Expect base, size, flags and node each to be looked at. */
static void each_part_of_a_region_counts(void **state)
{
	static const struct memblock_region others[] = {
	    {0x1800, 0x1000, 1, 1},
	    {0x1000, 0x1800, 1, 1},
	    {0x1000, 0x1000, 2, 1},
	    {0x1000, 0x1000, 1, 0},
	};
	size_t i;

	(void)state;
	put(a->memory, 0x1000, 0x1000, 1, 1);
	for (i = 0; i < 4; i++) {
		assert_int_equal(
		    region_list_append(b->memory, &others[i]), MB_OK);
		assert_false(memblock_equal(a, b));
		region_list_remove(b->memory, 0, UINT64_MAX);
	}
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_both, destroy_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_setting_counts),
	    CASE(every_switch_counts),
	    CASE(each_list_counts),
	    CASE(each_part_of_a_region_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
