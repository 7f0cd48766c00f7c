/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump.h"

#include "dumped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every flag, and regions with a node and without. */
static struct dumped_layout board;

static int make_board(void **state)
{
	(void)state;
	board = (struct dumped_layout){
	    .nodes = 4,
	    .memory = {{0x100000, 0x1000, 6, 4}, {0x200000, 0x1000, 9, 0},
		{0x300000, 0x1000, 15, 2}},
	    .reserved = {{0x200000, 0x100, 0, 0}, {0x300000, 0x100, 16, 3}},
	};
	return 0;
}

/* Expect the very bytes of Linux 6.12 and 6.1: two blanks before =, a tab
 * after the index, a node only where there is one. */
static void kernel_dump_is_what_the_kernel_prints(void **state)
{
	const char *expected =
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x0000000000003000"
	    " reserved size = 0x0000000000000200\n"
	    " memory.cnt  = 0x3\n"
	    " memory[0x0]\t[0x0000000000100000-0x0000000000100fff],"
	    " 0x0000000000001000 bytes on node 3 flags: 0x6\n"
	    " memory[0x1]\t[0x0000000000200000-0x0000000000200fff],"
	    " 0x0000000000001000 bytes flags: 0x9\n"
	    " memory[0x2]\t[0x0000000000300000-0x0000000000300fff],"
	    " 0x0000000000001000 bytes on node 1 flags: 0xf\n"
	    " reserved.cnt  = 0x2\n"
	    " reserved[0x0]\t[0x0000000000200000-0x00000000002000ff],"
	    " 0x0000000000000100 bytes flags: 0x0\n"
	    " reserved[0x1]\t[0x0000000000300000-0x00000000003000ff],"
	    " 0x0000000000000100 bytes on node 2 flags: 0x10\n";

	(void)state;
	dumped_expect("dump b", &board, expected);
	board.kernel = "6.1";
	dumped_expect("dump b --format kernel", &board, expected);
}

static void kernel_dump_of_32_bits_has_8_digits(void **state)
{
	const struct dumped_layout arm = {
	    .phys_bits = 32, .memory = {{0x40000000, 0x40000000, 0, 0}}};
	char *text = dumped_text("dump b", &arm);

	(void)state;
	assert_non_null(strstr(
	    text, " memory size = 0x40000000 reserved size = 0x00000000\n"));
	assert_non_null(strstr(text,
	    " memory[0x0]\t[0x40000000-0x7fffffff], 0x40000000 bytes "
	    "flags: 0x0\n"));
	free(text);
}

/* Expect addresses of 14 digits and sizes of as many as they take, also of 32
 * bits. */
static void kernel_dump_of_4_0_has_numbers_of_its_own(void **state)
{
	const struct dumped_layout old = {
	    .kernel = "4.0",
	    .phys_bits = 32,
	    .nodes = 1,
	    .memory = {{0x1000, 0x9b000, 0, 1}},
	};

	(void)state;
	dumped_expect("dump b", &old,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x9b000 reserved size = 0x0\n"
	    " memory.cnt  = 0x1\n"
	    " memory[0x0]\t[0x00000000001000-0x0000000009bfff],"
	    " 0x9b000 bytes on node 0 flags: 0x0\n"
	    " reserved.cnt  = 0x1\n"
	    " reserved[0x0]\t[0x00000000000000-0xffffffffffffffff],"
	    " 0x0 bytes on node 0 flags: 0x0\n");
}

static void kernel_dump_of_nothing_has_no_regions(void **state)
{
	const struct dumped_layout nothing = {.kernel = "6.12"};

	(void)state;
	dumped_expect("dump b", &nothing,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x0000000000000000"
	    " reserved size = 0x0000000000000000\n"
	    " memory.cnt  = 0x0\n"
	    " reserved.cnt  = 0x0\n");
}

/* Expect its one region of size 0, which ends before it begins. */
static void kernel_dump_of_nothing_before_6_12_has_a_dummy(void **state)
{
	struct dumped_layout nothing = {.kernel = "6.1"};

	(void)state;
	dumped_expect("dump b", &nothing,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x0000000000000000"
	    " reserved size = 0x0000000000000000\n"
	    " memory.cnt  = 0x1\n"
	    " memory[0x0]\t[0x0000000000000000-0xffffffffffffffff],"
	    " 0x0000000000000000 bytes flags: 0x0\n"
	    " reserved.cnt  = 0x1\n"
	    " reserved[0x0]\t[0x0000000000000000-0xffffffffffffffff],"
	    " 0x0000000000000000 bytes flags: 0x0\n");
	nothing.kernel = "5.0";
	nothing.phys_bits = 32;
	dumped_expect("dump b", &nothing,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x00000000 reserved size = 0x00000000\n"
	    " memory.cnt  = 0x1\n"
	    " memory[0x0]\t[0x00000000-0xffffffff],"
	    " 0x00000000 bytes flags: 0x0\n"
	    " reserved.cnt  = 0x1\n"
	    " reserved[0x0]\t[0x00000000-0xffffffff],"
	    " 0x00000000 bytes flags: 0x0\n");
}

/* Expect node 0 in the dummy of a list that never had a region, as all of it
 * is zero then. */
static void dummy_of_a_kernel_with_nodes_is_on_node_0(void **state)
{
	const struct dumped_layout nothing = {.kernel = "6.1", .nodes = 1};

	(void)state;
	dumped_expect("dump b", &nothing,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x0000000000000000"
	    " reserved size = 0x0000000000000000\n"
	    " memory.cnt  = 0x1\n"
	    " memory[0x0]\t[0x0000000000000000-0xffffffffffffffff],"
	    " 0x0000000000000000 bytes on node 0 flags: 0x0\n"
	    " reserved.cnt  = 0x1\n"
	    " reserved[0x0]\t[0x0000000000000000-0xffffffffffffffff],"
	    " 0x0000000000000000 bytes on node 0 flags: 0x0\n");
}

static void debugfs_of_6_12_has_nodes_and_names_of_flags(void **state)
{
	(void)state;
	dumped_expect("dump b --format debugfs", &board,
	    "   0: 0x0000000000100000..0x0000000000100fff    3 MIRROR|NOMAP\n"
	    "   1: 0x0000000000200000..0x0000000000200fff    x "
	    "HOTPLUG|DRV_MNG\n"
	    "   2: 0x0000000000300000..0x0000000000300fff    1 "
	    "HOTPLUG|MIRROR|NOMAP|DRV_MNG\n");
	dumped_expect("dump b --format debugfs --type reserved", &board,
	    "   0: 0x0000000000200000..0x00000000002000ff    x NONE\n"
	    "   1: 0x0000000000300000..0x00000000003000ff    2 RSV_NIT\n");
}

/* Expect node 0, which all memory has in a kernel without nodes. */
static void debugfs_without_nodes_says_0(void **state)
{
	(void)state;
	board.nodes = 0;
	dumped_expect("dump b --type reserved --format debugfs", &board,
	    "   0: 0x0000000000200000..0x00000000002000ff    0 NONE\n"
	    "   1: 0x0000000000300000..0x00000000003000ff    0 RSV_NIT\n");
}

static void debugfs_before_6_12_has_ranges_alone(void **state)
{
	static const char *const kernels[] = {"6.1", "5.0", "4.0"};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		board.kernel = kernels[i];
		board.phys_bits = 64;
		dumped_expect("dump b --format debugfs --type reserved", &board,
		    "   0: 0x0000000000200000..0x00000000002000ff\n"
		    "   1: 0x0000000000300000..0x00000000003000ff\n");
		board.phys_bits = 32;
		dumped_expect("dump b --format debugfs --type reserved", &board,
		    "   0: 0x00200000..0x002000ff\n"
		    "   1: 0x00300000..0x003000ff\n");
	}
}

static void debugfs_of_nothing_is_nothing_or_a_dummy(void **state)
{
	struct dumped_layout nothing = {.kernel = "6.12"};

	(void)state;
	dumped_expect("dump b --format debugfs", &nothing, "");
	nothing.kernel = "6.1";
	dumped_expect("dump b --format debugfs --type memory", &nothing,
	    "   0: 0x0000000000000000..0xffffffffffffffff\n");
	nothing.phys_bits = 32;
	dumped_expect("dump b --format debugfs", &nothing,
	    "   0: 0x00000000..0xffffffff\n");
	dumped_expect("dump b --format debugfs --type physmem", &nothing, "");
}

static void json_of_nothing_before_6_12_has_a_dummy(void **state)
{
	const struct dumped_layout nothing = {.kernel = "6.1"};
	char *text = dumped_json("dump b", &nothing);

	(void)state;
	assert_non_null(strstr(text,
	    "\"reserved\":{\"cnt\":1,\"total_size\":\"0x0\",\"regions\":"
	    "[{\"base\":\"0x0\",\"size\":\"0x0\",\"flags\":[]}]}"));
	free(text);
}

#define DUMP_TEST(test) cmocka_unit_test_setup(test, make_board)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    DUMP_TEST(kernel_dump_is_what_the_kernel_prints),
	    DUMP_TEST(kernel_dump_of_32_bits_has_8_digits),
	    DUMP_TEST(kernel_dump_of_4_0_has_numbers_of_its_own),
	    DUMP_TEST(kernel_dump_of_nothing_has_no_regions),
	    DUMP_TEST(kernel_dump_of_nothing_before_6_12_has_a_dummy),
	    DUMP_TEST(dummy_of_a_kernel_with_nodes_is_on_node_0),
	    DUMP_TEST(debugfs_of_6_12_has_nodes_and_names_of_flags),
	    DUMP_TEST(debugfs_without_nodes_says_0),
	    DUMP_TEST(debugfs_before_6_12_has_ranges_alone),
	    DUMP_TEST(debugfs_of_nothing_is_nothing_or_a_dummy),
	    DUMP_TEST(json_of_nothing_before_6_12_has_a_dummy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
