/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op_check.h"

#include "engine/memblock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	settings.phys_bits = 32;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static void assert_accepted(struct op op)
{
	char message[OUTCOME_MESSAGE_MAX] = "";

	assert_true(op_check(mb, &op, message, sizeof(message)));
	assert_string_equal(message, "");
}

static void assert_refused(struct op op, const char *sentence)
{
	char message[OUTCOME_MESSAGE_MAX] = "";

	assert_false(op_check(mb, &op, message, sizeof(message)));
	assert_string_equal(message, sentence);
}

static void alloc_of_size_0_is_refused(void **state)
{
	(void)state;
	assert_refused(
	    (struct op){.kind = OP_ALLOC, .nid = MB_NO_NODE}, "size is 0");
	assert_accepted((struct op){.kind = OP_ADD, .nid = MB_NO_NODE});
}

static void alignment_that_is_no_power_of_two_is_refused(void **state)
{
	(void)state;
	assert_refused((struct op){.kind = OP_ALLOC,
			   .size = 1,
			   .align = 0x1800,
			   .nid = MB_NO_NODE},
	    "align 0x1800 is not a power of two");
	assert_refused((struct op){.kind = OP_TRIM, .align = 3},
	    "align 0x3 is not a power of two");
}

static void align_0_is_for_alloc_but_not_for_trim(void **state)
{
	(void)state;
	assert_accepted(
	    (struct op){.kind = OP_ALLOC, .size = 1, .nid = MB_NO_NODE});
	assert_refused(
	    (struct op){.kind = OP_TRIM}, "align 0x0 is not a power of two");
}

static void nid_that_is_no_node_is_refused(void **state)
{
	(void)state;
	assert_accepted((struct op){.kind = OP_ADD, .nid = 1});
	assert_refused((struct op){.kind = OP_ADD, .nid = 2},
	    "nid 2 is not one of 0 to 1");
	assert_refused((struct op){.kind = OP_RESERVE, .nid = -2},
	    "nid -2 is not one of 0 to 1");
}

static void nid_without_nodes_is_refused(void **state)
{
	(void)state;
	mb->settings.nodes = 0;
	assert_refused((struct op){.kind = OP_SET_NODE, .nid = 0},
	    "nid 0: the instance has no nodes");
	assert_accepted((struct op){.kind = OP_ADD, .nid = MB_NO_NODE});
}

static void nid_of_an_operation_that_reads_none_does_not_matter(void **state)
{
	(void)state;
	assert_accepted((struct op){.kind = OP_REMOVE, .nid = 7});
}

static void flag_on_the_wrong_list_is_refused(void **state)
{
	(void)state;
	assert_refused((struct op){.kind = OP_ADD,
			   .nid = MB_NO_NODE,
			   .flags = MEMBLOCK_RSRV_NOINIT},
	    "flag rsrv_noinit is not one that add takes");
	assert_refused(
	    (struct op){
		.kind = OP_RESERVE, .nid = MB_NO_NODE, .flags = MEMBLOCK_NOMAP},
	    "flag nomap is not one that reserve takes");
	assert_refused(
	    (struct op){.kind = OP_MARK, .flags = MEMBLOCK_DRIVER_MANAGED},
	    "flag driver_managed is not one that mark takes");
}

static void flag_that_is_unknown_is_refused(void **state)
{
	(void)state;
	assert_refused(
	    (struct op){.kind = OP_ADD, .nid = MB_NO_NODE, .flags = 0x24},
	    "flags 0x20 are unknown");
}

static void mark_and_clear_take_exactly_one_flag(void **state)
{
	(void)state;
	assert_refused(
	    (struct op){.kind = OP_MARK}, "mark takes exactly one flag");
	assert_refused((struct op){.kind = OP_CLEAR,
			   .flags = MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP},
	    "clear takes exactly one flag");
	assert_accepted(
	    (struct op){.kind = OP_CLEAR, .flags = MEMBLOCK_RSRV_NOINIT});
}

static void address_above_32_bits_is_refused_by_its_word(void **state)
{
	const uint64_t above = 0x100000000;

	(void)state;
	assert_refused(
	    (struct op){.kind = OP_ADD, .nid = MB_NO_NODE, .base = above},
	    "base 0x100000000 is above the last address, 0xffffffff");
	assert_refused((struct op){.kind = OP_ALLOC, .size = 1, .align = above},
	    "align 0x100000000 is above the last address, 0xffffffff");
	assert_refused((struct op){.kind = OP_ALLOC, .size = 1, .from = above},
	    "from 0x100000000 is above the last address, 0xffffffff");
	assert_refused((struct op){.kind = OP_ALLOC, .size = 1, .to = above},
	    "to 0x100000000 is above the last address, 0xffffffff");
}

static void size_and_current_limit_above_32_bits_are_accepted(void **state)
{
	const uint64_t above = 0x100000000;

	(void)state;
	assert_accepted(
	    (struct op){.kind = OP_ADD, .nid = MB_NO_NODE, .size = above});
	assert_accepted((struct op){.kind = OP_LIMIT, .size = above});
	assert_accepted(
	    (struct op){.kind = OP_SET_CURRENT_LIMIT, .value = above});
}

static void list_and_values_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_refused(
	    (struct op){.kind = OP_SET_NODE, .list = (enum op_list)2},
	    "type is neither memory nor reserved");
	assert_refused((struct op){.kind = OP_SET_BOTTOM_UP, .value = 2},
	    "bottom-up is neither on nor off");
	assert_refused((struct op){.kind = OP_SET_RESIZE, .value = 0},
	    "resize can only be set on");
}

static void kind_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_refused((struct op){.kind = (enum op_kind)0},
	    "no operation has the number 0");
	assert_refused((struct op){.kind = (enum op_kind)(OP_KIND_MAX + 1)},
	    "no operation has the number 16");
}

#define CHECK_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(test, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CHECK_TEST(alloc_of_size_0_is_refused),
	    CHECK_TEST(alignment_that_is_no_power_of_two_is_refused),
	    CHECK_TEST(align_0_is_for_alloc_but_not_for_trim),
	    CHECK_TEST(nid_that_is_no_node_is_refused),
	    CHECK_TEST(nid_without_nodes_is_refused),
	    CHECK_TEST(nid_of_an_operation_that_reads_none_does_not_matter),
	    CHECK_TEST(flag_on_the_wrong_list_is_refused),
	    CHECK_TEST(flag_that_is_unknown_is_refused),
	    CHECK_TEST(mark_and_clear_take_exactly_one_flag),
	    CHECK_TEST(address_above_32_bits_is_refused_by_its_word),
	    CHECK_TEST(size_and_current_limit_above_32_bits_are_accepted),
	    CHECK_TEST(list_and_values_out_of_range_are_refused),
	    CHECK_TEST(kind_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
