/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_of_told(struct scratch *scratch, uint64_t seq,
    const char *content, const char *options)
{
	bool same;

	assert_int_equal(journal_group_is_of(scratch->journal, 1, seq, content,
			     6, options, &same, &scratch->error),
	    JOURNAL_OK);
	return same;
}

static bool is_of(struct scratch *scratch, uint64_t seq, const char *content)
{
	return is_of_told(scratch, seq, content, NULL);
}

/* Expect the group's own content, no other, and no group where none begins. */
static void group_is_of_its_content_alone(void **state)
{
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a tree", 6, NULL, 2);
	scratch_commit(scratch);
	assert_true(is_of(scratch, 1, "a tree"));
	assert_false(is_of(scratch, 1, "a bush"));
	assert_false(is_of(scratch, 2, "a tree"));
}

/* One tree, two groups: with options, and without. Expect each to be told by
 * its own alone. */
static void group_is_of_its_options_alone(void **state)
{
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a tree", 6, "-a 1", 4);
	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_commit(scratch);
	assert_true(is_of_told(scratch, 1, "a tree", "-a 1"));
	assert_false(is_of_told(scratch, 1, "a tree", "-a 2"));
	assert_false(is_of_told(scratch, 1, "a tree", NULL));
	assert_false(is_of_told(scratch, 1, "a bush", "-a 1"));
	assert_true(is_of_told(scratch, 5, "a tree", NULL));
	assert_false(is_of_told(scratch, 5, "a tree", "-a 1"));
}

static void hash_that_is_none_is_no_content_s(void **state)
{
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE operation_group SET blob = x'00'");
	assert_false(is_of(scratch, 1, "a tree"));
}

/* Two groups. Expect the later one with its own content. */
static void last_group_is_found_with_its_content(void **state)
{
	struct scratch *scratch = *state;
	void *content = NULL;
	size_t size = 0;
	uint64_t seq = 0;

	assert_int_equal(journal_last_group(scratch->journal, 1, 9, &seq,
			     &content, &size, &scratch->error),
	    JOURNAL_NOT_FOUND);
	scratch_do_tree(scratch, "a tree", 6, NULL, 2);
	scratch_do_tree(scratch, "a bush!", 7, NULL, 1);
	scratch_commit(scratch);
	assert_int_equal(journal_last_group(scratch->journal, 1, 9, &seq,
			     &content, &size, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(seq, 3);
	assert_int_equal(size, 7);
	assert_memory_equal(content, "a bush!", 7);
	free(content);
}

static void content_that_was_changed_or_is_gone_is_damage(void **state)
{
	static const char *const edits[] = {
	    "UPDATE blob SET content = x'61207472656500'",
	    "DELETE FROM blob",
	    "UPDATE operation_group SET blob = x'00'",
	};
	struct scratch *scratch = *state;
	void *content = NULL;
	uint64_t seq = 0;
	size_t size = 0;
	size_t i;

	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_commit(scratch);
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		scratch_edit(scratch, edits[i]);
		assert_int_equal(journal_last_group(scratch->journal, 1, 9,
				     &seq, &content, &size, &scratch->error),
		    JOURNAL_DAMAGED);
		assert_non_null(
		    strstr(scratch->error.text, "seq 1 is damaged"));
		assert_null(content);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		group_is_of_its_content_alone, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		group_is_of_its_options_alone, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		last_group_is_found_with_its_content, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		content_that_was_changed_or_is_gone_is_damage, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(hash_that_is_none_is_no_content_s,
		scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
