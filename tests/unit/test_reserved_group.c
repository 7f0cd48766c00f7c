/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/reserved_group.h"

#include "storage/digest.h"
#include "tests/unit/scratch_journal.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct reserved_group group;

/* A group of three rows that a tree led to, behind what there is. */
static void boot(struct scratch *scratch)
{
	struct journal_tree_seal seal = {.unhashed = false};
	struct journal_row row = {.principal = "uid:0",
	    .label = "setup_machine_fdt",
	    .group = scratch->seq + 1,
	    .tree = &seal,
	    .op = {.kind = OP_TRIM, .align = 4096}};
	uint8_t *blob;
	size_t size;
	int i;

	tree_begin(NULL, 0);
	tree_widths(1, 1);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x40000000, 0x40000000);
	tree_node_end();
	blob = tree_end(&size);
	assert_true(journal_batch_blob(scratch->batch, blob, size));
	digest_bytes(blob, size, seal.hash);
	for (i = 0; i < 3; i++) {
		scratch_do_row(scratch, &row);
		row.tree = NULL;
	}
}

static void copy(
    struct scratch *scratch, int64_t id, const char *name, uint64_t seq)
{
	struct journal_origin origin = {
	    .name = "board0", .instance = 1, .seq = seq};
	struct journal_instance instance = {.id = id,
	    .created_us = SCRATCH_TIME_US + 100,
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};

	strcpy(instance.name, name);
	assert_true(journal_batch_clone(
	    scratch->batch, &instance, &origin, scratch->mb, NULL));
}

static enum journal_status find(
    struct scratch *scratch, int64_t instance, uint64_t seq)
{
	return reserved_group_find(
	    scratch->journal, instance, seq, &group, &scratch->error);
}

static void expect_group(struct scratch *scratch, int64_t instance,
    uint64_t seq, uint64_t begins, size_t rows)
{
	assert_int_equal(find(scratch, instance, seq), JOURNAL_OK);
	assert_int_equal(group.seq, begins);
	assert_int_equal(group.count, rows);
	assert_non_null(group.tree);
	assert_string_equal(group.rows[0].label, "setup_machine_fdt");
	reserved_group_clear(&group);
	assert_null(group.tree);
}

static void expect_none(struct scratch *scratch, int64_t instance, uint64_t seq,
    const char *sentence)
{
	assert_int_equal(find(scratch, instance, seq), JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text, sentence);
}

#define NONE "no device tree was loaded, or booted from"

/*
 *   seq    1 | 2  3  4 | 5 | 6  7  8
 *   group    | 2  2  2 |   | 6  6  6
 *
 * Expect the last one up to a seq, and of one in the middle of which that is
 * the rows up to there. */
static void group_is_the_last_up_to_the_seq(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x40000000, 0x1000000);
	boot(scratch);
	scratch_reserve(scratch, 0x40000000, 0x1000);
	boot(scratch);
	scratch_commit(scratch);
	expect_none(scratch, 1, 0, NONE);
	expect_none(scratch, 1, 1, NONE);
	expect_group(scratch, 1, 2, 2, 1);
	expect_group(scratch, 1, 4, 2, 3);
	expect_group(scratch, 1, 5, 2, 3);
	expect_group(scratch, 1, 7, 6, 2);
	expect_group(scratch, 1, 8, 6, 3);
}

/* Expect a copy's to be that of its origin as far as that went then. */
static void group_of_a_copy_is_its_origin_s(void **state)
{
	struct scratch *scratch = *state;

	boot(scratch);
	boot(scratch);
	copy(scratch, 2, "early", 3);
	copy(scratch, 3, "late", 6);
	copy(scratch, 4, "empty", 0);
	scratch_commit(scratch);
	expect_group(scratch, 2, 0, 1, 3);
	expect_group(scratch, 3, 0, 4, 3);
	expect_none(scratch, 4, 0, NONE);
}

/*
 *   seq    1  2  3 | 4  5  6 | 7
 *   group  1  1  1 | 4  4  4 |       seqs up to 6 are dropped
 *
 * Expect the first that is kept to be named, for a copy, too. */
static void group_that_was_dropped_is_not_found(void **state)
{
	struct scratch *scratch = *state;

	boot(scratch);
	boot(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x40000000, 0x1000);
	copy(scratch, 2, "copy", 7);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 7);
	expect_none(scratch, 1, 7,
	    NONE ", since the first seq that is kept of board0, which is 6");
	expect_none(scratch, 2, 0,
	    NONE ", since the first seq that is kept of board0, which is 6");
}

static void group_that_was_purged_is_not_found(void **state)
{
	struct scratch *scratch = *state;

	boot(scratch);
	copy(scratch, 2, "copy", 3);
	assert_true(journal_batch_destroy(
	    scratch->batch, 1, SCRATCH_TIME_US + 200, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, 1));
	scratch_commit(scratch);
	expect_none(scratch, 2, 0,
	    NONE ", since copy began as board0@3, which was purged");
}

static void tree_that_is_none_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch_do_tree(scratch, "a bush", 6, NULL, 1);
	scratch_commit(scratch);
	assert_int_equal(find(scratch, 1, 1), JOURNAL_DAMAGED);
	assert_non_null(
	    strstr(scratch->error.text, "the device tree in the journal: "));
}

/* Expect a group without its rows to be no table of a tree alone. */
static void group_without_rows_is_not_found(void **state)
{
	struct scratch *scratch = *state;

	boot(scratch);
	scratch_commit(scratch);
	scratch_edit(scratch, "DELETE FROM operation");
	assert_int_not_equal(find(scratch, 1, 3), JOURNAL_OK);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(group_is_the_last_up_to_the_seq),
	    TEST(group_of_a_copy_is_its_origin_s),
	    TEST(group_that_was_dropped_is_not_found),
	    TEST(group_that_was_purged_is_not_found),
	    TEST(tree_that_is_none_is_damage),
	    TEST(group_without_rows_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
