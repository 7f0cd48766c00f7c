/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/translate.h"

#include "tests/unit/translation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add_goes_there_and_back(void **state)
{
	Memblock__V1__Add add = MEMBLOCK__V1__ADD__INIT;

	(void)state;
	message.operation_case = OPERATION(ADD);
	message.add = &add;
	add.has_address = add.has_size = add.has_nid = add.has_flags = 1;
	add.address = 0x1000;
	add.size = UINT64_MAX;
	add.nid = 3;
	add.flags = MEMBLOCK_NOMAP;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_ADD);
	assert_int_equal(op.base, 0x1000);
	assert_true(op.size == UINT64_MAX);
	assert_int_equal(op.nid, 3);
	assert_int_equal(op.flags, MEMBLOCK_NOMAP);
	assert_int_equal(entry.operation_case, ENTRY(ADD));
	assert_int_equal(entry.add->address, 0x1000);
	assert_true(entry.add->size == UINT64_MAX);
	assert_true(entry.add->has_nid);
	assert_int_equal(entry.add->nid, 3);
	assert_true(entry.add->has_flags);
	assert_int_equal(entry.add->flags, MEMBLOCK_NOMAP);
	ASSERT_NEEDS_A_RANGE(&add);
}

static void reserve_goes_there_and_back(void **state)
{
	Memblock__V1__Reserve reserve = MEMBLOCK__V1__RESERVE__INIT;

	(void)state;
	message.operation_case = OPERATION(RESERVE);
	message.reserve = &reserve;
	reserve.has_address = reserve.has_size = reserve.has_flags = 1;
	reserve.size = 0x2000;
	reserve.flags = MEMBLOCK_RSRV_NOINIT;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_RESERVE);
	assert_int_equal(op.base, 0);
	assert_int_equal(op.size, 0x2000);
	assert_int_equal(op.nid, MB_NO_NODE);
	assert_int_equal(op.flags, MEMBLOCK_RSRV_NOINIT);
	assert_int_equal(entry.operation_case, ENTRY(RESERVE));
	assert_true(entry.reserve->has_address);
	assert_int_equal(entry.reserve->size, 0x2000);
	assert_false(entry.reserve->has_nid);
	assert_int_equal(entry.reserve->flags, MEMBLOCK_RSRV_NOINIT);
	ASSERT_NEEDS_A_RANGE(&reserve);
}

static void remove_goes_there_and_back(void **state)
{
	Memblock__V1__Remove removal = MEMBLOCK__V1__REMOVE__INIT;

	(void)state;
	message.operation_case = OPERATION(REMOVE);
	message.remove = &removal;
	removal.has_address = removal.has_size = 1;
	removal.address = 5;
	removal.size = 6;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_REMOVE);
	assert_int_equal(op.base, 5);
	assert_int_equal(op.size, 6);
	assert_int_equal(op.nid, MB_NO_NODE);
	assert_int_equal(entry.operation_case, ENTRY(REMOVE));
	assert_int_equal(entry.remove->address, 5);
	assert_int_equal(entry.remove->size, 6);
	ASSERT_NEEDS_A_RANGE(&removal);
}

static void free_goes_there_and_back(void **state)
{
	Memblock__V1__Free range = MEMBLOCK__V1__FREE__INIT;

	(void)state;
	message.operation_case = OPERATION(FREE);
	message.free = &range;
	range.has_address = range.has_size = 1;
	range.address = 7;
	range.size = 8;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_FREE);
	assert_int_equal(op.base, 7);
	assert_int_equal(op.size, 8);
	assert_int_equal(entry.operation_case, ENTRY(FREE));
	assert_int_equal(entry.free->address, 7);
	assert_int_equal(entry.free->size, 8);
	ASSERT_NEEDS_A_RANGE(&range);
}

static void alloc_goes_there_and_back(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	message.operation_case = OPERATION(ALLOC);
	message.alloc = &alloc;
	alloc.has_size = alloc.has_align = alloc.has_from_address = 1;
	alloc.has_to_address = alloc.has_nid = 1;
	alloc.has_exact_nid = alloc.exact_nid = 1;
	alloc.has_min_fallback = alloc.min_fallback = 1;
	alloc.size = 0x100;
	alloc.align = 0x40;
	alloc.from_address = 0x1000;
	alloc.to_address = 0x9000;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_ALLOC);
	assert_int_equal(op.size, 0x100);
	assert_int_equal(op.align, 0x40);
	assert_int_equal(op.from, 0x1000);
	assert_int_equal(op.to, 0x9000);
	assert_int_equal(op.nid, 0);
	assert_true(op.exact_nid);
	assert_true(op.min_fallback);
	assert_int_equal(entry.operation_case, ENTRY(ALLOC));
	assert_int_equal(entry.alloc->size, 0x100);
	assert_int_equal(entry.alloc->align, 0x40);
	assert_int_equal(entry.alloc->from_address, 0x1000);
	assert_int_equal(entry.alloc->to_address, 0x9000);
	assert_true(entry.alloc->has_nid);
	assert_int_equal(entry.alloc->nid, 0);
	assert_true(entry.alloc->exact_nid);
	assert_true(entry.alloc->min_fallback);
}

/* Expect the instance's cache line, and in the log nothing that was not
 * asked. */
static void alloc_of_a_size_alone_takes_the_defaults(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	message.operation_case = OPERATION(ALLOC);
	message.alloc = &alloc;
	alloc.has_size = 1;
	alloc.size = 1;
	translate_there_and_back();
	assert_int_equal(op.align, 128);
	assert_int_equal(op.from, 0);
	assert_int_equal(op.to, 0);
	assert_int_equal(op.nid, MB_NO_NODE);
	assert_false(op.exact_nid);
	assert_false(op.min_fallback);
	assert_false(entry.alloc->has_from_address);
	assert_false(entry.alloc->has_to_address);
	assert_false(entry.alloc->has_nid);
	assert_false(entry.alloc->has_exact_nid);
	assert_false(entry.alloc->has_min_fallback);
}

static void alloc_with_align_0_keeps_it_for_the_warning(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	message.operation_case = OPERATION(ALLOC);
	message.alloc = &alloc;
	alloc.has_size = alloc.has_align = 1;
	translate_there_and_back();
	assert_int_equal(op.align, 0);
	assert_true(entry.alloc->has_align);
	assert_int_equal(entry.alloc->align, 0);
}

static void alloc_without_a_size_is_refused(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	message.operation_case = OPERATION(ALLOC);
	message.alloc = &alloc;
	assert_missing("the size is missing");
}

static void find_is_an_alloc_that_is_not_done(void **state)
{
	Memblock__V1__Alloc find = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	message.operation_case = OPERATION(FIND);
	message.find = &find;
	find.has_size = 1;
	find.size = 0x100;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_ALLOC);
	assert_int_equal(op.size, 0x100);
	find.has_size = 0;
	assert_missing("the size is missing");
}

/* Expect a node that no instance has, not one that wrapped to "none". */
static void nid_above_31_bits_stays_out_of_range(void **state)
{
	static const uint32_t nids[] = {1u << 31, UINT32_MAX};
	Memblock__V1__Add add = MEMBLOCK__V1__ADD__INIT;
	size_t i;

	(void)state;
	message.operation_case = OPERATION(ADD);
	message.add = &add;
	add.has_address = add.has_size = add.has_nid = 1;
	for (i = 0; i < 2; i++) {
		add.nid = nids[i];
		assert_null(translate_request(&message, &settings, &op));
		assert_int_equal(op.nid, INT32_MAX);
	}
}

static Memblock__V1__Set set_of(Memblock__V1__Set__SettingCase setting)
{
	Memblock__V1__Set set = MEMBLOCK__V1__SET__INIT;

	set.setting_case = setting;
	message.operation_case = OPERATION(SET);
	message.set = NULL;
	return set;
}

static void bottom_up_goes_there_and_back_both_ways(void **state)
{
	Memblock__V1__Set set = set_of(MEMBLOCK__V1__SET__SETTING_BOTTOM_UP);

	(void)state;
	message.set = &set;
	set.bottom_up = 1;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_SET_BOTTOM_UP);
	assert_int_equal(op.value, 1);
	assert_int_equal(entry.operation_case, ENTRY(SET));
	assert_int_equal(
	    entry.set->setting_case, MEMBLOCK__V1__SET__SETTING_BOTTOM_UP);
	assert_true(entry.set->bottom_up);
	set.bottom_up = 0;
	translate_there_and_back();
	assert_int_equal(op.value, 0);
	assert_false(entry.set->bottom_up);
}

static void current_limit_goes_there_and_back(void **state)
{
	Memblock__V1__Set set =
	    set_of(MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT);

	(void)state;
	message.set = &set;
	set.current_limit = UINT64_MAX;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_SET_CURRENT_LIMIT);
	assert_true(op.value == UINT64_MAX);
	assert_int_equal(
	    entry.set->setting_case, MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT);
	assert_true(entry.set->current_limit == UINT64_MAX);
}

static void resize_goes_there_and_back_and_only_on(void **state)
{
	Memblock__V1__Set set = set_of(MEMBLOCK__V1__SET__SETTING_RESIZE);

	(void)state;
	message.set = &set;
	set.resize = 1;
	translate_there_and_back();
	assert_int_equal(op.kind, OP_SET_RESIZE);
	assert_int_equal(op.value, 1);
	assert_int_equal(
	    entry.set->setting_case, MEMBLOCK__V1__SET__SETTING_RESIZE);
	assert_true(entry.set->resize);
	set.resize = 0;
	assert_missing("resize cannot be set to off");
}

static void set_of_nothing_is_refused(void **state)
{
	Memblock__V1__Set set = set_of(MEMBLOCK__V1__SET__SETTING__NOT_SET);

	(void)state;
	message.set = &set;
	assert_missing("set names no setting that this server knows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(add_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		reserve_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		remove_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(free_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		alloc_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		alloc_of_a_size_alone_takes_the_defaults, translation_begin),
	    cmocka_unit_test_setup(
		alloc_with_align_0_keeps_it_for_the_warning, translation_begin),
	    cmocka_unit_test_setup(
		alloc_without_a_size_is_refused, translation_begin),
	    cmocka_unit_test_setup(
		find_is_an_alloc_that_is_not_done, translation_begin),
	    cmocka_unit_test_setup(
		nid_above_31_bits_stays_out_of_range, translation_begin),
	    cmocka_unit_test_setup(
		bottom_up_goes_there_and_back_both_ways, translation_begin),
	    cmocka_unit_test_setup(
		current_limit_goes_there_and_back, translation_begin),
	    cmocka_unit_test_setup(
		resize_goes_there_and_back_and_only_on, translation_begin),
	    cmocka_unit_test_setup(
		set_of_nothing_is_refused, translation_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
