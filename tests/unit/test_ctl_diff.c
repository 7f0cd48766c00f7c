/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_diff.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect_both(
    Memblock__V1__DiffResult *diff, const char *text, const char *json)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *printed;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DIFF;
	part.diff = diff;
	printed = printing_text("diff a@10 b", &part);
	assert_string_equal(printed, text);
	free(printed);
	printed = printing_json("diff a@10 b", &part);
	assert_string_equal(printed, json);
	free(printed);
}

#define JSON_HEAD                                                              \
	"{\"op\":\"diff\",\"instance\":\"a\",\"seq\":10,\"ok\":true,"          \
	"\"other\":\"b\",\"other_seq\":7,"

static Memblock__V1__DiffPart part_of(uint64_t start, uint64_t end)
{
	Memblock__V1__DiffPart part = MEMBLOCK__V1__DIFF_PART__INIT;

	part.has_type = part.has_start = part.has_end = true;
	part.type = MEMBLOCK__V1__TYPE__TYPE_RESERVED;
	part.start = start;
	part.end = end;
	return part;
}

static void difference_is_told_as_lines_of_both_sides(void **state)
{
	Memblock__V1__DiffResult diff = MEMBLOCK__V1__DIFF_RESULT__INIT;
	Memblock__V1__DiffPart added = part_of(0, 0x1000);
	Memblock__V1__DiffPart removed = part_of(0x2000, 0x3000);
	Memblock__V1__DiffPart changed = part_of(0x4000, 0x5000);
	Memblock__V1__DiffPart *parts[] = {&added, &removed, &changed};

	(void)state;
	added.has_flags_after = removed.has_flags_before = true;
	removed.has_nid_before = true;
	removed.nid_before = 3;
	changed.has_flags_before = changed.has_flags_after = true;
	changed.flags_after = MBC_RSRV_NOINIT;
	diff.parts = parts;
	diff.n_parts = 3;
	diff.has_identical = diff.has_other_seq = true;
	diff.other_seq = 7;
	expect_both(&diff,
	    "--- a@10\n+++ b@7\n"
	    "+reserved 0x0 0x1000 - none\n"
	    "-reserved 0x2000 0x3000 3 none\n"
	    "-reserved 0x4000 0x5000 - none\n"
	    "+reserved 0x4000 0x5000 - rsrv_noinit\n",
	    JSON_HEAD
	    "\"identical\":false,\"settings\":{},"
	    "\"added\":[{\"list\":\"reserved\",\"start\":\"0x0\",\"end\":"
	    "\"0x1000\",\"flags\":[]}],"
	    "\"removed\":[{\"list\":\"reserved\",\"start\":\"0x2000\","
	    "\"end\":\"0x3000\",\"nid\":3,\"flags\":[]}],"
	    "\"changed\":[{\"list\":\"reserved\",\"start\":\"0x4000\","
	    "\"end\":\"0x5000\",\"before\":{\"flags\":[]},\"after\":"
	    "{\"flags\":[\"rsrv_noinit\"]}}]}\n");
}

/* Expect what only one side has to be null in JSON, and sizes, which follow
 * from the parts, not to be settings. */
static void settings_are_told_by_the_keys_of_info(void **state)
{
	Memblock__V1__DiffResult diff = MEMBLOCK__V1__DIFF_RESULT__INIT;
	Memblock__V1__InfoResult infos[2] = {
	    MEMBLOCK__V1__INFO_RESULT__INIT, MEMBLOCK__V1__INFO_RESULT__INIT};
	Memblock__V1__Settings settings[2] = {
	    MEMBLOCK__V1__SETTINGS__INIT, MEMBLOCK__V1__SETTINGS__INIT};

	(void)state;
	settings[0].kernel = (char *)"6.12";
	settings[1].kernel = (char *)"5.0";
	settings[0].has_bottom_up = settings[1].has_bottom_up = true;
	settings[1].bottom_up = true;
	settings[1].has_kernel_end = true;
	settings[1].kernel_end = 0x1000;
	infos[0].settings = &settings[0];
	infos[1].settings = &settings[1];
	infos[1].has_memory_size = true;
	infos[1].memory_size = 1;
	diff.before = &infos[0];
	diff.after = &infos[1];
	diff.has_identical = diff.has_other_seq = true;
	diff.other_seq = 7;
	expect_both(&diff,
	    "--- a@10\n+++ b@7\n-kernel: 6.12\n+kernel: 5.0\n"
	    "+kernel_end: 0x1000\n-bottom_up: false\n+bottom_up: true\n",
	    JSON_HEAD "\"identical\":false,\"settings\":{"
		      "\"kernel\":{\"before\":\"6.12\",\"after\":\"5.0\"},"
		      "\"kernel_end\":{\"before\":null,\"after\":\"0x1000\"},"
		      "\"bottom_up\":{\"before\":false,\"after\":true}},"
		      "\"added\":[],\"removed\":[],\"changed\":[]}\n");
}

static void no_difference_prints_nothing(void **state)
{
	Memblock__V1__DiffResult diff = MEMBLOCK__V1__DIFF_RESULT__INIT;

	(void)state;
	diff.has_identical = diff.identical = diff.has_other_seq = true;
	diff.other_seq = 7;
	expect_both(&diff, "",
	    JSON_HEAD "\"identical\":true,\"settings\":{},\"added\":[],"
		      "\"removed\":[],\"changed\":[]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(difference_is_told_as_lines_of_both_sides),
	    cmocka_unit_test(settings_are_told_by_the_keys_of_info),
	    cmocka_unit_test(no_difference_prints_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
