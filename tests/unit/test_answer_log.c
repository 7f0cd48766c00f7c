/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"
#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static void answer_without_result_has_no_entries_and_no_origins(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);

	(void)state;
	assert_int_equal(mbc_answer_origin_count(answer), 0);
	assert_null(mbc_answer_origin_at(answer, 0));
	assert_string_equal(mbc_answer_log_instance(answer), "");
	assert_int_equal(mbc_answer_entry_count(answer), 0);
	assert_int_equal(mbc_answer_origin_count(NULL), 0);
	assert_string_equal(mbc_answer_log_instance(NULL), "");
	mbc_answer_free(answer);
}

static void entry_of_the_instance_asked_for_names_none(void **state)
{
	Memblock__V1__LogEntry entry = {
	    EMPTY(log_entry), .has_seq = true, .seq = 7};
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .entries = entries, .n_entries = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	answer = printing_answer(&part);
	assert_string_equal(mbc_answer_entry(answer, 0)->instance, "");
	assert_int_equal(mbc_answer_entry(answer, 0)->life, 0);
	assert_string_equal(mbc_answer_log_instance(answer), "");
	mbc_answer_free(answer);
}

/* Expect it with where that instance came from. */
static void entry_of_an_origin_names_it_and_its_life(void **state)
{
	Memblock__V1__LogEntry entry = {
	    EMPTY(log_entry), .has_seq = true, .seq = 7};
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__CloneResult origin = {EMPTY(clone_result),
	    .origin = (char *)"a", .has_origin_seq = true, .origin_seq = 4};
	Memblock__V1__LogResult log = {EMPTY(log_result), .entries = entries,
	    .n_entries = 1, .instance = (char *)"b", .has_life = true,
	    .life = 3, .origin = &origin};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;
	uint64_t seq = 0;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	answer = printing_answer(&part);
	assert_string_equal(mbc_answer_entry(answer, 0)->instance, "b");
	assert_int_equal(mbc_answer_entry(answer, 0)->life, 3);
	assert_string_equal(mbc_answer_log_instance(answer), "b");
	assert_string_equal(mbc_answer_origin(answer, &seq), "a");
	assert_int_equal(seq, 4);
	mbc_answer_free(answer);
}

/* Expect the first to be that of the instance asked for. */
static void origins_are_listed_from_the_nearest_on(void **state)
{
	Memblock__V1__LogOrigin two[] = {
	    {EMPTY(log_origin), .instance = (char *)"b", .has_seq = true,
		.seq = 2, .has_life = true, .life = 5},
	    {EMPTY(log_origin), .instance = (char *)"a", .has_seq = true,
		.seq = 9}};
	Memblock__V1__LogOrigin *origins[] = {&two[0], &two[1]};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .origins = origins, .n_origins = 2};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;
	uint64_t seq = 0;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	answer = printing_answer(&part);
	assert_int_equal(mbc_answer_origin_count(answer), 2);
	assert_string_equal(mbc_answer_origin_at(answer, 1)->instance, "a");
	assert_int_equal(mbc_answer_origin_at(answer, 1)->seq, 9);
	assert_int_equal(mbc_answer_origin_at(answer, 1)->life, 0);
	assert_int_equal(mbc_answer_origin_at(answer, 0)->life, 5);
	assert_string_equal(mbc_answer_origin(answer, &seq), "b");
	assert_int_equal(seq, 2);
	assert_null(mbc_answer_origin_at(answer, 2));
	mbc_answer_free(answer);
}

static void part_of_a_watch_has_its_instance_and_its_entries(void **state)
{
	Memblock__V1__LogEntry entry = {
	    EMPTY(log_entry), .has_seq = true, .seq = 7};
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__WatchResult watch = {EMPTY(watch_result),
	    .instance = (char *)"b", .entries = entries, .n_entries = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	part.watch = &watch;
	answer = printing_answer(&part);
	assert_string_equal(mbc_answer_watched(answer), "b");
	assert_false(mbc_answer_is_heartbeat(answer));
	assert_int_equal(mbc_answer_entry_count(answer), 1);
	assert_int_equal(mbc_answer_entry(answer, 0)->seq, 7);
	mbc_answer_free(answer);
}

static void heartbeat_of_everything_names_no_instance(void **state)
{
	Memblock__V1__WatchResult watch = {
	    EMPTY(watch_result), .has_heartbeat = true, .heartbeat = true};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	part.watch = &watch;
	answer = printing_answer(&part);
	assert_string_equal(mbc_answer_watched(answer), "");
	assert_true(mbc_answer_is_heartbeat(answer));
	assert_int_equal(mbc_answer_entry_count(answer), 0);
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		answer_without_result_has_no_entries_and_no_origins),
	    cmocka_unit_test(entry_of_the_instance_asked_for_names_none),
	    cmocka_unit_test(entry_of_an_origin_names_it_and_its_life),
	    cmocka_unit_test(origins_are_listed_from_the_nearest_on),
	    cmocka_unit_test(part_of_a_watch_has_its_instance_and_its_entries),
	    cmocka_unit_test(heartbeat_of_everything_names_no_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
