/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/group.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ABORTED_1 "b: operation 2 of the batch was refused"
#define BATCH(name) MEMBLOCK__V1__BATCH_OPERATION__OPERATION_##name

#define OPERATIONS_MAX 3000

/* A batch while it is put together; it points into itself. */
struct group_asked {
	struct asked asked;
	Memblock__V1__BatchOperation operations[OPERATIONS_MAX];
	Memblock__V1__BatchOperation *pointers[OPERATIONS_MAX];
	Memblock__V1__Reserve reserves[OPERATIONS_MAX];
	Memblock__V1__Alloc allocs[OPERATIONS_MAX];
};

static struct group_asked group;

static Memblock__V1__BatchOperation *next(void)
{
	Memblock__V1__Batch *batch = &group.asked.operation.batch;
	const size_t i = batch->n_operations++;

	memblock__v1__batch_operation__init(&group.operations[i]);
	group.pointers[i] = &group.operations[i];
	return &group.operations[i];
}

static void begin(void)
{
	asked_init(&group.asked, OPERATION(BATCH), "b");
	group.asked.operation.batch.operations = group.pointers;
}

static void reserve(uint64_t address, const char *label)
{
	const size_t i = group.asked.operation.batch.n_operations;
	Memblock__V1__BatchOperation *operation = next();

	memblock__v1__reserve__init(&group.reserves[i]);
	group.reserves[i].has_address = group.reserves[i].has_size = 1;
	group.reserves[i].address = address;
	group.reserves[i].size = 0x1000;
	operation->operation_case = BATCH(RESERVE);
	operation->reserve = &group.reserves[i];
	operation->label = (char *)(uintptr_t)label;
}

static void alloc(uint64_t size)
{
	const size_t i = group.asked.operation.batch.n_operations;
	Memblock__V1__BatchOperation *operation = next();

	memblock__v1__alloc__init(&group.allocs[i]);
	group.allocs[i].has_size = 1;
	group.allocs[i].size = size;
	operation->operation_case = BATCH(ALLOC);
	operation->alloc = &group.allocs[i];
}

static const Memblock__V1__Response *ask(struct harness *harness)
{
	return harness_ask(harness, &group.asked);
}

static const char *rows(struct harness *harness)
{
	return scratch_ask(harness->scratch, "SELECT count(*) FROM operation");
}

static void expect_aborted(
    const Memblock__V1__BatchAnswer *answer, uint64_t seq, const char *message)
{
	assert_int_equal(answer->status->code, CODE(ABORTED));
	assert_string_equal(answer->status->message, message);
	assert_int_equal(answer->seq, seq);
}

/* ---- all ---- */

/* Expect a seq and an answer each, and one group in the journal. */
static void group_is_done_as_a_whole(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	group.asked.request.label = (char *)(uintptr_t) "boot";
	reserve(0x40000000, "kernel");
	alloc(0x2000);
	reserve(0x50000000, NULL);
	response = ask(harness);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 4);
	assert_int_equal(response->batch->n_answers, 3);
	assert_int_equal(response->batch->answers[0]->seq, 2);
	assert_int_equal(response->batch->answers[1]->seq, 3);
	assert_int_equal(response->batch->answers[1]->status->code, CODE(OK));
	assert_int_equal(
	    response->batch->answers[1]->alloc->address, 0x7fffe000);
	assert_null(response->batch->answers[2]->alloc);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT group_concat(seq || label || group_seq, ' ')"
		" FROM operation WHERE seq > 1"),
	    "2kernel2 3boot2 4boot2");
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "b"), 4);
}

static void warning_of_one_is_its_own(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	alloc(0x40);
	group.allocs[1].has_align = 1;
	response = ask(harness);
	assert_int_equal(response->batch->answers[0]->n_warnings, 0);
	assert_int_equal(response->batch->answers[1]->n_warnings, 1);
}

/* Expect 1 MiB not to be passed, and every answer in its place. */
static void answers_of_many_come_in_parts(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	uint64_t id, seq = 1;
	size_t i, number, parts = 0;

	harness_create_board(harness, "b");
	begin();
	for (i = 0; i < OPERATIONS_MAX; i++)
		reserve(0x40000000 + i * 0x2000, NULL);
	id = harness_send(harness, &group.asked);
	harness_receive(harness, id);
	for (number = 0; (part = harness_part(harness, id, number)) != NULL;
	     number++, parts++)
		for (i = 0; i < part->batch->n_answers; i++)
			assert_int_equal(part->batch->answers[i]->seq, ++seq);
	assert_int_equal(seq, OPERATIONS_MAX + 1);
	assert_int_equal(parts, 3);
}

static void group_of_nothing_is_done(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	response = ask(harness);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 1);
	assert_int_equal(response->batch->n_answers, 0);
}

/* ---- or none ---- */

/* Expect the one before to leave no trace, and each to say why. */
static void refusal_of_the_model_undoes_the_group(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	alloc(0x80000000);
	reserve(0x50000000, NULL);
	response = ask(harness);
	harness_expect_refused(response, CODE(RESOURCE_EXHAUSTED), "b: no 0x");
	assert_int_equal(response->seq, 1);
	assert_int_equal(response->batch->n_answers, 3);
	expect_aborted(response->batch->answers[0], 1, ABORTED_1);
	assert_int_equal(response->batch->answers[1]->status->code,
	    CODE(RESOURCE_EXHAUSTED));
	assert_string_equal(
	    response->batch->answers[1]->status->errno_name, "ENOMEM");
	expect_aborted(response->batch->answers[2], 1, ABORTED_1);
	assert_string_equal(rows(harness), "1");
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(INFO), "b")->info->reserved_size,
	    0);
}

static void argument_that_no_model_takes_undoes_the_group(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	reserve(0x50000000, NULL);
	group.reserves[1].has_size = 0;
	response = ask(harness);
	harness_expect_refused(
	    response, CODE(INVALID_ARGUMENT), "b: the size is missing");
	expect_aborted(response->batch->answers[0], 1, ABORTED_1);
	begin();
	reserve(0x40000000, NULL);
	next();
	harness_expect_refused(
	    ask(harness), CODE(INVALID_ARGUMENT), "asks for nothing");
	assert_string_equal(rows(harness), "1");
}

static void label_that_is_too_long_undoes_the_group(void **state)
{
	struct harness *harness = *state;
	char label[JOURNAL_LABEL_MAX + 2];

	memset(label, 'x', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, label);
	harness_expect_refused(
	    ask(harness), CODE(INVALID_ARGUMENT), "label has more");
	label[sizeof(label) - 2] = '\0';
	begin();
	reserve(0x40000000, label);
	assert_int_equal(ask(harness)->status->code, CODE(OK));
}

static void group_that_if_seq_refuses_has_no_answers(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	group.asked.request.has_if_seq = 1;
	group.asked.request.if_seq = 7;
	response = ask(harness);
	harness_expect_refused(response, CODE(ABORTED), "stands at seq 1");
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT__NOT_SET);
	group.asked.request.if_seq = 1;
	assert_int_equal(ask(harness)->status->code, CODE(OK));
}

static void group_larger_than_the_limit_is_refused(void **state)
{
	struct harness *harness = *state;

	harness->config.limits.batch_max = 2;
	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	reserve(0x50000000, NULL);
	assert_int_equal(ask(harness)->status->code, CODE(OK));
	reserve(0x60000000, NULL);
	harness_expect_refused(ask(harness), CODE(RESOURCE_EXHAUSTED),
	    "b: a batch of 3 operations, and at most 2 are taken (max-batch)");
	assert_string_equal(rows(harness), "3");
}

static void dry_run_of_a_group_changes_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	begin();
	alloc(0x1000);
	alloc(0x1000);
	group.asked.request.has_dry_run = group.asked.request.dry_run = 1;
	response = ask(harness);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(
	    response->batch->answers[1]->alloc->address, 0x7fffe000);
	assert_int_equal(response->batch->answers[1]->seq, 1);
	assert_string_equal(rows(harness), "1");
}

/* Expect every row of it to go with its batch. */
static void group_that_cannot_be_written_never_happened(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	begin();
	reserve(0x40000000, NULL);
	reserve(0x50000000, NULL);
	scratch_limit_files(0);
	harness_expect_refused(ask(harness), CODE(UNAVAILABLE), "");
	harness_empty_disk(harness);
	assert_int_equal(harness_seq(harness, "b"), 1);
	assert_int_equal(ask(harness)->seq, 3);
}

/* ---- again ---- */

/* Expect the first seqs and addresses, also of another daemon; other operations
 * and a single one to be refused. */
static void group_under_a_known_key_is_answered_again(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	int i;

	harness_create_board(harness, "b");
	begin();
	asked_put_key(&group.asked, "k");
	alloc(0x1000);
	alloc(0x2000);
	for (i = 0; i < 3; i++) {
		response = ask(harness);
		assert_int_equal(response->status->code, CODE(OK));
		assert_int_equal(response->seq, 3);
		assert_int_equal(response->batch->answers[1]->seq, 3);
		assert_int_equal(
		    response->batch->answers[1]->alloc->address, 0x7fffd000);
		if (i == 1) {
			harness_stop(harness);
			harness_start(harness);
		}
	}
	group.allocs[1].size = 0x3000;
	harness_expect_refused(
	    ask(harness), CODE(INVALID_ARGUMENT), "from seq 2 on");
	group.allocs[1].size = 0x2000;
	alloc(0x1000);
	harness_expect_refused(
	    ask(harness), CODE(INVALID_ARGUMENT), "from seq 2 on");
	group.asked.operation.batch.n_operations = 1;
	harness_expect_refused(
	    ask(harness), CODE(INVALID_ARGUMENT), "from seq 2 on");
	assert_string_equal(rows(harness), "3");
}

/* Expect each operation to be the one of that number in Request, and each
 * answer's field the one in Response. */
static void numbers_are_those_of_request_and_response(void **state)
{
	const ProtobufCMessageDescriptor *pairs[][2] = {
	    {&memblock__v1__batch_operation__descriptor,
		&memblock__v1__request__descriptor},
	    {&memblock__v1__batch_answer__descriptor,
		&memblock__v1__response__descriptor}};
	const ProtobufCFieldDescriptor *field, *other;
	unsigned int i, at;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (at = 0; at < pairs[i][0]->n_fields; at++) {
			field = &pairs[i][0]->fields[at];
			other = protobuf_c_message_descriptor_get_field(
			    pairs[i][1], field->id);
			assert_non_null(other);
			assert_string_equal(field->name, other->name);
			assert_ptr_equal(field->descriptor, other->descriptor);
		}
	}
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(group_is_done_as_a_whole),
	    CASE(warning_of_one_is_its_own),
	    CASE(answers_of_many_come_in_parts),
	    CASE(group_of_nothing_is_done),
	    CASE(refusal_of_the_model_undoes_the_group),
	    CASE(argument_that_no_model_takes_undoes_the_group),
	    CASE(label_that_is_too_long_undoes_the_group),
	    CASE(group_that_if_seq_refuses_has_no_answers),
	    CASE(group_larger_than_the_limit_is_refused),
	    CASE(dry_run_of_a_group_changes_nothing),
	    CASE(group_that_cannot_be_written_never_happened),
	    CASE(group_under_a_known_key_is_answered_again),
	    cmocka_unit_test(numbers_are_those_of_request_and_response),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
