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

/* Expect copies: what was added may go away. */
static void row_added_is_the_row_read(void **state)
{
	char *principal = strdup("uid:0");
	struct journal_row row = batch_row(9), read;

	(void)state;
	row.principal = principal;
	row.hash[31] = 0xee;
	assert_true(journal_batch_row(batch, &row));
	memset(principal, '!', 5);
	free(principal);
	batch_row_at(batch, &batch->items[0], &read);
	assert_int_equal(read.instance, 1);
	assert_int_equal(read.seq, 9);
	assert_string_equal(read.principal, "uid:0");
	assert_string_equal(read.label, "why");
	assert_int_equal(read.key_size, 2);
	assert_memory_equal(read.key, "k\0", 2);
	assert_int_equal(read.group, 1);
	assert_int_equal(read.op.base, 9);
	assert_true(outcome_equal(&read.outcome, &row.outcome));
	assert_string_equal(read.outcome.message, "taken");
	assert_memory_equal(read.hash, row.hash, JOURNAL_HASH_SIZE);
}

static void row_without_label_and_key_has_none_when_read(void **state)
{
	struct journal_row row = batch_row(1), read;

	(void)state;
	row.label = NULL;
	row.key = NULL;
	row.key_size = 0;
	assert_true(journal_batch_row(batch, &row));
	batch_row_at(batch, &batch->items[0], &read);
	assert_null(read.label);
	assert_null(read.key);
	assert_string_equal(read.outcome.message, "taken");
}

static void instance_added_is_the_instance_read(void **state)
{
	struct journal_instance made = {
	    .id = 5, .name = "board0", .principal = "uid:0"};
	struct instance_record read;

	(void)state;
	assert_true(journal_batch_blob(batch, "x", 1));
	assert_true(journal_batch_create(batch, &made, NULL));
	batch_record_at(batch, &batch->items[1], &read);
	assert_string_equal(read.instance.name, "board0");
	assert_int_equal(read.instance.id, 5);
}

/* Expect label and key to come back, and neither where there was none. */
static void cause_added_is_the_cause_read(void **state)
{
	const struct journal_cause why = {"a label", "k\0y", 3};
	struct journal_instance made = {.id = 5, .name = "board0"};
	struct instance_record read;
	struct journal_cause cause;
	const char *principal;

	(void)state;
	assert_true(journal_batch_create(batch, &made, &why));
	assert_true(journal_batch_destroy(batch, 5, 9, "uid:0", &why));
	assert_true(journal_batch_destroy(batch, 5, 9, "uid:7", NULL));
	batch_record_at(batch, &batch->items[0], &read);
	assert_string_equal(read.instance.name, "board0");
	batch_cause_at(batch, &batch->items[0], &cause, NULL);
	assert_string_equal(cause.label, "a label");
	assert_int_equal(cause.key_size, 3);
	assert_memory_equal(cause.key, "k\0y", 3);
	batch_cause_at(batch, &batch->items[1], &cause, &principal);
	assert_string_equal(principal, "uid:0");
	assert_string_equal(cause.label, "a label");
	assert_memory_equal(cause.key, "k\0y", 3);
	batch_cause_at(batch, &batch->items[2], &cause, &principal);
	assert_string_equal(principal, "uid:7");
	assert_null(cause.label);
	assert_null(cause.key);
	assert_int_equal(cause.key_size, 0);
}

struct told_rows {
	size_t at_hand, elsewhere;
	struct journal_row last;
};

static void note_row(void *arg, const struct journal_news *news)
{
	struct told_rows *told = arg;

	if (news->kind != JOURNAL_NEWS_ROW)
		return;
	if (journal_news_row(news, &told->last))
		told->at_hand++;
	else
		told->elsewhere++;
}

/* Expect a row of the batch itself to be at hand, and those of an import, of
 * which the last is told, not to be. */
static void news_of_a_row_has_the_row_but_an_imports_has_not(void **state)
{
	struct journal_row row = batch_row(9);
	struct told_rows told = {0};
	struct journal_error error;
	struct spool *spool;

	(void)state;
	assert_true(journal_batch_row(batch, &row));
	assert_int_equal(spool_open(&spool, &error), JOURNAL_OK);
	assert_true(batch_add_spool(batch, 2, 7, spool));
	journal_batch_each_news(batch, note_row, &told);
	assert_int_equal(told.at_hand, 1);
	assert_int_equal(told.elsewhere, 1);
	assert_int_equal(told.last.seq, 9);
	assert_string_equal(told.last.label, "why");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, batch_setup, batch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(row_added_is_the_row_read),
	    CASE(row_without_label_and_key_has_none_when_read),
	    CASE(instance_added_is_the_instance_read),
	    CASE(cause_added_is_the_cause_read),
	    CASE(news_of_a_row_has_the_row_but_an_imports_has_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
