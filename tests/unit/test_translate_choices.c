/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to operations and back: those that choose what to change; the
 * others are in test_translate.c. */
#include "daemon/translate.h"

#include "tests/unit/translation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Sends a range of 0x1000 bytes at 0x2000 there and back. */
#define EXPECT_RANGE(name, NAME, KIND)                                         \
	do {                                                                   \
		message.operation_case = OPERATION(NAME);                      \
		message.name = &name;                                          \
		name.has_address = name.has_size = 1;                          \
		name.address = 0x2000;                                         \
		name.size = 0x1000;                                            \
		translate_there_and_back();                                    \
		assert_int_equal(op.kind, KIND);                               \
		assert_int_equal(entry.operation_case, ENTRY(NAME));           \
		assert_int_equal(entry.name->address, 0x2000);                 \
		assert_int_equal(entry.name->size, 0x1000);                    \
	} while (0)

static void mark_and_clear_go_there_and_back(void **state)
{
	Memblock__V1__Mark mark = MEMBLOCK__V1__MARK__INIT;
	Memblock__V1__Clear clear = MEMBLOCK__V1__CLEAR__INIT;

	(void)state;
	mark.has_flags = clear.has_flags = 1;
	mark.flags = clear.flags = MEMBLOCK_MIRROR;
	EXPECT_RANGE(mark, MARK, OP_MARK);
	assert_int_equal(entry.mark->flags, MEMBLOCK_MIRROR);
	ASSERT_NEEDS_A_RANGE(&mark);
	EXPECT_RANGE(clear, CLEAR, OP_CLEAR);
	assert_int_equal(entry.clear->flags, MEMBLOCK_MIRROR);
	ASSERT_NEEDS_A_RANGE(&clear);
}

static void set_node_goes_there_and_back_with_its_list(void **state)
{
	Memblock__V1__SetNode set_node = MEMBLOCK__V1__SET_NODE__INIT;

	(void)state;
	EXPECT_RANGE(set_node, SET_NODE, OP_SET_NODE);
	assert_int_equal(op.nid, MB_NO_NODE);
	assert_int_equal(op.list, OP_LIST_MEMORY);
	assert_false(entry.set_node->has_nid);
	set_node.has_nid = set_node.has_type = 1;
	set_node.nid = 1;
	set_node.type = MEMBLOCK__V1__TYPE__TYPE_RESERVED;
	EXPECT_RANGE(set_node, SET_NODE, OP_SET_NODE);
	assert_int_equal(op.list, OP_LIST_RESERVED);
	assert_int_equal(entry.set_node->nid, 1);
	assert_int_equal(
	    entry.set_node->type, MEMBLOCK__V1__TYPE__TYPE_RESERVED);
	ASSERT_NEEDS_A_RANGE(&set_node);
}

static void trim_limit_and_cap_go_there_and_back(void **state)
{
	Memblock__V1__Trim trim = MEMBLOCK__V1__TRIM__INIT;
	Memblock__V1__Limit limit = MEMBLOCK__V1__LIMIT__INIT;
	Memblock__V1__Cap cap = MEMBLOCK__V1__CAP__INIT;

	(void)state;
	message.operation_case = OPERATION(TRIM);
	message.trim = &trim;
	assert_missing("the align is missing");
	trim.has_align = 1;
	trim.align = 0x1000;
	translate_there_and_back();
	assert_int_equal(entry.trim->align, 0x1000);
	message.operation_case = OPERATION(LIMIT);
	message.limit = &limit;
	assert_missing("the size is missing");
	limit.has_size = limit.has_keep_nomap = limit.keep_nomap = 1;
	limit.size = 0x3000;
	translate_there_and_back();
	assert_int_equal(entry.limit->size, 0x3000);
	assert_true(op.keep_nomap && entry.limit->keep_nomap);
	EXPECT_RANGE(cap, CAP, OP_CAP);
	ASSERT_NEEDS_A_RANGE(&cap);
}

static void physmem_add_goes_there_and_back(void **state)
{
	Memblock__V1__PhysmemAdd physmem_add = MEMBLOCK__V1__PHYSMEM_ADD__INIT;

	(void)state;
	EXPECT_RANGE(physmem_add, PHYSMEM_ADD, OP_PHYSMEM_ADD);
	ASSERT_NEEDS_A_RANGE(&physmem_add);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		mark_and_clear_go_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		set_node_goes_there_and_back_with_its_list, translation_begin),
	    cmocka_unit_test_setup(
		trim_limit_and_cap_go_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		physmem_add_goes_there_and_back, translation_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
