/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/spool.h"

#include "storage/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct spool *spool;
static struct journal_error error;

static int begin(void **state)
{
	(void)state;
	return spool_open(&spool, &error) == JOURNAL_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	spool_close(spool);
	return 0;
}

/* One row under that key; NULL: none. */
static enum journal_status put(uint64_t seq, const char *key)
{
	struct journal_batch *batch = journal_batch_new();
	struct journal_row row = {.seq = seq,
	    .principal = "uid:0",
	    .key = key,
	    .key_size = key == NULL ? 0 : strlen(key),
	    .op = {.kind = OP_TRIM, .align = 4096}};
	enum journal_status status;

	assert_true(journal_batch_row(batch, &row));
	status = spool_put(spool, batch, &error);
	assert_int_equal(journal_batch_empty(batch), status == JOURNAL_OK);
	journal_batch_free(batch);
	return status;
}

static void expect(uint64_t number, uint64_t seq)
{
	struct journal_batch *batch;
	struct journal_row row;

	assert_int_equal(spool_get(spool, number, &batch, &error), JOURNAL_OK);
	assert_int_equal(batch->item_count, 1);
	batch_row_at(batch, &batch->items[0], &row);
	assert_int_equal(row.seq, seq);
	assert_string_equal(row.principal, "uid:0");
	journal_batch_free(batch);
}

static void parts_come_back_in_their_order(void **state)
{
	struct journal_batch *batch;

	(void)state;
	assert_int_equal(put(1, "one"), JOURNAL_OK);
	assert_int_equal(put(2, NULL), JOURNAL_OK);
	assert_int_equal(put(3, NULL), JOURNAL_OK);
	expect(0, 1);
	expect(2, 3);
	expect(1, 2);
	assert_int_equal(
	    spool_get(spool, 3, &batch, &error), JOURNAL_NOT_FOUND);
}

static void key_that_comes_twice_is_found(void **state)
{
	(void)state;
	assert_int_equal(put(1, "one"), JOURNAL_OK);
	assert_int_equal(put(2, "two"), JOURNAL_OK);
	assert_int_equal(put(3, "one"), JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "seq 3"));
}

static void empty_batch_is_no_part(void **state)
{
	struct journal_batch *batch = journal_batch_new();

	(void)state;
	assert_int_equal(spool_put(spool, batch, &error), JOURNAL_OK);
	journal_batch_free(batch);
	assert_int_equal(
	    spool_get(spool, 0, &batch, &error), JOURNAL_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(parts_come_back_in_their_order),
	    TEST(key_that_comes_twice_is_found),
	    TEST(empty_batch_is_no_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
