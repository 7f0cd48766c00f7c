/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_import.h"

#include "storage/digest.h"
#include "storage/snapshot.h"
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct journal_history history;
static struct journal_import *import;
static struct journal_error error;

/* What a row of the journal is turned into on its way. */
static void (*change)(struct journal_row *row);
static enum journal_status status;
/* What is said to have led to the first row. */
static struct journal_tree *tree;

static bool take(void *arg, const struct journal_row *row)
{
	struct journal_row own = *row;

	(void)arg;
	if (change != NULL)
		change(&own);
	status = journal_import_row(
	    import, &own, row->seq == 1 ? tree : NULL, &error);
	return status == JOURNAL_OK;
}

static enum journal_status begin(
    struct scratch *scratch, const struct journal_layout *layout)
{
	assert_int_equal(journal_find_history(scratch->journal, scratch->id,
			     &history, &scratch->error),
	    JOURNAL_OK);
	return journal_import_begin(
	    &history, layout, SIZE_MAX, &import, &error);
}

/* Takes in what the journal has of scratch's instance. */
static enum journal_status take_all(struct scratch *scratch)
{
	assert_int_equal(
	    journal_each_row(scratch->journal, scratch->id, history.first_seq,
		UINT64_MAX, false, take, NULL, &scratch->error),
	    JOURNAL_OK);
	return status;
}

/* Writes it as the instance of id 2, and loads that. */
static void expect_written(struct scratch *scratch)
{
	struct journal_instance row;
	struct journal_state stands, loaded;

	assert_int_equal(journal_import_end(import, &error), JOURNAL_OK);
	assert_true(journal_batch_import(
	    scratch->batch, import, "copy", 2, NULL, &row, &stands));
	journal_import_free(import);
	scratch_commit(scratch);
	assert_int_equal(row.seq, scratch->seq);
	assert_int_equal(
	    journal_load(scratch->journal, 2, &loaded, &error), JOURNAL_OK);
	assert_true(memblock_equal(loaded.mb, scratch->mb));
	assert_true(memblock_equal(stands.mb, scratch->mb));
	assert_int_equal(loaded.seq, scratch->seq);
	assert_memory_equal(loaded.hash, scratch->hash, sizeof(scratch->hash));
	assert_memory_equal(stands.hash, loaded.hash, sizeof(loaded.hash));
	assert_int_equal(stands.time_us, loaded.time_us);
	memblock_destroy(loaded.mb);
	memblock_destroy(stands.mb);
}

static void history_that_is_written_stands_as_the_original(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
	assert_int_equal(take_all(scratch), JOURNAL_OK);
	assert_int_equal(journal_import_seq(import), 4);
	assert_memory_equal(
	    journal_import_hash(import), scratch->hash, JOURNAL_HASH_SIZE);
	expect_written(scratch);
}

/* Expect snapshots on the way, and rows that were spooled in several parts. */
static void long_history_is_written_with_snapshots(void **state)
{
	struct scratch *scratch = *state;
	uint64_t i;

	for (i = 0; i < 9000; i++)
		scratch_reserve(scratch, 0x1000 * (i % 64), 0x800);
	scratch_commit(scratch);
	assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
	assert_int_equal(take_all(scratch), JOURNAL_OK);
	expect_written(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM snapshot "
				 "WHERE instance = 2"),
	    "2");
}

/* Expect the rows that are left, and the layout before them. */
static void history_above_1_begins_with_its_layout(void **state)
{
	struct scratch *scratch = *state;
	struct journal_layout layout;
	uint8_t bytes[4096];

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	layout = (struct journal_layout){
	    bytes, snapshot_size(scratch->mb), scratch->time_us};
	assert_true(layout.size <= sizeof(bytes));
	snapshot_write(scratch->mb, bytes);
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	assert_int_equal(begin(scratch, NULL), JOURNAL_DAMAGED);
	assert_int_equal(begin(scratch, &layout), JOURNAL_OK);
	assert_int_equal(take_all(scratch), JOURNAL_OK);
	expect_written(scratch);
}

/* ---- what led to a group ---- */

/* Expect the tree and the options, and the hash that covers them. */
static void group_is_written_with_what_led_to_it(void **state)
{
	struct journal_tree led_to_by = {(char *)"a tree", 6, (char *)"-a 1"};
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a tree", 6, "-a 1", 2);
	scratch_commit(scratch);
	assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
	tree = &led_to_by;
	assert_int_equal(take_all(scratch), JOURNAL_OK);
	tree = NULL;
	expect_written(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT seq || options || (unhashed IS NULL)"
				 " FROM operation_group WHERE instance = 2"),
	    "1-a 11");
}

/* Expect one whose hash did not cover them to keep it, and to be marked. */
static void group_of_an_early_version_keeps_its_hash(void **state)
{
	struct journal_tree led_to_by = {(char *)"a tree", 6, NULL};
	struct journal_tree_seal seal = {.unhashed = true};
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .group = 1,
	    .tree = &seal,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	digest_bytes("a tree", 6, seal.hash);
	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	scratch_do_row(scratch, &row);
	scratch_commit(scratch);
	assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
	tree = &led_to_by;
	assert_int_equal(take_all(scratch), JOURNAL_OK);
	tree = NULL;
	expect_written(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT unhashed FROM operation_group"
				 " WHERE instance = 2"),
	    "1");
}

/* Expect a tree, or options, that are not what led to it to be refused. */
static void group_that_something_else_led_to_is_refused(void **state)
{
	struct journal_tree others[] = {
	    {(char *)"a bush", 6, (char *)"-a 1"},
	    {(char *)"a tree", 6, (char *)"-a 2"},
	    {(char *)"a tree", 6, NULL},
	};
	struct scratch *scratch = *state;
	size_t i;

	scratch_do_tree(scratch, "a tree", 6, "-a 1", 1);
	scratch_commit(scratch);
	for (i = 0; i <= sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
		tree =
		    i < sizeof(others) / sizeof(others[0]) ? &others[i] : NULL;
		assert_int_equal(take_all(scratch), JOURNAL_DIFFERS);
		assert_non_null(strstr(error.text, "seq 1: the file has hash"));
		journal_import_free(import);
	}
	tree = NULL;
}

/* ---- refused ---- */

static void another_address(struct journal_row *row)
{
	if (row->op.kind == OP_ALLOC && row->outcome.base != 0)
		row->outcome.base += 0x1000;
}

static void another_label(struct journal_row *row)
{
	row->label = "not what it was";
}

static void another_seq(struct journal_row *row)
{
	row->seq += row->seq == 3;
}

static void an_earlier_time(struct journal_row *row)
{
	row->time_us -= row->seq == 3 ? 1000000 : 0;
}

static void no_principal(struct journal_row *row)
{
	row->principal = NULL;
}

static void a_group_from_nowhere(struct journal_row *row)
{
	row->group = row->seq == 3 ? 2 : 0;
}

static void what_no_model_takes(struct journal_row *row)
{
	row->op.nid = row->op.kind == OP_ALLOC ? 7 : row->op.nid;
}

/* Each with the status and the words it is refused with. */
static const struct {
	void (*change)(struct journal_row *row);
	enum journal_status status;
	const char *words;
} refused[] = {
    {another_address, JOURNAL_DIFFERS, "seq 3: alloc: the file has ok at"},
    {another_label, JOURNAL_DIFFERS, "seq 1: the file has hash"},
    {another_seq, JOURNAL_DAMAGED, "seq 4 follows seq 2"},
    {an_earlier_time, JOURNAL_DAMAGED, "time"},
    {no_principal, JOURNAL_DAMAGED, "no operation"},
    {a_group_from_nowhere, JOURNAL_DAMAGED, "group"},
    {what_no_model_takes, JOURNAL_DAMAGED, "no model can take alloc"},
};

static void row_that_is_not_the_model_s_is_refused(void **state)
{
	struct scratch *scratch = *state;
	size_t i;

	scratch_fill(scratch);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(begin(scratch, NULL), JOURNAL_OK);
		change = refused[i].change;
		assert_int_equal(take_all(scratch), refused[i].status);
		if (strstr(error.text, refused[i].words) == NULL)
			fail_msg("%s: %s", refused[i].words, error.text);
		journal_import_free(import);
	}
	change = NULL;
}

static void beginning_that_cannot_be_is_refused(void **state)
{
	const struct journal_layout layout = {"no layout", 9, 0};
	struct scratch *scratch = *state;

	assert_int_equal(begin(scratch, &layout), JOURNAL_DAMAGED);
	history.first_before[0] ^= 1;
	assert_int_equal(
	    journal_import_begin(&history, NULL, SIZE_MAX, &import, &error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "hash"));
	history.first_seq = 0;
	assert_int_equal(
	    journal_import_begin(&history, NULL, SIZE_MAX, &import, &error),
	    JOURNAL_DAMAGED);
	history.first_seq = 2;
	assert_int_equal(
	    journal_import_begin(&history, &layout, SIZE_MAX, &import, &error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "layout"));
	history.instance.settings.page_size = 5;
	assert_int_equal(
	    journal_import_begin(&history, &layout, SIZE_MAX, &import, &error),
	    JOURNAL_DAMAGED);
}

static void more_regions_than_are_taken_are_beyond(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	begin(scratch, NULL);
	journal_import_free(import);
	assert_int_equal(
	    journal_import_begin(&history, NULL, 1, &import, &error),
	    JOURNAL_OK);
	assert_int_equal(take_all(scratch), JOURNAL_BEYOND);
	journal_import_free(import);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(history_that_is_written_stands_as_the_original),
	    TEST(long_history_is_written_with_snapshots),
	    TEST(history_above_1_begins_with_its_layout),
	    TEST(group_is_written_with_what_led_to_it),
	    TEST(group_of_an_early_version_keeps_its_hash),
	    TEST(group_that_something_else_led_to_is_refused),
	    TEST(row_that_is_not_the_model_s_is_refused),
	    TEST(beginning_that_cannot_be_is_refused),
	    TEST(more_regions_than_are_taken_are_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
