/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/request.h"

#include "proto/frame.h"
#include "proto/text.h"
#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sends the packed request with more bytes behind it, as field by field on the
 * wire; the id is 1. */
static void send_with(
    struct harness *harness, struct asked *asked, const char *more, size_t size)
{
	uint8_t frame[512];
	size_t packed, header_size;

	asked->request.has_id = 1;
	asked->request.id = ++harness->last_id;
	packed = memblock__v1__request__get_packed_size(&asked->request);
	header_size = frame_header(packed + size, frame);
	memblock__v1__request__pack(&asked->request, frame + header_size);
	memcpy(frame + header_size + packed, more, size);
	peer_send(&harness->peer, frame, header_size + packed + size);
}

static const Memblock__V1__Response *ask_with(
    struct harness *harness, struct asked *asked, const char *more, size_t size)
{
	send_with(harness, asked, more, size);
	return harness_receive(harness, harness->last_id);
}

/* Expect that the connection still serves. */
static void assert_served(struct harness *harness)
{
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(PING), NULL)->status->code,
	    CODE(OK));
}

/* ---- garbage ---- */

static void bytes_that_are_no_request_end_the_session(void **state)
{
	struct harness *harness = *state;

	peer_send(&harness->peer, "\x04\xff\xff\xff\xff", 5);
	harness_expect_refused(harness_receive(harness, 0),
	    CODE(INVALID_ARGUMENT), "no memblock.v1.Request");
	peer_run_until_set(harness->base, &harness->peer.ended);
}

static void request_before_garbage_is_answered(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	asked_init(&asked, OPERATION(CREATE), "b");
	id = harness_send(harness, &asked);
	peer_send(&harness->peer, "\x01\xff", 2);
	assert_int_equal(harness_receive(harness, id)->status->code, CODE(OK));
	peer_run_until_set(harness->base, &harness->peer.ended);
}

static void frame_over_the_limit_is_told_the_limit(void **state)
{
	struct harness *harness = *state;

	peer_send(&harness->peer, "\x81\x80\x80\x08", 4); /* 16 MiB and 1 */
	harness_expect_refused(harness_receive(harness, 0),
	    CODE(RESOURCE_EXHAUSTED), "16777217 bytes; at most 16777216");
	peer_run_until_set(harness->base, &harness->peer.ended);
}

static void length_that_never_ends_is_told_so(void **state)
{
	struct harness *harness = *state;

	peer_send(
	    &harness->peer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	harness_expect_refused(
	    harness_receive(harness, 0), CODE(INVALID_ARGUMENT), "never ends");
	peer_run_until_set(harness->base, &harness->peer.ended);
}

/* ---- which operation ---- */

static void request_for_nothing_is_invalid(void **state)
{
	struct harness *harness = *state;

	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(_NOT_SET), NULL),
	    CODE(INVALID_ARGUMENT), "asks for nothing");
	assert_served(harness);
}

/* Expect field 500 to be named. */
static void unknown_operation_is_unimplemented_and_named(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	asked_init(&asked, OPERATION(_NOT_SET), "b");
	harness_expect_refused(ask_with(harness, &asked, "\xa2\x1f\x00", 3),
	    CODE(UNIMPLEMENTED), "field 500");
	assert_served(harness);
}

static void unknown_field_beside_an_operation_is_ignored(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	asked_init(&asked, OPERATION(PING), NULL);
	assert_int_equal(
	    ask_with(harness, &asked, "\xa2\x1f\x00", 3)->status->code,
	    CODE(OK));
}

static void hello_tells_limits_and_operations(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(HELLO), NULL);
	const Memblock__V1__HelloResult *hello = response->hello;

	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_HELLO);
	assert_false(response->has_seq);
	assert_int_equal(strncmp(hello->server, "memblockd ", 10), 0);
	assert_int_equal(hello->protocol, 1);
	assert_int_equal(hello->frame_bytes_max, 16 << 20);
	assert_int_equal(hello->in_flight_max, 1024);
	assert_int_equal(hello->queued_bytes_max, 64 << 20);
	assert_int_equal(hello->sessions_max, 16);
	assert_int_equal(hello->instances_max, 65536);
	assert_int_equal(hello->regions_max, 1048576);
	assert_true(hello->n_operations > 0);
	assert_string_equal(hello->operations[0], "hello");
}

/* ---- names and labels ---- */

static void assert_name_is_refused(struct harness *harness, const char *name)
{
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(CREATE), name),
	    CODE(INVALID_ARGUMENT), "is no name");
}

static void name_outside_of_the_rule_is_refused(void **state)
{
	static const char *const names[] = {
	    "", ".hidden", "-dash", "a/b", "sp ace", "\xc3\xbcml", "a@3"};
	struct harness *harness = *state;
	char name[JOURNAL_NAME_MAX + 2] = {0};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_name_is_refused(harness, names[i]);
	memset(name, 'n', JOURNAL_NAME_MAX + 1);
	assert_name_is_refused(harness, name);
}

static void name_at_the_edge_of_the_rule_is_taken(void **state)
{
	struct harness *harness = *state;
	char name[JOURNAL_NAME_MAX + 1] = {0};

	memset(name, 'n', JOURNAL_NAME_MAX);
	harness_create(harness, name);
	harness_create(harness, "A-z_0.9");
	harness_create(harness, "_");
}

/* Expect the sentence to be text even where it quotes a part of something that
 * is not ASCII: 'a' and 39 letters of two bytes are cut at 64. */
static void sentence_about_a_long_name_is_utf8(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	char name[1 + 2 * 39 + 1] = "a";
	uint8_t packed[512];
	size_t i;

	for (i = 0; i < 39; i++)
		strcat(name, "\xc3\xbc");
	response = harness_ask_for(harness, OPERATION(CREATE), name);
	assert_int_equal(response->status->code, CODE(INVALID_ARGUMENT));
	assert_null(text_find_bad_field(&memblock__v1__response__descriptor,
	    packed, memblock__v1__response__pack(response, packed)));
}

static void missing_name_is_refused_with_the_operation(void **state)
{
	struct harness *harness = *state;

	harness_expect_refused(harness_ask_for(harness, OPERATION(DUMP), NULL),
	    CODE(INVALID_ARGUMENT), "dump needs an instance");
}

/* Expect "b\0x" not to reach b. */
static void name_with_nul_reaches_nobody(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(DESTROY), NULL);
	harness_expect_refused(ask_with(harness, &asked,
				   "\x12\x03"
				   "b\0x",
				   5),
	    CODE(INVALID_ARGUMENT), "instance");
	assert_int_equal(harness_seq(harness, "b"), 0);
}

static void label_that_is_not_text_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	asked_init(&asked, OPERATION(PING), NULL);
	harness_expect_refused(ask_with(harness, &asked, "\x1a\x01\xff", 3),
	    CODE(INVALID_ARGUMENT), "label is not UTF-8");
	assert_served(harness);
}

static void label_of_257_bytes_is_refused_and_of_256_kept(void **state)
{
	struct harness *harness = *state;
	char label[JOURNAL_LABEL_MAX + 2] = {0};
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	memset(label, 'l', JOURNAL_LABEL_MAX + 1);
	asked.request.label = label;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "257 bytes");
	label[JOURNAL_LABEL_MAX] = '\0';
	assert_int_equal(harness_ask(harness, &asked)->seq, 1);
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT label FROM operation"),
	    label);
}

/* Expect a key of no bytes and one of more than 64 to be refused. */
static void request_key_of_the_wrong_size_is_invalid(void **state)
{
	struct harness *harness = *state;
	uint8_t key[65] = {0};
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), "b");
	asked.request.has_request_key = 1;
	asked.request.request_key = (ProtobufCBinaryData){0, key};
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "0 bytes");
	asked.request.request_key.len = 65;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "65 bytes");
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(NOT_FOUND), "b: no such instance");
	asked.request.request_key.len = 64;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		bytes_that_are_no_request_end_the_session, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(request_before_garbage_is_answered,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		frame_over_the_limit_is_told_the_limit, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(length_that_never_ends_is_told_so,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(request_for_nothing_is_invalid,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		unknown_operation_is_unimplemented_and_named, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		unknown_field_beside_an_operation_is_ignored, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(hello_tells_limits_and_operations,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(name_outside_of_the_rule_is_refused,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		name_at_the_edge_of_the_rule_is_taken, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(sentence_about_a_long_name_is_utf8,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		missing_name_is_refused_with_the_operation, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		name_with_nul_reaches_nobody, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(label_that_is_not_text_is_refused,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		label_of_257_bytes_is_refused_and_of_256_kept, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		request_key_of_the_wrong_size_is_invalid, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
