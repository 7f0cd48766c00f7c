/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct asked asked;

/* A destroy of b: purge, and that life unless it is 0. */
static const Memblock__V1__Response *destroy(
    struct harness *harness, bool purge, uint64_t life)
{
	asked_init(&asked, OPERATION(DESTROY), "b");
	asked.operation.destroy.has_purge = 1;
	asked.operation.destroy.purge = purge;
	asked.operation.destroy.has_life = life != 0;
	asked.operation.destroy.life = life;
	return harness_ask(harness, &asked);
}

static const char *kept(struct harness *harness)
{
	return scratch_ask(harness->scratch,
	    "SELECT (SELECT count(*) FROM instance) || ' ' ||"
	    " (SELECT count(*) FROM operation) || ' ' ||"
	    " (SELECT count(*) FROM snapshot)");
}

static void destroyed_instance_stays_in_the_journal(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	assert_int_equal(destroy(harness, false, 0)->seq, 1);
	assert_string_equal(kept(harness), "1 1 0");
	harness_expect_refused(
	    destroy(harness, false, 0), CODE(NOT_FOUND), "b: no such");
}

static void purged_instance_is_gone(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	assert_int_equal(destroy(harness, true, 0)->status->code, CODE(OK));
	assert_string_equal(kept(harness), "0 0 0");
	harness_create(harness, "b");
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT id FROM instance"), "2");
}

static void earlier_life_is_purged_alone(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	destroy(harness, false, 0);
	harness_create_board(harness, "b");
	harness_expect_refused(destroy(harness, false, 1),
	    CODE(FAILED_PRECONDITION), "b: that life is over");
	assert_int_equal(destroy(harness, true, 1)->status->code, CODE(OK));
	assert_string_equal(kept(harness), "1 1 0");
	assert_int_equal(harness_seq(harness, "b"), 1);
	harness_expect_refused(
	    destroy(harness, true, 1), CODE(NOT_FOUND), "b: no such life");
	harness_expect_refused(destroy(harness, true, UINT64_MAX),
	    CODE(NOT_FOUND), "b: no such life");
}

static void life_of_another_name_is_not_found(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "c");
	harness_ask_for(harness, OPERATION(DESTROY), "c");
	harness_expect_refused(
	    destroy(harness, true, 1), CODE(NOT_FOUND), "b: no such life");
	assert_string_equal(kept(harness), "1 0 0");
}

/* Expect an instance that could not be purged to be there as before. */
static void purge_on_a_full_disk_never_happened(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	scratch_limit_files(0);
	harness_expect_refused(
	    destroy(harness, true, 0), CODE(UNAVAILABLE), "");
	harness_empty_disk(harness);
	assert_int_equal(harness_seq(harness, "b"), 1);
	assert_string_equal(kept(harness), "1 1 0");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(destroyed_instance_stays_in_the_journal),
	    CASE(purged_instance_is_gone),
	    CASE(earlier_life_is_purged_alone),
	    CASE(life_of_another_name_is_not_found),
	    CASE(purge_on_a_full_disk_never_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
