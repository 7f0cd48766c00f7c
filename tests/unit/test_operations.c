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

#define OPERATION(NAME) MEMBLOCK__V1__REQUEST__OPERATION_##NAME

static void expect_operation(struct mbc_request *request,
    Memblock__V1__Request__OperationCase operation, const char *instance)
{
	assert_non_null(request);
	assert_string_equal(request->error, "");
	assert_int_equal(request->message->operation_case, operation);
	if (instance == NULL)
		assert_null(request->message->instance);
	else
		assert_string_equal(request->message->instance, instance);
}

static void each_function_makes_its_operation(void **state)
{
	const struct {
		struct mbc_request *request;
		Memblock__V1__Request__OperationCase operation;
		const char *instance;
	} rows[] = {
	    {mbc_hello("x"), OPERATION(HELLO), NULL},
	    {mbc_ping(), OPERATION(PING), NULL},
	    {mbc_list(), OPERATION(LIST), NULL},
	    {mbc_create("b"), OPERATION(CREATE), "b"},
	    {mbc_info("b"), OPERATION(INFO), "b"},
	    {mbc_destroy("b"), OPERATION(DESTROY), "b"},
	    {mbc_verify("b"), OPERATION(VERIFY), "b"},
	    {mbc_compact("b", 1), OPERATION(COMPACT), "b"},
	    {mbc_log("b"), OPERATION(LOG), "b"},
	    {mbc_watch("b"), OPERATION(WATCH), "b"},
	    {mbc_watch(NULL), OPERATION(WATCH), NULL},
	    {mbc_dump("b"), OPERATION(DUMP), "b"},
	    {mbc_blame("b"), OPERATION(BLAME), "b"},
	    {mbc_diff("b", "c"), OPERATION(DIFF), "b"},
	    {mbc_explain("b", 1), OPERATION(EXPLAIN), "b"},
	    {mbc_add("b", 1, 2), OPERATION(ADD), "b"},
	    {mbc_remove("b", 1, 2), OPERATION(REMOVE), "b"},
	    {mbc_reserve("b", 1, 2), OPERATION(RESERVE), "b"},
	    {mbc_phys_free("b", 1, 2), OPERATION(FREE), "b"},
	    {mbc_alloc("b", 1), OPERATION(ALLOC), "b"},
	    {mbc_find("b", 1), OPERATION(FIND), "b"},
	    {mbc_mark("b", MBC_NOMAP, 1, 2), OPERATION(MARK), "b"},
	    {mbc_clear("b", MBC_NOMAP, 1, 2), OPERATION(CLEAR), "b"},
	    {mbc_set_node("b", 1, 2, 0), OPERATION(SET_NODE), "b"},
	    {mbc_trim("b", 1), OPERATION(TRIM), "b"},
	    {mbc_limit("b", 1), OPERATION(LIMIT), "b"},
	    {mbc_cap("b", 1, 2), OPERATION(CAP), "b"},
	    {mbc_physmem_add("b", 1, 2), OPERATION(PHYSMEM_ADD), "b"},
	    {mbc_set_bottom_up("b", true), OPERATION(SET), "b"},
	    {mbc_ranges("b", MBC_FREE), OPERATION(RANGES), "b"},
	    {mbc_is_memory("b", 1), OPERATION(QUERY), "b"},
	    {mbc_is_map_memory("b", 1), OPERATION(QUERY), "b"},
	    {mbc_is_reserved("b", 1), OPERATION(QUERY), "b"},
	    {mbc_is_region_memory("b", 1, 2), OPERATION(QUERY), "b"},
	    {mbc_is_region_reserved("b", 1, 2), OPERATION(QUERY), "b"},
	    {mbc_overlaps_region("b", MBC_MEMORY, 1, 2), OPERATION(QUERY), "b"},
	    {mbc_search("b", MBC_MEMORY, 1), OPERATION(QUERY), "b"},
	    {mbc_handover("b"), OPERATION(HANDOVER), "b"},
	    {mbc_lowmem("b", 1, 2), OPERATION(LOWMEM), "b"},
	    {mbc_load("b", "x", 1), OPERATION(LOAD), "b"},
	    {mbc_boot("b", "x", 1), OPERATION(BOOT), "b"},
	    {mbc_reserved_memory("b"), OPERATION(RESERVED_MEMORY), "b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_operation(
		    rows[i].request, rows[i].operation, rows[i].instance);
		mbc_request_free(rows[i].request);
	}
}

static void mark_carries_its_flag_and_range(void **state)
{
	struct mbc_request *request = mbc_mark("b", MBC_MIRROR, 0, 0x1000);
	const Memblock__V1__Mark *mark = request->message->mark;

	(void)state;
	assert_true(mark->flags == MBC_MIRROR);
	assert_true(mark->has_address && mark->address == 0);
	assert_true(mark->size == 0x1000);
	mbc_request_free(request);
}

static void set_node_carries_a_node_where_there_is_one(void **state)
{
	struct mbc_request *request = mbc_set_node("b", 0, 1, 0);

	(void)state;
	mbc_request_set(request, MBC_FIELD_TYPE, MBC_RESERVED);
	assert_true(request->message->set_node->has_nid);
	assert_int_equal(request->message->set_node->type,
	    MEMBLOCK__V1__TYPE__TYPE_RESERVED);
	mbc_request_free(request);
	request = mbc_set_node("b", 0, 1, MBC_NO_NODE);
	assert_false(request->message->set_node->has_nid);
	mbc_request_free(request);
}

static void question_carries_what_it_is_about(void **state)
{
	struct mbc_request *request =
	    mbc_overlaps_region("b", MBC_RESERVED, 0x1000, 0x2000);
	const Memblock__V1__Query *query = request->message->query;

	(void)state;
	assert_int_equal(
	    query->question, MEMBLOCK__V1__QUERY__QUESTION__OVERLAPS_REGION);
	assert_true(query->address == 0x1000 && query->size == 0x2000);
	assert_int_equal(query->type, MEMBLOCK__V1__TYPE__TYPE_RESERVED);
	mbc_request_free(request);
	request = mbc_is_memory("b", 0);
	query = request->message->query;
	assert_true(query->has_question && query->has_address);
	assert_false(query->has_size || query->has_type);
	mbc_request_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_function_makes_its_operation),
	    cmocka_unit_test(mark_carries_its_flag_and_range),
	    cmocka_unit_test(set_node_carries_a_node_where_there_is_one),
	    cmocka_unit_test(question_carries_what_it_is_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
