/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/answer.h"

#include "daemon/memory.h"
#include "proto/frame.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* What the wire says for each status of the engine. */
static const struct {
	answer_code code;
	const char *errno_name;
} statuses[] = {
    [MB_OK] = {CODE(OK), ""},
    [MB_NO_SPACE] = {CODE(RESOURCE_EXHAUSTED), "ENOMEM"},
    [MB_BUSY] = {CODE(FAILED_PRECONDITION), "EBUSY"},
    [MB_INVALID] = {CODE(INVALID_ARGUMENT), "EINVAL"},
    [MB_LIMIT] = {CODE(RESOURCE_EXHAUSTED), ""},
    [MB_NO_MEMORY] = {CODE(RESOURCE_EXHAUSTED), ""},
    [MB_NO_LIST] = {CODE(FAILED_PRECONDITION), ""},
    [MB_FULL] = {CODE(RESOURCE_EXHAUSTED), "ENOMEM"},
};
#define STATUS_COUNT (sizeof(statuses) / sizeof(statuses[0]))
static_assert(STATUS_COUNT == MB_FULL + 1, "a row for each mb_status");

/* The wire has the numbers of google.rpc.Code. */
static_assert(CODE(OK) == 0, "OK");
static_assert(CODE(UNKNOWN) == 2, "UNKNOWN");
static_assert(CODE(INVALID_ARGUMENT) == 3, "INVALID_ARGUMENT");
static_assert(CODE(DEADLINE_EXCEEDED) == 4, "DEADLINE_EXCEEDED");
static_assert(CODE(NOT_FOUND) == 5, "NOT_FOUND");
static_assert(CODE(ALREADY_EXISTS) == 6, "ALREADY_EXISTS");
static_assert(CODE(PERMISSION_DENIED) == 7, "PERMISSION_DENIED");
static_assert(CODE(RESOURCE_EXHAUSTED) == 8, "RESOURCE_EXHAUSTED");
static_assert(CODE(FAILED_PRECONDITION) == 9, "FAILED_PRECONDITION");
static_assert(CODE(ABORTED) == 10, "ABORTED");
static_assert(CODE(OUT_OF_RANGE) == 11, "OUT_OF_RANGE");
static_assert(CODE(UNIMPLEMENTED) == 12, "UNIMPLEMENTED");
static_assert(CODE(INTERNAL) == 13, "INTERNAL");
static_assert(CODE(UNAVAILABLE) == 14, "UNAVAILABLE");
static_assert(CODE(DATA_LOSS) == 15, "DATA_LOSS");
static_assert(CODE(UNAUTHENTICATED) == 16, "UNAUTHENTICATED");

void answer_init(struct answer *answer, uint64_t id)
{
	memblock__v1__response__init(&answer->response);
	memblock__v1__status__init(&answer->status);
	answer->response.has_id = 1;
	answer->response.id = id;
	answer->response.status = &answer->status;
	answer->status.has_code = 1;
	answer->status.code = CODE(OK);
}

static void set_message(struct answer *answer, answer_code code)
{
	answer->status.code = code;
	answer->status.message = answer->message;
	if (code == CODE(INVALID_ARGUMENT))
		answer->status.errno_name = (char *)"EINVAL";
}

int answer_quotable(const char *text, int max)
{
	int size = (int)strnlen(text, (size_t)max);

	/* Not before a byte that goes on with a letter. */
	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

/* Makes a sentence, of at most ANSWER_MESSAGE_MAX - 1 bytes. */
static void put_sentence(
    char text[ANSWER_MESSAGE_MAX + 1], const char *format, va_list args)
{
	assert(format != NULL);
	vsnprintf(text, ANSWER_MESSAGE_MAX + 1, format, args);
	text[answer_quotable(text, ANSWER_MESSAGE_MAX - 1)] = '\0';
}

void answer_refuse(
    struct answer *answer, answer_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_sentence(answer->message, format, args);
	va_end(args);
	set_message(answer, code);
}

bool answer_expect_seq(
    struct answer *answer, const char *name, uint64_t seq, uint64_t if_seq)
{
	if (seq == if_seq)
		return true;
	answer_refuse(answer, CODE(ABORTED), "%s: stands at seq %llu, not %llu",
	    name, (unsigned long long)seq, (unsigned long long)if_seq);
	return false;
}

void answer_warn(struct answer *answer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_sentence(answer->warning_text, format, args);
	va_end(args);
	answer->warnings[0] = answer->warning_text;
	answer->response.n_warnings = 1;
	answer->response.warnings = answer->warnings;
}

void answer_seq(struct answer *answer, uint64_t seq)
{
	answer->response.has_seq = 1;
	answer->response.seq = seq;
}

answer_code answer_status_code(enum mb_status status)
{
	assert(status < STATUS_COUNT);
	return statuses[status].code;
}

const char *answer_status_errno(enum mb_status status)
{
	assert(status < STATUS_COUNT);
	return statuses[status].errno_name;
}

size_t answer_split_warnings(
    char *text, char *ret_warnings[ANSWER_WARNINGS_MAX])
{
	size_t count = 0;

	while (count < ANSWER_WARNINGS_MAX && text != NULL && *text != '\0')
		ret_warnings[count++] = strsep(&text, "\n");
	return count;
}

void answer_outcome(
    struct answer *answer, const char *name, const struct outcome *outcome)
{
	if (outcome->status == MB_OK) {
		strcpy(answer->warning_text, outcome->message);
		answer->response.n_warnings = answer_split_warnings(
		    answer->warning_text, answer->warnings);
		answer->response.warnings = answer->warnings;
		return;
	}
	answer_refuse(answer, answer_status_code(outcome->status), "%s: %s",
	    name, outcome->message);
	answer->status.errno_name =
	    (char *)answer_status_errno(outcome->status);
	if (answer->status.errno_name[0] == '\0')
		answer->status.errno_name = NULL;
}

uint8_t *answer_frame(const struct answer *answer, size_t *ret_size)
{
	const size_t size =
	    memblock__v1__response__get_packed_size(&answer->response);
	uint8_t *frame = memory_need(malloc(FRAME_HEADER_MAX + size));
	const size_t header_size = frame_header(size, frame);

	memblock__v1__response__pack(&answer->response, frame + header_size);
	*ret_size = header_size + size;
	return frame;
}

uint8_t *answer_unavailable(uint64_t id, const char *reason, size_t *ret_size)
{
	struct answer answer;

	answer_init(&answer, id);
	answer_refuse(&answer, CODE(UNAVAILABLE), "%s", reason);
	return answer_frame(&answer, ret_size);
}
