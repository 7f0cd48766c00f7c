/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_log.h"

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
#define CASE(NAME) MEMBLOCK__V1__LOG_ENTRY__OPERATION_##NAME

/* Expect "8 TIME uid:1000 " and then that. */
static void expect_line(Memblock__V1__LogEntry entry, const char *rest)
{
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .entries = entries, .n_entries = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *text, expected[256] = "8 2026-01-02T03:04:05.678901Z uid:1000 ";

	entry.has_seq = entry.has_time_us = true;
	entry.seq = 8;
	entry.time_us = UINT64_C(1767323045678901);
	entry.principal = (char *)"uid:1000";
	if (entry.status == NULL)
		entry.status = &printing_ok;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	text = printing_text("log b", &part);
	strcat(expected, rest);
	assert_string_equal(text, expected);
	free(text);
}

static Memblock__V1__Reserve reserve = {EMPTY(reserve), .has_address = true,
    .address = 0x1000, .has_size = true, .size = 0x2000};
static Memblock__V1__Alloc alloc = {EMPTY(alloc), .has_size = true,
    .size = 0x100000, .has_align = true, .align = 0x1000};

static void change_done_ends_in_ok(void **state)
{
	(void)state;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(RESERVE), .reserve = &reserve},
	    "reserve 0x1000 0x2000 ok\n");
}

static void alloc_ends_in_its_address_and_label(void **state)
{
	(void)state;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(ALLOC), .alloc = &alloc,
			.has_address = true, .address = 0x7ff00000,
			.label = (char *)"early_alloc"},
	    "alloc 0x100000 --align 0x1000 -> 0x7ff00000  early_alloc\n");
}

static void refusal_ends_in_its_code(void **state)
{
	Memblock__V1__Status status = {EMPTY(status), .has_code = true,
	    .code = MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED};

	(void)state;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(ALLOC), .alloc = &alloc,
			.status = &status},
	    "alloc 0x100000 --align 0x1000 RESOURCE_EXHAUSTED\n");
}

static void options_are_shown_as_they_are_typed(void **state)
{
	Memblock__V1__Alloc full = alloc;
	Memblock__V1__Add add = {EMPTY(add), .has_address = true,
	    .has_size = true, .size = 1, .has_nid = true, .nid = 0,
	    .has_flags = true, .flags = 3};

	(void)state;
	full.has_from_address = full.has_to_address = true;
	full.from_address = 0x10;
	full.to_address = 0x20;
	full.has_nid = full.has_exact_nid = full.has_min_fallback = true;
	full.nid = 2;
	full.exact_nid = full.min_fallback = true;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(ALLOC), .alloc = &full},
	    "alloc 0x100000 --nid 2 --align 0x1000 --from 0x10 --to 0x20 "
	    "--exact-nid --min-fallback ok\n");
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(ADD), .add = &add},
	    "add 0x0 0x1 --nid 0 --flags hotplug,mirror ok\n");
}

static void settings_are_shown_as_they_are_typed(void **state)
{
	Memblock__V1__Set set = {EMPTY(set),
	    .setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP,
	    .bottom_up = true};
	const Memblock__V1__LogEntry entry = {
	    EMPTY(log_entry), .operation_case = CASE(SET), .set = &set};

	(void)state;
	expect_line(entry, "set bottom-up on ok\n");
	set.bottom_up = false;
	expect_line(entry, "set bottom-up off ok\n");
	set.setting_case = MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT;
	set.current_limit = 0x1000;
	expect_line(entry, "set current-limit 0x1000 ok\n");
	set.current_limit = UINT64_MAX;
	expect_line(entry, "set current-limit anywhere ok\n");
	set.setting_case = MEMBLOCK__V1__SET__SETTING_RESIZE;
	set.resize = true;
	expect_line(entry, "set resize on ok\n");
}

static void mark_has_its_flag_before_its_range(void **state)
{
	Memblock__V1__Mark mark = {EMPTY(mark), .has_address = true,
	    .address = 0x1000, .has_size = true, .size = 0x2000,
	    .has_flags = true, .flags = 4};

	(void)state;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(MARK), .mark = &mark},
	    "mark nomap 0x1000 0x2000 ok\n");
}

static void operation_of_a_later_version_is_a_question_mark(void **state)
{
	(void)state;
	expect_line(
	    (Memblock__V1__LogEntry)MEMBLOCK__V1__LOG_ENTRY__INIT, "? ok\n");
}

static void choices_are_shown_as_they_are_typed(void **state)
{
	Memblock__V1__Clear clear = {EMPTY(clear), .has_address = true,
	    .has_size = true, .size = 1, .has_flags = true, .flags = 1};
	Memblock__V1__Trim trim = {
	    EMPTY(trim), .has_align = true, .align = 0x10000};
	Memblock__V1__Limit limit = {EMPTY(limit), .has_size = true, .size = 2,
	    .has_keep_nomap = true, .keep_nomap = true};
	Memblock__V1__Cap cap = {
	    EMPTY(cap), .has_address = true, .has_size = true, .size = 3};

	(void)state;
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(CLEAR), .clear = &clear},
	    "clear hotplug 0x0 0x1 ok\n");
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(TRIM), .trim = &trim},
	    "trim 0x10000 ok\n");
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(LIMIT), .limit = &limit},
	    "limit 0x2 --keep-nomap ok\n");
	expect_line((Memblock__V1__LogEntry){EMPTY(log_entry),
			.operation_case = CASE(CAP), .cap = &cap},
	    "cap 0x0 0x3 ok\n");
}

/* Expect the line as it is typed to print that part of b's log, which has one
 * row and begins as a@9. */
static void expect_log(
    const char *typed, const char *instance, const char *expected)
{
	Memblock__V1__LogEntry entry = {EMPTY(log_entry), .has_seq = true,
	    .seq = 8, .has_time_us = true,
	    .time_us = UINT64_C(1767323045678901),
	    .principal = (char *)"uid:1000", .status = &printing_ok,
	    .operation_case = CASE(RESERVE), .reserve = &reserve};
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__CloneResult origin = {EMPTY(clone_result),
	    .origin = (char *)"a", .has_origin_seq = true, .origin_seq = 9};
	Memblock__V1__LogResult log = {EMPTY(log_result), .entries = entries,
	    .n_entries = 1, .origin = &origin, .instance = (char *)instance};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *text;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	text = printing_text(typed, &part);
	assert_string_equal(text, expected);
	free(text);
}

#define ROW "8 2026-01-02T03:04:05.678901Z uid:1000 reserve 0x1000 0x2000 ok\n"

static void rows_begin_behind_where_they_come_from(void **state)
{
	(void)state;
	expect_log("log b", NULL, "begins as a@9\n" ROW);
	expect_log("log c --follow-origin", NULL, "begins as a@9\n" ROW);
	expect_log("log c --follow-origin", "b",
	    "b begins as a@9\n"
	    "b " ROW);
}

static void rows_in_reverse_end_with_where_they_come_from(void **state)
{
	(void)state;
	expect_log("log c --follow-origin --reverse", "b",
	    "b " ROW "b begins as a@9\n");
}

static void origins_print_nothing_before_their_rows(void **state)
{
	Memblock__V1__LogOrigin origin = {
	    EMPTY(log_origin), .instance = (char *)"a"};
	Memblock__V1__LogOrigin *origins[] = {&origin};
	Memblock__V1__LogResult log = {
	    EMPTY(log_result), .origins = origins, .n_origins = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	char *text;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	text = printing_text("log b --follow-origin", &part);
	assert_string_equal(text, "");
	free(text);
}

static void set_node_has_its_node_behind_its_range(void **state)
{
	Memblock__V1__SetNode set_node = {EMPTY(set_node), .has_address = true,
	    .has_size = true, .size = 4, .has_nid = true, .nid = 1,
	    .has_type = true, .type = MEMBLOCK__V1__TYPE__TYPE_RESERVED};
	const Memblock__V1__LogEntry entry = {EMPTY(log_entry),
	    .operation_case = CASE(SET_NODE), .set_node = &set_node};

	(void)state;
	expect_line(entry, "set-node 0x0 0x4 1 --type reserved ok\n");
	set_node.has_nid = false;
	set_node.type = MEMBLOCK__V1__TYPE__TYPE_MEMORY;
	expect_line(entry, "set-node 0x0 0x4 - --type memory ok\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(change_done_ends_in_ok),
	    cmocka_unit_test(alloc_ends_in_its_address_and_label),
	    cmocka_unit_test(refusal_ends_in_its_code),
	    cmocka_unit_test(options_are_shown_as_they_are_typed),
	    cmocka_unit_test(settings_are_shown_as_they_are_typed),
	    cmocka_unit_test(mark_has_its_flag_before_its_range),
	    cmocka_unit_test(operation_of_a_later_version_is_a_question_mark),
	    cmocka_unit_test(choices_are_shown_as_they_are_typed),
	    cmocka_unit_test(rows_begin_behind_where_they_come_from),
	    cmocka_unit_test(rows_in_reverse_end_with_where_they_come_from),
	    cmocka_unit_test(origins_print_nothing_before_their_rows),
	    cmocka_unit_test(set_node_has_its_node_behind_its_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
