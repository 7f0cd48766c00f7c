/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_ranges.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)
#define JSON_HEAD(op)                                                          \
	"{\"op\":\"" op "\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"

static void expect_both(const char *line, const Memblock__V1__Response *part,
    const char *text, const char *json)
{
	char *printed = printing_text(line, part);

	assert_string_equal(printed, text);
	free(printed);
	printed = printing_json(line, part);
	assert_string_equal(printed, json);
	free(printed);
}

static void range_is_four_columns(void **state)
{
	Memblock__V1__Range a = {EMPTY(range), .has_end = true, .end = 0x1000,
	    .has_nid = true, .nid = 0, .has_flags = true, .flags = 5};
	Memblock__V1__Range b = {EMPTY(range), .has_start = true,
	    .start = 0x2000, .has_end = true, .end = UINT64_MAX};
	Memblock__V1__Range *both[] = {&a, &b};
	Memblock__V1__RangesResult ranges = {
	    EMPTY(ranges_result), .ranges = both, .n_ranges = 2};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_RANGES;
	part.ranges = &ranges;
	expect_both("ranges b memory", &part,
	    "0x0 0x1000 0 hotplug,nomap\n"
	    "0x2000 0xffffffffffffffff - none\n",
	    JSON_HEAD("ranges") "\"ranges\":[{\"start\":\"0x0\",\"end\":"
				"\"0x1000\",\"nid\":0,"
				"\"flags\":[\"hotplug\",\"nomap\"]},"
				"{\"start\":\"0x2000\",\"end\":"
				"\"0xffffffffffffffff\","
				"\"flags\":[]}]}\n");
	ranges.n_ranges = 1;
	expect_both("ranges b memory --pfn", &part, "0 4096 0 hotplug,nomap\n",
	    JSON_HEAD(
		"ranges") "\"ranges\":[{\"start\":0,\"end\":4096,\"nid\":0,"
			  "\"flags\":[\"hotplug\",\"nomap\"]}]}\n");
	ranges.n_ranges = 0;
	expect_both(
	    "ranges b free", &part, "", JSON_HEAD("ranges") "\"ranges\":[]}\n");
}

static void question_is_true_or_false(void **state)
{
	Memblock__V1__QueryResult query = {
	    EMPTY(query_result), .has_value = true, .value = true};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_QUERY;
	part.query = &query;
	expect_both("query b memory 1", &part, "true\n",
	    JSON_HEAD("query") "\"value\":true}\n");
	query.value = false;
	expect_both("query b memory 1", &part, "false\n",
	    JSON_HEAD("query") "\"value\":false}\n");
}

static void region_found_is_a_range_and_none_is_nothing(void **state)
{
	Memblock__V1__Region region = {EMPTY(region), .has_address = true,
	    .address = 0x1000, .has_size = true, .size = 0x1000,
	    .has_nid = true, .nid = 1};
	Memblock__V1__QueryResult query = {EMPTY(query_result),
	    .has_value = true, .value = true, .region = &region};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_QUERY;
	part.query = &query;
	expect_both("query b find-region 1 --type memory", &part,
	    "0x1000 0x2000 1 none\n",
	    JSON_HEAD(
		"query") "\"value\":true,\"region\":{\"base\":\"0x1000\","
			 "\"size\":\"0x1000\",\"flags\":[],\"nid\":1}}\n");
	query.region = NULL;
	query.value = false;
	expect_both("query b find-region 1 --type memory", &part, "",
	    JSON_HEAD("query") "\"value\":false}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(range_is_four_columns),
	    cmocka_unit_test(question_is_true_or_false),
	    cmocka_unit_test(region_found_is_a_range_and_none_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
