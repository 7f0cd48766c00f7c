/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The seqs visited, and a copy of the last row. */
struct seen {
	char seqs[32];
	struct journal_row row;
	char label[JOURNAL_LABEL_MAX + 1];
	char key[JOURNAL_KEY_MAX];
};

static bool note_row(void *arg, const struct journal_row *row)
{
	struct seen *seen = arg;
	const size_t length = strlen(seen->seqs);

	seen->seqs[length] = (char)('0' + row->seq);
	seen->row = *row;
	strcpy(seen->label, row->label == NULL ? "(none)" : row->label);
	memcpy(seen->key, row->key_size == 0 ? "" : row->key, row->key_size);
	return row->seq != 3;
}

static enum journal_status each(struct scratch *scratch, uint64_t from,
    uint64_t to, bool reverse, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	return journal_each_row(scratch->journal, scratch->id, from, to,
	    reverse, note_row, seen, &scratch->error);
}

static void rows_come_in_order_within_their_bounds(void **state)
{
	struct seen seen;

	scratch_fill(*state);
	assert_int_equal(each(*state, 1, 2, false, &seen), JOURNAL_OK);
	assert_string_equal(seen.seqs, "12");
	assert_int_equal(each(*state, 4, UINT64_MAX, false, &seen), JOURNAL_OK);
	assert_string_equal(seen.seqs, "4");
	assert_int_equal(each(*state, 0, 0, false, &seen), JOURNAL_OK);
	assert_string_equal(seen.seqs, "");
}

static void rows_come_in_reverse_until_told_to_stop(void **state)
{
	struct seen seen;

	scratch_fill(*state);
	assert_int_equal(each(*state, 1, 4, true, &seen), JOURNAL_OK);
	assert_string_equal(seen.seqs, "43");
}

/* Expect a row of every kind, with every field set, to come back as it was
 * hashed: sealing it again gives the hash that was stored. */
static void row_of_every_kind_comes_back(void **state)
{
	struct scratch *scratch = *state;
	int kind;

	for (kind = 1; kind <= OP_KIND_MAX; kind++) {
		struct journal_row row = {.instance = 1,
		    .seq = (uint64_t)kind,
		    .time_us = 5,
		    .principal = "uid:0",
		    .op = {.kind = (enum op_kind)kind,
			.base = UINT64_MAX,
			.size = 1,
			.align = 2,
			.from = 3,
			.to = 4,
			.nid = 5,
			.flags = 6,
			.list = OP_LIST_RESERVED,
			.exact_nid = true,
			.min_fallback = true,
			.keep_nomap = true,
			.value = 7}};
		struct seen seen;

		journal_row_seal(&row, scratch->hash);
		assert_true(journal_batch_row(scratch->batch, &row));
		scratch_commit(scratch);
		assert_int_equal(
		    each(scratch, row.seq, row.seq, false, &seen), JOURNAL_OK);
		seen.row.principal = "uid:0";
		journal_row_seal(&seen.row, scratch->hash);
		assert_memory_equal(seen.row.hash, row.hash, JOURNAL_HASH_SIZE);
		memcpy(scratch->hash, row.hash, JOURNAL_HASH_SIZE);
	}
}

static void row_with_everything_comes_back(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:1000",
	    .label = "",
	    .key = "k\0y",
	    .key_size = 3,
	    .group = 1,
	    .op = {.kind = OP_ALLOC, .size = 4096, .nid = MB_NO_NODE}};
	struct seen seen;

	scratch_do_row(scratch, &row);
	scratch_commit(scratch);
	assert_int_equal(each(scratch, 1, 1, false, &seen), JOURNAL_OK);
	assert_int_equal(seen.row.instance, 1);
	assert_int_equal(seen.row.time_us, SCRATCH_TIME_US + 1);
	assert_int_equal(seen.row.group, 1);
	assert_string_equal(seen.label, "");
	assert_int_equal(seen.row.key_size, 3);
	assert_memory_equal(seen.key, "k\0y", 3);
	assert_int_equal(seen.row.outcome.status, MB_NO_SPACE);
	assert_int_equal(seen.row.outcome.warnings, row.outcome.warnings);
	assert_string_equal(seen.row.outcome.message, row.outcome.message);
	assert_memory_equal(seen.row.hash, row.hash, JOURNAL_HASH_SIZE);
}

static void column_is_null_where_the_kind_has_no_such_field(void **state)
{
	scratch_fill(*state);
	assert_string_equal(
	    scratch_ask(*state,
		"SELECT count(*) FROM operation WHERE seq = 1 AND"
		" (base, size, nid, flags) = (1073741824, 1073741824, -1, 0)"
		" AND coalesce(align, from_addr, to_addr, list, exact_nid,"
		" min_fallback, keep_nomap, value, result, message, label,"
		" request_key, group_seq) IS NULL"),
	    "1");
}

/* Expect each edit to make a row that no operation has. */
static void row_that_cannot_be_one_is_damaged(void **state)
{
	static const char *const edits[] = {"kind = 99", "base = NULL",
	    "value = 1", "nid = -2", "status = 3", "status = -1",
	    "warnings = -1", "hash = x'00'", "group_seq = 2",
	    "principal = printf('%0200d', 1)", "label = printf('%0300d', 1)",
	    "request_key = zeroblob(65)", "message = printf('%0400d', 1)",
	    "flags = 4294967296"};
	struct scratch *scratch = *state;
	char sql[128];
	size_t i;

	scratch_fill(scratch);
	scratch_edit(scratch, "CREATE TABLE kept AS SELECT * FROM operation");
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		struct seen seen;

		snprintf(sql, sizeof(sql),
		    "UPDATE operation SET %s WHERE seq = 1", edits[i]);
		scratch_edit(scratch, sql);
		assert_int_equal(
		    each(scratch, 1, 1, false, &seen), JOURNAL_DAMAGED);
		assert_non_null(strstr(scratch->error.text, "seq 1"));
		scratch_edit(scratch,
		    "DELETE FROM operation;"
		    "INSERT INTO operation SELECT * FROM kept");
	}
	scratch_expect_loaded(scratch);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_come_in_order_within_their_bounds),
	    CASE(rows_come_in_reverse_until_told_to_stop),
	    CASE(row_of_every_kind_comes_back),
	    CASE(row_with_everything_comes_back),
	    CASE(column_is_null_where_the_kind_has_no_such_field),
	    CASE(row_that_cannot_be_one_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
