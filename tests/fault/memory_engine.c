/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that ends below a model: the n-th allocation of each kind of operation
 * fails, for every n until it is done; and of making and copying a model.
 *
 * Expect MB_NO_MEMORY, the model as it was to the last region, and nothing left
 * behind; and the same operation to be done when there is memory. */
#include "engine/memblock.h"
#include "engine/op.h"
#include "tests/fault/scarce_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* How often an operation is done, so that lists grow on the way. */
#define ROUNDS 100

/* One of each kind that changes lists, on [base, base + 0x1800). */
static struct op op_of(enum op_kind kind, uint64_t base)
{
	struct op op = {
	    .kind = kind, .base = base, .size = 0x1800, .nid = MB_NO_NODE};

	if (kind == OP_ALLOC || kind == OP_TRIM)
		op.align = 0x1000;
	if (kind == OP_MARK || kind == OP_CLEAR)
		op.flags = MEMBLOCK_NOMAP;
	if (kind == OP_SET_NODE)
		op.nid = 1;
	if (kind == OP_SET_CURRENT_LIMIT)
		op.value = UINT64_MAX;
	if (kind == OP_SET_BOTTOM_UP || kind == OP_SET_RESIZE)
		op.value = 1;
	return op;
}

/* Sixty pages in pieces, every third of them reserved; with kernel arrays, in
 * some that have grown and will again. */
static struct memblock *new_model(bool kernel_arrays)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb;
	struct outcome outcome;
	struct op op;
	uint64_t i;

	settings.nodes = 2;
	settings.physmem = true;
	settings.kernel_arrays = kernel_arrays;
	settings.memory_regions = kernel_arrays ? 16 : 0;
	settings.reserved_regions = kernel_arrays ? 16 : 0;
	mb = memblock_create(&settings);
	assert_non_null(mb);
	op = op_of(OP_SET_RESIZE, 0);
	op_apply(mb, &op, &outcome);
	for (i = 0; i < 60; i++) {
		op = op_of(i % 3 == 0 ? OP_RESERVE : OP_ADD, i * 0x3000);
		op_apply(mb, &op, &outcome);
		assert_int_equal(outcome.status, MB_OK);
	}
	return mb;
}

static void do_in_the_end(struct memblock *mb, const struct op *op)
{
	struct memblock *before = memblock_copy(mb);
	enum mb_status status = MB_NO_MEMORY;
	struct outcome outcome;
	size_t number;

	assert_non_null(before);
	for (number = 1; status == MB_NO_MEMORY; number++) {
		scarce_memory_arm(number, number % 2 == 0);
		status = op_apply(mb, op, &outcome);
		scarce_memory_enough();
		assert_int_equal(outcome.status, status);
		if (status != MB_NO_MEMORY)
			continue;
		assert_true(scarce_memory_struck());
		assert_true(memblock_equal(mb, before));
	}
	memblock_destroy(before);
}

static void do_each_kind(bool kernel_arrays)
{
	const long live = scarce_memory_live();
	struct memblock *mb;
	uint64_t i;
	int kind;

	for (kind = 1; kind <= OP_KIND_MAX; kind++) {
		mb = new_model(kernel_arrays);
		for (i = 0; i < ROUNDS; i++) {
			const struct op op =
			    op_of((enum op_kind)kind, i * 0x2400);

			do_in_the_end(mb, &op);
		}
		memblock_destroy(mb);
	}
	assert_int_equal(scarce_memory_live(), live);
}

static void operation_without_memory_changes_nothing(void **state)
{
	(void)state;
	do_each_kind(false);
}

static void growth_without_memory_changes_nothing(void **state)
{
	(void)state;
	do_each_kind(true);
}

static void preview_without_memory_leaves_nothing_behind(void **state)
{
	struct memblock *mb = new_model(false);
	const struct op op = op_of(OP_RESERVE, 0x400);
	const long live = scarce_memory_live();
	enum mb_status status = MB_NO_MEMORY;
	struct outcome outcome;
	size_t number;

	(void)state;
	for (number = 1; status == MB_NO_MEMORY; number++) {
		scarce_memory_arm(number, false);
		status = op_preview(mb, &op, &outcome);
		scarce_memory_enough();
		assert_int_equal(scarce_memory_live(), live);
	}
	assert_int_equal(status, MB_OK);
	memblock_destroy(mb);
}

static void model_without_memory_is_none(void **state)
{
	const struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb = NULL, *copy = NULL;
	const long live = scarce_memory_live();
	size_t number;

	(void)state;
	for (number = 1; mb == NULL; number++) {
		assert_int_equal(scarce_memory_live(), live);
		scarce_memory_arm(number, false);
		mb = memblock_create(&settings);
		scarce_memory_enough();
	}
	memblock_destroy(mb);
	mb = new_model(false);
	for (number = 1; copy == NULL; number++) {
		scarce_memory_arm(number, false);
		copy = memblock_copy(mb);
		scarce_memory_enough();
	}
	assert_true(memblock_equal(mb, copy));
	memblock_destroy(copy);
	memblock_destroy(mb);
	assert_int_equal(scarce_memory_live(), live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(operation_without_memory_changes_nothing),
	    cmocka_unit_test(growth_without_memory_changes_nothing),
	    cmocka_unit_test(preview_without_memory_leaves_nothing_behind),
	    cmocka_unit_test(model_without_memory_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
