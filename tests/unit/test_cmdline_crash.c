/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/cmdline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static char message[CMDLINE_MESSAGE_MAX];

static void assert_found(const char *text, const char *suffix, uint64_t ram,
    uint64_t size, uint64_t base)
{
	uint64_t found_size = 1, found_base = 1;

	assert_int_equal(cmdline_crashkernel(text, suffix, ram, &found_size,
			     &found_base, message),
	    CMDLINE_CRASH_FOUND);
	assert_true(found_size == size);
	assert_true(found_base == base);
}

static void assert_refused(const char *text, const char *why)
{
	uint64_t size = 7, base = 8;

	assert_int_equal(
	    cmdline_crashkernel(text, "", GIB, &size, &base, message),
	    CMDLINE_CRASH_REFUSED);
	assert_string_equal(message, why);
	assert_true(size == 7 && base == 8);
}

static void simple_word_has_a_size_and_a_base(void **state)
{
	(void)state;
	assert_found("quiet crashkernel=128M", "", GIB, 128 * MIB, 0);
	assert_found(
	    "crashkernel=64M@0x50000000 x", "", GIB, 64 * MIB, 0x50000000);
	assert_found("crashkernel=0", "", GIB, 0, 0);
}

static void last_word_of_a_kind_counts(void **state)
{
	const char *text = "crashkernel=1M crashkernel=2M "
			   "crashkernel=3M,high crashkernel=4M,low "
			   "crashkernel=5M,high";

	(void)state;
	assert_found(text, "", GIB, 2 * MIB, 0);
	assert_found(text, ",high", GIB, 5 * MIB, 0);
	assert_found(text, ",low", GIB, 4 * MIB, 0);
}

static void word_of_another_kind_is_none(void **state)
{
	uint64_t size, base;

	(void)state;
	assert_int_equal(cmdline_crashkernel("crashkernel=1M,high", "", GIB,
			     &size, &base, message),
	    CMDLINE_CRASH_NONE);
	assert_int_equal(cmdline_crashkernel("crashkernel=1M", ",high", GIB,
			     &size, &base, message),
	    CMDLINE_CRASH_NONE);
	assert_int_equal(
	    cmdline_crashkernel("quiet", "", GIB, &size, &base, message),
	    CMDLINE_CRASH_NONE);
}

/* Expect the first range that the memory is in, its end not, and no size where
 * it is in none. */
static void ranges_go_by_the_memory_there_is(void **state)
{
	const char *text =
	    "crashkernel=512M-1G:64M,1G-2G:128M,2G-:256M@0x60000000";

	(void)state;
	assert_found(text, "", GIB - 1, 64 * MIB, 0x60000000);
	assert_found(text, "", GIB, 128 * MIB, 0x60000000);
	assert_found(text, "", 64 * GIB, 256 * MIB, 0x60000000);
	assert_found(text, "", 300 * MIB, 0, 0);
}

static void malformed_words_are_refused_in_the_kernels_words(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"crashkernel=", "crashkernel: memory value expected"},
	    {"crashkernel=lots", "crashkernel: memory value expected"},
	    {"crashkernel=64MB", "crashkernel: unrecognized char: B"},
	    {"crashkernel=64M\x01", "crashkernel: unrecognized char: ?"},
	    {"crashkernel=1G:64M", "crashkernel: '-' expected"},
	    {"crashkernel=-:64M", "crashkernel: Memory value expected"},
	    {"crashkernel=2G-1G:64M", "crashkernel: end <= start"},
	    {"crashkernel=1G-x:64M", "crashkernel: Memory value expected"},
	    {"crashkernel=1G-2G,:64M", "crashkernel: ':' expected"},
	    {"crashkernel=1M-2G:", "crashkernel: Memory value expected"},
	    {"crashkernel=1M-2G:2G", "crashkernel: invalid size"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, cases[i].why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(simple_word_has_a_size_and_a_base),
	    cmocka_unit_test(last_word_of_a_kind_counts),
	    cmocka_unit_test(word_of_another_kind_is_none),
	    cmocka_unit_test(ranges_go_by_the_memory_there_is),
	    cmocka_unit_test(malformed_words_are_refused_in_the_kernels_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
