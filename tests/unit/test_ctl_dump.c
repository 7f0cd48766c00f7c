/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Memblock__V1__Region regions[] = {
    {PROTOBUF_C_MESSAGE_INIT(&memblock__v1__region__descriptor),
	.has_address = true, .address = 0x40000000, .has_size = true,
	.size = 0x40000000},
    {PROTOBUF_C_MESSAGE_INIT(&memblock__v1__region__descriptor),
	.has_address = true, .address = 0x80000000, .has_size = true,
	.size = 0x1000000, .has_flags = true, .flags = 4, .has_nid = true,
	.nid = 1},
    {PROTOBUF_C_MESSAGE_INIT(&memblock__v1__region__descriptor),
	.has_address = true, .address = 0x41000000, .has_size = true,
	.size = 0x1000},
};
static Memblock__V1__Region *pointers[] = {
    &regions[0], &regions[1], &regions[2]};

/* A layout with as many regions of memory as asked for, and one reserved if
 * there is any. */
static char *dump(const char *line, size_t memory_count, uint32_t phys_bits)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	Memblock__V1__Layout layout = MEMBLOCK__V1__LAYOUT__INIT;
	Memblock__V1__RegionList memory = MEMBLOCK__V1__REGION_LIST__INIT;
	Memblock__V1__RegionList reserved = MEMBLOCK__V1__REGION_LIST__INIT;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	part.dump = &layout;
	layout.has_phys_bits = true;
	layout.phys_bits = phys_bits;
	layout.memory = &memory;
	layout.reserved = &reserved;
	memory.has_cnt = reserved.has_cnt = true;
	memory.has_total_size = reserved.has_total_size = true;
	memory.regions = pointers;
	memory.n_regions = memory.cnt = memory_count;
	memory.total_size = memory_count == 2 ? 0x41000000 : 0;
	reserved.regions = &pointers[2];
	reserved.n_regions = reserved.cnt = memory_count > 0;
	reserved.total_size = memory_count > 0 ? 0x1000 : 0;
	return printing_text(line, &part);
}

/* Expect the very bytes of Linux 6.12: two blanks before =, a tab after the
 * index, a node only where there is one. */
static void kernel_dump_is_what_the_kernel_prints(void **state)
{
	char *text = dump("dump b", 2, 64);

	(void)state;
	assert_string_equal(text,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x0000000041000000"
	    " reserved size = 0x0000000000001000\n"
	    " memory.cnt  = 0x2\n"
	    " memory[0x0]\t[0x0000000040000000-0x000000007fffffff],"
	    " 0x0000000040000000 bytes flags: 0x0\n"
	    " memory[0x1]\t[0x0000000080000000-0x0000000080ffffff],"
	    " 0x0000000001000000 bytes on node 1 flags: 0x4\n"
	    " reserved.cnt  = 0x1\n"
	    " reserved[0x0]\t[0x0000000041000000-0x0000000041000fff],"
	    " 0x0000000000001000 bytes flags: 0x0\n");
	free(text);
}

static void kernel_dump_of_32_bits_has_8_digits(void **state)
{
	char *text = dump("dump b --format kernel", 2, 32);

	(void)state;
	assert_non_null(strstr(
	    text, " memory size = 0x41000000 reserved size = 0x00001000\n"));
	assert_non_null(strstr(text,
	    " memory[0x0]\t[0x40000000-0x7fffffff], 0x40000000 bytes "
	    "flags: 0x0\n"));
	free(text);
}

static void kernel_dump_of_nothing_has_no_regions(void **state)
{
	char *text = dump("dump b", 0, 64);

	(void)state;
	assert_string_equal(text, "MEMBLOCK configuration:\n"
				  " memory size = 0x0000000000000000"
				  " reserved size = 0x0000000000000000\n"
				  " memory.cnt  = 0x0\n"
				  " reserved.cnt  = 0x0\n");
	free(text);
}

static void table_has_its_columns_aligned(void **state)
{
	char *text = dump("dump b --format table", 2, 64);

	(void)state;
	assert_string_equal(text,
	    "memory: 2 regions, 1.01 GiB\n"
	    "  BASE        LAST          SIZE  GAP  FLAGS  NODE\n"
	    "  0x40000000  0x7fffffff   1 GiB    -  none      -\n"
	    "  0x80000000  0x80ffffff  16 MiB    -  nomap     1\n"
	    "\n"
	    "reserved: 1 region, 4 KiB\n"
	    "  BASE        LAST         SIZE  GAP  FLAGS  NODE\n"
	    "  0x41000000  0x41000fff  4 KiB    -  none      -\n");
	free(text);
}

static void table_shows_the_gap_to_the_next(void **state)
{
	char *text;

	(void)state;
	regions[1].address += 0x300000;
	text = dump("dump b --format=table", 2, 64);
	regions[1].address -= 0x300000;
	assert_non_null(strstr(text, "0x7fffffff   1 GiB  3 MiB  none"));
	free(text);
}

static void table_of_nothing_says_so(void **state)
{
	char *text = dump("dump b --format table", 0, 64);

	(void)state;
	assert_string_equal(
	    text, "memory: no regions\n\nreserved: no regions\n");
	free(text);
}

static void size_is_shown_in_its_largest_unit(void **state)
{
	char text[CTL_SIZE_MAX];

	(void)state;
	assert_string_equal(ctl_size_text(0, text), "0 B");
	assert_string_equal(ctl_size_text(1023, text), "1023 B");
	assert_string_equal(ctl_size_text(1024, text), "1 KiB");
	assert_string_equal(ctl_size_text(1536, text), "1.50 KiB");
	assert_string_equal(ctl_size_text(0x201000, text), "2.00 MiB");
	assert_string_equal(ctl_size_text(0x3fefe000, text), "1022.99 MiB");
	assert_string_equal(ctl_size_text(UINT64_MAX, text), "15.99 EiB");
	assert_string_equal(ctl_size_text(UINT64_C(1) << 60, text), "1 EiB");
	assert_string_equal(
	    ctl_size_text(0x40000000 + 0x10000000 / 10, text), "1.02 GiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kernel_dump_is_what_the_kernel_prints),
	    cmocka_unit_test(kernel_dump_of_32_bits_has_8_digits),
	    cmocka_unit_test(kernel_dump_of_nothing_has_no_regions),
	    cmocka_unit_test(table_has_its_columns_aligned),
	    cmocka_unit_test(table_shows_the_gap_to_the_next),
	    cmocka_unit_test(table_of_nothing_says_so),
	    cmocka_unit_test(size_is_shown_in_its_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
