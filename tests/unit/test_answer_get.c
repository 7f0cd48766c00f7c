/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Expect of no answer at all what the header says of it, and of an answer
 * without a result nothing. */
static void expect_nothing_in(const struct mbc_answer *answer)
{
	uint64_t base, size;

	assert_int_equal(mbc_answer_warning_count(answer), 0);
	assert_null(mbc_answer_warning(answer, 0));
	assert_false(mbc_answer_more(answer));
	assert_false(mbc_answer_range(answer, &base, &size));
	assert_false(mbc_answer_get(answer, MBC_FIELD_NODES, &base));
	assert_null(mbc_answer_get_text(answer, MBC_FIELD_KERNEL));
	assert_null(mbc_answer_server(answer));
	assert_int_equal(mbc_answer_instance_count(answer), 0);
	assert_null(mbc_answer_instance(answer, 0));
	assert_null(mbc_answer_layout(answer));
	assert_null(mbc_answer_region_list(answer, MBC_MEMORY));
	assert_null(mbc_answer_region(answer, MBC_MEMORY, 0));
	assert_null(mbc_answer_step(answer, 0));
	assert_null(mbc_answer_entry(answer, 0));
	assert_null(mbc_answer_verdict(answer));
	assert_string_equal(mbc_answer_errno_name(answer), "");
}

static void no_answer_is_one_that_ran_out_of_memory(void **state)
{
	uint64_t seq;

	(void)state;
	assert_int_equal(mbc_answer_code(NULL), MBC_RESOURCE_EXHAUSTED);
	assert_true(mbc_answer_is_local(NULL));
	assert_string_equal(mbc_answer_message(NULL), "out of memory");
	assert_false(mbc_answer_seq(NULL, &seq));
	assert_int_equal(mbc_answer_id(NULL), 0);
	expect_nothing_in(NULL);
	mbc_answer_free(NULL);
}

static void answer_without_result_has_none(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);

	(void)state;
	assert_int_equal(mbc_answer_code(answer), MBC_OK);
	assert_string_equal(mbc_answer_message(answer), "");
	expect_nothing_in(answer);
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_answer_is_one_that_ran_out_of_memory),
	    cmocka_unit_test(answer_without_result_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
