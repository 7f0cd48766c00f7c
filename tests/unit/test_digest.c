/* SPDX-License-Identifier: BSD-2-Clause */
/* The hashes here were computed from docs/journal.md by other means. They are
 * what journals out there hold: they may not change. */
#include "storage/digest.h"

#include "storage/instance_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TIME_US 1767323045678901

static void expect_hash(
    const uint8_t hash[JOURNAL_HASH_SIZE], const char *expected)
{
	char text[2 * JOURNAL_HASH_SIZE + 1];

	digest_text(hash, text);
	assert_string_equal(text, expected);
}

static void chain_starts_with_the_settings(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	uint8_t hash[JOURNAL_HASH_SIZE], other[JOURNAL_HASH_SIZE];

	(void)state;
	journal_chain_start(&settings, hash);
	expect_hash(hash,
	    "7527a02387ac3c1e0d3cf56b374ba2025cd8edc7f2967829e4c9f12a9c9ec7fe");
	settings.movable_node = true;
	journal_chain_start(&settings, other);
	assert_memory_not_equal(hash, other, sizeof(hash));
}

static struct journal_row reserve_row(void)
{
	return (struct journal_row){.instance = 7,
	    .seq = 1,
	    .time_us = TIME_US + 1,
	    .principal = "uid:1000",
	    .op = {.kind = OP_RESERVE,
		.base = 0x1000,
		.size = 0x2000,
		.nid = MB_NO_NODE}};
}

static void seal(struct journal_row *row)
{
	const struct memblock_settings settings = memblock_settings_default();
	uint8_t start[JOURNAL_HASH_SIZE];

	journal_chain_start(&settings, start);
	journal_row_seal(row, start);
}

static void row_with_little_has_its_hash(void **state)
{
	struct journal_row row = reserve_row();

	(void)state;
	seal(&row);
	expect_hash(row.hash,
	    "e24e0acf3b299fa34efc6ddc8d5aab0ad0cf0941ed24977d4308d56e25532791");
}

static void row_with_everything_has_its_hash(void **state)
{
	struct journal_row row = {.seq = 1,
	    .time_us = TIME_US + 1,
	    .principal = "tcp:127.0.0.1",
	    .label = "",
	    .key = "k\0y",
	    .key_size = 3,
	    .group = 1,
	    .op = {.kind = OP_ALLOC,
		.size = 4,
		.align = 8,
		.from = 16,
		.to = 32,
		.nid = 0,
		.exact_nid = true},
	    .outcome = {.status = MB_NO_SPACE, .warnings = 1, .message = "no"}};

	(void)state;
	seal(&row);
	expect_hash(row.hash,
	    "77881cd5ce55626e416c57be9d6a2d2615272e4a69d6650fa478f3dae059215c");
}

/* Expect the tree to be covered, and its options where it has some; and one of
 * an early version not. */
static void row_of_a_tree_has_its_hash(void **state)
{
	struct journal_tree_seal tree;
	struct journal_row row = reserve_row();

	(void)state;
	memset(&tree, 0, sizeof(tree));
	memset(tree.hash, 7, sizeof(tree.hash));
	row.group = 1;
	row.tree = &tree;
	seal(&row);
	expect_hash(row.hash,
	    "daf081cb6a1ac187854d0088a1cdee4aa18a46423c80526119fce93ef02f318c");
	tree.options = "-a 1";
	seal(&row);
	expect_hash(row.hash,
	    "7b54c2e37dbc2a63039622bddc2988803f731a2fb6988c5c26e0c976491ff5cb");
	tree.unhashed = true;
	seal(&row);
	expect_hash(row.hash,
	    "0fc329dabc97dd45798aac6eeaf6fe5dd97a212e7ea8c042ad76babf47a2a0b1");
}

/* Expect a copy of the row in another instance to have the same hash. */
static void id_of_the_instance_is_not_hashed(void **state)
{
	struct journal_row row = reserve_row(), other = reserve_row();

	(void)state;
	other.instance = 8;
	seal(&row);
	seal(&other);
	assert_memory_equal(row.hash, other.hash, sizeof(row.hash));
}

static void field_that_the_kind_does_not_read_is_not_hashed(void **state)
{
	struct journal_row row = reserve_row(), other = reserve_row();

	(void)state;
	other.op.align = 64;
	seal(&row);
	seal(&other);
	assert_memory_equal(row.hash, other.hash, sizeof(row.hash));
}

static void row_with_the_longest_of_everything_fits(void **state)
{
	char principal[JOURNAL_PRINCIPAL_MAX + 1] = "";
	char label[JOURNAL_LABEL_MAX + 1] = "";
	char key[JOURNAL_KEY_MAX] = "";
	const struct journal_tree_seal tree = {.options = label};
	struct journal_row row = reserve_row();

	(void)state;
	row.tree = &tree;
	memset(principal, 'p', sizeof(principal) - 1);
	memset(label, 'l', sizeof(label) - 1);
	memset(row.outcome.message, 'm', OUTCOME_MESSAGE_MAX - 1);
	row.principal = principal;
	row.label = label;
	row.key = key;
	row.key_size = sizeof(key);
	row.op.kind = OP_ALLOC;
	seal(&row);
	assert_int_not_equal(row.hash[0] | row.hash[1] | row.hash[2], 0);
}

static struct instance_record board0(void)
{
	struct journal_instance instance = {.id = 3,
	    .name = "board0",
	    .created_us = TIME_US,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default()};
	struct instance_record record;

	instance_record_begin(&instance, &record);
	return record;
}

static void instance_that_began_empty_has_its_checksum(void **state)
{
	struct instance_record record = board0();
	uint8_t checksum[JOURNAL_HASH_SIZE];

	(void)state;
	digest_instance(&record, &(struct instance_ends){0}, checksum);
	expect_hash(checksum,
	    "b4ad4f88928728cfdcf83a8a68177ea1a346ee96d2a7cbec38435b918b5a13a6");
}

static void instance_with_an_origin_has_its_checksum(void **state)
{
	struct instance_record record = board0();
	uint8_t checksum[JOURNAL_HASH_SIZE];

	(void)state;
	record.has_origin = true;
	record.origin =
	    (struct journal_origin){.name = "mother", .instance = 7, .seq = 9};
	memset(record.origin.hash, 5, JOURNAL_HASH_SIZE);
	digest_instance(&record, &(struct instance_ends){0}, checksum);
	expect_hash(checksum,
	    "a5f3e548e4858c9bbbf44dbd0fe714c3161c2dbe6cc9b21e8ab9dd853374d05e");
}

static void instance_that_ended_has_its_checksum(void **state)
{
	const struct instance_ends ends = {.created = {"why", "key", 3},
	    .destroyed = {.label = "over"},
	    .destroyed_by = "uid:7"};
	struct instance_record record = board0();
	uint8_t checksum[JOURNAL_HASH_SIZE];

	(void)state;
	record.instance.destroyed_us = TIME_US + 5;
	digest_instance(&record, &ends, checksum);
	expect_hash(checksum,
	    "40ff5559faf8a7625734356c589f0e9edd54ffed40aff39208c8e1c7205dabfe");
}

static void snapshot_has_its_checksum(void **state)
{
	uint8_t hash[JOURNAL_HASH_SIZE], checksum[JOURNAL_HASH_SIZE];

	(void)state;
	memset(hash, 7, sizeof(hash));
	digest_snapshot(9, TIME_US, hash, "abc", 3, checksum);
	expect_hash(checksum,
	    "b208bacce1f6cfdf24b93a7a2391e133cf325b6fa244034a11793ceb942c7c42");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chain_starts_with_the_settings),
	    cmocka_unit_test(row_with_little_has_its_hash),
	    cmocka_unit_test(row_with_everything_has_its_hash),
	    cmocka_unit_test(row_of_a_tree_has_its_hash),
	    cmocka_unit_test(id_of_the_instance_is_not_hashed),
	    cmocka_unit_test(field_that_the_kind_does_not_read_is_not_hashed),
	    cmocka_unit_test(row_with_the_longest_of_everything_fits),
	    cmocka_unit_test(instance_that_began_empty_has_its_checksum),
	    cmocka_unit_test(instance_with_an_origin_has_its_checksum),
	    cmocka_unit_test(instance_that_ended_has_its_checksum),
	    cmocka_unit_test(snapshot_has_its_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
