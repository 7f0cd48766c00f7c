/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define QUESTION(name) MEMBLOCK__V1__QUERY__QUESTION__##name

/* A question about a range at address, of a list; a size or type of 0 or less
 * is left out. */
static const Memblock__V1__Response *ask(struct harness *harness, int question,
    uint64_t address, uint64_t size, int type)
{
	struct asked asked;

	asked_init(&asked, OPERATION(QUERY), "b");
	asked.operation.query.has_question = 1;
	asked.operation.query.question =
	    (Memblock__V1__Query__Question)question;
	asked.operation.query.has_address = 1;
	asked.operation.query.address = address;
	asked.operation.query.has_size = size > 0;
	asked.operation.query.size = size;
	asked.operation.query.has_type = type >= 0;
	asked.operation.query.type = (Memblock__V1__Type)type;
	return harness_ask(harness, &asked);
}

static void expect_answer(const Memblock__V1__Response *response, bool value)
{
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_QUERY);
	assert_true(response->query->has_value);
	assert_int_equal(response->query->value, value);
	assert_int_equal(response->seq, 2);
}

/* Expect each to be asked of the list that is its own:
 *
 *   memory     |---------------------|
 *   reserved   |--|
 */
static void each_question_is_answered(void **state)
{
	const uint64_t base = 0x40000000;
	struct harness *h = *state;

	harness_create_board(h, "b");
	harness_range(h, OPERATION(RESERVE), "b", base, 0x1000);
	expect_answer(ask(h, QUESTION(IS_MEMORY), base, 0, -1), true);
	expect_answer(ask(h, QUESTION(IS_MEMORY), base - 1, 0, -1), false);
	expect_answer(ask(h, QUESTION(IS_MAP_MEMORY), base, 0, -1), true);
	expect_answer(ask(h, QUESTION(IS_RESERVED), base, 0, -1), true);
	expect_answer(
	    ask(h, QUESTION(IS_RESERVED), base + 0x1000, 0, -1), false);
	expect_answer(
	    ask(h, QUESTION(IS_REGION_MEMORY), base, 0x2000, -1), true);
	expect_answer(
	    ask(h, QUESTION(IS_REGION_RESERVED), base - 8, 8, -1), false);
	expect_answer(ask(h, QUESTION(OVERLAPS_REGION), base + 0x1000, 8,
			  MEMBLOCK__V1__TYPE__TYPE_MEMORY),
	    true);
	expect_answer(ask(h, QUESTION(OVERLAPS_REGION), base + 0x1000, 8,
			  MEMBLOCK__V1__TYPE__TYPE_RESERVED),
	    false);
}

static void search_has_the_region_it_found(void **state)
{
	const int reserved = MEMBLOCK__V1__TYPE__TYPE_RESERVED;
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x1000, 0x2000);
	response = ask(harness, QUESTION(SEARCH), 0x2fff, 0, reserved);
	expect_answer(response, true);
	assert_int_equal(response->query->region->address, 0x1000);
	assert_int_equal(response->query->region->size, 0x2000);
	response = ask(harness, QUESTION(SEARCH), 0x3000, 0, reserved);
	expect_answer(response, false);
	assert_null(response->query->region);
}

static void question_that_lacks_something_is_refused(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_expect_refused(harness_ask_for(harness, OPERATION(QUERY), "b"),
	    CODE(INVALID_ARGUMENT), "b: the question is missing");
	harness_expect_refused(
	    ask(harness, QUESTION(IS_REGION_MEMORY), 0, 0, -1),
	    CODE(INVALID_ARGUMENT), "b: the size is missing");
	harness_expect_refused(ask(harness, QUESTION(SEARCH), 0, 0, -1),
	    CODE(INVALID_ARGUMENT), "b: the type is missing");
}

static void question_that_cannot_be_asked_is_refused(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_expect_refused(
	    ask(harness, QUESTION(SEARCH), 0, 0, MEMBLOCK__V1__TYPE__TYPE_FREE),
	    CODE(INVALID_ARGUMENT), "type is none of");
	harness_expect_refused(ask(harness, QUESTION(SEARCH), 0, 0,
				   MEMBLOCK__V1__TYPE__TYPE_PHYSMEM),
	    CODE(FAILED_PRECONDITION), "no physmem");
	harness_expect_refused(
	    ask(harness, 99, 0, 0, -1), CODE(UNIMPLEMENTED), "question 99");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_question_is_answered),
	    CASE(search_has_the_region_it_found),
	    CASE(question_that_lacks_something_is_refused),
	    CASE(question_that_cannot_be_asked_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
