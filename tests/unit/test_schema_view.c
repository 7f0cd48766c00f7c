/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include "engine/op.h"
#include "storage/schema_view.h"

#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void time_is_utc_text_with_microseconds(void **state)
{
	scratch_fill(*state);
	assert_string_equal(
	    scratch_ask(*state, "SELECT time FROM journal WHERE seq = 1"),
	    "2026-01-02T03:04:05.678902Z");
}

static void microseconds_keep_their_leading_zeros(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE operation SET time_us = 1000007");
	assert_string_equal(scratch_ask(*state, "SELECT time FROM journal"),
	    "1970-01-01T00:00:01.000007Z");
}

/* Expect an address of 64 bits, which is a negative number to SQLite, as what
 * it is. */
static void address_with_the_highest_bit_is_unsigned_hex(void **state)
{
	struct scratch *scratch = *state;

	scratch_reserve(scratch, 0xfffffffffff00000, 0x1000);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT base || '+' || size FROM journal"),
	    "0xfffffffffff00000+0x1000");
}

static void operation_is_shown_with_names(void **state)
{
	struct journal_row row = {.principal = "tcp:127.0.0.1",
	    .label = "/memory@40000000",
	    .op = {.kind = OP_ADD,
		.base = 0x40000000,
		.size = 0x1000,
		.nid = MB_NO_NODE,
		.flags = MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP}};

	scratch_do_row(*state, &row);
	scratch_commit(*state);
	assert_string_equal(
	    scratch_ask(*state,
		"SELECT concat_ws FROM (SELECT instance || ' ' || life || ' '"
		" || seq || ' ' || principal || ' ' || op || ' ' || flags ||"
		" ' ' || outcome || ' ' || label || ' ' ||"
		" ifnull(nid, 'no nid') AS concat_ws FROM journal)"),
	    "board0 1 1 tcp:127.0.0.1 add hotplug,nomap ok /memory@40000000 "
	    "no nid");
}

static void refusal_is_shown_as_errno_and_result_as_address(void **state)
{
	scratch_fill(*state);
	assert_string_equal(
	    scratch_ask(*state, "SELECT outcome FROM journal WHERE seq = 4"),
	    "ENOMEM");
	assert_string_equal(
	    scratch_ask(*state, "SELECT result FROM journal WHERE seq = 3"),
	    "0x7fff0000");
}

static void setting_is_named(void **state)
{
	scratch_do(*state, (struct op){.kind = OP_SET_BOTTOM_UP, .value = 1});
	scratch_commit(*state);
	assert_string_equal(
	    scratch_ask(*state,
		"SELECT op || ' ' || setting || ' ' || value FROM journal"),
	    "set bottom-up 0x1");
}

static void rows_come_by_instance_then_seq(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x1000, 0x1000);
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	scratch_create(scratch, "a");
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT group_concat(instance || seq, ' ') FROM journal"),
	    "board01 board02 a1");
}

static void expect_no_sorting(struct scratch *scratch, const char *sql)
{
	sqlite3_stmt *plan;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(scratch->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW)
		assert_null(strstr(
		    (const char *)sqlite3_column_text(plan, 3), "B-TREE"));
	sqlite3_finalize(plan);
	sqlite3_close(db);
}

/* Expect no sort, whatever the size of the journal. */
static void view_needs_no_sorting(void **state)
{
	expect_no_sorting(*state, "EXPLAIN QUERY PLAN SELECT * FROM journal");
	expect_no_sorting(*state, "EXPLAIN QUERY PLAN SELECT * FROM journal"
				  " WHERE instance = 'board0'");
}

/* Expect the view of a program that knew fewer names to be made anew. */
static void view_of_earlier_names_is_replaced_at_the_next_start(void **state)
{
	struct scratch *scratch = *state;
	char *sql = schema_view_sql();

	scratch_close(scratch);
	scratch_edit(
	    scratch, "DROP VIEW journal; CREATE VIEW journal AS SELECT 1");
	scratch_open(scratch);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT sql FROM sqlite_schema WHERE name = 'journal'"),
	    sql);
	sqlite3_free(sql);
}

static void current_view_is_left_alone(void **state)
{
	char before[32];

	strcpy(before, scratch_ask(*state, "PRAGMA schema_version"));
	scratch_close(*state);
	scratch_open(*state);
	assert_string_equal(
	    scratch_ask(*state, "PRAGMA schema_version"), before);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(time_is_utc_text_with_microseconds),
	    CASE(microseconds_keep_their_leading_zeros),
	    CASE(address_with_the_highest_bit_is_unsigned_hex),
	    CASE(operation_is_shown_with_names),
	    CASE(refusal_is_shown_as_errno_and_result_as_address),
	    CASE(setting_is_named),
	    CASE(rows_come_by_instance_then_seq),
	    CASE(view_needs_no_sorting),
	    CASE(view_of_earlier_names_is_replaced_at_the_next_start),
	    CASE(current_view_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
