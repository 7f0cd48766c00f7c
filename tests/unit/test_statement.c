/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/statement.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static sqlite3_stmt *get(struct scratch *scratch, enum statement which)
{
	sqlite3_stmt *statement = NULL;

	assert_int_equal(
	    statement_get(scratch->journal, which, &statement, &scratch->error),
	    JOURNAL_OK);
	return statement;
}

static void every_statement_fits_the_schema(void **state)
{
	int which;

	for (which = 0; which < STATEMENT_COUNT; which++)
		assert_non_null(get(*state, (enum statement)which));
}

static void statement_is_prepared_once(void **state)
{
	assert_ptr_equal(
	    get(*state, STATEMENT_LAST_ID), get(*state, STATEMENT_LAST_ID));
}

static void rollback_without_a_transaction_does_nothing(void **state)
{
	struct scratch *scratch = *state;

	statement_rollback(scratch->journal);
	assert_int_equal(statement_do(scratch->journal, STATEMENT_BEGIN_READ,
			     &scratch->error),
	    JOURNAL_OK);
	statement_rollback(scratch->journal);
	assert_true(sqlite3_get_autocommit(scratch->journal->db));
}

/* Stands a statement on a row with that value in its first column. */
static sqlite3_stmt *select_value(struct scratch *scratch, const char *sql)
{
	sqlite3_stmt *statement;

	assert_int_equal(
	    sqlite3_prepare_v2(scratch->journal->db, sql, -1, &statement, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	return statement;
}

static void text_is_read_up_to_its_room_and_no_further(void **state)
{
	sqlite3_stmt *statement = select_value(*state, "SELECT 'abc'");
	char text[4] = "?";

	assert_false(statement_column_text(statement, 0, text, 3));
	assert_string_equal(text, "?");
	assert_true(statement_column_text(statement, 0, text, 4));
	assert_string_equal(text, "abc");
	sqlite3_finalize(statement);
}

static void text_with_a_nul_is_none(void **state)
{
	sqlite3_stmt *statement =
	    select_value(*state, "SELECT 'a' || char(0) || 'b'");
	char text[8];

	assert_false(statement_column_text(statement, 0, text, sizeof(text)));
	sqlite3_finalize(statement);
}

static void bytes_of_another_length_are_refused(void **state)
{
	sqlite3_stmt *statement = select_value(*state, "SELECT x'010203'");
	uint8_t bytes[4] = {9};

	assert_false(statement_column_bytes(statement, 0, bytes, 2));
	assert_false(statement_column_bytes(statement, 0, bytes, 4));
	assert_int_equal(bytes[0], 9);
	assert_true(statement_column_bytes(statement, 0, bytes, 3));
	assert_memory_equal(bytes, "\x01\x02\x03", 3);
	sqlite3_finalize(statement);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_statement_fits_the_schema),
	    CASE(statement_is_prepared_once),
	    CASE(rollback_without_a_transaction_does_nothing),
	    CASE(text_is_read_up_to_its_room_and_no_further),
	    CASE(text_with_a_nul_is_none),
	    CASE(bytes_of_another_length_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
