/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_text.h"

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

static void expect_text(
    const char *line, const Memblock__V1__Response *part, const char *expected)
{
	char *text = printing_text(line, part);

	assert_string_equal(text, expected);
	free(text);
}

static void list_is_a_line_each(void **state)
{
	Memblock__V1__InstanceSummary a = {EMPTY(instance_summary),
	    .name = (char *)"a", .has_seq = true, .seq = 7};
	Memblock__V1__InstanceSummary b = {EMPTY(instance_summary),
	    .name = (char *)"b", .has_memory_size = true, .memory_size = 0x1000,
	    .has_memory_cnt = true, .memory_cnt = 1};
	Memblock__V1__InstanceSummary c = {EMPTY(instance_summary),
	    .name = (char *)"c", .has_destroyed = true, .destroyed = true,
	    .has_life = true, .life = 3};
	Memblock__V1__InstanceSummary *all[] = {&a, &b, &c};
	Memblock__V1__ListResult list = {
	    EMPTY(list_result), .instances = all, .n_instances = 3};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LIST;
	part.list = &list;
	expect_text(
	    "list", &part, "a 7\nb 0 0x1000 0x0 1 0\nc 0 destroyed 3\n");
	list.n_instances = 0;
	expect_text("list", &part, "");
}

static void alloc_is_its_address_alone(void **state)
{
	Memblock__V1__AllocResult alloc = {
	    EMPTY(alloc_result), .has_address = true, .address = 0x7ff00000};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_ALLOC;
	part.alloc = &alloc;
	expect_text("alloc b 1", &part, "0x7ff00000\n");
	expect_text("find b 1", &part, "0x7ff00000\n");
}

static void load_is_a_line_a_step(void **state)
{
	Memblock__V1__Step steps[] = {
	    {EMPTY(step), .op = (char *)"add", .has_address = true,
		.address = 0x1000, .has_size = true, .size = 0x2000,
		.has_ok = true, .ok = true, .label = (char *)"/memory"},
	    {EMPTY(step), .op = (char *)"reserve", .message = (char *)"no size",
		.label = (char *)"/x"},
	    {EMPTY(step), .op = (char *)"mark", .has_address = true,
		.address = 1, .has_size = true, .size = 2, .has_flags = true,
		.flags = 4, .message = (char *)"busy", .has_seq = true,
		.seq = 3},
	};
	Memblock__V1__Step *pointers[] = {&steps[0], &steps[1], &steps[2]};
	Memblock__V1__LoadResult load = {
	    EMPTY(load_result), .steps = pointers, .n_steps = 3};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOAD;
	part.load = &load;
	expect_text("load b x", &part,
	    "add 0x1000 0x2000 ok  /memory\n"
	    "reserve skipped: no size  /x\n"
	    "mark nomap 0x1 0x2 refused: busy\n");
}

static void verify_says_identical_or_where_not(void **state)
{
	Memblock__V1__VerifyResult verify = {EMPTY(verify_result),
	    .has_operations = true, .operations = 15, .has_identical = true,
	    .identical = true};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_VERIFY;
	part.verify = &verify;
	expect_text(
	    "verify b", &part, "b: 15 operations replayed, identical\n");
	verify.identical = false;
	verify.has_difference_seq = true;
	verify.difference_seq = 4;
	verify.difference_journal = (char *)"x";
	verify.difference_replay = (char *)"y";
	expect_text("verify b", &part,
	    "b: 15 operations replayed, different at seq 4: journal: x; "
	    "replay: y\n");
}

static void version_is_both(void **state)
{
	Memblock__V1__HelloResult hello = {
	    EMPTY(hello_result), .server = (char *)"memblockd 9"};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_HELLO;
	part.hello = &hello;
	expect_text("version", &part,
	    "memblockctl " MEMBLOCK_CLIENT_VERSION "\nmemblockd 9\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list_is_a_line_each),
	    cmocka_unit_test(alloc_is_its_address_alone),
	    cmocka_unit_test(load_is_a_line_a_step),
	    cmocka_unit_test(verify_says_identical_or_where_not),
	    cmocka_unit_test(version_is_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
