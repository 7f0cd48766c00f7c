/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_blame.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)
#define JSON_HEAD                                                              \
	"{\"op\":\"blame\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"         \
	"\"parts\":"

static void expect_both(
    const Memblock__V1__BlameResult *blame, const char *text, const char *json)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *printed;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BLAME;
	part.blame = (Memblock__V1__BlameResult *)blame;
	printed = printing_text("blame b", &part);
	assert_string_equal(printed, text);
	free(printed);
	printed = printing_json("blame b", &part);
	assert_string_equal(printed, json);
	free(printed);
}

static void part_tells_who_when_what_and_why(void **state)
{
	Memblock__V1__BlamePart known = {EMPTY(blame_part), .has_start = true,
	    .start = 0x1000, .has_end = true, .end = 0x3000, .has_type = true,
	    .type = MEMBLOCK__V1__TYPE__TYPE_RESERVED, .has_seq = true,
	    .seq = 7, .has_time_us = true, .time_us = 1767323045678901,
	    .principal = (char *)"uid:0", .operation = (char *)"alloc",
	    .label = (char *)"page tables"};
	Memblock__V1__BlamePart *parts[] = {&known};
	const Memblock__V1__BlameResult blame = {
	    EMPTY(blame_result), .parts = parts, .n_parts = 1};

	(void)state;
	expect_both(&blame,
	    "0x1000 0x3000 reserved 7 2026-01-02T03:04:05.678901Z uid:0 "
	    "alloc  page tables\n",
	    JSON_HEAD "[{\"start\":\"0x1000\",\"end\":\"0x3000\",\"list\":"
		      "\"reserved\",\"seq\":7,\"time\":"
		      "\"2026-01-02T03:04:05.678901Z\",\"principal\":"
		      "\"uid:0\",\"op\":\"alloc\",\"label\":\"page "
		      "tables\"}]}\n");
}

/* Expect no columns of an operation that nobody knows. */
static void part_from_the_beginning_has_no_operation(void **state)
{
	Memblock__V1__BlamePart old = {EMPTY(blame_part), .has_start = true,
	    .has_end = true, .end = 0x1000, .has_type = true, .has_seq = true};
	Memblock__V1__BlamePart *parts[] = {&old, &old};
	const Memblock__V1__BlameResult blame = {
	    EMPTY(blame_result), .parts = parts, .n_parts = 2};

	(void)state;
	expect_both(&blame,
	    "0x0 0x1000 memory 0 - - -\n0x0 0x1000 memory 0 - - -\n",
	    JSON_HEAD
	    "[{\"start\":\"0x0\",\"end\":\"0x1000\",\"list\":\"memory\","
	    "\"seq\":0},{\"start\":\"0x0\",\"end\":\"0x1000\",\"list\":"
	    "\"memory\",\"seq\":0}]}\n");
}

static void nothing_to_blame_is_an_empty_list(void **state)
{
	const Memblock__V1__BlameResult blame = {
	    EMPTY(blame_result), .n_parts = 0};

	(void)state;
	expect_both(&blame, "", JSON_HEAD "[]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(part_tells_who_when_what_and_why),
	    cmocka_unit_test(part_from_the_beginning_has_no_operation),
	    cmocka_unit_test(nothing_to_blame_is_an_empty_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
