/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/cmdline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MIB (UINT64_C(1) << 20)

static struct cmdline cmdline;

static void parse(const char *text)
{
	cmdline_parse(text, &cmdline);
}

static void number_has_a_base_and_a_suffix(void **state)
{
	static const struct {
		const char *text;
		uint64_t number;
		const char *rest;
	} cases[] = {
	    {"300M", 300 * MIB, ""},
	    {"0x10k@", 0x4000, "@"},
	    {"010", 8, ""},
	    {"08", 0, "8"},
	    {"0xg", 0, "xg"},
	    {"2g2", UINT64_C(2) << 30, "2"},
	    {"1T", UINT64_C(1) << 40, ""},
	    {"1p", UINT64_C(1) << 50, ""},
	    {"3E", UINT64_C(3) << 60, ""},
	    {"abc", 0, "abc"},
	    {"-1", 0, "-1"},
	    {"", 0, ""},
	    {"18446744073709551616", 0, ""},
	};
	const char *end;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(
		    cmdline_memparse(cases[i].text, &end) == cases[i].number);
		assert_string_equal(end, cases[i].rest);
	}
}

static void words_that_mean_nothing_here_are_passed_over(void **state)
{
	(void)state;
	parse("console=ttyAMA0 memory=1 amem=2 quiet \"a b mem=3\" mem.x=4");
	assert_int_equal(cmdline.mem_count, 0);
	assert_int_equal(cmdline.complaint_count, 0);
	assert_false(cmdline.cma.given);
	assert_false(cmdline.crashkernel);
}

static void every_mem_is_kept_in_order(void **state)
{
	(void)state;
	parse("mem=300M \t mem=16M@0x40000000");
	assert_int_equal(cmdline.mem_count, 2);
	assert_true(cmdline.mem[0].size == 300 * MIB);
	assert_false(cmdline.mem[0].has_start);
	assert_true(cmdline.mem[1].has_start);
	assert_true(cmdline.mem[1].start == 0x40000000);
}

static void quotes_are_taken_off(void **state)
{
	(void)state;
	parse("mem=\"300M\" \"mem=1M\"");
	assert_int_equal(cmdline.mem_count, 2);
	assert_true(cmdline.mem[0].size == 300 * MIB);
	assert_true(cmdline.mem[1].size == MIB);
}

static void what_follows_two_dashes_is_for_init(void **state)
{
	(void)state;
	parse("mem=1M -- mem=2M");
	assert_int_equal(cmdline.mem_count, 1);
}

static void mem_without_a_value_is_malformed(void **state)
{
	(void)state;
	parse("mem");
	assert_int_equal(cmdline.complaint_count, 1);
	assert_string_equal(cmdline.complaints[0].option, "mem");
	assert_string_equal(
	    cmdline.complaints[0].message, "Malformed early option 'mem'");
}

/* memparse() finds no digits: the kernel takes 0, and says nothing. */
static void mem_that_is_no_number_is_0(void **state)
{
	(void)state;
	parse("mem=lots");
	assert_int_equal(cmdline.mem_count, 1);
	assert_true(cmdline.mem[0].size == 0);
	assert_int_equal(cmdline.complaint_count, 0);
}

static void last_mem_is_kept_where_there_are_many(void **state)
{
	char text[8 * 40] = "";
	int i;

	(void)state;
	for (i = 0; i < 39; i++)
		strcat(text, "mem=1M ");
	strcat(text, "mem=2M");
	parse(text);
	assert_int_equal(cmdline.mem_count, CMDLINE_MEM_MAX);
	assert_true(cmdline.mem[CMDLINE_MEM_MAX - 1].size == 2 * MIB);
}

static void cma_has_a_size_a_base_and_a_limit(void **state)
{
	(void)state;
	parse("cma=64M");
	assert_true(cmdline.cma.given);
	assert_true(cmdline.cma.size == 64 * MIB);
	assert_true(cmdline.cma.base == 0 && cmdline.cma.limit == 0);
	parse("cma=64M@0x50000000");
	assert_true(cmdline.cma.base == 0x50000000);
	assert_true(cmdline.cma.limit == 0x54000000);
	parse("cma=64M@0-1G");
	assert_true(cmdline.cma.base == 0);
	assert_true(cmdline.cma.limit == 0x40000000);
	parse("cma=64M@1G cma=0");
	assert_true(cmdline.cma.given);
	assert_true(cmdline.cma.size == 0 && cmdline.cma.base == 0);
}

static void cma_without_a_value_is_reported_twice(void **state)
{
	(void)state;
	parse("cma");
	assert_false(cmdline.cma.given);
	assert_int_equal(cmdline.complaint_count, 2);
	assert_string_equal(
	    cmdline.complaints[0].message, "Config string not provided");
	assert_string_equal(
	    cmdline.complaints[1].message, "Malformed early option 'cma'");
}

static void last_vmalloc_counts(void **state)
{
	(void)state;
	parse("vmalloc=512M vmalloc=256M");
	assert_true(cmdline.has_vmalloc);
	assert_true(cmdline.vmalloc == 256 * MIB);
	parse("vmalloc");
	assert_false(cmdline.has_vmalloc);
	assert_string_equal(
	    cmdline.complaints[0].message, "Malformed early option 'vmalloc'");
}

static void rodata_is_full_unless_it_is_on_or_off(void **state)
{
	(void)state;
	parse("");
	assert_true(cmdline.rodata_full);
	parse("rodata=on");
	assert_false(cmdline.rodata_full);
	parse("rodata=0 rodata=full");
	assert_true(cmdline.rodata_full);
	parse("rodata=off");
	assert_false(cmdline.rodata_full);
	parse("rodata=maybe");
	assert_string_equal(
	    cmdline.complaints[0].message, "Malformed early option 'rodata'");
	parse("rodata=");
	assert_int_equal(cmdline.complaint_count, 1);
}

static void crashkernel_is_noticed(void **state)
{
	(void)state;
	parse("crashkernel=nonsense");
	assert_true(cmdline.crashkernel);
}

static void complaints_are_kept_up_to_a_limit(void **state)
{
	char text[4 * 40 + 1] = "";
	int i;

	(void)state;
	for (i = 0; i < 40; i++)
		strcat(text, "mem ");
	parse(text);
	assert_int_equal(cmdline.complaint_count, CMDLINE_COMPLAINTS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(number_has_a_base_and_a_suffix),
	    cmocka_unit_test(words_that_mean_nothing_here_are_passed_over),
	    cmocka_unit_test(every_mem_is_kept_in_order),
	    cmocka_unit_test(quotes_are_taken_off),
	    cmocka_unit_test(what_follows_two_dashes_is_for_init),
	    cmocka_unit_test(mem_without_a_value_is_malformed),
	    cmocka_unit_test(mem_that_is_no_number_is_0),
	    cmocka_unit_test(last_mem_is_kept_where_there_are_many),
	    cmocka_unit_test(cma_has_a_size_a_base_and_a_limit),
	    cmocka_unit_test(cma_without_a_value_is_reported_twice),
	    cmocka_unit_test(last_vmalloc_counts),
	    cmocka_unit_test(rodata_is_full_unless_it_is_on_or_off),
	    cmocka_unit_test(crashkernel_is_noticed),
	    cmocka_unit_test(complaints_are_kept_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
