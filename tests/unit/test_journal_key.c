/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum journal_status look(struct scratch *scratch, const char *name,
    const char *key, struct journal_key_use *ret_use)
{
	return journal_find_key(
	    scratch->journal, name, key, strlen(key), ret_use, &scratch->error);
}

static void do_under_key(struct scratch *scratch, const char *key)
{
	struct journal_row row = {.principal = "uid:0",
	    .key = key,
	    .key_size = strlen(key),
	    .op = {.kind = OP_TRIM, .align = 4096}};

	scratch_do_row(scratch, &row);
}

static void destroy_under_key(struct scratch *scratch, const char *key)
{
	const struct journal_cause cause = {"the end", key, strlen(key)};

	assert_true(journal_batch_destroy(
	    scratch->batch, scratch->id, 5, "uid:0", &cause));
	scratch_commit(scratch);
}

static void create_under_key(struct scratch *scratch, const char *key)
{
	const struct journal_cause cause = {NULL, key, strlen(key)};
	struct journal_instance instance = {.id = ++scratch->id,
	    .name = "board0",
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};

	assert_true(journal_batch_create(scratch->batch, &instance, &cause));
	scratch_commit(scratch);
}

static void key_of_a_row_finds_its_seq(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	scratch_add(scratch, 0x1000, 0x1000);
	do_under_key(scratch, "k");
	scratch_add(scratch, 0x8000, 0x1000);
	scratch_commit(scratch);
	assert_int_equal(look(scratch, "board0", "k", &use), JOURNAL_OK);
	assert_int_equal(use.kind, JOURNAL_KEY_ROW);
	assert_int_equal(use.instance.id, 1);
	assert_int_equal(use.seq, 2);
}

/* Expect no prefix, no longer key and no other instance's. */
static void other_key_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use = {.seq = 77};

	do_under_key(scratch, "key");
	scratch_create(scratch, "board1");
	scratch_commit(scratch);
	assert_int_equal(
	    look(scratch, "board0", "ke", &use), JOURNAL_NOT_FOUND);
	assert_int_equal(
	    look(scratch, "board0", "keys", &use), JOURNAL_NOT_FOUND);
	assert_int_equal(
	    look(scratch, "board1", "key", &use), JOURNAL_NOT_FOUND);
	assert_int_equal(
	    look(scratch, "board2", "key", &use), JOURNAL_NOT_FOUND);
	assert_int_equal(use.seq, 77);
}

static void keys_of_create_and_destroy_are_the_instance_s(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	destroy_under_key(scratch, "d");
	create_under_key(scratch, "c");
	assert_int_equal(look(scratch, "board0", "d", &use), JOURNAL_OK);
	assert_int_equal(use.kind, JOURNAL_KEY_DESTROY);
	assert_int_equal(use.instance.id, 1);
	assert_int_equal(look(scratch, "board0", "c", &use), JOURNAL_OK);
	assert_int_equal(use.kind, JOURNAL_KEY_CREATE);
	assert_int_equal(use.instance.id, 2);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT destroyed_label || destroyed_key FROM instance"),
	    "the endd");
}

/* Expect the rows of a life that has ended to be found, too. */
static void key_of_an_earlier_life_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	do_under_key(scratch, "k");
	destroy_under_key(scratch, "d");
	scratch_create(scratch, "board0");
	scratch_commit(scratch);
	assert_int_equal(look(scratch, "board0", "k", &use), JOURNAL_OK);
	assert_int_equal(use.instance.id, 1);
	assert_int_equal(use.seq, 1);
}

static void key_of_a_damaged_instance_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	do_under_key(scratch, "k");
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE instance SET nodes = 7");
	assert_int_equal(look(scratch, "board0", "k", &use), JOURNAL_DAMAGED);
}

/* An import under a key that one of its rows has, too. Expect the import. */
static void key_of_a_create_goes_before_that_of_its_row(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	destroy_under_key(scratch, "d");
	create_under_key(scratch, "k");
	scratch->seq = 0;
	do_under_key(scratch, "k");
	scratch_commit(scratch);
	assert_int_equal(look(scratch, "board0", "k", &use), JOURNAL_OK);
	assert_int_equal(use.kind, JOURNAL_KEY_CREATE);
}

/* The index has an entry more than there are rows with keys, as a disk that
 * lied can leave it:
 *
 *   index   k: 1   l: 2   m: 3
 *   rows    1: k   2: none
 *
 * Expect no answer from a row that was done under no such key. */
static void key_that_its_index_alone_knows_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use = {.seq = 77};

	do_under_key(scratch, "k");
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	scratch_replace_key_index(
	    scratch, "VALUES (1, 1, x'6b'), (1, 2, x'6c'), (1, 3, x'6d')");
	assert_int_equal(look(scratch, "board0", "k", &use), JOURNAL_OK);
	use.seq = 77;
	assert_int_equal(look(scratch, "board0", "l", &use), JOURNAL_DAMAGED);
	assert_int_equal(look(scratch, "board0", "m", &use), JOURNAL_DAMAGED);
	assert_non_null(
	    strstr(scratch->error.text, "the index of request keys"));
	assert_int_equal(use.seq, 77);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(key_of_a_row_finds_its_seq),
	    CASE(other_key_is_not_found),
	    CASE(keys_of_create_and_destroy_are_the_instance_s),
	    CASE(key_of_an_earlier_life_is_found),
	    CASE(key_of_a_damaged_instance_is_damage),
	    CASE(key_of_a_create_goes_before_that_of_its_row),
	    CASE(key_that_its_index_alone_knows_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
