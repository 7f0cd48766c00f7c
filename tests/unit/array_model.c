/* SPDX-License-Identifier: BSD-2-Clause */
#include "array_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>

struct memblock *array_mb;
struct outcome array_outcome;

int array_model_make(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.kernel_arrays = true;
	settings.memory_regions = 4;
	settings.reserved_regions = 4;
	settings.mirrored_kernelcore = true;
	settings.physmem = true;
	settings.nodes = 2;
	array_mb = memblock_create(&settings);
	return array_mb == NULL;
}

int array_model_destroy(void **state)
{
	(void)state;
	memblock_destroy(array_mb);
	return 0;
}

struct op array_op(enum op_kind kind, uint64_t base, uint64_t end)
{
	return (struct op){
	    .kind = kind, .base = base, .size = end - base, .nid = MB_NO_NODE};
}

enum mb_status array_apply(struct op op)
{
	return op_apply(array_mb, &op, &array_outcome);
}

enum mb_status array_range(enum op_kind kind, uint64_t base, uint64_t end)
{
	return array_apply(array_op(kind, base, end));
}

void array_allow_resize(void)
{
	assert_int_equal(
	    array_apply((struct op){.kind = OP_SET_RESIZE, .value = 1}), MB_OK);
}

void array_fill(enum op_kind kind, uint64_t base, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++, base += 2 * PAGE)
		assert_int_equal(array_range(kind, base, base + PAGE), MB_OK);
}

void array_expect_full(struct op op, const char *message)
{
	struct memblock *before = memblock_copy(array_mb);

	assert_int_equal(array_apply(op), MB_NO_SPACE);
	assert_string_equal(array_outcome.message, message);
	assert_true(memblock_equal(before, array_mb));
	memblock_destroy(before);
}
