/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json.h"

#include "client/answer.h"
#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Any message of the protocol, empty. */
#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static void expect_json(
    const char *line, const Memblock__V1__Response *part, const char *expected)
{
	char *text = printing_json(line, part);

	assert_string_equal(text, expected);
	free(text);
}

static void change_done_is_a_seq_and_ok(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	expect_json("reserve b 1 2", &part,
	    "{\"op\":\"reserve\",\"instance\":\"b\",\"seq\":10,\"ok\":true}\n");
	part.seq = 0;
	expect_json("create b", &part,
	    "{\"op\":\"create\",\"instance\":\"b\",\"seq\":0,\"ok\":true}\n");
}

static void alloc_done_has_its_range(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	Memblock__V1__AllocResult alloc = {EMPTY(alloc_result),
	    .has_address = true, .address = 0x7ff00000, .has_size = true,
	    .size = 0x100000};

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_ALLOC;
	part.alloc = &alloc;
	expect_json("alloc b 1M", &part,
	    "{\"op\":\"alloc\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"base\":\"0x7ff00000\",\"size\":\"0x100000\"}\n");
}

static void refusal_has_code_errno_and_message(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	Memblock__V1__Status status = {EMPTY(status), .has_code = true,
	    .code = MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED,
	    .message = (char *)"b: \"no\"", .errno_name = (char *)"ENOMEM"};

	(void)state;
	part.status = &status;
	expect_json("alloc b 1M", &part,
	    "{\"op\":\"alloc\",\"instance\":\"b\",\"seq\":10,\"ok\":false,"
	    "\"code\":\"RESOURCE_EXHAUSTED\",\"errno\":\"ENOMEM\","
	    "\"message\":\"b: \\\"no\\\"\"}\n");
	expect_json("log b", &part,
	    "{\"op\":\"log\",\"instance\":\"b\",\"seq\":10,\"ok\":false,"
	    "\"code\":\"RESOURCE_EXHAUSTED\",\"errno\":\"ENOMEM\","
	    "\"message\":\"b: \\\"no\\\"\"}\n");
}

static void warnings_are_a_list(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *warnings[] = {(char *)"one", (char *)"two"};

	(void)state;
	part.warnings = warnings;
	part.n_warnings = 2;
	expect_json("add b 1 2", &part,
	    "{\"op\":\"add\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"warnings\":[\"one\",\"two\"]}\n");
}

static void list_has_sizes_and_lives_where_there_are_some(void **state)
{
	Memblock__V1__InstanceSummary a = {EMPTY(instance_summary),
	    .name = (char *)"a", .has_seq = true, .seq = 7,
	    .has_memory_size = true, .memory_size = 0x1000,
	    .has_memory_cnt = true, .memory_cnt = 1};
	Memblock__V1__InstanceSummary b = {EMPTY(instance_summary),
	    .name = (char *)"b", .has_destroyed = true, .destroyed = true,
	    .has_life = true, .life = 3};
	Memblock__V1__InstanceSummary *both[] = {&a, &b};
	Memblock__V1__ListResult list = {
	    EMPTY(list_result), .instances = both, .n_instances = 2};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.has_seq = false;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LIST;
	part.list = &list;
	expect_json("list --long --all", &part,
	    "{\"op\":\"list\",\"ok\":true,\"instances\":["
	    "{\"name\":\"a\",\"seq\":7,\"memory_size\":\"0x1000\","
	    "\"reserved_size\":\"0x0\",\"memory_cnt\":1,\"reserved_cnt\":0},"
	    "{\"name\":\"b\",\"seq\":0,\"destroyed\":true,\"life\":3}]}\n");
	list.n_instances = 0;
	expect_json(
	    "list", &part, "{\"op\":\"list\",\"ok\":true,\"instances\":[]}\n");
}

static void dump_has_both_lists_with_flags_and_nodes(void **state)
{
	Memblock__V1__Region region = {EMPTY(region), .has_address = true,
	    .address = 0x40000000, .has_size = true, .size = 0x1000,
	    .has_flags = true, .flags = 0x5, .has_nid = true};
	Memblock__V1__Region *regions[] = {&region};
	Memblock__V1__RegionList memory = {EMPTY(region_list), .has_cnt = true,
	    .cnt = 1, .has_max = true, .max = 128, .has_total_size = true,
	    .total_size = 0x1000, .regions = regions, .n_regions = 1};
	Memblock__V1__RegionList reserved = MEMBLOCK__V1__REGION_LIST__INIT;
	Memblock__V1__Layout layout = {EMPTY(layout), .has_current_limit = true,
	    .current_limit = UINT64_MAX, .memory = &memory,
	    .reserved = &reserved};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	part.dump = &layout;
	expect_json("dump b --format table", &part,
	    "{\"op\":\"dump\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"bottom_up\":false,\"current_limit\":\"0xffffffffffffffff\","
	    "\"memory\":{\"cnt\":1,\"max\":128,\"total_size\":\"0x1000\","
	    "\"regions\":[{\"base\":\"0x40000000\",\"size\":\"0x1000\","
	    "\"flags\":[\"hotplug\",\"nomap\"],\"nid\":0}]},"
	    "\"reserved\":{\"cnt\":0,\"total_size\":\"0x0\",\"regions\":[]}}"
	    "\n");
}

static void info_shows_each_value_in_its_shape(void **state)
{
	Memblock__V1__Settings settings = {EMPTY(settings),
	    .kernel = (char *)"6.12", .has_page_size = true, .page_size = 4096,
	    .has_nodes = true, .nodes = 2, .has_bottom_up = true};
	Memblock__V1__InfoResult info = {EMPTY(info_result),
	    .settings = &settings, .has_memory_cnt = true, .memory_cnt = 1,
	    .has_dram_end = true, .dram_end = 0x1000, .hash = (char *)"c0de"};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *text;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_INFO;
	part.info = &info;
	expect_json("info b", &part,
	    "{\"op\":\"info\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"kernel\":\"6.12\",\"page_size\":\"0x1000\",\"nodes\":2,"
	    "\"bottom_up\":false,\"memory_cnt\":1,\"dram_end\":\"0x1000\","
	    "\"hash\":\"c0de\"}\n");
	text = printing_text("info b", &part);
	assert_string_equal(text,
	    "kernel: 6.12\npage_size: 0x1000\nnodes: 2\nbottom_up: false\n"
	    "memory_cnt: 1\ndram_end: 0x1000\nhash: c0de\n");
	free(text);
}

static void load_has_its_steps(void **state)
{
	Memblock__V1__Step done = {EMPTY(step), .op = (char *)"add",
	    .has_address = true, .address = 0x40000000, .has_size = true,
	    .size = 0x1000, .has_ok = true, .ok = true,
	    .label = (char *)"/memory@40000000"};
	Memblock__V1__Step skipped = {EMPTY(step), .op = (char *)"reserve",
	    .message = (char *)"no size", .label = (char *)"/x"};
	Memblock__V1__Step *steps[] = {&done, &skipped};
	Memblock__V1__LoadResult load = {
	    EMPTY(load_result), .steps = steps, .n_steps = 2};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOAD;
	part.load = &load;
	expect_json("load b x.dtb", &part,
	    "{\"op\":\"load\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"steps\":[{\"op\":\"add\",\"base\":\"0x40000000\","
	    "\"size\":\"0x1000\",\"ok\":true,\"label\":\"/memory@40000000\"},"
	    "{\"op\":\"reserve\",\"base\":\"0x0\",\"size\":\"0x0\","
	    "\"ok\":false,\"message\":\"no size\",\"label\":\"/x\"}]}\n");
}

static void verify_that_differs_says_where(void **state)
{
	Memblock__V1__VerifyResult verify = {EMPTY(verify_result),
	    .has_operations = true, .operations = 15, .has_identical = true,
	    .identical = true};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_VERIFY;
	part.verify = &verify;
	expect_json("verify b", &part,
	    "{\"op\":\"verify\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"operations\":15,\"identical\":true}\n");
	verify.identical = false;
	verify.has_difference_seq = true;
	verify.difference_seq = 4;
	verify.difference_journal = (char *)"x";
	verify.difference_replay = (char *)"y";
	expect_json("verify b", &part,
	    "{\"op\":\"verify\",\"instance\":\"b\",\"seq\":10,\"ok\":true,"
	    "\"operations\":15,\"identical\":false,\"difference\":{\"seq\":4,"
	    "\"journal\":\"x\",\"replay\":\"y\"}}\n");
}

static void version_and_ping_have_their_own(void **state)
{
	Memblock__V1__HelloResult hello = {
	    EMPTY(hello_result), .server = (char *)"memblockd 9"};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.has_seq = false;
	expect_json("ping", &part,
	    "{\"op\":\"ping\",\"ok\":true,"
	    "\"round_trip_us\":0}\n");
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_HELLO;
	part.hello = &hello;
	expect_json("version", &part,
	    "{\"op\":\"version\",\"ok\":true,\"client\":"
	    "\"memblockctl " MEMBLOCK_CLIENT_VERSION
	    "\",\"server\":\"memblockd 9\"}\n");
}

static void failure_before_asking_is_an_object_too(void **state)
{
	char text[256] = "";
	struct ctl_call call = {.failed = MBC_INVALID_ARGUMENT,
	    .line = {.word = "reserve", .instance = "b\xff"}};
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	ctl_fail(&call.error, "'%s': not a name", call.line.instance);
	ctl_json_failure(&call, out);
	fclose(out);
	assert_string_equal(text,
	    "{\"op\":\"reserve\",\"instance\":\"b?\",\"ok\":false,"
	    "\"code\":\"INVALID_ARGUMENT\",\"message\":\"'b?': not a "
	    "name\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(change_done_is_a_seq_and_ok),
	    cmocka_unit_test(alloc_done_has_its_range),
	    cmocka_unit_test(refusal_has_code_errno_and_message),
	    cmocka_unit_test(warnings_are_a_list),
	    cmocka_unit_test(list_has_sizes_and_lives_where_there_are_some),
	    cmocka_unit_test(dump_has_both_lists_with_flags_and_nodes),
	    cmocka_unit_test(info_shows_each_value_in_its_shape),
	    cmocka_unit_test(load_has_its_steps),
	    cmocka_unit_test(verify_that_differs_says_where),
	    cmocka_unit_test(version_and_ping_have_their_own),
	    cmocka_unit_test(failure_before_asking_is_an_object_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
