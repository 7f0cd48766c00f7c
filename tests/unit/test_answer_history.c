/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static void answer_without_result_has_no_history(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);
	bool identical;
	uint64_t value;

	(void)state;
	assert_int_equal(mbc_answer_blame_count(NULL), 0);
	assert_null(mbc_answer_blame(NULL, 0));
	assert_int_equal(mbc_answer_blame_count(answer), 0);
	assert_null(mbc_answer_blame(answer, 0));
	assert_null(mbc_answer_explanation(NULL));
	assert_null(mbc_answer_explanation(answer));
	assert_int_equal(mbc_answer_candidate_count(NULL), 0);
	assert_null(mbc_answer_candidate(answer, 0));
	assert_string_equal(mbc_answer_watched(NULL), "");
	assert_string_equal(mbc_answer_watched(answer), "");
	assert_false(mbc_answer_is_heartbeat(NULL));
	assert_false(mbc_answer_is_heartbeat(answer));
	assert_int_equal(mbc_answer_diff_count(NULL), 0);
	assert_null(mbc_answer_diff(answer, 0));
	assert_false(mbc_answer_identical(NULL, &identical));
	assert_false(mbc_answer_identical(answer, &identical));
	assert_false(mbc_answer_other_seq(answer, &value));
	assert_false(
	    mbc_answer_diff_get(answer, MBC_AFTER, MBC_FIELD_NODES, &value));
	assert_null(
	    mbc_answer_diff_get_text(NULL, MBC_BEFORE, MBC_FIELD_KERNEL));
	mbc_answer_free(answer);
}

/* Expect texts that are absent to be empty, and never NULL. */
static void blame_part_without_an_operation_has_empty_texts(void **state)
{
	Memblock__V1__BlamePart old = {
	    EMPTY(blame_part), .has_end = true, .end = 9};
	Memblock__V1__BlamePart *parts[] = {&old};
	Memblock__V1__BlameResult blame = {
	    EMPTY(blame_result), .parts = parts, .n_parts = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	const struct mbc_blame_part *found;
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BLAME;
	part.blame = &blame;
	answer = printing_answer(&part);
	assert_int_equal(mbc_answer_blame_count(answer), 1);
	found = mbc_answer_blame(answer, 0);
	assert_true(found->start == 0 && found->end == 9 && found->seq == 0);
	assert_int_equal(found->list, MBC_MEMORY);
	assert_string_equal(found->principal, "");
	assert_string_equal(found->operation, "");
	assert_string_equal(found->label, "");
	assert_null(mbc_answer_blame(answer, 1));
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answer_without_result_has_no_history),
	    cmocka_unit_test(blame_part_without_an_operation_has_empty_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
