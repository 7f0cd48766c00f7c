/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/log_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void log_of_nobody_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	asked.request.log = &asked.operation.log;
	harness_expect_refused(harness_ask(harness, &asked), CODE(NOT_FOUND),
	    "b: no such instance");
}

/* Expect an id that is another name's to be no life of this one. */
static void life_of_another_name_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	harness_create(harness, "a");
	harness_create(harness, "b");
	asked.request.log = &asked.operation.log;
	asked.operation.log.has_life = 1;
	asked.operation.log.life = 1;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(NOT_FOUND), "b: no such life");
}

static void filter_without_sense_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	harness_create(harness, "b");
	asked.request.log = &asked.operation.log;
	asked.operation.log.operation = (char *)"reserves";
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "b: no operation is called 'reserves'");
}

/* Expect a seq to be refused where it could be that of several. */
static void seqs_together_with_origins_are_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(1, 0);

	log_create_ten_rows(harness);
	asked.operation.log.has_follow_origin = 1;
	asked.operation.log.follow_origin = 1;
	asked.request.log = &asked.operation.log;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "from and to are seqs of one instance");
	asked.operation.log.has_from_seq = 0;
	asked.operation.log.has_to_seq = 1;
	asked.operation.log.to_seq = 10;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "from and to are seqs of one instance");
	asked.operation.log.follow_origin = 0;
	log_assert_seqs(harness, &asked, 1, 1, 10);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(log_of_nobody_is_not_found),
	    TEST(life_of_another_name_is_not_found),
	    TEST(filter_without_sense_is_refused),
	    TEST(seqs_together_with_origins_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
