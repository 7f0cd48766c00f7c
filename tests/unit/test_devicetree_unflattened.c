/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tree_blob.h"
#include "tests/unit/tree_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A bare root: 208 bytes and an empty name, up to 216; the property "name" that
 * it is given, 96 bytes and again an empty name: 313, up to 316; and 4. */
static void bare_root_is_a_node_and_its_name(void **state)
{
	struct devicetree *tree;

	(void)state;
	tree_begin(NULL, 0);
	tree = reading_end();
	assert_true(tree->unflattened_size == 320);
	devicetree_free(tree);
}

/* One property more, 96 bytes; and a child "ab@1": from 416, 208 and 5 up to
 * 216; its name "ab" 96 and 3. */
static void nodes_and_properties_add_up(void **state)
{
	struct devicetree *tree;

	(void)state;
	tree_begin(NULL, 0);
	tree_empty("empty");
	tree_node("ab@1");
	tree_node_end();
	tree = reading_end();
	assert_true(tree->unflattened_size == 416 + 216 + 100 + 4);
	devicetree_free(tree);
}

static void node_with_a_name_is_not_given_one(void **state)
{
	struct devicetree *tree;

	(void)state;
	tree_begin(NULL, 0);
	tree_string("name", "x");
	tree = reading_end();
	assert_true(tree->unflattened_size == 216 + 96 + 4);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bare_root_is_a_node_and_its_name),
	    cmocka_unit_test(nodes_and_properties_add_up),
	    cmocka_unit_test(node_with_a_name_is_not_given_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
