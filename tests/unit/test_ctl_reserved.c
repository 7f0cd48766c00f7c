/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_reserved.h"

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

static void expect(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static char *compatible[] = {(char *)"a,b", (char *)"shared-dma-pool"};

/* A pool with everything, and a node with nothing. */
static void make_table(Memblock__V1__Response *part)
{
	static Memblock__V1__ReservedUser users[] = {
	    {EMPTY(reserved_user), .node = (char *)"/vpu"},
	    {EMPTY(reserved_user), .node = (char *)"/dsp",
		.name = (char *)"frames"},
	};
	static Memblock__V1__ReservedUser *user_list[] = {&users[0], &users[1]};
	static Memblock__V1__ReservedEntry entries[] = {
	    {EMPTY(reserved_entry), .node = (char *)"/reserved-memory/p",
		.has_phandle = true, .phandle = 7, .has_address = true,
		.address = 0x1000, .has_size = true, .size = 0x2000,
		.placement = (char *)"dynamic", .has_range_address = true,
		.has_range_size = true, .range_size = 0x8000,
		.has_no_map = true, .no_map = true, .n_compatible = 2,
		.compatible = compatible, .use = (char *)"dma-pool",
		.overlaps = (char *)"/reserved-memory/q", .n_users = 2,
		.users = user_list},
	    {EMPTY(reserved_entry), .node = (char *)"/reserved-memory/q",
		.placement = (char *)"none", .use = (char *)"none"},
	};
	static Memblock__V1__ReservedEntry *list[] = {&entries[0], &entries[1]};
	static Memblock__V1__ReservedMemoryResult result = {
	    EMPTY(reserved_memory_result), .n_entries = 2, .entries = list};

	part->result_case = MEMBLOCK__V1__RESPONSE__RESULT_RESERVED_MEMORY;
	part->reserved_memory = &result;
}

static void table_is_a_line_an_entry(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	make_table(&part);
	expect(printing_text("reserved-memory b", &part),
	    "0x1000 0x2000 dynamic dma-pool no-map  /reserved-memory/p "
	    "phandle 7 a,b,shared-dma-pool\n"
	    "    in 0x0 0x8000\n"
	    "    overlaps /reserved-memory/q\n"
	    "    used by /vpu\n"
	    "    used by /dsp as frames\n"
	    "0x0 0x0 none none none  /reserved-memory/q\n");
}

static void table_is_a_list_of_objects(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	make_table(&part);
	expect(printing_json("reserved-memory b", &part),
	    "{\"op\":\"reserved-memory\",\"instance\":\"b\",\"seq\":10,"
	    "\"ok\":true,\"entries\":[{\"node\":\"/reserved-memory/p\","
	    "\"phandle\":7,\"base\":\"0x1000\",\"size\":\"0x2000\","
	    "\"placement\":\"dynamic\",\"alloc_range\":{\"base\":\"0x0\","
	    "\"size\":\"0x8000\"},\"no_map\":true,\"reusable\":false,"
	    "\"compatible\":[\"a,b\",\"shared-dma-pool\"],"
	    "\"use\":\"dma-pool\",\"overlaps\":\"/reserved-memory/q\","
	    "\"users\":[{\"node\":\"/vpu\"},{\"node\":\"/dsp\","
	    "\"name\":\"frames\"}]},{\"node\":\"/reserved-memory/q\","
	    "\"base\":\"0x0\",\"size\":\"0x0\",\"placement\":\"none\","
	    "\"no_map\":false,\"reusable\":false,\"compatible\":[],"
	    "\"use\":\"none\",\"users\":[]}]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(table_is_a_line_an_entry),
	    cmocka_unit_test(table_is_a_list_of_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
