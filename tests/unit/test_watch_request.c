/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request to watch is refused for, and where it begins. */
#include "daemon/watch.h"

#include "tests/unit/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void watch_from_0_begins_with_the_first(void **state)
{
	struct harness *harness = *state;
	struct asked asked = watching_question("b", 0);
	uint64_t id;

	harness_create_board(harness, "b");
	asked.operation.watch.has_from_seq = 1;
	asked.request.watch = &asked.operation.watch;
	id = harness_send(harness, &asked);
	watching_expect_rows(harness, id, 0, "b", 1, 1);
}

/* Expect one behind the end to be where the next will be, and two behind it to
 * be out of range. */
static void watch_from_behind_the_end_is_out_of_range(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 2);
	watching_expect_heartbeat(harness, id, 0, 1);
	id = watching_begin(harness, "b", 3);
	harness_expect_refused(harness_receive(harness, id), CODE(OUT_OF_RANGE),
	    "b: seq 3 is beyond the end, which is 1");
	assert_int_equal(watches_count(harness->service.watches), 1);
}

static void heartbeat_too_often_or_too_rarely_is_refused(void **state)
{
	static const uint32_t wrong[] = {0, 99, 86400001};
	struct harness *harness = *state;
	struct asked asked = watching_question("b", 0);
	size_t i;

	harness_create(harness, "b");
	asked.request.watch = &asked.operation.watch;
	asked.operation.watch.has_heartbeat_ms = 1;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		asked.operation.watch.heartbeat_ms = wrong[i];
		harness_expect_refused(harness_ask(harness, &asked),
		    CODE(INVALID_ARGUMENT),
		    "it can come every 100 to 86400000");
	}
}

static void watch_too_many_is_refused_until_one_ends(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness->config.limits.watchers_max = 2;
	harness_create_board(harness, "b");
	watching_begin(harness, "b", 0);
	watching_begin(harness, NULL, 0);
	id = watching_begin(harness, "b", 0);
	harness_expect_refused(harness_receive(harness, id),
	    CODE(RESOURCE_EXHAUSTED),
	    "2 watches are open, and no more are taken (max-watchers)");
	/* From where it would have begun one can ask again. */
	assert_int_equal(harness_part(harness, id, 0)->seq, 1);
	harness_hang_up(harness);
	watching_run_until_count(harness, 0);
	harness_connect(harness);
	id = watching_begin(harness, "b", 2);
	watching_expect_heartbeat(harness, id, 0, 1);
}

/* Expect from 2 what has so many rows, and of what has none its first. */
static void watch_of_all_from_a_seq_begins_there_in_each(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	uint64_t id;

	harness_create_board(harness, "b");
	watching_reserve(harness, "b");
	harness_create(harness, "new");
	id = watching_begin(harness, NULL, 2);
	watching_expect_rows(harness, id, 0, "b", 2, 2);
	part = harness_receive_part(harness, id, 1);
	assert_true(part->watch->heartbeat);
	watching_reserve(harness, "new");
	watching_expect_rows(harness, id, 2, "new", 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(watch_from_0_begins_with_the_first,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_from_behind_the_end_is_out_of_range, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		heartbeat_too_often_or_too_rarely_is_refused, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_too_many_is_refused_until_one_ends, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_of_all_from_a_seq_begins_there_in_each, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
