/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that ends while a journal is read: as memory_storage.c.
 *
 * Expect each failure to be answered, never taken for damage or for something
 * that is not there, and nothing to be left behind. */
#include "storage/journal_history.h"
#include "storage/journal_verify.h"
#include "tests/fault/memory_journal.h"
#include "tests/fault/scarce_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A question about one life. As attempt_function. */
typedef bool question_function(const struct holding *life);

/* Asks it about each. */
static bool ask_all(question_function *question)
{
	const struct holding *of = memory.scenario->after[memory.committed].of;
	bool done = true;
	size_t i;

	for (i = 0; i < HOLDINGS_MAX && done; i++)
		done = of[i].id == 0 || question(&of[i]);
	return done;
}

static void try_both(attempt_function *attempt)
{
	memory_try(attempt, NULL, false);
	memory_try(attempt, NULL, true);
	memory_look();
}

/* ---- layouts ---- */

static bool load(const struct holding *life)
{
	struct journal_state state;

	if (!memory_is_said(
		journal_load(memory.reader, life->id, &state, &memory.error)))
		return false;
	assert_int_equal(state.seq, life->seq);
	memblock_destroy(state.mb);
	if (!memory_is_said(journal_load_at(memory.reader, life->id,
		life->first_seq - 1, &state, &memory.error)))
		return false;
	assert_int_equal(state.seq, life->first_seq - 1);
	memblock_destroy(state.mb);
	return true;
}

static bool attempt_load(void)
{
	return ask_all(load);
}

static void load_fails_as_a_whole(void **state)
{
	(void)state;
	try_both(attempt_load);
}

static bool verify(const struct holding *life)
{
	struct journal_verdict verdict;

	if (!memory_is_said(journal_verify(memory.reader, life->id, life->seq,
		NULL, &verdict, &memory.error)))
		return false;
	assert_true(verdict.identical);
	return true;
}

static bool attempt_verify(void)
{
	return ask_all(verify);
}

/* Expect no want of memory to be taken for damage. */
static void verify_says_nothing_false(void **state)
{
	(void)state;
	try_both(attempt_verify);
}

static bool find_cut(const struct holding *life)
{
	const uint64_t middle = (life->first_seq + life->seq) / 2;
	struct journal_state state;

	if (!memory_is_said(journal_find_cut(
		memory.reader, life->id, middle, &state, &memory.error)))
		return false;
	assert_true(state.seq <= middle);
	memblock_destroy(state.mb);
	return true;
}

static bool attempt_cut(void)
{
	return ask_all(find_cut);
}

static void cut_is_found_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_cut);
}

/* ---- rows ---- */

static bool count_row(void *arg, const struct journal_row *row)
{
	size_t *count = arg;

	(void)row;
	++*count;
	return true;
}

static bool visit_rows(const struct holding *life)
{
	size_t count = 0;

	if (!memory_is_said(journal_each_row(memory.reader, life->id, 1,
		INT64_MAX, false, count_row, &count, &memory.error)))
		return false;
	assert_int_equal(count, life->seq - life->first_seq + 1);
	return true;
}

static bool attempt_rows(void)
{
	return ask_all(visit_rows);
}

static void rows_are_all_visited_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_rows);
}

/* A life may have no tree: that is not success, and no want of memory. */
static bool read_tree(const struct holding *life)
{
	enum journal_status status;
	struct journal_tree again = {0};
	void *tree = NULL;
	size_t size;
	uint64_t seq;
	bool is_of, done;

	status = journal_last_group(memory.reader, life->id, INT64_MAX, &seq,
	    &tree, &size, &memory.error);
	if (status == JOURNAL_NOT_FOUND)
		return true;
	done = memory_is_said(status) &&
	       memory_is_said(journal_find_tree(
		   memory.reader, life->id, seq, &again, &memory.error)) &&
	       memory_is_said(journal_group_is_of(memory.reader, life->id, seq,
		   tree, size, holdings_options, &is_of, &memory.error));
	if (done)
		assert_memory_equal(tree, again.content, size);
	free(tree);
	journal_tree_clear(&again);
	return done;
}

static bool attempt_trees(void)
{
	return ask_all(read_tree);
}

static void device_trees_are_read_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_trees);
}

/* ---- instances ---- */

static bool attempt_names(void)
{
	const struct holdings *after =
	    &memory.scenario->after[memory.committed];
	struct journal_instance instance;
	enum journal_status status;
	struct lives listed;
	int64_t id;
	size_t i;

	if (!memory_is_said(
		holdings_list(memory.reader, &listed, &memory.error)) ||
	    !memory_is_said(journal_next_id(memory.reader, &id, &memory.error)))
		return false;
	for (i = 0; i < HOLDINGS_NAMES; i++) {
		status = journal_find_instance(
		    memory.reader, holdings_names[i], &instance, &memory.error);
		if (status == JOURNAL_NOT_FOUND && after->living[i] == 0)
			continue;
		if (!memory_is_said(status))
			return false;
		assert_int_equal(instance.id, after->living[i]);
	}
	return true;
}

static void instances_are_found_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_names);
}

static bool read_origin(const struct holding *life)
{
	struct journal_history history;
	struct journal_origin origin;
	uint8_t digest[JOURNAL_HASH_SIZE] = {0};
	bool is_copy;

	if (!memory_is_said(journal_find_origin(
		memory.reader, life->id, &is_copy, &origin, &memory.error)) ||
	    !memory_is_said(journal_find_history(
		memory.reader, life->id, &history, &memory.error)))
		return false;
	if (is_copy)
		holdings_origin(&origin, digest);
	assert_memory_equal(digest, life->origin, sizeof(digest));
	assert_int_equal(history.first_seq, life->first_seq);
	return true;
}

static bool attempt_origins(void)
{
	return ask_all(read_origin);
}

static void origins_are_told_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_origins);
}

/* ---- request keys ---- */

static bool find_key(
    const struct holding_key *expected, const char *name, size_t number)
{
	uint8_t key[HOLDINGS_KEY_SIZE];
	struct journal_key_use use;
	enum journal_status status;

	holdings_key(number, key);
	status = journal_find_key(
	    memory.reader, name, key, sizeof(key), &use, &memory.error);
	if (status == JOURNAL_NOT_FOUND && expected->id == 0)
		return true;
	if (!memory_is_said(status))
		return false;
	assert_int_equal(use.instance.id, expected->id);
	assert_int_equal(use.kind, expected->kind);
	assert_int_equal(use.seq, expected->seq);
	return true;
}

static bool attempt_keys(void)
{
	const struct holdings *after =
	    &memory.scenario->after[memory.committed];
	bool done = true;
	size_t name, i;

	for (name = 0; name < HOLDINGS_NAMES; name++)
		for (i = 0; i < HOLDINGS_KEYS && done; i++)
			done = find_key(
			    &after->keys[name][i], holdings_names[name], i);
	return done;
}

/* Expect no want of memory to be taken for a key that was never used: what was
 * done under it would be done again. */
static void keys_are_found_or_it_is_said(void **state)
{
	(void)state;
	try_both(attempt_keys);
}

/* Everything that is asked for is there to be found. */
static int begin(void **state)
{
	static const uint8_t none[JOURNAL_HASH_SIZE];
	const struct holdings *after;
	bool cut = false, copied = false, tree = false, keyed = false;
	size_t i;

	memory_begin(state);
	after = &memory.scenario->after[memory.committed];
	for (i = 0; i < HOLDINGS_MAX; i++) {
		cut = cut || after->of[i].first_seq > 1;
		copied = copied ||
			 memcmp(after->of[i].origin, none, sizeof(none)) != 0;
		tree = tree || memcmp(after->trees[i], none, sizeof(none)) != 0;
	}
	for (i = 0; i < HOLDINGS_KEYS; i++)
		keyed = keyed || after->keys[0][i].kind == JOURNAL_KEY_ROW;
	assert_true(cut && copied && tree && keyed);
	return 0;
}

#define READING(name) cmocka_unit_test_setup_teardown(name, begin, memory_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    READING(load_fails_as_a_whole),
	    READING(verify_says_nothing_false),
	    READING(cut_is_found_or_it_is_said),
	    READING(rows_are_all_visited_or_it_is_said),
	    READING(device_trees_are_read_or_it_is_said),
	    READING(instances_are_found_or_it_is_said),
	    READING(origins_are_told_or_it_is_said),
	    READING(keys_are_found_or_it_is_said),
	};
	int failed;

	memory_prepare(5);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	memory_done();
	return failed;
}
