/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/fields.h"

#include "memblock.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_field_has_a_name_and_the_next_has_none(void **state)
{
	int field;

	(void)state;
	assert_null(field_name((enum mbc_field)0));
	for (field = 1; field <= MBC_FIELD_FOLLOW_ORIGIN; field++)
		assert_non_null(field_name((enum mbc_field)field));
	assert_null(field_name((enum mbc_field)field));
	assert_null(field_name((enum mbc_field) - 1));
}

/* Expect every field to be one of some message: a name that the .proto does
 * not know would never be found. */
static void each_name_is_a_field_of_the_protocol(void **state)
{
	static const ProtobufCMessageDescriptor *const messages[] = {
	    &memblock__v1__add__descriptor, &memblock__v1__alloc__descriptor,
	    &memblock__v1__list__descriptor, &memblock__v1__log__descriptor,
	    &memblock__v1__settings__descriptor, &memblock__v1__set__descriptor,
	    &memblock__v1__info_result__descriptor,
	    &memblock__v1__set_node__descriptor,
	    &memblock__v1__limit__descriptor, &memblock__v1__ranges__descriptor,
	    &memblock__v1__handover__descriptor,
	    &memblock__v1__lowmem__descriptor, &memblock__v1__diff__descriptor,
	    &memblock__v1__watch__descriptor};
	int field;
	size_t i, found;

	(void)state;
	for (field = 1; field <= MBC_FIELD_FOLLOW_ORIGIN; field++) {
		for (found = i = 0; i < sizeof(messages) / sizeof(messages[0]);
		     i++)
			found +=
			    protobuf_c_message_descriptor_get_field_by_name(
				messages[i],
				field_name((enum mbc_field)field)) != NULL;
		if (found == 0)
			fail_msg("%s", field_name((enum mbc_field)field));
	}
}

static void number_set_is_the_number_got(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;
	uint64_t value = 99;

	(void)state;
	assert_false(field_get_number(&alloc.base, MBC_FIELD_NID, &value));
	assert_true(value == 99);
	assert_int_equal(
	    field_set_number(&alloc.base, MBC_FIELD_NID, UINT32_MAX), FIELD_OK);
	assert_true(field_get_number(&alloc.base, MBC_FIELD_NID, &value));
	assert_true(value == UINT32_MAX);
	field_set_number(&alloc.base, MBC_FIELD_TO, UINT64_MAX);
	assert_true(alloc.has_to_address && alloc.to_address == UINT64_MAX);
	field_set_number(&alloc.base, MBC_FIELD_EXACT_NID, 0);
	assert_true(field_get_number(&alloc.base, MBC_FIELD_EXACT_NID, &value));
	assert_true(value == 0);
}

static void number_that_does_not_fit_changes_nothing(void **state)
{
	Memblock__V1__Alloc alloc = MEMBLOCK__V1__ALLOC__INIT;

	(void)state;
	assert_int_equal(
	    field_set_number(&alloc.base, MBC_FIELD_NID, UINT64_C(1) << 32),
	    FIELD_TOO_LARGE);
	assert_int_equal(field_set_number(&alloc.base, MBC_FIELD_EXACT_NID, 2),
	    FIELD_TOO_LARGE);
	assert_int_equal(
	    field_set_number(&alloc.base, MBC_FIELD_FLAGS, 0), FIELD_ABSENT);
	assert_false(alloc.has_nid || alloc.has_exact_nid);
}

static void list_set_is_the_list_got(void **state)
{
	Memblock__V1__SetNode set_node = MEMBLOCK__V1__SET_NODE__INIT;
	uint64_t value = 99;

	(void)state;
	assert_false(field_get_number(&set_node.base, MBC_FIELD_TYPE, &value));
	assert_int_equal(
	    field_set_number(&set_node.base, MBC_FIELD_TYPE, MBC_RESERVED),
	    FIELD_OK);
	assert_true(field_get_number(&set_node.base, MBC_FIELD_TYPE, &value));
	assert_true(value == MBC_RESERVED);
	assert_int_equal(
	    field_set_number(&set_node.base, MBC_FIELD_TYPE, UINT64_C(1) << 31),
	    FIELD_TOO_LARGE);
}

static void case_of_a_oneof_is_the_one_that_was_set(void **state)
{
	Memblock__V1__Set set = MEMBLOCK__V1__SET__INIT;
	uint64_t value;

	(void)state;
	field_set_number(&set.base, MBC_FIELD_CURRENT_LIMIT, 7);
	assert_true(
	    field_get_number(&set.base, MBC_FIELD_CURRENT_LIMIT, &value));
	assert_true(value == 7);
	assert_false(field_get_number(&set.base, MBC_FIELD_BOTTOM_UP, &value));
}

static void areas_are_added_in_order(void **state)
{
	Memblock__V1__Handover *handover = malloc(sizeof(*handover));

	(void)state;
	assert_non_null(handover);
	memblock__v1__handover__init(handover);
	assert_int_equal(
	    field_add_area(&handover->base, MBC_FIELD_CMA, 1, 2), FIELD_OK);
	assert_int_equal(
	    field_add_area(&handover->base, MBC_FIELD_CMA, 3, 4), FIELD_OK);
	assert_int_equal(
	    field_add_area(&handover->base, MBC_FIELD_MAX_LOW_PFN, 5, 6),
	    FIELD_ABSENT);
	assert_int_equal(
	    field_add_area(&handover->base, MBC_FIELD_NID, 5, 6), FIELD_ABSENT);
	assert_int_equal(handover->n_cma, 2);
	assert_true(
	    handover->cma[0]->has_address && handover->cma[0]->has_size);
	assert_true(handover->cma[0]->address == 1);
	assert_true(handover->cma[1]->size == 4);
	assert_int_equal(handover->n_init, 0);
	memblock__v1__handover__free_unpacked(handover, NULL);
}

static void text_is_copied_and_replaced(void **state)
{
	Memblock__V1__Settings settings = MEMBLOCK__V1__SETTINGS__INIT;

	(void)state;
	assert_null(field_get_text(&settings.base, MBC_FIELD_KERNEL));
	field_set_text(&settings.base, MBC_FIELD_KERNEL, "a");
	field_set_text(&settings.base, MBC_FIELD_KERNEL, "b");
	assert_string_equal(
	    field_get_text(&settings.base, MBC_FIELD_KERNEL), "b");
	assert_int_equal(
	    field_set_text(&settings.base, MBC_FIELD_NODES, "b"), FIELD_ABSENT);
	assert_null(field_get_text(&settings.base, MBC_FIELD_NODES));
	free(settings.kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_field_has_a_name_and_the_next_has_none),
	    cmocka_unit_test(each_name_is_a_field_of_the_protocol),
	    cmocka_unit_test(number_set_is_the_number_got),
	    cmocka_unit_test(number_that_does_not_fit_changes_nothing),
	    cmocka_unit_test(list_set_is_the_list_got),
	    cmocka_unit_test(case_of_a_oneof_is_the_one_that_was_set),
	    cmocka_unit_test(areas_are_added_in_order),
	    cmocka_unit_test(text_is_copied_and_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
