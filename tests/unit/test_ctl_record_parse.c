/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ctl_error error;

/* Expect a line to come back from its record as it was. */
static void expect_same(const char *line)
{
	void *record;
	size_t size;
	char *again;

	if (!ctl_record_parse(line, &record, &size, &error))
		fail_msg("%s", error.text);
	again = ctl_record_line(record, size);
	assert_string_equal(again, line);
	free(again);
	free(record);
}

static void expect_refused(const char *line, const char *words)
{
	void *record;
	size_t size;

	assert_false(ctl_record_parse(line, &record, &size, &error));
	if (strstr(error.text, words) == NULL)
		fail_msg("%s: %s", words, error.text);
}

static void line_of_each_kind_of_field_comes_back(void **state)
{
	(void)state;
	expect_same("{\"operation\":{\"seq\":7,\"time_us\":8,\"principal\":"
		    "\"uid:1\",\"label\":\"\xc3\xa9\",\"group\":6,\"status\":"
		    "{\"code\":\"OK\"},\"warnings\":[\"one\",\"two\"],"
		    "\"address\":\"0xfffffffffffff000\",\"request_key\":"
		    "\"00ff\",\"set_node\":{\"address\":\"0x0\",\"size\":"
		    "\"0x1\",\"nid\":3,\"type\":\"TYPE_RESERVED\"}}}");
	expect_same("{\"operation\":{\"limit\":{\"size\":\"0x5\","
		    "\"keep_nomap\":true}}}");
	expect_same("{\"device_tree\":{\"content\":\"\"}}");
	expect_same("{}");
}

/* Each line with the words it is refused with. */
static const char *const refused[][2] = {
    {"", "no JSON"},
    {"{\"end\":{}", "no JSON"},
    {"[]", "no object"},
    {"{\"end\":7}", "no object"},
    {"{\"tail\":{}}", "'tail' is unknown"},
    {"{\"end\":{},\"end\":{}}", "no JSON"},
    {"{\"end\":{},\"head\":{}}", "'head' is one thing too many"},
    {"{\"end\":{\"operations\":-1}}", "'operations' is no number"},
    {"{\"end\":{\"operations\":\"0x\"}}", "'operations' is no number"},
    {"{\"head\":{\"format\":4294967296}}", "'format' is too large"},
    {"{\"head\":{\"name\":1}}", "'name' is no text"},
    {"{\"end\":{\"hash\":\"abc\"}}", "'hash' is no bytes"},
    {"{\"end\":{\"hash\":\"xy\"}}", "'hash' is no bytes"},
    {"{\"end\":{\"hash\":1}}", "'hash' is no bytes"},
    {"{\"operation\":{\"warnings\":\"w\"}}", "'warnings' is no list"},
    {"{\"operation\":{\"warnings\":[1]}}", "'warnings' is no text"},
    {"{\"operation\":{\"status\":{\"code\":\"FINE\"}}}", "'code' is none"},
    {"{\"operation\":{\"limit\":{\"keep_nomap\":1}}}", "neither true"},
};

static void line_that_is_none_is_refused_with_what_is_wrong(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect_refused(refused[i][0], refused[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_of_each_kind_of_field_comes_back),
	    cmocka_unit_test(line_that_is_none_is_refused_with_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
