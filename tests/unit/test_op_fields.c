/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/op_fields.h"

#include "engine/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Expect each bit to lead to a field of its own. */
static void every_field_set_is_the_field_got(void **state)
{
	struct op op = {.kind = OP_ADD};
	unsigned int i;

	(void)state;
	for (i = 0; i < OP_FIELDS_COUNT; i++)
		assert_true(op_field_set(&op, 1u << i, i % 2));
	for (i = 0; i < OP_FIELDS_COUNT; i++)
		assert_int_equal(op_field_get(&op, 1u << i), i % 2);
}

static void address_keeps_all_64_bits(void **state)
{
	struct op op = {.kind = OP_ADD};

	(void)state;
	assert_true(op_field_set(&op, OP_FIELD_BASE, UINT64_MAX));
	assert_true(op.base == UINT64_MAX);
	assert_true(op_field_get(&op, OP_FIELD_BASE) == UINT64_MAX);
}

static void no_node_is_kept_and_other_negatives_refused(void **state)
{
	struct op op = {.nid = 3};

	(void)state;
	assert_false(op_field_set(&op, OP_FIELD_NID, (uint64_t)-2));
	assert_false(op_field_set(&op, OP_FIELD_NID, (uint64_t)1 << 31));
	assert_int_equal(op.nid, 3);
	assert_true(op_field_set(&op, OP_FIELD_NID, (uint64_t)-1));
	assert_int_equal(op.nid, MB_NO_NODE);
	assert_true(op_field_get(&op, OP_FIELD_NID) == UINT64_MAX);
}

static void number_that_does_not_fit_is_refused(void **state)
{
	struct op op = {.kind = OP_ADD};

	(void)state;
	assert_false(op_field_set(&op, OP_FIELD_FLAGS, (uint64_t)1 << 32));
	assert_false(op_field_set(&op, OP_FIELD_LIST, 2));
	assert_false(op_field_set(&op, OP_FIELD_EXACT_NID, 2));
	assert_false(op_field_set(&op, OP_FIELD_MIN_FALLBACK, 2));
	assert_false(op_field_set(&op, OP_FIELD_KEEP_NOMAP, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_set_is_the_field_got),
	    cmocka_unit_test(address_keeps_all_64_bits),
	    cmocka_unit_test(no_node_is_kept_and_other_negatives_refused),
	    cmocka_unit_test(number_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
