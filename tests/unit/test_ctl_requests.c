/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_requests.h"

#include "requesting.h"

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void log_sends_what_is_asked_of_it(void **state)
{
	struct mbc_request *request = expect_request(
	    "log b --op add --failed --touching 4K@0x1000 --grep-label a*"
	    " --since 1970-01-01T00:00:01Z --principal uid:0",
	    OPERATION(LOG));
	const Memblock__V1__Log *log = request->message->log;

	(void)state;
	assert_string_equal(log->operation, "add");
	assert_string_equal(log->label_glob, "a*");
	assert_string_equal(log->principal, "uid:0");
	assert_true(log->failed);
	assert_true(log->touching_address == 0x1000);
	assert_true(log->touching_size == 0x1000);
	assert_true(log->has_since_time_us && log->since_time_us == 1000000);
	assert_false(log->has_until_time_us);
	mbc_request_free(request);
	assert_null(requesting("log b --touching 4K"));
	assert_non_null(strstr(error.text, "'4K'"));
}

static void log_with_origins_takes_no_seqs(void **state)
{
	struct mbc_request *request =
	    expect_request("log b --follow-origin", OPERATION(LOG));

	(void)state;
	assert_true(request->message->log->follow_origin);
	mbc_request_free(request);
	assert_null(requesting("log b --follow-origin --from 1"));
	assert_non_null(strstr(error.text, "--from and --to are seqs of one"));
	assert_null(requesting("log b --follow-origin --to 1"));
	assert_non_null(strstr(error.text, "--from and --to are seqs of one"));
}

static void mark_and_clear_send_flag_and_range(void **state)
{
	struct mbc_request *request =
	    expect_request("mark b nomap 1M@4K", OPERATION(MARK));
	const Memblock__V1__Mark *mark = request->message->mark;
	const Memblock__V1__Clear *clear;

	(void)state;
	assert_true(mark->flags == MBC_NOMAP);
	assert_true(mark->address == 0x1000 && mark->size == 1 << 20);
	mbc_request_free(request);
	request = expect_request("clear b hotplug 0 1", OPERATION(CLEAR));
	clear = request->message->clear;
	assert_true(clear->flags == MBC_HOTPLUG);
	assert_true(clear->has_address && clear->size == 1);
	mbc_request_free(request);
}

static void set_node_sends_range_node_and_list(void **state)
{
	struct mbc_request *request = expect_request(
	    "set-node b 1 2 3 --type reserved", OPERATION(SET_NODE));
	const Memblock__V1__SetNode *set_node = request->message->set_node;

	(void)state;
	assert_true(set_node->address == 1 && set_node->size == 2);
	assert_true(set_node->has_nid && set_node->nid == 3);
	assert_true(set_node->has_type);
	assert_int_equal(set_node->type, MEMBLOCK__V1__TYPE__TYPE_RESERVED);
	mbc_request_free(request);
}

static void set_node_to_none_sends_no_node(void **state)
{
	struct mbc_request *request =
	    expect_request("set-node b 1..3 -", OPERATION(SET_NODE));

	(void)state;
	assert_false(request->message->set_node->has_nid);
	assert_false(request->message->set_node->has_type);
	mbc_request_free(request);
}

static void trim_and_limit_send_their_number(void **state)
{
	struct mbc_request *request =
	    expect_request("trim b 64K", OPERATION(TRIM));

	(void)state;
	assert_true(request->message->trim->align == 0x10000);
	mbc_request_free(request);
	request = expect_request("limit b 1G --keep-nomap", OPERATION(LIMIT));
	assert_true(request->message->limit->size == 1 << 30);
	assert_true(request->message->limit->keep_nomap);
	mbc_request_free(request);
}

static void set_takes_the_three_settings(void **state)
{
	struct mbc_request *request =
	    expect_request("set b bottom-up off", OPERATION(SET));

	(void)state;
	assert_int_equal(request->message->set->setting_case,
	    MEMBLOCK__V1__SET__SETTING_BOTTOM_UP);
	assert_false(request->message->set->bottom_up);
	mbc_request_free(request);
	request =
	    expect_request("set b current-limit anywhere", OPERATION(SET));
	assert_true(request->message->set->current_limit == UINT64_MAX);
	mbc_request_free(request);
	request = expect_request("set b current-limit 4K", OPERATION(SET));
	assert_true(request->message->set->current_limit == 4096);
	mbc_request_free(request);
}

static void expect_refused(const char *line, const char *why)
{
	assert_null(requesting(line));
	if (strstr(error.text, why) == NULL)
		assert_string_equal(error.text, why);
}

static void set_that_makes_no_sense_names_the_word(void **state)
{
	(void)state;
	expect_refused("set b bottom_up on", "'bottom_up': not a setting");
	expect_refused("set b bottom-up yes", "bottom-up 'yes': on or off");
	expect_refused("set b current-limit x",
	    "current-limit 'x': a number of at most 0xffffffffffffffff, or "
	    "anywhere");
	expect_refused("set b resize off", "resize 'off': on, and never off");
}

static void load_sends_the_file(void **state)
{
	char path[] = "/tmp/memblock-test-XXXXXX", line[64];
	int fd = mkstemp(path);
	struct mbc_request *request;

	(void)state;
	assert_int_equal(write(fd, "a\0b", 3), 3);
	close(fd);
	sprintf(line, "load b %s", path);
	request = expect_request(line, OPERATION(LOAD));
	assert_int_equal(request->message->load->device_tree.len, 3);
	assert_memory_equal(
	    request->message->load->device_tree.data, "a\0b", 3);
	mbc_request_free(request);
	unlink(path);
	expect_refused(line, "No such file or directory");
}

static void word_that_makes_no_sense_is_named(void **state)
{
	(void)state;
	expect_refused("mark b soft 0 1", "'soft': not a flag");
	expect_refused("mark b hotplug,nomap 0 1", "'hotplug,nomap': not a fl");
	expect_refused("clear b none 0 1", "'none': not a flag");
	expect_refused("set-node b 0 1 x", "'x': not a number");
	expect_refused("set-node b 0 1 2147483648", "too large for a node");
	expect_refused("trim b big", "'big': not a number");
}

static void ranges_sends_its_list_and_options(void **state)
{
	struct mbc_request *request = expect_request(
	    "ranges b memory --nid 1 --flags nomap --reverse --pfn",
	    OPERATION(RANGES));
	const Memblock__V1__Ranges *ranges = request->message->ranges;

	(void)state;
	assert_int_equal(ranges->type, MEMBLOCK__V1__TYPE__TYPE_MEMORY);
	assert_true(ranges->nid == 1 && ranges->flags == MBC_NOMAP);
	assert_true(ranges->reverse && ranges->pfn);
	mbc_request_free(request);
	request = expect_request("ranges b free", OPERATION(RANGES));
	assert_int_equal(
	    request->message->ranges->type, MEMBLOCK__V1__TYPE__TYPE_FREE);
	assert_false(request->message->ranges->has_flags);
	mbc_request_free(request);
	expect_refused("ranges b all", "'all': not one of memory");
	expect_refused("ranges b free --pfn", "not for 'free'");
}

static void each_question_is_sent(void **state)
{
	static const struct {
		const char *line;
		Memblock__V1__Query__Question question;
	} rows[] = {
	    {"query b memory 1", MEMBLOCK__V1__QUERY__QUESTION__IS_MEMORY},
	    {"query b map-memory 1",
		MEMBLOCK__V1__QUERY__QUESTION__IS_MAP_MEMORY},
	    {"query b reserved 1", MEMBLOCK__V1__QUERY__QUESTION__IS_RESERVED},
	    {"query b region-memory 1 2",
		MEMBLOCK__V1__QUERY__QUESTION__IS_REGION_MEMORY},
	    {"query b region-reserved 2@1",
		MEMBLOCK__V1__QUERY__QUESTION__IS_REGION_RESERVED},
	    {"query b overlaps 1..3 --type memory",
		MEMBLOCK__V1__QUERY__QUESTION__OVERLAPS_REGION},
	    {"query b find-region 1 --type reserved",
		MEMBLOCK__V1__QUERY__QUESTION__SEARCH},
	};
	const Memblock__V1__Query *query;
	struct mbc_request *request;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		request = expect_request(rows[i].line, OPERATION(QUERY));
		query = request->message->query;
		assert_int_equal(query->question, rows[i].question);
		assert_true(query->address == 1);
		if (query->has_size)
			assert_true(query->size == 2);
		mbc_request_free(request);
	}
}

static void question_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	expect_refused("query b free 1", "'free': not a question");
	expect_refused("query b memory 1 2", "memory asks about an address");
	expect_refused("query b region-memory 1", "asks about a RANGE");
	expect_refused("query b overlaps 1 2", "needs --type");
	expect_refused("query b find-region 1", "needs --type");
	expect_refused("query b reserved 1 --type memory", "takes no --type");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(log_sends_what_is_asked_of_it),
	    cmocka_unit_test(log_with_origins_takes_no_seqs),
	    cmocka_unit_test(mark_and_clear_send_flag_and_range),
	    cmocka_unit_test(set_node_sends_range_node_and_list),
	    cmocka_unit_test(set_node_to_none_sends_no_node),
	    cmocka_unit_test(trim_and_limit_send_their_number),
	    cmocka_unit_test(set_takes_the_three_settings),
	    cmocka_unit_test(set_that_makes_no_sense_names_the_word),
	    cmocka_unit_test(load_sends_the_file),
	    cmocka_unit_test(word_that_makes_no_sense_is_named),
	    cmocka_unit_test(ranges_sends_its_list_and_options),
	    cmocka_unit_test(each_question_is_sent),
	    cmocka_unit_test(question_that_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
