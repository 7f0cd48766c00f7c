/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op.h"

#include "engine/memblock.h"
#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;
static struct outcome outcome;

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static enum mb_status apply(struct op op)
{
	/* What is left over from the last one must not show. */
	memset(&outcome, 0x55, sizeof(outcome));
	return op_apply(mb, &op, &outcome);
}

static enum mb_status range(enum op_kind kind, uint64_t base, uint64_t size)
{
	return apply((struct op){
	    .kind = kind, .base = base, .size = size, .nid = MB_NO_NODE});
}

static struct op alloc_of(uint64_t size)
{
	return (struct op){
	    .kind = OP_ALLOC, .size = size, .align = 64, .nid = MB_NO_NODE};
}

/* The twelve steps that every reader of the community's notes on
 * memblock_reserve knows, with the whole list after each. */
static void twelve_steps_of_reserve_lead_where_the_notes_say(void **state)
{
	static const struct {
		uint64_t base, size;
		const char *reserved;
	} steps[] = {
	    {0x60000000, 0x200000, "[60000000-60200000]"},
	    {0x62000000, 0x200000, "[60000000-60200000] [62000000-62200000]"},
	    {0x62200000, 0x200000, "[60000000-60200000] [62000000-62400000]"},
	    {0x62300000, 0x200000, "[60000000-60200000] [62000000-62500000]"},
	    {0x62000000, 0x600000, "[60000000-60200000] [62000000-62600000]"},
	    {0x61000000, 0x2000000, "[60000000-60200000] [61000000-63000000]"},
	    {0x62000000, 0x1000000, "[60000000-60200000] [61000000-63000000]"},
	    {0x61000000, 0x1000000, "[60000000-60200000] [61000000-63000000]"},
	    {0x61000000, 0x2000000, "[60000000-60200000] [61000000-63000000]"},
	    {0x60f00000, 0x200000, "[60000000-60200000] [60f00000-63000000]"},
	    {0x60e00000, 0x100000, "[60000000-60200000] [60e00000-63000000]"},
	    {0x60a00000, 0x100000,
		"[60000000-60200000] [60a00000-60b00000] "
		"[60e00000-63000000]"},
	};
	size_t i;

	(void)state;
	assert_string_equal(layout(mb->reserved), "");
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(
		    range(OP_RESERVE, steps[i].base, steps[i].size), MB_OK);
		assert_string_equal(layout(mb->reserved), steps[i].reserved);
		assert_string_equal(outcome.message, "");
	}
}

static void every_kind_has_its_row(void **state)
{
	int kind;

	(void)state;
	for (kind = 1; kind <= OP_KIND_MAX; kind++) {
		assert_non_null(op_info(kind));
		assert_non_null(op_info(kind)->name);
		assert_int_not_equal(op_info(kind)->fields, 0);
	}
	assert_null(op_info(0));
	assert_null(op_info(OP_KIND_MAX + 1));
	assert_null(op_info(-1));
}

/* Expect each operation to get to its own function, with its own fields. */
static void each_operation_does_what_its_name_says(void **state)
{
	(void)state;
	assert_int_equal(range(OP_ADD, 0x1000, 0xf800), MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-10800]");
	assert_int_equal(
	    apply((struct op){.kind = OP_TRIM, .align = 0x1000}), MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-10000]");
	assert_int_equal(range(OP_REMOVE, 0x8000, 0x1000), MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-8000] [9000-10000]");
	assert_int_equal(range(OP_CAP, 0x0, 0x8000), MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-8000]");
	assert_int_equal(
	    apply((struct op){.kind = OP_LIMIT, .size = 0x4000}), MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-5000]");
	assert_int_equal(apply((struct op){.kind = OP_MARK,
			     .base = 0x4000,
			     .size = 0x1000,
			     .flags = MEMBLOCK_NOMAP}),
	    MB_OK);
	assert_string_equal(
	    layout(mb->memory), "[1000-4000] [4000-5000 nomap]");
	assert_int_equal(
	    apply((struct op){
		.kind = OP_LIMIT, .size = 0x2000, .keep_nomap = true}),
	    MB_OK);
	assert_string_equal(
	    layout(mb->memory), "[1000-3000] [4000-5000 nomap]");
	assert_int_equal(apply((struct op){.kind = OP_CLEAR,
			     .base = 0x4000,
			     .size = 0x1000,
			     .flags = MEMBLOCK_NOMAP}),
	    MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-3000] [4000-5000]");
	assert_int_equal(apply((struct op){.kind = OP_SET_NODE,
			     .base = 0x4000,
			     .size = 0x1000,
			     .nid = 1,
			     .list = OP_LIST_MEMORY}),
	    MB_OK);
	assert_string_equal(layout(mb->memory), "[1000-3000] [4000-5000 1]");
	assert_int_equal(range(OP_RESERVE, 0x1000, 0x2000), MB_OK);
	assert_int_equal(range(OP_FREE, 0x1000, 0x1000), MB_OK);
	assert_int_equal(apply((struct op){.kind = OP_SET_NODE,
			     .base = 0x2000,
			     .size = 0x1000,
			     .nid = 0,
			     .list = OP_LIST_RESERVED}),
	    MB_OK);
	assert_string_equal(layout(mb->reserved), "[2000-3000 0]");
}

static void settings_are_switched(void **state)
{
	(void)state;
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_BOTTOM_UP, .value = 1}), MB_OK);
	assert_true(mb->bottom_up);
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_BOTTOM_UP, .value = 0}), MB_OK);
	assert_false(mb->bottom_up);
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_CURRENT_LIMIT, .value = 0x5000}),
	    MB_OK);
	assert_int_equal(mb->current_limit, 0x5000);
	assert_int_equal(
	    apply((struct op){.kind = OP_SET_RESIZE, .value = 1}), MB_OK);
	assert_true(mb->can_resize);
}

static void alloc_answers_its_address_and_reserves_it(void **state)
{
	(void)state;
	assert_int_equal(range(OP_ADD, 0x1000, 0x8000), MB_OK);
	assert_int_equal(apply(alloc_of(0x1000)), MB_OK);
	assert_int_equal(outcome.base, 0x8000);
	assert_int_equal(outcome.warnings, 0);
	assert_string_equal(outcome.message, "");
	assert_string_equal(layout(mb->reserved), "[8000-9000]");
}

static void alloc_that_fails_changes_nothing_and_says_why(void **state)
{
	struct op op = alloc_of(0x1000);

	(void)state;
	op.to = 0x10000;
	op.align = 0; /* no warning about what was not done */
	assert_int_equal(apply(op), MB_NO_SPACE);
	assert_int_equal(outcome.status, MB_NO_SPACE);
	assert_int_equal(outcome.base, 0);
	assert_int_equal(outcome.warnings, 0);
	assert_string_equal(outcome.message,
	    "no 0x1000 bytes aligned to 0x40 in [0x1000-0xffff]: "
	    "nothing is free there");
	assert_string_equal(layout(mb->reserved), "");
}

/* ---- warnings ---- */

static void alloc_with_align_0_is_done_with_a_warning(void **state)
{
	struct op op = alloc_of(1);

	(void)state;
	op.align = 0;
	assert_int_equal(range(OP_ADD, 0x1000, 0x1000), MB_OK);
	assert_int_equal(apply(op), MB_OK);
	assert_int_equal(outcome.base, 0x1fc0);
	assert_int_equal(outcome.warnings, OP_WARN_ALIGN_ZERO);
	assert_string_equal(
	    outcome.message, "align 0 was taken as 0x40, the cache line");
}

/*   has         |-1 nomap-|
 *   add, 0   |----|
 */
static void add_below_a_region_of_other_node_and_flags_warns_of_both(
    void **state)
{
	(void)state;
	assert_int_equal(apply((struct op){.kind = OP_ADD,
			     .base = 0x2000,
			     .size = 0x2000,
			     .nid = 1,
			     .flags = MEMBLOCK_NOMAP}),
	    MB_OK);
	assert_int_equal(
	    apply((struct op){
		.kind = OP_ADD, .base = 0x1000, .size = 0x2000, .nid = 0}),
	    MB_OK);
	assert_int_equal(
	    outcome.warnings, OP_WARN_NODE_DIFFERS | OP_WARN_FLAGS_DIFFER);
	assert_string_equal(outcome.message,
	    "[0x2000-0x3fff] was there and keeps node 1\n"
	    "[0x2000-0x3fff] was there and keeps flags nomap");
	assert_string_equal(
	    layout(mb->memory), "[1000-2000 0] [2000-4000 1 nomap]");
}

/* The region begins where the range ends, or before it: nothing is met. */
static void add_that_only_touches_or_lies_above_does_not_warn(void **state)
{
	(void)state;
	assert_int_equal(
	    apply((struct op){
		.kind = OP_ADD, .base = 0x2000, .size = 0x2000, .nid = 1}),
	    MB_OK);
	assert_int_equal(range(OP_ADD, 0x1000, 0x1000), MB_OK);
	assert_int_equal(outcome.warnings, 0);
	assert_int_equal(range(OP_ADD, 0x3000, 0x2000), MB_OK);
	assert_int_equal(outcome.warnings, 0);
}

/* ---- refusals ---- */

static void invalid_argument_is_refused_before_anything_changes(void **state)
{
	(void)state;
	assert_int_equal(
	    apply((struct op){.kind = OP_ADD, .size = 0x1000, .nid = 2}),
	    MB_INVALID);
	assert_string_equal(outcome.message, "nid 2 is not one of 0 to 1");
	assert_string_equal(layout(mb->memory), "");
}

/* Expect the third list to take what it is given, and no other list to:
 *
 *   physmem   |-------|-------|
 */
static void physmem_add_goes_to_physmem_alone(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *copy;

	(void)state;
	memblock_destroy(mb);
	settings.physmem = true;
	mb = memblock_create(&settings);
	assert_int_equal(range(OP_PHYSMEM_ADD, 0x1000, 0x1000), MB_OK);
	copy = memblock_copy(mb);
	assert_int_equal(range(OP_PHYSMEM_ADD, 0x2000, 0x1000), MB_OK);
	assert_false(memblock_equal(mb, copy));
	assert_string_equal(layout(mb->physmem), "[1000-3000]");
	assert_string_equal(layout(mb->memory), "");
	assert_string_equal(layout(mb->reserved), "");
	memblock_destroy(copy);
}

static void physmem_add_without_physmem_is_refused(void **state)
{
	(void)state;
	assert_int_equal(range(OP_PHYSMEM_ADD, 0x1000, 0x1000), MB_NO_LIST);
	assert_string_equal(outcome.message, "the instance has no physmem");
}

static void operation_past_regions_max_is_refused_with_the_limit(void **state)
{
	(void)state;
	mb->regions_max = 0;
	assert_int_equal(range(OP_ADD, 0x1000, 0x1000), MB_LIMIT);
	assert_string_equal(
	    outcome.message, "this could pass the limit of 0 regions");
	assert_string_equal(layout(mb->memory), "");
}

/* ---- previews ---- */

static void preview_answers_the_same_and_changes_nothing(void **state)
{
	const struct op add = {
	    .kind = OP_ADD, .base = 0x1000, .size = 0x2000, .nid = 0};
	const struct op alloc = alloc_of(0x1000);
	struct outcome preview;

	(void)state;
	assert_int_equal(op_preview(mb, &add, &preview), MB_OK);
	assert_string_equal(layout(mb->memory), "");
	assert_int_equal(apply(add), MB_OK);
	assert_true(outcome_equal(&preview, &outcome));
	assert_int_equal(op_preview(mb, &alloc, &preview), MB_OK);
	assert_string_equal(layout(mb->reserved), "");
	assert_int_equal(apply(alloc), MB_OK);
	assert_true(outcome_equal(&preview, &outcome));
	assert_int_equal(preview.base, 0x2000);
}

static void preview_of_invalid_arguments_is_refused_alike(void **state)
{
	const struct op alloc = alloc_of(0);
	struct outcome preview;

	(void)state;
	assert_int_equal(op_preview(mb, &alloc, &preview), MB_INVALID);
	assert_string_equal(preview.message, "size is 0");
}

static void outcomes_are_equal_whatever_their_words(void **state)
{
	struct outcome a = {.status = MB_OK, .base = 1, .warnings = 1};
	struct outcome b = a;

	(void)state;
	strcpy(b.message, "other words");
	assert_true(outcome_equal(&a, &b));
	b.base = 2;
	assert_false(outcome_equal(&a, &b));
	b = a;
	b.warnings = 2;
	assert_false(outcome_equal(&a, &b));
	b = a;
	b.status = MB_NO_SPACE;
	assert_false(outcome_equal(&a, &b));
}

#define OP_TEST(test)                                                          \
	cmocka_unit_test_setup_teardown(test, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    OP_TEST(twelve_steps_of_reserve_lead_where_the_notes_say),
	    OP_TEST(every_kind_has_its_row),
	    OP_TEST(each_operation_does_what_its_name_says),
	    OP_TEST(settings_are_switched),
	    OP_TEST(alloc_answers_its_address_and_reserves_it),
	    OP_TEST(alloc_that_fails_changes_nothing_and_says_why),
	    OP_TEST(alloc_with_align_0_is_done_with_a_warning),
	    OP_TEST(add_below_a_region_of_other_node_and_flags_warns_of_both),
	    OP_TEST(add_that_only_touches_or_lies_above_does_not_warn),
	    OP_TEST(invalid_argument_is_refused_before_anything_changes),
	    OP_TEST(physmem_add_goes_to_physmem_alone),
	    OP_TEST(physmem_add_without_physmem_is_refused),
	    OP_TEST(operation_past_regions_max_is_refused_with_the_limit),
	    OP_TEST(preview_answers_the_same_and_changes_nothing),
	    OP_TEST(preview_of_invalid_arguments_is_refused_alike),
	    OP_TEST(outcomes_are_equal_whatever_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
