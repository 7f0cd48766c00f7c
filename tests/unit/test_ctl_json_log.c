/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json_log.h"

#include "client/answer.h"
#include "client/ctl_json.h"
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

static Memblock__V1__Add add = {EMPTY(add), .has_address = true,
    .address = 0x1000, .has_size = true, .size = 0x2000};
static Memblock__V1__Alloc alloc = {EMPTY(alloc), .has_size = true,
    .size = 0x100000, .has_align = true, .align = 0x1000,
    .has_from_address = true, .has_to_address = true, .has_exact_nid = true,
    .exact_nid = true};

static Memblock__V1__LogEntry entry_of(uint64_t seq)
{
	return (Memblock__V1__LogEntry){EMPTY(log_entry), .has_seq = true,
	    .seq = seq, .has_time_us = true,
	    .time_us = UINT64_C(1767323045678901),
	    .principal = (char *)"uid:1000", .status = &printing_ok};
}

/* Prints parts with the entries 1 and 2, one each, and a last one that ends
 * with that status; what is printed is the caller's to free. */
static char *print_parts(Memblock__V1__Status *last)
{
	Memblock__V1__LogEntry entry = entry_of(1), *entries[] = {&entry};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .entries = entries, .n_entries = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char line[] = "log b", *text = NULL;
	struct ctl_call call = printing_call(line);
	struct mbc_answer *answer;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	entry.operation_case = MEMBLOCK__V1__LOG_ENTRY__OPERATION_ADD;
	entry.add = &add;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	part.has_more = part.more = true;
	for (entry.seq = 1; entry.seq <= 3; entry.seq++) {
		if (entry.seq == 3) {
			log.n_entries = 0;
			part.more = false;
			part.status = last;
		}
		answer = printing_answer(&part);
		ctl_json_answer(&call, answer, out);
		mbc_answer_free(answer);
	}
	fclose(out);
	return text;
}

#define ENTRY(seq)                                                             \
	"{\"seq\":" seq ",\"time\":\"2026-01-02T03:04:05.678901Z\","           \
	"\"principal\":\"uid:1000\",\"op\":\"add\",\"base\":\"0x1000\","       \
	"\"size\":\"0x2000\",\"ok\":true}"

static void log_in_parts_is_one_object(void **state)
{
	char *text = print_parts(&printing_ok);

	(void)state;
	assert_string_equal(
	    text, "{\"op\":\"log\",\"instance\":\"b\",\"entries\":[" ENTRY(
		      "1") "," ENTRY("2") "],\"seq\":10,\"ok\":true}\n");
	free(text);
}

static void log_that_breaks_off_is_still_one_object(void **state)
{
	Memblock__V1__Status status = {EMPTY(status), .has_code = true,
	    .code = MEMBLOCK__V1__STATUS__CODE__DATA_LOSS,
	    .message = (char *)"damaged"};
	char *text = print_parts(&status);

	(void)state;
	assert_string_equal(text,
	    "{\"op\":\"log\",\"instance\":\"b\",\"entries\":[" ENTRY(
		"1") "," ENTRY("2") "],\"seq\":10,\"ok\":false,"
				    "\"code\":\"DATA_LOSS\","
				    "\"message\":\"damaged\"}\n");
	free(text);
}

static void log_of_nothing_has_no_entries(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	expect_json("log b", &part,
	    "{\"op\":\"log\",\"instance\":\"b\",\"entries\":[],\"seq\":10,"
	    "\"ok\":true}\n");
}

/* Expect the arguments under the names of their options, what is as good as
 * nothing left out, and the address as base. */
static void log_entry_of_alloc_has_its_arguments_and_result(void **state)
{
	Memblock__V1__LogEntry entry = entry_of(8), *entries[] = {&entry};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .entries = entries, .n_entries = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	entry.operation_case = MEMBLOCK__V1__LOG_ENTRY__OPERATION_ALLOC;
	entry.alloc = &alloc;
	entry.has_address = true;
	entry.address = 0x7ff00000;
	entry.label = (char *)"early_alloc";
	expect_json("log b", &part,
	    "{\"op\":\"log\",\"instance\":\"b\",\"entries\":[{\"seq\":8,"
	    "\"time\":\"2026-01-02T03:04:05.678901Z\",\"principal\":"
	    "\"uid:1000\",\"op\":\"alloc\",\"size\":\"0x100000\",\"align\":"
	    "\"0x1000\",\"exact_nid\":true,\"base\":\"0x7ff00000\","
	    "\"ok\":true,\"label\":\"early_alloc\"}],\"seq\":10,"
	    "\"ok\":true}\n");
}

#define ORIGINS                                                                \
	"\"origin\":{\"instance\":\"a\",\"seq\":9},"                           \
	"\"origins\":[{\"instance\":\"a\",\"seq\":9,\"life\":4}"

/* Prints two parts with the origin a each, one with an entry of a and a warning
 * if there is one, and a last one that ends with that status. */
static char *print_origins(char *warning, Memblock__V1__Status *last)
{
	Memblock__V1__LogEntry entry = entry_of(1), *entries[] = {&entry};
	Memblock__V1__LogOrigin origin = {EMPTY(log_origin),
	    .instance = (char *)"a", .has_seq = true, .seq = 9,
	    .has_life = true, .life = 4};
	Memblock__V1__LogOrigin *origins[] = {&origin};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .origins = origins, .entries = entries};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char line[] = "log b --follow-origin", *text = NULL;
	struct ctl_call call = printing_call(line);
	struct mbc_answer *answer;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	entry.operation_case = MEMBLOCK__V1__LOG_ENTRY__OPERATION_ADD;
	entry.add = &add;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	part.has_more = true;
	part.warnings = &warning;
	for (i = 0; i < 4; i++) {
		log.n_origins = i < 2;
		log.n_entries = i == 2;
		log.instance = i == 2 ? (char *)"a" : NULL;
		part.n_warnings = i == 2 && warning != NULL;
		part.more = i < 3;
		part.status = i < 3 ? &printing_ok : last;
		answer = printing_answer(&part);
		ctl_json_answer(&call, answer, out);
		mbc_answer_free(answer);
	}
	fclose(out);
	return text;
}

#define ENTRY_OF_A                                                             \
	"{\"instance\":\"a\",\"seq\":1,"                                       \
	"\"time\":\"2026-01-02T03:04:05.678901Z\","                            \
	"\"principal\":\"uid:1000\",\"op\":\"add\",\"base\":\"0x1000\","       \
	"\"size\":\"0x2000\",\"ok\":true}"

static void origins_come_before_entries_with_their_instance(void **state)
{
	char *text = print_origins(NULL, &printing_ok);

	(void)state;
	assert_string_equal(text,
	    "{\"op\":\"log\",\"instance\":\"b\"," ORIGINS
	    ",{\"instance\":\"a\",\"seq\":9,\"life\":4}],"
	    "\"entries\":[" ENTRY_OF_A "],\"seq\":10,\"ok\":true}\n");
	free(text);
}

static void warning_stands_between_origins_and_entries(void **state)
{
	char warning[] = "w";
	char *text = print_origins(warning, &printing_ok);

	(void)state;
	assert_non_null(
	    strstr(text, "\"life\":4}],\"warnings\":[\"w\"],\"entries\":[{"));
	free(text);
}

/* Expect both lists to be there, and closed. */
static void log_that_breaks_off_among_origins_is_one_object(void **state)
{
	Memblock__V1__Status status = {EMPTY(status), .has_code = true,
	    .code = MEMBLOCK__V1__STATUS__CODE__DATA_LOSS,
	    .message = (char *)"damaged"};
	Memblock__V1__LogOrigin origin = {EMPTY(log_origin),
	    .instance = (char *)"a", .has_seq = true, .seq = 9,
	    .has_life = true, .life = 4};
	Memblock__V1__LogOrigin *origins[] = {&origin};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .origins = origins, .n_origins = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char line[] = "log b --follow-origin", text[512] = "";
	struct ctl_call call = printing_call(line);
	FILE *out = fmemopen(text, sizeof(text), "w");
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	part.has_more = part.more = true;
	answer = printing_answer(&part);
	ctl_json_answer(&call, answer, out);
	mbc_answer_free(answer);
	part.more = false;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT__NOT_SET;
	answer = printing_answer(&part);
	ctl_json_answer(&call, answer, out);
	mbc_answer_free(answer);
	fclose(out);
	assert_string_equal(text,
	    "{\"op\":\"log\",\"instance\":\"b\"," ORIGINS "],"
	    "\"entries\":[],\"seq\":10,\"ok\":false,"
	    "\"code\":\"DATA_LOSS\",\"message\":\"damaged\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(log_in_parts_is_one_object),
	    cmocka_unit_test(log_that_breaks_off_is_still_one_object),
	    cmocka_unit_test(log_of_nothing_has_no_entries),
	    cmocka_unit_test(log_entry_of_alloc_has_its_arguments_and_result),
	    cmocka_unit_test(origins_come_before_entries_with_their_instance),
	    cmocka_unit_test(warning_stands_between_origins_and_entries),
	    cmocka_unit_test(log_that_breaks_off_among_origins_is_one_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
