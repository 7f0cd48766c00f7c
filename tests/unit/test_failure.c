/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/failure.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct journal_error error;

static void missing_connection_is_out_of_memory(void **state)
{
	(void)state;
	assert_int_equal(
	    failure_of_sqlite(NULL, "/x/journal.db", &error), JOURNAL_FAILED);
	assert_string_equal(error.text, "/x/journal.db: out of memory");
}

/* Expect the system's reason behind SQLite's. */
static void file_that_is_not_there_is_named_with_the_reason(void **state)
{
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open_v2("/nonexistent/journal.db", &db,
			     SQLITE_OPEN_READONLY, NULL),
	    SQLITE_CANTOPEN);
	assert_int_equal(
	    failure_of_sqlite(db, "/nonexistent/journal.db", &error),
	    JOURNAL_FAILED);
	assert_string_equal(error.text,
	    "/nonexistent/journal.db: cannot be opened: No such file or "
	    "directory");
	sqlite3_close(db);
}

static void full_database_is_a_full_disk(void **state)
{
	sqlite3 *db;

	(void)state;
	sqlite3_open(":memory:", &db);
	sqlite3_exec(db, "PRAGMA max_page_count = 2; CREATE TABLE t (a)", NULL,
	    NULL, NULL);
	assert_int_equal(
	    sqlite3_exec(db, "INSERT INTO t VALUES (zeroblob(100000))", NULL,
		NULL, NULL),
	    SQLITE_FULL);
	assert_int_equal(failure_of_sqlite(db, "j", &error), JOURNAL_FAILED);
	assert_string_equal(error.text, "j: disk full");
	sqlite3_close(db);
}

static void code_that_is_not_listed_has_sqlites_words(void **state)
{
	sqlite3 *db;

	(void)state;
	sqlite3_open(":memory:", &db);
	sqlite3_exec(db, "SELECT * FROM missing", NULL, NULL, NULL);
	assert_int_equal(failure_of_sqlite(db, "j", &error), JOURNAL_FAILED);
	assert_string_equal(error.text, "j: SQLite: no such table: missing");
	sqlite3_close(db);
}

static void system_call_that_failed_has_the_systems_words(void **state)
{
	(void)state;
	assert_int_equal(
	    failure_of_system(ENOSPC, "j", &error), JOURNAL_FAILED);
	assert_string_equal(error.text, "j: No space left on device");
}

static void sentence_that_is_too_long_is_cut(void **state)
{
	char path[2 * JOURNAL_ERROR_MAX];

	(void)state;
	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	failure_of_memory(path, &error);
	assert_int_equal(strlen(error.text), JOURNAL_ERROR_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(missing_connection_is_out_of_memory),
	    cmocka_unit_test(file_that_is_not_there_is_named_with_the_reason),
	    cmocka_unit_test(full_database_is_a_full_disk),
	    cmocka_unit_test(code_that_is_not_listed_has_sqlites_words),
	    cmocka_unit_test(system_call_that_failed_has_the_systems_words),
	    cmocka_unit_test(sentence_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
