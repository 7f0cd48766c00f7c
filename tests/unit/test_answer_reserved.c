/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void answer_without_a_table_has_no_entries(void **state)
{
	(void)state;
	assert_int_equal(mbc_answer_reserved_count(NULL), 0);
	assert_null(mbc_answer_reserved(NULL, 0));
}

static void users_are_asked_for_one_by_one(void **state)
{
	static char path[] = "/soc/vpu", name[] = "frames";
	Memblock__V1__ReservedUser user = MEMBLOCK__V1__RESERVED_USER__INIT;
	Memblock__V1__ReservedUser *list[] = {&user};
	const struct mbc_reserved entry = {.user_count = 1, .users = list};
	const char *node, *as;

	(void)state;
	user.node = path;
	assert_true(mbc_reserved_user(&entry, 0, &node, &as));
	assert_string_equal(node, "/soc/vpu");
	assert_string_equal(as, "");
	user.name = name;
	assert_true(mbc_reserved_user(&entry, 0, &node, &as));
	assert_string_equal(as, "frames");
	assert_false(mbc_reserved_user(&entry, 1, &node, &as));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answer_without_a_table_has_no_entries),
	    cmocka_unit_test(users_are_asked_for_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
