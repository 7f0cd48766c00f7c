/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_lowmem.h"

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
#define LINE "lowmem b --kernel-start 1 --kernel-end 2"
#define JSON_HEAD                                                              \
	"{\"op\":\"lowmem\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"

static void expect_both(
    const Memblock__V1__Response *part, const char *text, const char *json)
{
	char *printed = printing_text(LINE, part);

	assert_string_equal(printed, text);
	free(printed);
	printed = printing_json(LINE, part);
	assert_string_equal(printed, json);
	free(printed);
}

static void mapping_is_a_line_with_its_sections_and_pages(void **state)
{
	Memblock__V1__Range head = {EMPTY(range), .has_start = true,
	    .start = 0x60001000, .has_end = true, .end = 0x60200000};
	Memblock__V1__Range high = {EMPTY(range), .has_start = true,
	    .start = 0x70000000, .has_end = true, .end = 0x80000000};
	Memblock__V1__Range *heads[] = {&head}, *highs[] = {&high, &high};
	Memblock__V1__Mapping rw = {EMPTY(mapping), .has_start = true,
	    .start = 0x60001000, .has_end = true, .end = 0x60300000,
	    .has_type = true, .type = MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RW,
	    .has_sections = true, .sections = 1, .n_by_pages = 1,
	    .by_pages = heads};
	Memblock__V1__Mapping rwx = {EMPTY(mapping), .has_start = true,
	    .start = 0x60300000, .has_end = true, .end = 0x60500000,
	    .has_sections = true, .sections = 2};
	Memblock__V1__Mapping *mappings[] = {&rw, &rwx};
	Memblock__V1__LowmemResult lowmem = {EMPTY(lowmem_result),
	    .n_mappings = 2, .mappings = mappings, .n_highmem = 2,
	    .highmem = highs};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOWMEM;
	part.lowmem = &lowmem;
	expect_both(&part,
	    "0x60001000 0x60300000 MEMORY_RW 1 511 0x60001000-0x601fffff\n"
	    "0x60300000 0x60500000 MEMORY_RWX 2 0\n"
	    "0x70000000 0x80000000 highmem\n"
	    "0x70000000 0x80000000 highmem\n",
	    JSON_HEAD "\"mappings\":[{\"start\":\"0x60001000\","
		      "\"end\":\"0x60300000\",\"type\":\"MEMORY_RW\"},"
		      "{\"start\":\"0x60300000\",\"end\":\"0x60500000\","
		      "\"type\":\"MEMORY_RWX\"}],"
		      "\"highmem\":[{\"start\":\"0x70000000\","
		      "\"end\":\"0x80000000\"},{\"start\":\"0x70000000\","
		      "\"end\":\"0x80000000\"}]}\n");
	lowmem.n_mappings = lowmem.n_highmem = 0;
	expect_both(&part, "", JSON_HEAD "\"mappings\":[],\"highmem\":[]}\n");
}

static void expect_no_request(const char *words, const char *why)
{
	struct ctl_error error;
	struct ctl_call call;
	char line[128];

	strcpy(line, words);
	call = printing_call(line);
	assert_null(ctl_make_lowmem(&call.line, &error));
	assert_string_equal(error.text, why);
}

static void kernel_that_is_none_makes_no_request(void **state)
{
	(void)state;
	expect_no_request("lowmem b", "--kernel-start is missing: NUM");
	expect_no_request(
	    "lowmem b --kernel-start 1", "--kernel-end is missing: NUM");
	expect_no_request("lowmem b --kernel-start 2 --kernel-end 1",
	    "--kernel-end 0x1 is not above --kernel-start 0x2");
	expect_no_request("lowmem b --kernel-start 2 --kernel-end 2",
	    "--kernel-end 0x2 is not above --kernel-start 0x2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mapping_is_a_line_with_its_sections_and_pages),
	    cmocka_unit_test(kernel_that_is_none_makes_no_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
