/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/batch.h"

#include "tests/unit/batch_fixture.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A row that a tree led to. */
static void add_row_of_tree(uint64_t seq)
{
	const struct journal_tree_seal tree = {.options = "-a 1"};
	struct journal_row row = batch_row(seq);

	row.group = seq;
	row.tree = &tree;
	assert_true(journal_batch_row(batch, &row));
}

static void add_row(uint64_t seq)
{
	struct journal_row row = batch_row(seq);

	assert_true(journal_batch_row(batch, &row));
}

static void new_batch_is_empty_until_something_is_added(void **state)
{
	(void)state;
	assert_true(journal_batch_empty(batch));
	add_row(1);
	assert_false(journal_batch_empty(batch));
}

/* Expect the batch of before, and what is added then to be whole. */
static void batch_rewound_is_as_at_the_mark(void **state)
{
	struct journal_row read;
	size_t mark, bytes;

	(void)state;
	add_row(1);
	mark = journal_batch_mark(batch);
	bytes = batch->bytes_used;
	add_row_of_tree(2);
	assert_true(journal_batch_blob(batch, "tree", 4));
	journal_batch_rewind(batch, mark);
	assert_int_equal(journal_batch_mark(batch), mark);
	assert_int_equal(batch->bytes_used, bytes);
	add_row(3);
	batch_row_at(batch, &batch->items[0], &read);
	assert_int_equal(read.seq, 1);
	assert_string_equal(read.label, "why");
	batch_row_at(batch, &batch->items[1], &read);
	assert_int_equal(read.seq, 3);
	assert_string_equal(read.label, "why");
}

static void rewind_to_now_changes_nothing(void **state)
{
	(void)state;
	journal_batch_rewind(batch, journal_batch_mark(batch));
	add_row(1);
	journal_batch_rewind(batch, journal_batch_mark(batch));
	assert_int_equal(batch->item_count, 1);
}

/* Expect the first rows to stay as they are while the batch moves about. */
static void batch_of_many_rows_keeps_them_all(void **state)
{
	struct journal_row read;
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= 10000; seq++)
		add_row(seq);
	for (seq = 1; seq <= 10000; seq++) {
		batch_row_at(batch, &batch->items[seq - 1], &read);
		assert_int_equal(read.seq, seq);
		assert_string_equal(read.principal, "uid:0");
	}
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, batch_setup, batch_teardown)

/* Appends what is told: its kind and its seq or the first letter of the name.
 */
static void note_news(void *arg, const struct journal_news *news)
{
	char *text = arg, *end = text + strlen(text);

	assert_int_equal(news->instance, 1);
	*end++ = "crd"[news->kind];
	*end++ = news->created != NULL ? news->created->name[0]
				       : (char)('0' + news->seq);
	*end = '\0';
}

/* Expect neither blobs nor groups to be news. */
static void news_are_what_happened_to_instances_in_order(void **state)
{
	const struct journal_instance instance = {
	    .id = 1, .name = "b", .principal = "uid:0"};
	char told[32] = "";

	(void)state;
	journal_batch_each_news(batch, note_news, told);
	assert_string_equal(told, "");
	assert_true(journal_batch_create(batch, &instance, NULL));
	assert_true(journal_batch_blob(batch, "x", 1));
	add_row_of_tree(1);
	add_row(2);
	assert_true(journal_batch_destroy(batch, 1, 9, "uid:0", NULL));
	journal_batch_each_news(batch, note_news, told);
	assert_string_equal(told, "cbr1r2d0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		news_are_what_happened_to_instances_in_order, batch_setup,
		batch_teardown),
	    CASE(new_batch_is_empty_until_something_is_added),
	    CASE(batch_rewound_is_as_at_the_mark),
	    CASE(rewind_to_now_changes_nothing),
	    CASE(batch_of_many_rows_keeps_them_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
