/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tree_blob.h"
#include "tests/unit/tree_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* /reserved-memory with the phandles 1 and 2, and 2 once more. */
static void begin(void)
{
	static const char *const names[] = {"a", "b", "again"};
	uint32_t i;

	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	for (i = 0; i < 3; i++) {
		tree_node(names[i]);
		TREE_CELLS("phandle", i == 2 ? 2 : i + 1);
		tree_node_end();
	}
	tree_node_end();
}

static void assert_user(const struct devicetree_user *user, const char *path,
    const char *name, size_t reserved)
{
	assert_string_equal(user->path, path);
	if (name == NULL)
		assert_null(user->name);
	else
		assert_string_equal(user->name, name);
	assert_int_equal(user->reserved, reserved);
}

/* Expect users at any depth with the paths they have, in the order of the
 * tree, and of two nodes with one phandle the first. */
static void users_are_found_at_any_depth(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin();
	tree_node("soc");
	tree_node("bus");
	tree_node("vpu@1000");
	TREE_CELLS("memory-region", 2);
	tree_node_end();
	tree_node_end();
	tree_node("dsp");
	TREE_CELLS("memory-region", 1);
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, 2);
	assert_user(&tree->users[0], "/soc/bus/vpu@1000", NULL, 1);
	assert_user(&tree->users[1], "/soc/dsp", NULL, 0);
	devicetree_free(tree);
}

/* memory-region = <2 9 1>, names "second", "other", "first": 9 is not a child
 * of /reserved-memory's. */
static void names_go_by_place(void **state)
{
	static const char names[] = "second\0other\0first";
	uint32_t cells[5] = {0};
	struct devicetree *tree;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names); i++)
		cells[i / 4] |= (uint32_t)(uint8_t)names[i]
				<< (24 - 8 * (i % 4));
	begin();
	tree_node("dsp");
	TREE_CELLS("memory-region", 2, 9, 1);
	tree_cells("memory-region-names", cells, 5);
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, 2);
	assert_user(&tree->users[0], "/dsp", "second", 1);
	assert_user(&tree->users[1], "/dsp", "first", 0);
	devicetree_free(tree);
}

static void fewer_names_than_regions_leave_the_last_unnamed(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin();
	tree_node("dsp");
	TREE_CELLS("memory-region", 1, 2);
	tree_string("memory-region-names", "only");
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, 2);
	assert_user(&tree->users[0], "/dsp", "only", 0);
	assert_user(&tree->users[1], "/dsp", NULL, 1);
	devicetree_free(tree);
}

/* 2,000 levels of nodes. Expect the path of the deepest to end in dots, and
 * that of the one beside the first level to be whole again. */
static void deep_path_is_cut(void **state)
{
	struct devicetree *tree;
	size_t length;
	int i;

	(void)state;
	begin();
	for (i = 0; i < 2000; i++)
		tree_node("deeper");
	TREE_CELLS("memory-region", 1);
	for (i = 0; i < 2000; i++)
		tree_node_end();
	tree_node("beside");
	TREE_CELLS("memory-region", 1);
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, 2);
	length = strlen(tree->users[0].path);
	assert_true(length < DEVICETREE_PATH_MAX);
	assert_string_equal(tree->users[0].path + length - 3, "...");
	assert_user(&tree->users[1], "/beside", NULL, 0);
	devicetree_free(tree);
}

/* Expect those behind the last that is kept to be left out. */
static void users_are_kept_up_to_a_limit(void **state)
{
	static uint32_t cells[DEVICETREE_USERS_MAX + 10];
	struct devicetree *tree;
	size_t i;

	(void)state;
	for (i = 0; i < DEVICETREE_USERS_MAX + 10; i++)
		cells[i] = 1;
	begin();
	tree_node("dsp");
	tree_cells("memory-region", cells, DEVICETREE_USERS_MAX + 10);
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, DEVICETREE_USERS_MAX);
	devicetree_free(tree);
}

/* A region that names itself: trees have no loops but such. */
static void region_that_names_itself_is_its_own_user(void **state)
{
	struct devicetree *tree;

	(void)state;
	reading_begin(1, 1);
	reading_begin_reserved(1, 1);
	tree_node("a");
	TREE_CELLS("phandle", 1);
	TREE_CELLS("memory-region", 1);
	tree_node_end();
	tree_node_end();
	tree = reading_end();
	assert_int_equal(tree->user_count, 1);
	assert_user(&tree->users[0], "/reserved-memory/a", NULL, 0);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(users_are_found_at_any_depth),
	    cmocka_unit_test(names_go_by_place),
	    cmocka_unit_test(fewer_names_than_regions_leave_the_last_unnamed),
	    cmocka_unit_test(deep_path_is_cut),
	    cmocka_unit_test(users_are_kept_up_to_a_limit),
	    cmocka_unit_test(region_that_names_itself_is_its_own_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
