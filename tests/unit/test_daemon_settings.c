/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct memblock_settings settings;
static char reason[MEMBLOCK_SETTINGS_MESSAGE_MAX];

static void nothing_said_is_the_default(void **state)
{
	struct memblock_settings wanted = memblock_settings_default();

	(void)state;
	assert_true(settings_take(NULL, &settings, reason));
	assert_int_equal(settings.kernel, wanted.kernel);
	assert_int_equal(settings.page_size, wanted.page_size);
	assert_true(settings.current_limit == memblock_phys_addr_max(&wanted));
}

static void what_was_filled_in_is_taken_again(void **state)
{
	struct memblock_settings made = memblock_settings_default(), again;
	Memblock__V1__Settings message;

	(void)state;
	made.nodes = 3;
	made.kernel_arrays = true;
	made.memory_regions = 5;
	made.reserved_regions = 7;
	made.bottom_up = true;
	made.current_limit = 0x1000;
	made.kernel_end = 0x2000;
	settings_fill(&made, &message);
	assert_true(settings_take(&message, &again, reason));
	assert_int_equal(again.nodes, 3);
	assert_true(again.kernel_arrays && again.bottom_up);
	assert_int_equal(again.memory_regions, 5);
	assert_int_equal(again.reserved_regions, 7);
	assert_int_equal(again.current_limit, 0x1000);
	assert_int_equal(again.kernel_end, 0x2000);
}

static void words_that_are_none_are_named(void **state)
{
	Memblock__V1__Settings message = MEMBLOCK__V1__SETTINGS__INIT;

	(void)state;
	message.kernel = (char *)"2.6";
	assert_false(settings_take(&message, &settings, reason));
	assert_non_null(strstr(reason, "'2.6'"));
	message.kernel = NULL;
	message.arrays = (char *)"none";
	assert_false(settings_take(&message, &settings, reason));
	assert_non_null(strstr(reason, "'none'"));
	message.arrays = NULL;
	message.has_page_size = 1;
	message.page_size = 5;
	assert_false(settings_take(&message, &settings, reason));
	assert_non_null(strstr(reason, "page"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_said_is_the_default),
	    cmocka_unit_test(what_was_filled_in_is_taken_again),
	    cmocka_unit_test(words_that_are_none_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
