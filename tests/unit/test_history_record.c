/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/history_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct history_head head;
static struct log_entry entry;
static char text[OUTCOME_MESSAGE_MAX];

static struct journal_history copy(void)
{
	struct journal_history history = {
	    .instance = {.name = "b",
		.principal = "uid:1",
		.created_us = 7,
		.settings = memblock_settings_default()},
	    .is_copy = true,
	    .origin = {.name = "a", .seq = 4, .hash = {1, 2}},
	    .first_seq = 5,
	    .first_before = {3, 4}};

	return history;
}

static void head_that_was_filled_in_is_taken_again(void **state)
{
	const struct journal_history history = copy();
	struct journal_history again;

	(void)state;
	history_head_fill(&history, 9, 6, &head);
	assert_int_equal(head.message.seq, 9);
	assert_int_equal(head.message.before_time_us, 6);
	assert_null(history_head_take(&head.message, &again, text));
	assert_string_equal(again.instance.principal, "uid:1");
	assert_int_equal(again.instance.created_us, 7);
	assert_true(again.is_copy);
	assert_string_equal(again.origin.name, "a");
	assert_int_equal(again.origin.seq, 4);
	assert_memory_equal(
	    again.origin.hash, history.origin.hash, JOURNAL_HASH_SIZE);
	assert_int_equal(again.first_seq, 5);
	assert_memory_equal(
	    again.first_before, history.first_before, JOURNAL_HASH_SIZE);
}

static void head_that_lacks_something_says_what(void **state)
{
	const struct journal_history history = copy();
	struct journal_history again;

	(void)state;
	history_head_fill(&history, 9, 6, &head);
	head.message.before.len = 31;
	assert_non_null(
	    strstr(history_head_take(&head.message, &again, text), "no hash"));
	history_head_fill(&history, 9, 6, &head);
	head.message.principal = NULL;
	assert_non_null(
	    strstr(history_head_take(&head.message, &again, text), "nobody"));
	history_head_fill(&history, 9, 6, &head);
	head.message.has_origin_hash = 0;
	assert_non_null(
	    strstr(history_head_take(&head.message, &again, text), "origin"));
	head.message.format = 2;
	assert_non_null(
	    strstr(history_head_take(&head.message, &again, text), "format 2"));
}

static struct journal_row row(void)
{
	struct journal_row made = {.seq = 3,
	    .time_us = 5,
	    .principal = "uid:1",
	    .label = "why",
	    .key = "key",
	    .key_size = 3,
	    .group = 2,
	    .op = {.nid = MB_NO_NODE},
	    .outcome = {.warnings = 5, .message = "one\ntwo"},
	    .hash = {9, 8, 7}};

	return made;
}

/* Expect every kind there is to come back as it was: by its row's hash, which
 * covers all of it. */
static void row_of_each_kind_is_taken_again(void **state)
{
	const struct memblock_settings settings = memblock_settings_default();
	const uint8_t before[JOURNAL_HASH_SIZE] = {0};
	struct journal_row made, again;
	size_t count = 0;
	int kind;

	(void)state;
	for (kind = 0; kind < 100; kind++) {
		if (op_info(kind) == NULL)
			continue;
		count++;
		made = row();
		made.op.kind = (enum op_kind)kind;
		made.op.base = 0x1000;
		made.op.size = 0x2000;
		made.op.flags = 4;
		made.op.align = 0x10;
		made.op.value = 1;
		history_entry_fill(&made, &entry);
		assert_true(memblock__v1__log_entry__get_packed_size(
				&entry.message) <= log_entry_bytes_max(&made));
		assert_null(
		    history_entry_take(&entry.message, &settings, &again));
		assert_memory_equal(again.hash, made.hash, JOURNAL_HASH_SIZE);
		journal_row_seal(&made, before);
		journal_row_seal(&again, before);
		assert_memory_equal(again.hash, made.hash, JOURNAL_HASH_SIZE);
	}
	assert_true(count >= 13);
}

static void row_that_was_refused_is_taken_again(void **state)
{
	const struct memblock_settings settings = memblock_settings_default();
	struct journal_row made = row(), again;

	(void)state;
	made.op.kind = OP_ALLOC;
	made.outcome.status = MB_NO_SPACE;
	strcpy(made.outcome.message, "no room");
	history_entry_fill(&made, &entry);
	assert_null(history_entry_take(&entry.message, &settings, &again));
	assert_int_equal(again.outcome.status, MB_NO_SPACE);
	assert_string_equal(again.outcome.message, "no room");
}

static void entry_that_lacks_something_says_what(void **state)
{
	const struct memblock_settings settings = memblock_settings_default();
	Memblock__V1__LogEntry message = MEMBLOCK__V1__LOG_ENTRY__INIT;
	struct journal_row made = row(), again;

	(void)state;
	assert_non_null(strstr(
	    history_entry_take(&message, &settings, &again), "no operation"));
	made.op.kind = OP_TRIM;
	made.op.align = 4096;
	history_entry_fill(&made, &entry);
	entry.status.code = MEMBLOCK__V1__STATUS__CODE__INTERNAL;
	assert_non_null(strstr(
	    history_entry_take(&entry.message, &settings, &again), "outcome"));
	history_entry_fill(&made, &entry);
	entry.message.has_hash = 0;
	assert_non_null(strstr(
	    history_entry_take(&entry.message, &settings, &again), "hash"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(head_that_was_filled_in_is_taken_again),
	    cmocka_unit_test(head_that_lacks_something_says_what),
	    cmocka_unit_test(row_of_each_kind_is_taken_again),
	    cmocka_unit_test(row_that_was_refused_is_taken_again),
	    cmocka_unit_test(entry_that_lacks_something_says_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
