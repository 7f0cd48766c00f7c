/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op_say.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct outcome outcome;

static int begin(void **state)
{
	(void)state;
	outcome = (struct outcome){0};
	return 0;
}

static void sentences_stand_on_lines_of_their_own(void **state)
{
	(void)state;
	op_say(&outcome, "one %d", 1);
	op_say(&outcome, "two");
	assert_string_equal(outcome.message, "one 1\ntwo");
}

/* Expect a message that is full to the last byte to stay a string. */
static void sentence_that_has_no_room_is_cut(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < OUTCOME_MESSAGE_MAX; i++)
		op_say(&outcome, "%s", "a sentence of some length");
	assert_int_equal(strlen(outcome.message), OUTCOME_MESSAGE_MAX - 1);
}

static void align_zero_names_the_cache_line(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb = memblock_create(&settings);

	(void)state;
	op_warn_align_zero(&outcome, mb);
	assert_int_equal(outcome.warnings, OP_WARN_ALIGN_ZERO);
	assert_string_equal(
	    outcome.message, "align 0 was taken as 0x40, the cache line");
	memblock_destroy(mb);
}

static void fallback_names_the_end_of_the_kernel(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb;

	(void)state;
	settings.kernel_end = 0x2000;
	mb = memblock_create(&settings);
	op_warn_fell_back(&outcome, mb);
	assert_int_equal(outcome.warnings, OP_WARN_FELL_BACK);
	assert_string_equal(outcome.message,
	    "bottom-up found nothing above kernel-end 0x2000 and top-down was "
	    "tried");
	memblock_destroy(mb);
}

static void region_met_tells_what_it_keeps(void **state)
{
	const struct memblock_region region = {
	    0x1000, 0x1000, MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP, 3};
	const struct memblock_met met = {
	    .other_nid = region, .other_flags = region};

	(void)state;
	op_warn_met(&outcome, &met);
	assert_int_equal(
	    outcome.warnings, OP_WARN_NODE_DIFFERS | OP_WARN_FLAGS_DIFFER);
	assert_string_equal(outcome.message,
	    "[0x1000-0x1fff] was there and keeps node 3\n"
	    "[0x1000-0x1fff] was there and keeps flags hotplug nomap");
}

static void nothing_met_says_nothing(void **state)
{
	const struct memblock_met met = {0};

	(void)state;
	op_warn_met(&outcome, &met);
	assert_int_equal(outcome.warnings, 0);
	assert_string_equal(outcome.message, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		sentences_stand_on_lines_of_their_own, begin),
	    cmocka_unit_test_setup(sentence_that_has_no_room_is_cut, begin),
	    cmocka_unit_test_setup(align_zero_names_the_cache_line, begin),
	    cmocka_unit_test_setup(fallback_names_the_end_of_the_kernel, begin),
	    cmocka_unit_test_setup(region_met_tells_what_it_keeps, begin),
	    cmocka_unit_test_setup(nothing_met_says_nothing, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
