/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static struct mbc_answer *answer_of(Memblock__V1__HandoverResult *handover)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_HANDOVER;
	part.handover = handover;
	return printing_answer(&part);
}

static void handover_is_read_with_its_nodes(void **state)
{
	uint64_t orders[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
	Memblock__V1__HandoverNode a = {EMPTY(handover_node), .has_nid = true,
	    .nid = 2, .has_pages = true, .pages = 7, .n_orders = 11,
	    .orders = orders};
	Memblock__V1__HandoverNode b = {
	    EMPTY(handover_node), .has_pages = true, .pages = 8};
	Memblock__V1__HandoverNode *nodes[] = {&a, &b};
	Memblock__V1__HandoverResult result = {EMPTY(handover_result),
	    .has_pages = true, .pages = 15, .n_orders = 11, .orders = orders,
	    .has_bytes_lost = true, .bytes_lost = 3, .has_pages_lost = true,
	    .pages_lost = 2, .has_highmem = true, .highmem = 4, .has_cma = true,
	    .cma = 5, .has_init = true, .init = 6, .has_totalram = true,
	    .totalram = 30, .n_nodes = 2, .nodes = nodes};
	struct mbc_answer *answer = answer_of(&result);
	const struct mbc_handover *handover = mbc_answer_handover(answer);

	(void)state;
	assert_non_null(handover);
	assert_int_equal(handover->pages, 15);
	assert_int_equal(handover->orders[10], 11);
	assert_int_equal(handover->bytes_lost, 3);
	assert_int_equal(handover->pages_lost, 2);
	assert_int_equal(handover->highmem, 4);
	assert_int_equal(handover->cma, 5);
	assert_int_equal(handover->init, 6);
	assert_int_equal(handover->totalram, 30);
	assert_int_equal(handover->node_count, 2);
	assert_int_equal(handover->nodes[0].nid, 2);
	assert_int_equal(handover->nodes[0].pages, 7);
	assert_int_equal(handover->nodes[0].orders[1], 2);
	assert_int_equal(handover->nodes[1].nid, MBC_NO_NODE);
	assert_int_equal(handover->nodes[1].orders[1], 0);
	mbc_answer_free(answer);
}

/* Expect more orders than the header has room for to be left out, and fewer to
 * be 0. */
static void orders_of_another_server_fit_in(void **state)
{
	uint64_t orders[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
	Memblock__V1__HandoverResult result = {
	    EMPTY(handover_result), .n_orders = 13, .orders = orders};
	struct mbc_answer *answer = answer_of(&result);

	(void)state;
	assert_int_equal(mbc_answer_handover(answer)->orders[10], 11);
	mbc_answer_free(answer);
	result.n_orders = 2;
	answer = answer_of(&result);
	assert_int_equal(mbc_answer_handover(answer)->orders[1], 2);
	assert_int_equal(mbc_answer_handover(answer)->orders[2], 0);
	mbc_answer_free(answer);
}

static void answer_to_something_else_is_no_handover(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);

	(void)state;
	assert_null(mbc_answer_handover(answer));
	assert_null(mbc_answer_handover(NULL));
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handover_is_read_with_its_nodes),
	    cmocka_unit_test(orders_of_another_server_fit_in),
	    cmocka_unit_test(answer_to_something_else_is_no_handover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
