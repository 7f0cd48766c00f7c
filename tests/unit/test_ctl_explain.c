/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_explain.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define JSON_HEAD                                                              \
	"{\"op\":\"explain\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"       \
	"\"candidates\":["

static void expect_both(
    Memblock__V1__ExplainResult *explain, const char *text, const char *json)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *printed;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_EXPLAIN;
	part.explain = explain;
	printed = printing_text("explain b 4K", &part);
	assert_string_equal(printed, text);
	free(printed);
	printed = printing_json("explain b 4K", &part);
	assert_string_equal(printed, json);
	free(printed);
}

static void candidate_is_a_line_with_its_rule(void **state)
{
	Memblock__V1__ExplainResult explain =
	    MEMBLOCK__V1__EXPLAIN_RESULT__INIT;
	Memblock__V1__Candidate first = MEMBLOCK__V1__CANDIDATE__INIT;
	Memblock__V1__Candidate second = MEMBLOCK__V1__CANDIDATE__INIT;
	Memblock__V1__Candidate *candidates[] = {&first, &second};

	(void)state;
	first.end = 0x1000;
	first.rule = (char *)"nomap";
	first.attempt = 1;
	second.start = 0x2000;
	second.end = 0x4000;
	second.rule = (char *)"chosen";
	second.attempt = 2;
	explain.candidates = candidates;
	explain.n_candidates = 2;
	explain.has_address = explain.has_size = true;
	explain.address = 0x3000;
	explain.size = 0x1000;
	first.has_start = first.has_end = first.has_attempt = true;
	second.has_start = second.has_end = second.has_attempt = true;
	expect_both(&explain,
	    "1 0x0 0x1000 nomap\n2 0x2000 0x4000 chosen\nchosen: 0x3000\n",
	    JSON_HEAD "{\"start\":\"0x0\",\"end\":\"0x1000\",\"rule\":"
		      "\"nomap\",\"attempt\":1},{\"start\":\"0x2000\","
		      "\"end\":\"0x4000\",\"rule\":\"chosen\",\"attempt\":2}],"
		      "\"chosen\":{\"base\":\"0x3000\",\"size\":"
		      "\"0x1000\"}}\n");
}

static void nearest_request_is_told_when_nothing_fits(void **state)
{
	Memblock__V1__ExplainResult explain =
	    MEMBLOCK__V1__EXPLAIN_RESULT__INIT;

	(void)state;
	expect_both(
	    &explain, "nearest: nothing\n", JSON_HEAD "],\"nearest\":{}}\n");
	explain.has_nearest_limit = true;
	explain.nearest_limit = 0x9000;
	expect_both(&explain, "nearest: limit 0x9000\n",
	    JSON_HEAD "],\"nearest\":{\"limit\":\"0x9000\"}}\n");
	explain.has_nearest_size = true;
	explain.nearest_size = 0x800;
	expect_both(&explain, "nearest: size 0x800, limit 0x9000\n",
	    JSON_HEAD
	    "],\"nearest\":{\"size\":\"0x800\",\"limit\":\"0x9000\"}}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(candidate_is_a_line_with_its_rule),
	    cmocka_unit_test(nearest_request_is_told_when_nothing_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
