/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_handover.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

/* An answer of a node 0 and of memory without one. */
static uint64_t orders[] = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 9};
static Memblock__V1__HandoverNode node = {EMPTY(handover_node), .has_nid = true,
    .nid = 0, .has_pages = true, .pages = 5, .n_orders = 1, .orders = orders};
static Memblock__V1__HandoverNode none = {EMPTY(handover_node),
    .has_pages = true, .pages = 9216, .n_orders = 11, .orders = orders};
static Memblock__V1__HandoverNode *nodes[] = {&node, &none};
static Memblock__V1__HandoverResult handover = {EMPTY(handover_result),
    .has_pages = true, .pages = 9221, .n_orders = 11, .orders = orders,
    .has_bytes_lost = true, .bytes_lost = 4097, .has_pages_lost = true,
    .pages_lost = 3, .has_highmem = true, .highmem = 4, .has_cma = true,
    .cma = 5, .has_init = true, .init = 6, .has_totalram = true,
    .totalram = 9236, .n_nodes = 2, .nodes = nodes};

static Memblock__V1__Response answer(void)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_HANDOVER;
	part.handover = &handover;
	return part;
}

static void handover_is_a_line_for_each_count(void **state)
{
	const Memblock__V1__Response part = answer();
	char *printed = printing_text("handover b", &part);

	(void)state;
	assert_string_equal(printed,
	    "pages: 9221\n"
	    "bytes_lost: 4097 in 3 pages\n"
	    "orders: 1 2 0 0 0 0 0 0 0 0 9\n"
	    "node 0: 5 pages, orders 1 0 0 0 0 0 0 0 0 0 0\n"
	    "node -: 9216 pages, orders 1 2 0 0 0 0 0 0 0 0 9\n"
	    "highmem: 4\n"
	    "cma: 5\n"
	    "init: 6\n"
	    "totalram: 9236\n");
	free(printed);
}

static void handover_in_json_has_its_keys(void **state)
{
	const Memblock__V1__Response part = answer();
	char *printed = printing_json("handover b", &part);

	(void)state;
	assert_string_equal(printed,
	    "{\"op\":\"handover\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"pages\":9221,\"bytes_lost\":4097,"
	    "\"orders\":[1,2,0,0,0,0,0,0,0,0,9],"
	    "\"nodes\":[{\"nid\":0,\"pages\":5,"
	    "\"orders\":[1,0,0,0,0,0,0,0,0,0,0]},"
	    "{\"pages\":9216,\"orders\":[1,2,0,0,0,0,0,0,0,0,9]}],"
	    "\"highmem\":4,\"cma\":5,\"init\":6,\"totalram\":9236}\n");
	free(printed);
}

static void answer_without_a_handover_prints_nothing(void **state)
{
	const Memblock__V1__Response part = PRINTING_RESPONSE;
	char *printed = printing_text("handover b", &part);

	(void)state;
	assert_string_equal(printed, "");
	free(printed);
	printed = printing_json("handover b", &part);
	assert_string_equal(printed,
	    "{\"op\":\"handover\",\"instance\":\"b\",\"seq\":10,"
	    "\"ok\":true}\n");
	free(printed);
}

static void max_low_pfn_0_makes_no_request(void **state)
{
	char line[] = "handover b --max-low-pfn 0";
	struct ctl_call call = printing_call(line);
	struct ctl_error error;

	(void)state;
	assert_null(ctl_make_handover(&call.line, &error));
	assert_string_equal(
	    error.text, "--max-low-pfn 0: all memory would be high");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handover_is_a_line_for_each_count),
	    cmocka_unit_test(handover_in_json_has_its_keys),
	    cmocka_unit_test(answer_without_a_handover_prints_nothing),
	    cmocka_unit_test(max_low_pfn_0_makes_no_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
