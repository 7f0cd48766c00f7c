/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/version.h"

#include "engine/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_lead_there_and_back(void **state)
{
	static const char *const names[] = {"6.12", "6.1", "5.0", "4.0"};
	enum memblock_kernel kernel;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_true(memblock_kernel_parse(names[i], &kernel));
		assert_int_equal(kernel, i);
		assert_string_equal(memblock_kernel_name(kernel), names[i]);
		assert_string_equal(memblock_version(kernel)->name, names[i]);
	}
}

static void name_of_no_version_is_refused_and_nothing_set(void **state)
{
	enum memblock_kernel kernel = MEMBLOCK_KERNEL_4_0;

	(void)state;
	assert_false(memblock_kernel_parse("6.2", &kernel));
	assert_int_equal(kernel, MEMBLOCK_KERNEL_4_0);
	assert_null(memblock_kernel_name((enum memblock_kernel)4));
}

/* Expect each version to know what the one before knew, and more. */
static void flags_only_come_and_never_go(void **state)
{
	static const uint32_t flags[] = {0x1f, 0xf, 0x7, 0x1};
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(
		    memblock_version((enum memblock_kernel)i)->flags, flags[i]);
}

/* Expect every order to begin with all that was asked for, mirror apart where
 * there is none, and to have no attempt twice. */
static void attempts_begin_with_all_and_come_once(void **state)
{
	const struct memblock_attempts *orders[8];
	size_t i, k, j;

	(void)state;
	for (i = 0; i < 4; i++) {
		orders[2 * i] =
		    &memblock_version((enum memblock_kernel)i)->alloc;
		orders[2 * i + 1] = &memblock_version((enum memblock_kernel)i)
					 ->alloc_min_fallback;
	}
	for (i = 0; i < 8; i++) {
		const struct memblock_attempt *list = orders[i]->list;

		assert_true(list[0].from && list[0].nid);
		assert_true(list[0].mirror || i >= 6);
		for (k = 0; k < orders[i]->count; k++)
			for (j = 0; j < k; j++)
				assert_false(list[k].from == list[j].from &&
					     list[k].mirror == list[j].mirror &&
					     list[k].nid == list[j].nid);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_lead_there_and_back),
	    cmocka_unit_test(name_of_no_version_is_refused_and_nothing_set),
	    cmocka_unit_test(flags_only_come_and_never_go),
	    cmocka_unit_test(attempts_begin_with_all_and_come_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
