/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"
#include "client/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* ---- asking ---- */

static struct mbc_request *labelled(struct mbc_request *request)
{
	mbc_request_set_label(request, "why");
	return request;
}

/* Expect operations and labels in the order they were added. */
static void operations_are_moved_into_the_batch(void **state)
{
	struct mbc_request *batch = mbc_batch("b");
	const Memblock__V1__Batch *message;
	size_t i;

	(void)state;
	mbc_batch_add(batch, labelled(mbc_add("b", 0x1000, 0x2000)));
	for (i = 0; i < 100; i++)
		mbc_batch_add(batch, mbc_alloc("b", 0x1000 + i));
	assert_string_equal(mbc_request_error(batch), "");
	assert_true(request_changes(batch));
	message = batch->message->batch;
	assert_int_equal(message->n_operations, 101);
	assert_int_equal(message->operations[0]->operation_case,
	    MEMBLOCK__V1__BATCH_OPERATION__OPERATION_ADD);
	assert_int_equal(message->operations[0]->add->address, 0x1000);
	assert_string_equal(message->operations[0]->label, "why");
	assert_int_equal(message->operations[100]->alloc->size, 0x1000 + 99);
	assert_null(message->operations[100]->label);
	mbc_request_free(batch);
}

/* Expect whatever can be in a log to be possible in a batch. */
static void batch_takes_every_operation_that_is_logged(void **state)
{
	const ProtobufCMessageDescriptor *logged =
	    &memblock__v1__log_entry__descriptor;
	unsigned int at;

	(void)state;
	for (at = 0; at < logged->n_fields; at++)
		if (logged->fields[at].flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			assert_non_null(protobuf_c_message_descriptor_get_field(
			    &memblock__v1__batch_operation__descriptor,
			    logged->fields[at].id));
}

static void expect_refused(struct mbc_request *operation, const char *words)
{
	struct mbc_request *batch = mbc_batch("b");

	mbc_batch_add(batch, operation);
	if (strstr(mbc_request_error(batch), words) == NULL)
		assert_string_equal(mbc_request_error(batch), words);
	assert_int_equal(batch->message->batch->n_operations, 0);
	/* The first fault stays. */
	mbc_batch_add(batch, mbc_alloc("b", 1));
	assert_non_null(strstr(mbc_request_error(batch), words));
	mbc_request_free(batch);
}

static void what_is_no_change_of_the_instance_is_refused(void **state)
{
	(void)state;
	expect_refused(mbc_dump("b"), "dump is no change");
	expect_refused(mbc_find("b", 1), "find is no change");
	expect_refused(mbc_destroy("b"), "destroy is no change");
	expect_refused(mbc_batch("b"), "batch is no change");
	expect_refused(mbc_ping(), "ping is no change");
	expect_refused(mbc_alloc("c", 1), "alloc is about another instance");
}

static void what_is_the_batch_s_is_refused_on_an_operation(void **state)
{
	struct mbc_request *keyed = mbc_alloc("b", 1);
	struct mbc_request *dry = mbc_alloc("b", 1);
	struct mbc_request *expecting = mbc_alloc("b", 1);

	(void)state;
	mbc_request_set_key(keyed, "k", 1);
	mbc_request_set_dry_run(dry);
	mbc_request_set_if_seq(expecting, 1);
	expect_refused(keyed, "alloc has a key");
	expect_refused(dry, "alloc has a key");
	expect_refused(expecting, "alloc has a key");
}

static void fault_of_an_operation_is_the_batch_s(void **state)
{
	struct mbc_request *wrong = mbc_add("b", 0, 1);

	(void)state;
	mbc_request_set(wrong, MBC_FIELD_ALIGN, 1);
	expect_refused(wrong, "add takes no align");
}

/* Expect one that could not be made to be passed on. */
static void request_that_is_no_batch_takes_no_operations(void **state)
{
	struct mbc_request *request = mbc_dump("b");

	(void)state;
	mbc_batch_add(request, mbc_alloc("b", 1));
	assert_string_equal(mbc_request_error(request), "dump is no batch");
	mbc_request_free(request);
}

static void no_memory_is_passed_on(void **state)
{
	struct mbc_request *batch = mbc_batch("b");

	(void)state;
	mbc_batch_add(batch, NULL);
	assert_string_equal(mbc_request_error(batch), "out of memory");
	mbc_request_free(batch);
	assert_string_equal(mbc_request_error(NULL), "out of memory");
	mbc_batch_add(NULL, mbc_alloc("b", 1));
}

/* ---- being answered ---- */

static Memblock__V1__Response *received(const Memblock__V1__Response *part)
{
	uint8_t packed[1024];
	size_t size = memblock__v1__response__get_packed_size(part);

	assert_in_range(size, 0, sizeof(packed));
	memblock__v1__response__pack(part, packed);
	return memblock__v1__response__unpack(NULL, size, packed);
}

/* Expect each to be read as an answer of its own, across parts. */
static void answers_of_all_parts_are_answers(void **state)
{
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__Status ok = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__BatchResult result = MEMBLOCK__V1__BATCH_RESULT__INIT;
	Memblock__V1__BatchAnswer from = MEMBLOCK__V1__BATCH_ANSWER__INIT;
	Memblock__V1__AllocResult alloc = MEMBLOCK__V1__ALLOC_RESULT__INIT;
	char *warnings[] = {(char *)"w"};
	struct mbc_answer *answer = answer_new(7);
	const struct mbc_answer *one;
	uint64_t base, size, seq;

	(void)state;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BATCH;
	part.batch = &result;
	result.n_answers = 1;
	result.answers = (Memblock__V1__BatchAnswer *[]){&from};
	from.status = &ok;
	from.has_seq = 1;
	from.seq = 3;
	from.n_warnings = 1;
	from.warnings = warnings;
	from.alloc = &alloc;
	alloc.has_address = 1;
	alloc.address = 0x5000;
	assert_true(answer_append(answer, received(&part)));
	from.status = &status;
	status.has_code = 1;
	status.code = CODE(ABORTED);
	status.message = (char *)"no";
	from.alloc = NULL;
	from.n_warnings = 0;
	assert_true(answer_append(answer, received(&part)));

	assert_int_equal(mbc_answer_batch_count(answer), 2);
	assert_null(mbc_answer_batch_at(answer, 2));
	one = mbc_answer_batch_at(answer, 0);
	assert_int_equal(mbc_answer_code(one), MBC_OK);
	assert_false(mbc_answer_is_local(one));
	assert_true(mbc_answer_seq(one, &seq));
	assert_int_equal(seq, 3);
	assert_string_equal(mbc_answer_warning(one, 0), "w");
	assert_true(mbc_answer_range(one, &base, &size));
	assert_int_equal(base, 0x5000);
	one = mbc_answer_batch_at(answer, 1);
	assert_int_equal(mbc_answer_code(one), MBC_ABORTED);
	assert_string_equal(mbc_answer_message(one), "no");
	assert_false(mbc_answer_range(one, &base, &size));
	mbc_answer_free(answer);
}

static void answer_without_a_status_is_ok(void **state)
{
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__BatchResult result = MEMBLOCK__V1__BATCH_RESULT__INIT;
	Memblock__V1__BatchAnswer from = MEMBLOCK__V1__BATCH_ANSWER__INIT;
	struct mbc_answer *answer = answer_new(7);

	(void)state;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BATCH;
	part.batch = &result;
	result.n_answers = 1;
	result.answers = (Memblock__V1__BatchAnswer *[]){&from};
	assert_true(answer_append(answer, received(&part)));
	assert_int_equal(
	    mbc_answer_code(mbc_answer_batch_at(answer, 0)), MBC_OK);
	mbc_answer_free(answer);
	assert_int_equal(mbc_answer_batch_count(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(operations_are_moved_into_the_batch),
	    cmocka_unit_test(batch_takes_every_operation_that_is_logged),
	    cmocka_unit_test(what_is_no_change_of_the_instance_is_refused),
	    cmocka_unit_test(what_is_the_batch_s_is_refused_on_an_operation),
	    cmocka_unit_test(fault_of_an_operation_is_the_batch_s),
	    cmocka_unit_test(request_that_is_no_batch_takes_no_operations),
	    cmocka_unit_test(no_memory_is_passed_on),
	    cmocka_unit_test(answers_of_all_parts_are_answers),
	    cmocka_unit_test(answer_without_a_status_is_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
