/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/answer.h"

#include "proto/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static struct answer answer;

static int begin(void **state)
{
	(void)state;
	memset(&answer, 0xa5, sizeof(answer));
	answer_init(&answer, 7);
	return 0;
}

static void answer_at_first_is_a_bare_ok(void **state)
{
	(void)state;
	assert_true(answer.response.has_id);
	assert_int_equal(answer.response.id, 7);
	assert_ptr_equal(answer.response.status, &answer.status);
	assert_true(answer.status.has_code);
	assert_int_equal(answer.status.code, CODE(OK));
	assert_false(answer.response.has_seq);
	assert_int_equal(answer.response.n_warnings, 0);
	assert_int_equal(answer.response.result_case,
	    MEMBLOCK__V1__RESPONSE__RESULT__NOT_SET);
}

static void seq_is_told_once_it_is_set(void **state)
{
	(void)state;
	answer_seq(&answer, 0);
	assert_true(answer.response.has_seq);
	answer_seq(&answer, UINT64_MAX);
	assert_true(answer.response.seq == UINT64_MAX);
}

static void refusal_carries_its_code_and_sentence(void **state)
{
	(void)state;
	answer_refuse(&answer, CODE(NOT_FOUND), "%s: no such %s", "b", "thing");
	assert_int_equal(answer.status.code, CODE(NOT_FOUND));
	assert_string_equal(answer.status.message, "b: no such thing");
	assert_null(answer.status.errno_name);
}

static void refusal_of_an_argument_is_einval(void **state)
{
	(void)state;
	answer_refuse(&answer, CODE(INVALID_ARGUMENT), "no");
	assert_string_equal(answer.status.errno_name, "EINVAL");
}

static void seq_that_is_not_the_one_expected_is_aborted(void **state)
{
	(void)state;
	assert_true(answer_expect_seq(&answer, "b", 7, 7));
	assert_int_equal(answer.status.code, CODE(OK));
	assert_false(answer_expect_seq(&answer, "b", 8, 7));
	assert_int_equal(answer.status.code, CODE(ABORTED));
	assert_string_equal(answer.status.message, "b: stands at seq 8, not 7");
	assert_null(answer.status.errno_name);
}

static void sentence_that_is_too_long_is_cut(void **state)
{
	static char words[2 * ANSWER_MESSAGE_MAX];

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	answer_refuse(&answer, CODE(INTERNAL), "%s", words);
	assert_int_equal(strlen(answer.status.message), ANSWER_MESSAGE_MAX - 1);
}

/* Expect for each status of the engine the code and the errno that the
 * contract gives it. */
static void every_status_has_its_code_and_errno(void **state)
{
	static const struct {
		enum mb_status status;
		answer_code code;
		const char *errno_name;
	} rows[] = {
	    {MB_OK, CODE(OK), ""},
	    {MB_NO_SPACE, CODE(RESOURCE_EXHAUSTED), "ENOMEM"},
	    {MB_BUSY, CODE(FAILED_PRECONDITION), "EBUSY"},
	    {MB_INVALID, CODE(INVALID_ARGUMENT), "EINVAL"},
	    {MB_LIMIT, CODE(RESOURCE_EXHAUSTED), ""},
	    {MB_NO_MEMORY, CODE(RESOURCE_EXHAUSTED), ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(rows[i].status, i);
		assert_int_equal(
		    answer_status_code(rows[i].status), rows[i].code);
		assert_string_equal(
		    answer_status_errno(rows[i].status), rows[i].errno_name);
	}
}

static void outcome_that_was_refused_names_the_instance(void **state)
{
	const struct outcome outcome = {
	    .status = MB_NO_SPACE, .message = "no 0x1000 bytes"};

	(void)state;
	answer_outcome(&answer, "board0", &outcome);
	assert_int_equal(answer.status.code, CODE(RESOURCE_EXHAUSTED));
	assert_string_equal(answer.status.message, "board0: no 0x1000 bytes");
	assert_string_equal(answer.status.errno_name, "ENOMEM");
}

static void outcome_at_a_limit_of_the_daemon_has_no_errno(void **state)
{
	const struct outcome outcome = {
	    .status = MB_LIMIT, .message = "regions"};

	(void)state;
	answer_outcome(&answer, "b", &outcome);
	assert_int_equal(answer.status.code, CODE(RESOURCE_EXHAUSTED));
	assert_null(answer.status.errno_name);
}

static void outcome_with_warnings_is_ok_and_has_one_string_each(void **state)
{
	const struct outcome outcome = {
	    .message = "align is 0\nmeets node 1\nmeets nomap"};

	(void)state;
	answer_outcome(&answer, "b", &outcome);
	assert_int_equal(answer.status.code, CODE(OK));
	assert_int_equal(answer.response.n_warnings, 3);
	assert_string_equal(answer.response.warnings[0], "align is 0");
	assert_string_equal(answer.response.warnings[1], "meets node 1");
	assert_string_equal(answer.response.warnings[2], "meets nomap");
}

static void outcome_without_words_has_no_warnings(void **state)
{
	const struct outcome outcome = {.base = 0x1000};

	(void)state;
	answer_outcome(&answer, "b", &outcome);
	assert_int_equal(answer.response.n_warnings, 0);
}

static void lines_beyond_the_last_warning_are_not_taken(void **state)
{
	char text[] = "1\n2\n3\n4";
	char *lines[ANSWER_WARNINGS_MAX];

	(void)state;
	assert_int_equal(answer_split_warnings(text, lines), 3);
	assert_string_equal(lines[2], "3");
}

/* Unpacks a frame, which must be whole and nothing but that. */
static Memblock__V1__Response *open_frame(uint8_t *frame, size_t size)
{
	size_t header_size, message_size;
	Memblock__V1__Response *response;

	assert_int_equal(
	    frame_find(frame, size, SIZE_MAX, &header_size, &message_size),
	    FRAME_COMPLETE);
	assert_int_equal(header_size + message_size, size);
	response = memblock__v1__response__unpack(
	    NULL, message_size, frame + header_size);
	assert_non_null(response);
	free(frame);
	return response;
}

static void frame_holds_the_answer(void **state)
{
	const struct outcome outcome = {.message = "careful"};
	Memblock__V1__Response *response;
	uint8_t *frame;
	size_t size;

	(void)state;
	answer_outcome(&answer, "b", &outcome);
	answer_seq(&answer, 12);
	frame = answer_frame(&answer, &size);
	response = open_frame(frame, size);
	assert_int_equal(response->id, 7);
	assert_int_equal(response->seq, 12);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->n_warnings, 1);
	assert_string_equal(response->warnings[0], "careful");
	memblock__v1__response__free_unpacked(response, NULL);
}

/* Expect a header of two bytes before a message of 200. */
static void frame_over_127_bytes_is_whole(void **state)
{
	Memblock__V1__Response *response;
	char words[201] = {0};
	uint8_t *frame;
	size_t size;

	(void)state;
	memset(words, 'w', 200);
	answer_refuse(&answer, CODE(INTERNAL), "%s", words);
	frame = answer_frame(&answer, &size);
	response = open_frame(frame, size);
	assert_string_equal(response->status->message, words);
	memblock__v1__response__free_unpacked(response, NULL);
}

static void unavailable_is_a_whole_answer_with_the_reason(void **state)
{
	Memblock__V1__Response *response;
	uint8_t *frame;
	size_t size;

	(void)state;
	frame = answer_unavailable(9, "the disk is full", &size);
	response = open_frame(frame, size);
	assert_int_equal(response->id, 9);
	assert_int_equal(response->status->code, CODE(UNAVAILABLE));
	assert_string_equal(response->status->message, "the disk is full");
	assert_false(response->more);
	memblock__v1__response__free_unpacked(response, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(answer_at_first_is_a_bare_ok, begin),
	    cmocka_unit_test_setup(seq_is_told_once_it_is_set, begin),
	    cmocka_unit_test_setup(
		refusal_carries_its_code_and_sentence, begin),
	    cmocka_unit_test_setup(refusal_of_an_argument_is_einval, begin),
	    cmocka_unit_test_setup(
		seq_that_is_not_the_one_expected_is_aborted, begin),
	    cmocka_unit_test_setup(sentence_that_is_too_long_is_cut, begin),
	    cmocka_unit_test_setup(every_status_has_its_code_and_errno, begin),
	    cmocka_unit_test_setup(
		outcome_that_was_refused_names_the_instance, begin),
	    cmocka_unit_test_setup(
		outcome_at_a_limit_of_the_daemon_has_no_errno, begin),
	    cmocka_unit_test_setup(
		outcome_with_warnings_is_ok_and_has_one_string_each, begin),
	    cmocka_unit_test_setup(
		outcome_without_words_has_no_warnings, begin),
	    cmocka_unit_test_setup(
		lines_beyond_the_last_warning_are_not_taken, begin),
	    cmocka_unit_test_setup(frame_holds_the_answer, begin),
	    cmocka_unit_test_setup(frame_over_127_bytes_is_whole, begin),
	    cmocka_unit_test_setup(
		unavailable_is_a_whole_answer_with_the_reason, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
