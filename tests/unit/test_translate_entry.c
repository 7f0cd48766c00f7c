/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/translate_entry.h"

#include "tests/unit/translation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void mark_of_a_device_tree_is_told_in_logs(void **state)
{
	const struct op mark = {.kind = OP_MARK,
	    .base = 0x1000,
	    .size = 0x2000,
	    .nid = MB_NO_NODE,
	    .flags = MEMBLOCK_NOMAP};

	(void)state;
	translate_entry(&mark, &entry, &room);
	assert_int_equal(entry.operation_case, ENTRY(MARK));
	assert_int_equal(entry.mark->address, 0x1000);
	assert_int_equal(entry.mark->size, 0x2000);
	assert_int_equal(entry.mark->flags, MEMBLOCK_NOMAP);
}

static void row_of_a_kind_without_an_entry_tells_no_operation(void **state)
{
	const struct op later = {.kind = (enum op_kind)99, .size = 0x1000};

	(void)state;
	translate_entry(&later, &entry, &room);
	assert_int_equal(entry.operation_case, ENTRY(_NOT_SET));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		mark_of_a_device_tree_is_told_in_logs, translation_begin),
	    cmocka_unit_test_setup(
		row_of_a_kind_without_an_entry_tells_no_operation,
		translation_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
