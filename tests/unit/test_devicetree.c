/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/devicetree.h"

#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PATH_LENGTH_MAX (DEVICETREE_PATH_MAX - 1)

static char message[DEVICETREE_MESSAGE_MAX];

/* Ends the tree being written and reads it. */
static struct devicetree *read_back(void)
{
	struct devicetree *tree = NULL;
	size_t size;
	const uint8_t *blob = tree_end(&size);

	assert_int_equal(devicetree_read(blob, size, &tree, message), MB_OK);
	return tree;
}

static void begin(uint32_t address_cells, uint32_t size_cells)
{
	tree_begin(NULL, 0);
	tree_widths(address_cells, size_cells);
}

static void memory_begin(const char *name)
{
	tree_node(name);
	tree_string("device_type", "memory");
}

static void reserved_begin(uint32_t address_cells, uint32_t size_cells)
{
	tree_node("reserved-memory");
	tree_widths(address_cells, size_cells);
	tree_empty("ranges");
}

static void assert_range(
    const struct devicetree_range *range, uint64_t base, uint64_t size)
{
	assert_true(range->base == base);
	assert_true(range->size == size);
}

static void tree_of_a_bare_root_says_nothing(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(2, 2);
	tree = read_back();
	assert_int_equal(tree->memory_count, 0);
	assert_int_equal(tree->memreserve_count, 0);
	assert_int_equal(tree->reserved_count, 0);
	assert_false(tree->reserved_unsupported);
	assert_false(tree->cells_unsupported);
	devicetree_free(tree);
}

/* Expect two pairs, not rounded, and the last cell passed over:
 *   reg = <0 0x40000800 1 0x200>, <0xffffffff 0xffffffff ...>, <7> */
static void memory_pairs_are_read_raw_and_a_trailing_cell_ignored(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(2, 2);
	memory_begin("memory@40000800");
	TREE_CELLS("reg", 0, 0x40000800, 1, 0x200, 0xffffffff, 0xffffffff,
	    0xffffffff, 0xffffffff, 7);
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory_count, 1);
	assert_string_equal(tree->memory[0].path, "/memory@40000800");
	assert_int_equal(tree->memory[0].range_count, 2);
	assert_range(&tree->memory[0].ranges[0], 0x40000800, 0x100000200);
	assert_range(&tree->memory[0].ranges[1], UINT64_MAX, UINT64_MAX);
	assert_false(tree->memory[0].hotpluggable);
	devicetree_free(tree);
}

static void root_without_cells_has_one_of_each(void **state)
{
	struct devicetree *tree;

	(void)state;
	tree_begin(NULL, 0);
	memory_begin("memory@80000000");
	TREE_CELLS("reg", 0x80000000, 0x1000);
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory[0].range_count, 1);
	assert_range(&tree->memory[0].ranges[0], 0x80000000, 0x1000);
	devicetree_free(tree);
}

static void two_address_cells_and_one_size_cell_make_pairs_of_three(
    void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(2, 1);
	memory_begin("memory@100000000");
	TREE_CELLS("reg", 1, 0, 0x1000, 2, 0, 0x2000);
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory[0].range_count, 2);
	assert_range(&tree->memory[0].ranges[0], 0x100000000, 0x1000);
	assert_range(&tree->memory[0].ranges[1], 0x200000000, 0x2000);
	devicetree_free(tree);
}

/* Expect ram@1 and ram@2, which say that they are memory and in use, and none
 * of the others, whatever their names. */
static void memory_is_known_by_device_type_and_status(void **state)
{
	static const struct {
		const char *name, *device_type, *status;
	} nodes[] = {
	    {"memory@0", NULL, NULL},
	    {"ram@1", "memory", "ok"},
	    {"ram@2", "memory", "okay"},
	    {"memory@3", "memory", "disabled"},
	    {"memory@4", "memory", "okay-ish"},
	    {"memory@5", "memory-controller", NULL},
	    {"memory@6", "memor", NULL},
	    {"memory@7", "memory", ""},
	};
	struct devicetree *tree;
	size_t i;

	(void)state;
	begin(1, 1);
	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		tree_node(nodes[i].name);
		if (nodes[i].device_type != NULL)
			tree_string("device_type", nodes[i].device_type);
		if (nodes[i].status != NULL)
			tree_string("status", nodes[i].status);
		TREE_CELLS("reg", 0, 0x1000);
		tree_node_end();
	}
	tree = read_back();
	assert_int_equal(tree->memory_count, 2);
	assert_string_equal(tree->memory[0].path, "/ram@1");
	assert_string_equal(tree->memory[1].path, "/ram@2");
	devicetree_free(tree);
}

static void memory_below_another_node_is_none(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	tree_node("soc");
	memory_begin("memory@0");
	TREE_CELLS("reg", 0, 0x1000);
	tree_node_end();
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory_count, 0);
	devicetree_free(tree);
}

static void usable_memory_stands_in_for_reg(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	memory_begin("memory@0");
	TREE_CELLS("reg", 0, 0x100000);
	TREE_CELLS("linux,usable-memory", 0x1000, 0x2000);
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory[0].range_count, 1);
	assert_range(&tree->memory[0].ranges[0], 0x1000, 0x2000);
	devicetree_free(tree);
}

static void memory_without_reg_is_kept_without_ranges(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	memory_begin("memory");
	tree_empty("hotpluggable");
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory_count, 1);
	assert_int_equal(tree->memory[0].range_count, 0);
	assert_true(tree->memory[0].hotpluggable);
	devicetree_free(tree);
}

static void memreserve_is_read_up_to_the_entry_of_size_0(void **state)
{
	const uint64_t entries[] = {
	    0x4000, 0x1234, 0x1000, 0x10, 0x8000, 0, 0x9000, 0x1000};
	struct devicetree *tree;

	(void)state;
	tree_begin(entries, 4);
	tree = read_back();
	assert_int_equal(tree->memreserve_count, 2);
	assert_range(&tree->memreserve[0], 0x4000, 0x1234);
	assert_range(&tree->memreserve[1], 0x1000, 0x10);
	devicetree_free(tree);
}

static void reserved_node_with_reg_keeps_pairs_and_no_map(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	reserved_begin(1, 1);
	tree_node("fb@5000");
	TREE_CELLS("reg", 0x5000, 0x800, 0x9000, 0);
	tree_empty("no-map");
	tree_node_end();
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->reserved_count, 1);
	assert_string_equal(tree->reserved[0].path, "/reserved-memory/fb@5000");
	assert_true(tree->reserved[0].has_reg);
	assert_true(tree->reserved[0].no_map);
	assert_false(tree->reserved[0].bad_reg);
	assert_false(tree->reserved[0].has_size);
	assert_int_equal(tree->reserved[0].range_count, 2);
	assert_range(&tree->reserved[0].ranges[0], 0x5000, 0x800);
	assert_range(&tree->reserved[0].ranges[1], 0x9000, 0);
	devicetree_free(tree);
}

/* Expect none of its pairs, not even the whole one. */
static void reserved_reg_of_a_pair_and_a_half_is_bad(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	reserved_begin(1, 1);
	tree_node("odd");
	TREE_CELLS("reg", 0x5000, 0x800, 0x9000);
	TREE_CELLS("size", 0x1000);
	tree_node_end();
	tree_node_end();
	tree = read_back();
	assert_true(tree->reserved[0].has_reg);
	assert_true(tree->reserved[0].bad_reg);
	assert_int_equal(tree->reserved[0].range_count, 0);
	devicetree_free(tree);
}

static void reserved_node_with_size_alone_is_told_apart(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	reserved_begin(1, 1);
	tree_node("pool");
	TREE_CELLS("size", 0x1000);
	tree_node_end();
	tree_node("off");
	TREE_CELLS("size", 0x1000);
	tree_string("status", "disabled");
	tree_node_end();
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->reserved_count, 1);
	assert_false(tree->reserved[0].has_reg);
	assert_true(tree->reserved[0].has_size);
	devicetree_free(tree);
}

/* Writes /reserved-memory with one child and reads it all. */
static struct devicetree *read_reserved_with(
    bool has_cells, uint32_t size_cells, bool has_ranges)
{
	begin(1, 1);
	tree_node("reserved-memory");
	if (has_cells)
		tree_widths(1, size_cells);
	if (has_ranges)
		tree_empty("ranges");
	tree_node("fb@5000");
	TREE_CELLS("reg", 0x5000, 0x800);
	tree_node_end();
	tree_node_end();
	return read_back();
}

static void reserved_memory_in_another_format_is_unsupported(void **state)
{
	struct devicetree *tree;

	(void)state;
	/* Expect no child of it: other cells than the root's, … */
	tree = read_reserved_with(true, 2, true);
	assert_true(tree->reserved_unsupported);
	assert_int_equal(tree->reserved_count, 0);
	devicetree_free(tree);
	/* … the root's, but not said again, … */
	tree = read_reserved_with(false, 0, true);
	assert_true(tree->reserved_unsupported);
	devicetree_free(tree);
	/* … no ranges. */
	tree = read_reserved_with(true, 1, false);
	assert_true(tree->reserved_unsupported);
	devicetree_free(tree);

	tree = read_reserved_with(true, 1, true);
	assert_false(tree->reserved_unsupported);
	assert_int_equal(tree->reserved_count, 1);
	devicetree_free(tree);
}

/* Expect the nodes, but no range of theirs, for every width that does not fit
 * 64 bits; /memreserve/ has a width of its own. */
static void cells_of_a_strange_width_leave_nodes_without_ranges(void **state)
{
	static const uint32_t widths[][2] = {{0, 0}, {0, 1}, {1, 0}, {3, 2},
	    {2, 3}, {UINT32_MAX, 1}, {1, UINT32_MAX}, {0x80000000, 0x80000000}};
	const uint64_t memreserve[] = {0x1000, 0x1000};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct devicetree *tree;

		tree_begin(memreserve, 1);
		tree_widths(widths[i][0], widths[i][1]);
		memory_begin("memory@0");
		TREE_CELLS("reg", 0, 0, 0, 0x1000, 0, 0);
		tree_node_end();
		reserved_begin(widths[i][0], widths[i][1]);
		tree_node("fb@0");
		TREE_CELLS("reg", 0, 0, 0, 0x1000, 0, 0);
		tree_node_end();
		tree_node_end();
		tree = read_back();
		assert_true(tree->cells_unsupported);
		assert_false(tree->reserved_unsupported);
		assert_int_equal(tree->memory_count, 1);
		assert_int_equal(tree->memory[0].range_count, 0);
		assert_int_equal(tree->reserved_count, 1);
		assert_int_equal(tree->reserved[0].range_count, 0);
		assert_int_equal(tree->memreserve_count, 1);
		devicetree_free(tree);
	}
}

static void cells_property_that_is_too_short_is_unsupported(void **state)
{
	struct devicetree *tree;

	(void)state;
	tree_begin(NULL, 0);
	tree_string("#address-cells", "");
	memory_begin("memory@0");
	TREE_CELLS("reg", 0, 0x1000);
	tree_node_end();
	tree = read_back();
	assert_true(tree->cells_unsupported);
	devicetree_free(tree);
}

static void path_is_printable_whatever_the_name(void **state)
{
	struct devicetree *tree;

	(void)state;
	begin(1, 1);
	memory_begin("m\x1b[31m\x01 \xff~");
	tree_node_end();
	tree = read_back();
	assert_string_equal(tree->memory[0].path, "/m?[31m???~");
	devicetree_free(tree);
}

/* Expect the longest path that fits as it is, and dots at the end of the one
 * that has a byte more. */
static void path_too_long_ends_in_dots(void **state)
{
	char name[DEVICETREE_PATH_MAX + 1];
	struct devicetree *tree;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[PATH_LENGTH_MAX] = '\0';
	begin(1, 1);
	memory_begin(name + 1);
	tree_node_end();
	memory_begin(name);
	tree_node_end();
	tree = read_back();
	assert_string_equal(tree->memory[0].path + 1, name + 1);
	assert_int_equal(strlen(tree->memory[1].path), PATH_LENGTH_MAX);
	assert_string_equal(tree->memory[1].path + PATH_LENGTH_MAX - 3, "...");
	devicetree_free(tree);
}

static void tree_of_ten_thousand_levels_is_read(void **state)
{
	struct devicetree *tree;
	size_t i;

	(void)state;
	begin(1, 1);
	for (i = 0; i < 10000; i++)
		tree_node("d");
	for (i = 0; i < 10000; i++)
		tree_node_end();
	memory_begin("memory@0");
	TREE_CELLS("reg", 0, 0x1000);
	tree_node_end();
	tree = read_back();
	assert_int_equal(tree->memory_count, 1);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tree_of_a_bare_root_says_nothing),
	    cmocka_unit_test(
		memory_pairs_are_read_raw_and_a_trailing_cell_ignored),
	    cmocka_unit_test(root_without_cells_has_one_of_each),
	    cmocka_unit_test(
		two_address_cells_and_one_size_cell_make_pairs_of_three),
	    cmocka_unit_test(memory_is_known_by_device_type_and_status),
	    cmocka_unit_test(memory_below_another_node_is_none),
	    cmocka_unit_test(usable_memory_stands_in_for_reg),
	    cmocka_unit_test(memory_without_reg_is_kept_without_ranges),
	    cmocka_unit_test(memreserve_is_read_up_to_the_entry_of_size_0),
	    cmocka_unit_test(reserved_node_with_reg_keeps_pairs_and_no_map),
	    cmocka_unit_test(reserved_reg_of_a_pair_and_a_half_is_bad),
	    cmocka_unit_test(reserved_node_with_size_alone_is_told_apart),
	    cmocka_unit_test(reserved_memory_in_another_format_is_unsupported),
	    cmocka_unit_test(
		cells_of_a_strange_width_leave_nodes_without_ranges),
	    cmocka_unit_test(cells_property_that_is_too_short_is_unsupported),
	    cmocka_unit_test(path_is_printable_whatever_the_name),
	    cmocka_unit_test(path_too_long_ends_in_dots),
	    cmocka_unit_test(tree_of_ten_thousand_levels_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
