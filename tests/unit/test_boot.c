/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot.h"

#include "engine/region_list.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the sink saw, a line a step: "add 0x1000+0x2000 /memory@1000", and with
 * "- " before it and ": why" behind it if it was skipped. */
static struct steps {
	char text[16384];
	size_t count;
	size_t stop_at; /* the step that answers false */
	struct memblock *mb;
} steps;

static void write_step(const char *prefix, const struct op *op,
    const char *label, const char *separator, const char *message)
{
	const size_t used = strlen(steps.text);

	snprintf(steps.text + used, sizeof(steps.text) - used,
	    "%s%s 0x%" PRIx64 "+0x%" PRIx64 "%s %s%s%s\n", prefix,
	    op_info((int)op->kind)->name, op->base, op->size,
	    op->flags == MEMBLOCK_NOMAP	    ? " nomap"
	    : op->flags == MEMBLOCK_HOTPLUG ? " hotplug"
					    : "",
	    label, separator, message);
	assert_int_equal(op->nid, MB_NO_NODE);
}

static bool perform_step(void *arg, const struct op *op,
    const struct boot_step *step, struct outcome *ret_outcome)
{
	assert_ptr_equal(arg, &steps);
	write_step("", op, step->label, "", "");
	op_apply(steps.mb, op, ret_outcome);
	return ++steps.count != steps.stop_at;
}

static bool skip_step(void *arg, const struct op *op,
    const struct boot_step *step, const char *message)
{
	assert_ptr_equal(arg, &steps);
	write_step("- ", op, step->label, ": ", message);
	return ++steps.count != steps.stop_at;
}

static const struct boot_sink sink = {perform_step, skip_step, &steps};

static struct memblock_settings settings;
static struct reserved_memory table;

static int setup(void **state)
{
	(void)state;
	memset(&steps, 0, sizeof(steps));
	settings = memblock_settings_default();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memblock_destroy(steps.mb);
	return 0;
}

/* Loads the tree into an empty model with these settings. */
static bool load(const struct devicetree *tree)
{
	steps.mb = memblock_create(&settings);
	assert_non_null(steps.mb);
	return boot_load(tree, steps.mb, &sink, &table);
}

static char memory_path[] = "/memory@0";
static char node_path[] = "/reserved-memory/node";

/* A tree with one memory node of these ranges. */
#define MEMORY_TREE(ranges_, hotpluggable_)                                    \
	{                                                                      \
		.memory = &(struct devicetree_memory){.path = memory_path,     \
		    .ranges = ranges_,                                         \
		    .range_count = COUNT(ranges_),                             \
		    .hotpluggable = hotpluggable_},                            \
		.memory_count = 1,                                             \
	}

static void empty_tree_has_no_steps(void **state)
{
	const struct devicetree tree = {0};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text, "");
}

/*   pages   |------|------|------|------|
 *   raw        |----------------|
 *   added          |------|              */
static void memory_is_rounded_inwards_to_pages(void **state)
{
	struct devicetree_range ranges[] = {{0x800, 0x2400}};
	const struct devicetree tree = MEMORY_TREE(ranges, false);

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text, "add 0x1000+0x1000 /memory@0\n");
}

static void memory_is_rounded_to_the_pages_of_the_instance(void **state)
{
	struct devicetree_range ranges[] = {{0x800, 0x30000}};
	const struct devicetree tree = MEMORY_TREE(ranges, false);

	(void)state;
	settings.page_size = 0x10000;
	assert_true(load(&tree));
	assert_string_equal(steps.text, "add 0x10000+0x20000 /memory@0\n");
}

/* Expect each to be dropped: nothing at all, less than a page, less than a page
 * on both sides of a border, and the part of the very last page. */
static void memory_without_a_full_page_is_skipped(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x1000, 0},
	    {0x1100, 0x200},
	    {0x1800, 0x1000},
	    {0xfffffffffffff800, UINT64_MAX},
	};
	const struct devicetree tree = MEMORY_TREE(ranges, false);

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "- add 0x1000+0x0 /memory@0: size is 0\n"
	    "- add 0x1100+0x200 /memory@0: "
	    "ignoring memory block without a full page\n"
	    "- add 0x1800+0x1000 /memory@0: "
	    "ignoring memory block without a full page\n"
	    "- add 0xfffffffffffff800+0xffffffffffffffff /memory@0: "
	    "ignoring memory block without a full page\n");
}

/* Expect the model to have all but the last byte of the address space. */
static void memory_past_the_end_is_cut_by_the_model(void **state)
{
	struct devicetree_range ranges[] = {{0x1000, UINT64_MAX}};
	const struct devicetree tree = MEMORY_TREE(ranges, false);

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(
	    steps.text, "add 0x1000+0xfffffffffffff000 /memory@0\n");
	assert_true(
	    region_list_total_size(steps.mb->memory) == UINT64_MAX - 0x1000);
}

static void range_above_32_bits_is_skipped_on_a_machine_of_32(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x80000000, 0x100000000}, {0x100000000, 0x1000}};
	const struct devicetree tree = MEMORY_TREE(ranges, false);

	(void)state;
	settings.phys_bits = 32;
	settings.current_limit = UINT32_MAX;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "add 0x80000000+0x100000000 /memory@0\n"
	    "- add 0x100000000+0x1000 /memory@0: "
	    "begins above the last address of the machine\n");
	assert_true(region_list_total_size(steps.mb->memory) == 0x7fffffff);
}

/* Expect the mark on the pair as it stands, also where there was no full page
 * to add. */
static void hotpluggable_memory_is_marked_unrounded(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x800, 0x2400}, {0x8100, 0x200}, {0x9000, 0}};
	const struct devicetree tree = MEMORY_TREE(ranges, true);

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "add 0x1000+0x1000 /memory@0\n"
	    "mark 0x800+0x2400 hotplug /memory@0\n"
	    "- add 0x8100+0x200 /memory@0: "
	    "ignoring memory block without a full page\n"
	    "mark 0x8100+0x200 hotplug /memory@0\n"
	    "- add 0x9000+0x0 /memory@0: size is 0\n");
}

static void memory_without_a_pair_is_skipped(void **state)
{
	struct devicetree_memory memory = {.path = memory_path};
	const struct devicetree tree = {.memory = &memory, .memory_count = 1};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "- add 0x0+0x0 /memory@0: "
	    "has no pair of address and size in its reg\n");
}

static void memreserve_is_reserved_in_order_and_unrounded(void **state)
{
	struct devicetree_range entries[] = {{0x9000, 0x1234}, {0x800, 1}};
	const struct devicetree tree = {
	    .memreserve = entries, .memreserve_count = 2};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text, "reserve 0x9000+0x1234 /memreserve/\n"
					"reserve 0x800+0x1 /memreserve/\n");
}

/* Loads [0, 0x100000) of memory, one entry [0x4000, 0x6000) of /memreserve/,
 * and a no-map node of that range. */
static void load_no_map(uint64_t base, uint64_t size)
{
	struct devicetree_range memory[] = {{0, 0x100000}};
	struct devicetree_range entry = {0x4000, 0x2000};
	struct devicetree_range range = {base, size};
	struct devicetree_reserved node = {.path = node_path,
	    .ranges = &range,
	    .range_count = 1,
	    .has_reg = true,
	    .no_map = true};
	struct devicetree tree = MEMORY_TREE(memory, false);

	tree.memreserve = &entry;
	tree.memreserve_count = 1;
	tree.reserved = &node;
	tree.reserved_count = 1;
	assert_true(load(&tree));
}

#define BEFORE_NO_MAP                                                          \
	"add 0x0+0x100000 /memory@0\n"                                         \
	"reserve 0x4000+0x2000 /memreserve/\n"

/*   memory     |------------------------------|
 *   reserved            |-------|
 *   no-map              .       |---|          touches only */
static void no_map_beside_a_reservation_is_marked(void **state)
{
	(void)state;
	load_no_map(0x6000, 0x1000);
	assert_string_equal(steps.text,
	    BEFORE_NO_MAP "mark 0x6000+0x1000 nomap /reserved-memory/node\n");
}

/*   memory     |------------------------------|
 *   reserved            |-------|
 *   no-map             |-|                        */
static void no_map_over_a_reserved_byte_of_memory_is_refused(void **state)
{
	(void)state;
	load_no_map(0x3001, 0x1000);
	assert_string_equal(steps.text, BEFORE_NO_MAP
	    "- mark 0x3001+0x1000 nomap /reserved-memory/node: "
	    "failed to reserve memory for node: no-map, but part of it is "
	    "already reserved\n");
	assert_int_equal(region_list_cnt(steps.mb->memory), 1);
}

/* Expect the mark, which meets nothing: it is no memory, so nobody uses it. */
static void no_map_outside_of_memory_is_marked_all_the_same(void **state)
{
	(void)state;
	load_no_map(0x100000, 0x1000);
	assert_string_equal(steps.text,
	    BEFORE_NO_MAP "mark 0x100000+0x1000 nomap /reserved-memory/node\n");
}

static void no_map_of_2_to_the_64_is_refused_without_wrapping(void **state)
{
	(void)state;
	load_no_map(0x5000, UINT64_MAX);
	assert_int_equal(steps.count, 3);
	assert_non_null(strstr(steps.text, "- mark 0x5000+0xffffffffffffffff"));
}

static void no_map_of_size_0_is_skipped(void **state)
{
	(void)state;
	load_no_map(0x4000, 0);
	assert_string_equal(steps.text, BEFORE_NO_MAP
	    "- mark 0x4000+0x0 nomap /reserved-memory/node: size is 0\n");
}

/* Expect removal, reserved or not. */
static void no_map_removes_memory_before_linux_6_1(void **state)
{
	(void)state;
	settings.kernel = MEMBLOCK_KERNEL_5_0;
	load_no_map(0x3000, 0x2000);
	assert_string_equal(steps.text,
	    BEFORE_NO_MAP "remove 0x3000+0x2000 /reserved-memory/node\n");
}

static void no_map_is_marked_by_linux_6_1(void **state)
{
	(void)state;
	settings.kernel = MEMBLOCK_KERNEL_6_1;
	load_no_map(0x8000, 0x1000);
	assert_string_equal(steps.text,
	    BEFORE_NO_MAP "mark 0x8000+0x1000 nomap /reserved-memory/node\n");
}

/* Expect what the first made reserved to keep the second from being unmapped,
 * and not the other way round: steps go by the model as it stands. */
static void reserved_nodes_go_by_what_nodes_before_them_did(void **state)
{
	struct devicetree_range memory[] = {{0, 0x100000}};
	struct devicetree_range ranges[] = {
	    {0x1000, 0x1000}, {0x1000, 0x1000}, {0x3000, 0x1000}};
	struct devicetree_reserved nodes[] = {
	    {.path = node_path,
		.ranges = &ranges[0],
		.range_count = 1,
		.has_reg = true},
	    {.path = node_path,
		.ranges = &ranges[1],
		.range_count = 2,
		.has_reg = true,
		.no_map = true},
	};
	struct devicetree tree = MEMORY_TREE(memory, false);

	(void)state;
	tree.reserved = nodes;
	tree.reserved_count = 2;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "add 0x0+0x100000 /memory@0\n"
	    "reserve 0x1000+0x1000 /reserved-memory/node\n"
	    "- mark 0x1000+0x1000 nomap /reserved-memory/node: "
	    "failed to reserve memory for node: no-map, but part of it is "
	    "already reserved\n"
	    "mark 0x3000+0x1000 nomap /reserved-memory/node\n"
	    "- reserve 0x1000+0x1000 /reserved-memory/node: OVERLAP DETECTED! "
	    "overlaps with /reserved-memory/node (0x1000--0x2000)\n");
}

/* Expect each to be passed over in its place, with its reason. */
static void reserved_nodes_without_ranges_say_why(void **state)
{
	struct devicetree_reserved nodes[] = {
	    {.path = node_path, .has_reg = true, .bad_reg = true},
	    {.path = node_path, .has_reg = true},
	    {.path = node_path, .has_size = true},
	    {.path = node_path},
	};
	const struct devicetree tree = {
	    .reserved = nodes, .reserved_count = COUNT(nodes)};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "- reserve 0x0+0x0 /reserved-memory/node: invalid reg property, "
	    "skipping node: its length is no multiple of a pair of address "
	    "and size\n"
	    "- reserve 0x0+0x0 /reserved-memory/node: reg is empty\n"
	    "- reserve 0x0+0x0 /reserved-memory/node: "
	    "has neither reg nor size\n"
	    "- alloc 0x0+0x0 /reserved-memory/node: size is 0\n");
}

static void reserved_memory_of_another_format_is_one_skipped_step(void **state)
{
	const struct devicetree tree = {.reserved_unsupported = true};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "- reserve 0x0+0x0 /reserved-memory: unsupported node format, "
	    "ignoring: its cells must be the root's, and it must have "
	    "ranges\n");
}

/* Expect every node that has a reg to be named, and /memreserve/, which has no
 * cells, to be taken. */
static void cells_that_cannot_be_read_skip_every_node(void **state)
{
	struct devicetree_memory memory = {.path = memory_path};
	struct devicetree_range entry = {0x4000, 0x2000};
	struct devicetree_reserved node = {.path = node_path, .has_reg = true};
	const struct devicetree tree = {.memory = &memory,
	    .memory_count = 1,
	    .memreserve = &entry,
	    .memreserve_count = 1,
	    .reserved = &node,
	    .reserved_count = 1,
	    .cells_unsupported = true};

	(void)state;
	assert_true(load(&tree));
	assert_string_equal(steps.text,
	    "- add 0x0+0x0 /memory@0: reg cannot be read: #address-cells and "
	    "#size-cells of the root must be 1 or 2\n"
	    "reserve 0x4000+0x2000 /memreserve/\n"
	    "- reserve 0x0+0x0 /reserved-memory/node: reg cannot be read: "
	    "#address-cells and #size-cells of the root must be 1 or 2\n");
}

/* 66 nodes with a reg, and one bad one that takes no entry. Expect all to be
 * reserved, and the last two not to be remembered. */
static void reserved_nodes_beyond_the_kernels_table_are_only_reserved(
    void **state)
{
	struct devicetree_range ranges[66];
	struct devicetree_reserved nodes[67] = {
	    {.path = node_path, .has_reg = true, .bad_reg = true},
	};
	const struct devicetree tree = {
	    .reserved = nodes, .reserved_count = COUNT(nodes)};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ranges); i++) {
		ranges[i] =
		    (struct devicetree_range){0x10000 + i * 0x2000, 0x1000};
		nodes[i + 1] = (struct devicetree_reserved){.path = node_path,
		    .ranges = &ranges[i],
		    .range_count = 1,
		    .has_reg = true};
	}
	assert_true(load(&tree));
	assert_int_equal(region_list_cnt(steps.mb->reserved), 66);
	assert_int_equal(table.count, 64);
	assert_int_equal(steps.count, 67 + 2);
	assert_string_equal(strstr(steps.text, "- reserve 0x0+0x0 "
					       "/reserved-memory/node: not "),
	    "- reserve 0x0+0x0 /reserved-memory/node: not enough space for "
	    "all defined regions: the table has 64 entries\n"
	    "reserve 0x92000+0x1000 /reserved-memory/node\n"
	    "- reserve 0x0+0x0 /reserved-memory/node: not enough space for "
	    "all defined regions: the table has 64 entries\n");
}

/* Expect no step after the one at which the sink says no, whichever it is. */
static void sink_that_says_no_ends_the_sequence_at_once(void **state)
{
	struct devicetree_range ranges[] = {{0, 0x100000}, {0x100000, 0}};
	struct devicetree_range entry = {0x4000, 0x2000};
	struct devicetree_reserved nodes[] = {
	    {.path = node_path,
		.ranges = &entry,
		.range_count = 1,
		.has_reg = true},
	    {.path = node_path},
	};
	struct devicetree tree = MEMORY_TREE(ranges, true);
	size_t stop;

	(void)state;
	tree.memreserve = &entry;
	tree.memreserve_count = 1;
	tree.reserved = nodes;
	tree.reserved_count = 2;
	for (stop = 1; stop <= 6; stop++) {
		steps.count = 0;
		steps.stop_at = stop;
		assert_false(load(&tree));
		assert_int_equal(steps.count, stop);
		memblock_destroy(steps.mb);
	}
	steps.count = 0;
	steps.stop_at = 7;
	assert_true(load(&tree));
	assert_int_equal(steps.count, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		empty_tree_has_no_steps, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_is_rounded_inwards_to_pages, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_is_rounded_to_the_pages_of_the_instance, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		memory_without_a_full_page_is_skipped, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_past_the_end_is_cut_by_the_model, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		range_above_32_bits_is_skipped_on_a_machine_of_32, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		hotpluggable_memory_is_marked_unrounded, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_without_a_pair_is_skipped, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memreserve_is_reserved_in_order_and_unrounded, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_beside_a_reservation_is_marked, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_over_a_reserved_byte_of_memory_is_refused, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_outside_of_memory_is_marked_all_the_same, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_of_2_to_the_64_is_refused_without_wrapping, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_of_size_0_is_skipped, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_removes_memory_before_linux_6_1, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		no_map_is_marked_by_linux_6_1, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		reserved_nodes_go_by_what_nodes_before_them_did, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		reserved_nodes_without_ranges_say_why, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		reserved_memory_of_another_format_is_one_skipped_step, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		cells_that_cannot_be_read_skip_every_node, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		reserved_nodes_beyond_the_kernels_table_are_only_reserved,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		sink_that_says_no_ends_the_sequence_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
