/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/import_records.h"

#include "daemon/history_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A history of one trim, as three records. */
static struct history_head head;
static struct journal_row row;
static struct log_entry entry;
static uint8_t hash[JOURNAL_HASH_SIZE];
static Memblock__V1__HistoryEnd end;
static Memblock__V1__HistoryContent content;
static Memblock__V1__HistoryRecord all[3], tree;
static Memblock__V1__HistoryRecord *order[8];
static struct import_records *records;
static answer_code code;
static struct journal_error error;

static const struct limits limits = {.regions_max = 10, .frame_bytes_max = 10};

static void make_head(void)
{
	struct journal_history history = {
	    .instance = {.name = "b",
		.principal = "uid:1",
		.settings = memblock_settings_default()},
	    .first_seq = 1};

	journal_chain_start(&history.instance.settings, history.first_before);
	memcpy(hash, history.first_before, sizeof(hash));
	history_head_fill(&history, 1, 0, &head);
	all[0].record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_HEAD;
	all[0].head = &head.message;
}

static void make_entry(void)
{
	row = (struct journal_row){.seq = 1,
	    .principal = "uid:1",
	    .op = {.kind = OP_TRIM, .align = 4096}};

	journal_row_seal(&row, hash);
	memcpy(hash, row.hash, sizeof(hash));
	history_entry_fill(&row, &entry);
	all[1].record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_OPERATION;
	all[1].operation = &entry.message;
}

static int begin(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		memblock__v1__history_record__init(&all[i]);
	make_head();
	make_entry();
	memblock__v1__history_end__init(&end);
	end.has_operations = end.has_hash = 1;
	end.operations = 1;
	end.hash.data = hash;
	end.hash.len = sizeof(hash);
	all[2].record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_END;
	all[2].end = &end;
	memblock__v1__history_content__init(&content);
	content.has_content = 1;
	content.content.data = hash;
	content.content.len = 8;
	memblock__v1__history_record__init(&tree);
	tree.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_DEVICE_TREE;
	tree.device_tree = &content;
	records = import_records_new(&limits);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	import_records_free(records);
	return 0;
}

/* Takes the records of those letters: h(ead), o(peration), t(ree), e(nd). */
static bool take(const char *letters)
{
	Memblock__V1__Import part = MEMBLOCK__V1__IMPORT__INIT;

	for (; *letters != '\0'; letters++)
		order[part.n_records++] = *letters == 'h'   ? &all[0]
					  : *letters == 'o' ? &all[1]
					  : *letters == 'e' ? &all[2]
							    : &tree;
	part.records = order;
	part.has_last = part.last = 1;
	return import_records_take(records, &part, &code, &error);
}

static void expect_refused(const char *letters, const char *words)
{
	assert_false(take(letters));
	assert_int_equal(code, MEMBLOCK__V1__STATUS__CODE__INVALID_ARGUMENT);
	if (strstr(error.text, words) == NULL)
		fail_msg("%s: %s", words, error.text);
}

static void records_in_their_order_are_a_history(void **state)
{
	(void)state;
	assert_true(take("hoe"));
	assert_int_equal(import_records_operations(records), 1);
	assert_int_equal(journal_import_seq(import_records_all(records)), 1);
}

/* One case for each order that is none; the number is that of the record. */
#define REFUSED(name, letters, words)                                          \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		expect_refused(letters, words);                                \
	}
REFUSED(nothing_is_cut_off, "", "line 1: it is cut off")
REFUSED(history_without_an_end_is_cut_off, "ho", "line 3: it is cut off")
REFUSED(operation_before_the_head_is_refused, "ohe", "line 1: a history begins")
REFUSED(second_head_is_refused, "hh", "line 2: a second head")
REFUSED(operation_that_comes_twice_is_refused, "hooe", "line 3: seq 1 follows")
REFUSED(end_too_early_is_refused, "he", "line 2: not as many operations")
REFUSED(record_behind_the_end_is_refused, "hoeo", "line 4: something behind")
REFUSED(tree_that_led_to_nothing_is_refused, "hote", "line 4: a device tree")
REFUSED(tree_before_no_group_is_refused, "htoe", "line 3: a device tree")

static void end_with_another_hash_is_refused(void **state)
{
	uint8_t other[JOURNAL_HASH_SIZE] = {0};

	(void)state;
	end.hash.data = other;
	expect_refused("hoe", "line 3: the hash is not that of the last");
}

static void tree_without_content_is_refused(void **state)
{
	(void)state;
	content.content.len = 0;
	expect_refused("ht", "line 2: it has no content");
}

/* Expect a tree that is begun again to have been begun before. */
static void options_in_the_middle_of_a_tree_are_refused(void **state)
{
	(void)state;
	content.content.len = 4;
	content.options = (char *)"-a 1";
	expect_refused("htt", "line 3: options in the middle of a device tree");
}

static void layout_with_options_is_refused(void **state)
{
	(void)state;
	content.options = (char *)"-a 1";
	tree.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_LAYOUT;
	expect_refused("ht", "line 2: a layout with options");
}

static void tree_that_goes_on_too_long_is_exhausted(void **state)
{
	(void)state;
	assert_false(take("htt"));
	assert_int_equal(code, MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED);
	assert_non_null(strstr(error.text, "line 3: "));
}

static void record_of_no_kind_is_refused(void **state)
{
	(void)state;
	all[1].record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD__NOT_SET;
	expect_refused("hoe", "line 2: a record that this server does not");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(records_in_their_order_are_a_history),
	    TEST(nothing_is_cut_off),
	    TEST(history_without_an_end_is_cut_off),
	    TEST(operation_before_the_head_is_refused),
	    TEST(second_head_is_refused),
	    TEST(operation_that_comes_twice_is_refused),
	    TEST(end_too_early_is_refused),
	    TEST(record_behind_the_end_is_refused),
	    TEST(tree_that_led_to_nothing_is_refused),
	    TEST(tree_before_no_group_is_refused),
	    TEST(end_with_another_hash_is_refused),
	    TEST(tree_without_content_is_refused),
	    TEST(options_in_the_middle_of_a_tree_are_refused),
	    TEST(layout_with_options_is_refused),
	    TEST(tree_that_goes_on_too_long_is_exhausted),
	    TEST(record_of_no_kind_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
