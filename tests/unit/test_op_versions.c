/* SPDX-License-Identifier: BSD-2-Clause */
/* What an operation or a question comes to in one version and not in
 * another. */
#include "engine/op.h"

#include "engine/memblock.h"
#include "engine/query.h"
#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;
static struct outcome outcome;

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	mb = NULL;
	return 0;
}

static void make(enum memblock_kernel kernel)
{
	struct memblock_settings settings = memblock_settings_default();

	settings.kernel = kernel;
	settings.nodes = 1;
	settings.kernel_end = 0x1a000;
	memblock_destroy(mb);
	mb = memblock_create(&settings);
	assert_non_null(mb);
}

static enum mb_status apply(struct op op)
{
	return op_apply(mb, &op, &outcome);
}

static void done(enum op_kind kind, uint64_t base, uint64_t end, uint32_t flags)
{
	assert_int_equal(apply((struct op){.kind = kind,
			     .base = base,
			     .size = end - base,
			     .nid = MB_NO_NODE,
			     .flags = flags}),
	    MB_OK);
}

/* ---- merging ---- */

/* A nomap region that cap cut stands in three parts, and other memory far
 * above:
 *
 *   memory   |--nomap--|--nomap--|--nomap--|      |-----|
 *   cap                |---------|                |-----|
 */
static void make_cut(enum memblock_kernel kernel)
{
	make(kernel);
	done(OP_ADD, 0x1000, 0x4000, MEMBLOCK_NOMAP);
	done(OP_CAP, 0x2000, 0x3000, 0);
	done(OP_ADD, 0x10000, 0x11000, 0);
	assert_int_equal(region_list_cnt(mb->memory),
	    kernel == MEMBLOCK_KERNEL_6_12 ? 4 : 2);
}

static void change_elsewhere_merges_what_cap_cut_before_6_12(void **state)
{
	(void)state;
	make_cut(MEMBLOCK_KERNEL_6_12);
	make_cut(MEMBLOCK_KERNEL_6_1);
	make_cut(MEMBLOCK_KERNEL_5_0);
	assert_string_equal(
	    layout(mb->memory), "[1000-4000 nomap] [10000-11000]");
}

/* Expect a mark or a set-node of nothing to merge all, and an insertion that
 * brings nothing new not to. */
static void mark_of_nothing_merges_all_before_6_12(void **state)
{
	static const struct op ops[] = {
	    {.kind = OP_MARK, .flags = MEMBLOCK_HOTPLUG},
	    {.kind = OP_CLEAR, .flags = MEMBLOCK_NOMAP, .base = 0x8000},
	    {.kind = OP_SET_NODE, .base = 0x8000, .size = 0x1000},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		make(MEMBLOCK_KERNEL_6_1);
		done(OP_ADD, 0x1000, 0x4000, MEMBLOCK_NOMAP);
		done(OP_CAP, 0x2000, 0x3000, 0);
		done(OP_ADD, 0x1000, 0x2000, 0);
		done(OP_REMOVE, 0x8000, 0x9000, 0);
		assert_int_equal(region_list_cnt(mb->memory), 3);
		assert_int_equal(apply(ops[i]), MB_OK);
		assert_string_equal(layout(mb->memory), "[1000-4000 nomap]");
	}
}

/* Expect an insertion next to a neighbour to merge what stands apart elsewhere,
 * too. */
static void insertion_that_extends_merges_all_before_6_12(void **state)
{
	(void)state;
	make(MEMBLOCK_KERNEL_6_1);
	done(OP_ADD, 0x1000, 0x4000, MEMBLOCK_NOMAP);
	done(OP_ADD, 0x8000, 0x9000, 0);
	done(OP_CAP, 0x2000, 0x9000, 0);
	assert_int_equal(region_list_cnt(mb->memory), 3);
	done(OP_ADD, 0x9000, 0xa000, 0);
	assert_string_equal(
	    layout(mb->memory), "[1000-4000 nomap] [8000-a000]");
}

/* ---- flags ---- */

static void mirror_is_marked_as_the_version_has_it(void **state)
{
	const struct op mark = {
	    .kind = OP_MARK, .size = 0x1000, .flags = MEMBLOCK_MIRROR};

	(void)state;
	make(MEMBLOCK_KERNEL_6_1);
	assert_int_equal(apply(mark), MB_OK);
	assert_false(mb->has_mirror);
	make(MEMBLOCK_KERNEL_5_0);
	done(OP_ADD, 0, 0x2000, 0);
	assert_int_equal(apply(mark), MB_OK);
	assert_true(mb->has_mirror);
	assert_string_equal(layout(mb->memory), "[0-1000 mirror] [1000-2000]");
	make(MEMBLOCK_KERNEL_4_0);
	assert_int_equal(apply(mark), MB_INVALID);
	assert_string_equal(
	    outcome.message, "flag mirror is unknown to kernel 4.0");
}

static void flag_that_came_later_is_refused(void **state)
{
	static const struct {
		enum memblock_kernel kernel;
		uint32_t flag;
		enum mb_status status;
	} rows[] = {
	    {MEMBLOCK_KERNEL_4_0, MEMBLOCK_HOTPLUG, MB_OK},
	    {MEMBLOCK_KERNEL_4_0, MEMBLOCK_NOMAP, MB_INVALID},
	    {MEMBLOCK_KERNEL_5_0, MEMBLOCK_NOMAP, MB_OK},
	    {MEMBLOCK_KERNEL_5_0, MEMBLOCK_DRIVER_MANAGED, MB_INVALID},
	    {MEMBLOCK_KERNEL_6_1, MEMBLOCK_DRIVER_MANAGED, MB_OK},
	};
	const struct op noinit = {.kind = OP_RESERVE,
	    .size = 0x1000,
	    .nid = MB_NO_NODE,
	    .flags = MEMBLOCK_RSRV_NOINIT};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].kernel);
		assert_int_equal(apply((struct op){.kind = OP_ADD,
				     .size = 0x1000,
				     .nid = MB_NO_NODE,
				     .flags = rows[i].flag}),
		    rows[i].status);
	}
	assert_int_equal(apply(noinit), MB_INVALID);
	assert_string_equal(
	    outcome.message, "flag rsrv_noinit is unknown to kernel 6.1");
	make(MEMBLOCK_KERNEL_6_12);
	assert_int_equal(apply(noinit), MB_OK);
}

/* ---- warnings ---- */

/* Expect alloc, its preview and find to say that they looked top-down. */
static void fallback_to_top_down_is_a_warning(void **state)
{
	const struct op alloc = {.kind = OP_ALLOC,
	    .size = 0x8000,
	    .align = 0x1000,
	    .nid = MB_NO_NODE};
	const char *message =
	    "bottom-up found nothing above kernel-end 0x1a000 and top-down "
	    "was tried";
	struct outcome found;

	(void)state;
	make(MEMBLOCK_KERNEL_5_0);
	done(OP_ADD, 0x10000, 0x20000, 0);
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_BOTTOM_UP, .value = 1}), MB_OK);
	assert_int_equal(op_find(mb, &alloc, &found), MB_OK);
	assert_string_equal(found.message, message);
	assert_int_equal(apply(alloc), MB_OK);
	assert_true(outcome_equal(&found, &outcome));
	assert_int_equal(outcome.base, 0x18000);
	assert_int_equal(outcome.warnings, OP_WARN_FELL_BACK);
	assert_string_equal(outcome.message, message);
	done(OP_FREE, 0x18000, 0x20000, 0);
	assert_int_equal(outcome.warnings, 0);
	assert_int_equal(apply((struct op){.kind = OP_ALLOC,
			     .size = 0x20000,
			     .align = 0x1000,
			     .nid = MB_NO_NODE}),
	    MB_NO_SPACE);
	assert_int_equal(outcome.warnings, 0);
}

/* Expect an array that was looked for top-down to be told of as well. */
static void array_found_by_falling_back_is_a_warning(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.kernel = MEMBLOCK_KERNEL_4_0;
	settings.kernel_end = 0x1a000;
	settings.bottom_up = true;
	settings.kernel_arrays = true;
	settings.memory_regions = settings.reserved_regions = 1;
	mb = memblock_create(&settings);
	done(OP_ADD, 0x10000, 0x1a000, 0);
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_RESIZE, .value = 1}), MB_OK);
	done(OP_ADD, 0x30000, 0x31000, 0);
	assert_true(region_list_array(mb->memory) == 0x19000);
	assert_int_equal(outcome.warnings, OP_WARN_FELL_BACK);
}

/* ---- questions ---- */

/* Expect a range past the last address to wrap around in memblock_overlaps_
 * region before 6.1, and nowhere else. */
static void overlaps_wraps_around_before_6_1(void **state)
{
	const uint64_t base = UINT64_MAX - 0xfff;

	(void)state;
	make(MEMBLOCK_KERNEL_6_1);
	done(OP_RESERVE, base, UINT64_MAX, 0);
	assert_true(memblock_overlaps_region(mb, mb->reserved, base, 0x2000));
	make(MEMBLOCK_KERNEL_5_0);
	done(OP_RESERVE, base, UINT64_MAX, 0);
	assert_false(memblock_overlaps_region(mb, mb->reserved, base, 0x2000));
	assert_true(memblock_is_region_reserved(mb, base, 0x2000));
	assert_true(memblock_overlaps_region(mb, mb->reserved, base, 1));
}

#define CASE(test) cmocka_unit_test_teardown(test, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(change_elsewhere_merges_what_cap_cut_before_6_12),
	    CASE(mark_of_nothing_merges_all_before_6_12),
	    CASE(insertion_that_extends_merges_all_before_6_12),
	    CASE(mirror_is_marked_as_the_version_has_it),
	    CASE(flag_that_came_later_is_refused),
	    CASE(fallback_to_top_down_is_a_warning),
	    CASE(array_found_by_falling_back_is_a_warning),
	    CASE(overlaps_wraps_around_before_6_1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
