/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void request_carries_what_made_it(void **state)
{
	struct mbc_request *request = mbc_alloc("b", 0x1000);

	(void)state;
	mbc_request_set(request, MBC_FIELD_ALIGN, 64);
	mbc_request_set(request, MBC_FIELD_NID, 1);
	mbc_request_set(request, MBC_FIELD_EXACT_NID, 1);
	assert_string_equal(request->message->instance, "b");
	assert_int_equal(request->message->operation_case,
	    MEMBLOCK__V1__REQUEST__OPERATION_ALLOC);
	assert_true(request->message->alloc->size == 0x1000);
	assert_true(request->message->alloc->has_align);
	assert_true(request->message->alloc->align == 64);
	assert_true(request->message->alloc->nid == 1);
	assert_true(request->message->alloc->exact_nid);
	assert_false(request->message->alloc->has_from_address);
	assert_string_equal(request->error, "");
	mbc_request_free(request);
}

static void create_carries_settings_that_were_given_alone(void **state)
{
	struct mbc_request *request = mbc_create("b");
	const Memblock__V1__Settings *settings =
	    request->message->create->settings;

	(void)state;
	mbc_request_set_text(request, MBC_FIELD_KERNEL, "6.1");
	mbc_request_set_text(request, MBC_FIELD_KERNEL, "6.12");
	mbc_request_set(request, MBC_FIELD_PAGE_SIZE, 0);
	assert_string_equal(settings->kernel, "6.12");
	assert_true(settings->has_page_size && settings->page_size == 0);
	assert_false(settings->has_nodes || settings->has_bottom_up);
	mbc_request_free(request);
}

static void settings_are_cases_of_their_oneof(void **state)
{
	struct mbc_request *request = mbc_set_current_limit("b", 0x1000);

	(void)state;
	assert_int_equal(request->message->set->setting_case,
	    MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT);
	assert_true(request->message->set->current_limit == 0x1000);
	mbc_request_free(request);
	request = mbc_set_bottom_up("b", false);
	assert_int_equal(request->message->set->setting_case,
	    MEMBLOCK__V1__SET__SETTING_BOTTOM_UP);
	mbc_request_free(request);
}

static void common_options_are_on_the_request_itself(void **state)
{
	struct mbc_request *request = mbc_add("b", 0, 1);

	(void)state;
	mbc_request_set_label(request, "first");
	mbc_request_set_label(request, "why");
	mbc_request_set_if_seq(request, 0);
	mbc_request_set_at_seq(request, 0);
	mbc_request_set_at_time(request, 9);
	mbc_request_set_key(request, "a\0b", 3);
	mbc_request_set_dry_run(request);
	assert_string_equal(request->message->label, "why");
	assert_true(request->message->has_if_seq);
	assert_true(request->message->if_seq == 0);
	assert_true(request->message->has_at_seq);
	assert_true(request->message->at_seq == 0);
	assert_true(request->message->has_at_time_us);
	assert_true(request->message->at_time_us == 9);
	assert_int_equal(request->message->request_key.len, 3);
	assert_memory_equal(request->message->request_key.data, "a\0b", 3);
	assert_true(request->message->dry_run);
	mbc_request_free(request);
}

static void expect_error(struct mbc_request *request, const char *error)
{
	assert_string_equal(request->error, error);
	mbc_request_free(request);
}

/* Expect the first thing that is wrong to be kept. */
static void field_that_does_not_fit_is_kept_as_an_error(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);

	(void)state;
	mbc_request_set(request, MBC_FIELD_ALIGN, 1);
	mbc_request_set(request, MBC_FIELD_NID, UINT64_MAX);
	expect_error(request, "reserve takes no align");

	request = mbc_reserve("b", 0, 1);
	mbc_request_set(request, MBC_FIELD_NID, UINT64_MAX);
	expect_error(request, "reserve: nid is too large");

	request = mbc_alloc("b", 1);
	mbc_request_set(request, MBC_FIELD_EXACT_NID, 2);
	expect_error(request, "alloc: exact_nid is too large");

	request = mbc_create("b");
	mbc_request_set(request, MBC_FIELD_KERNEL, 6);
	expect_error(request, "create takes no kernel");

	request = mbc_create("b");
	mbc_request_set_text(request, MBC_FIELD_NODES, "6");
	expect_error(request, "create takes no nodes");

	request = mbc_reserve("b", 0, 1);
	mbc_request_add_area(request, MBC_FIELD_CMA, 0, 1);
	expect_error(request, "reserve takes no cma");

	request = mbc_handover("b");
	mbc_request_set(request, MBC_FIELD_CMA, 1);
	expect_error(request, "handover takes no cma");

	request = mbc_ping();
	mbc_request_set(request, (enum mbc_field)999, 6);
	expect_error(request, "ping: there is no field 999");
}

static void changes_are_told_from_reads(void **state)
{
	struct mbc_request *const changes[] = {mbc_create("b"),
	    mbc_destroy("b"), mbc_add("b", 0, 1), mbc_remove("b", 0, 1),
	    mbc_reserve("b", 0, 1), mbc_phys_free("b", 0, 1), mbc_alloc("b", 1),
	    mbc_set_bottom_up("b", true), mbc_allow_resize("b"),
	    mbc_load("b", "", 0), mbc_boot("b", "", 0), mbc_compact("b", 1),
	    mbc_mark("b", MBC_NOMAP, 0, 1), mbc_clear("b", MBC_NOMAP, 0, 1),
	    mbc_set_node("b", 0, 1, 0), mbc_trim("b", 4096), mbc_limit("b", 1),
	    mbc_cap("b", 0, 1), mbc_physmem_add("b", 0, 1), mbc_batch("b"),
	    mbc_import("b"), mbc_clone("b", "a")};
	struct mbc_request *const reads[] = {mbc_hello("x"), mbc_ping(),
	    mbc_list(), mbc_info("b"), mbc_find("b", 1), mbc_dump("b"),
	    mbc_log("b"), mbc_verify("b"), mbc_explain("b", 1),
	    mbc_ranges("b", MBC_FREE), mbc_is_memory("b", 0), mbc_handover("b"),
	    mbc_lowmem("b", 0, 1), mbc_blame("b"), mbc_diff("b", "c"),
	    mbc_watch("b"), mbc_export("b"), mbc_reserved_memory("b")};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_true(request_changes(changes[i]));
		mbc_request_set_dry_run(changes[i]);
		assert_false(request_changes(changes[i]));
		mbc_request_free(changes[i]);
	}
	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		assert_false(request_changes(reads[i]));
		mbc_request_free(reads[i]);
	}
}

static void request_that_is_none_takes_everything(void **state)
{
	(void)state;
	mbc_request_set(NULL, MBC_FIELD_ALIGN, 1);
	mbc_request_set_text(NULL, MBC_FIELD_KERNEL, "x");
	mbc_request_add_area(NULL, MBC_FIELD_CMA, 0, 1);
	mbc_request_set_label(NULL, "x");
	mbc_request_set_if_seq(NULL, 1);
	mbc_request_set_at_seq(NULL, 1);
	mbc_request_set_at_time(NULL, 1);
	mbc_request_set_key(NULL, "x", 1);
	mbc_request_set_dry_run(NULL);
	mbc_request_set_timeout(NULL, 1);
	mbc_request_set_in_parts(NULL);
	mbc_request_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(request_carries_what_made_it),
	    cmocka_unit_test(create_carries_settings_that_were_given_alone),
	    cmocka_unit_test(settings_are_cases_of_their_oneof),
	    cmocka_unit_test(common_options_are_on_the_request_itself),
	    cmocka_unit_test(field_that_does_not_fit_is_kept_as_an_error),
	    cmocka_unit_test(changes_are_told_from_reads),
	    cmocka_unit_test(request_that_is_none_takes_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
