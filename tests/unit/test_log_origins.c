/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_origins.h"

#include "tests/unit/log_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void clone(
    struct harness *harness, const char *name, const char *of, uint64_t seq)
{
	struct asked asked;

	asked_init(&asked, OPERATION(CLONE), name);
	asked.operation.clone.origin = (char *)of;
	asked.operation.clone.has_origin_seq = 1;
	asked.operation.clone.origin_seq = seq;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
}

/*
 *   a  1 2 3        b  1 2        c  1
 *        |               |
 *        b = a@2         c = b@2
 */
static void make_three(struct harness *harness)
{
	harness_create_board(harness, "a");
	harness_reserve_many(harness, "a", 0x40000000, 2);
	clone(harness, "b", "a", 2);
	harness_reserve_many(harness, "b", 0x50000000, 2);
	clone(harness, "c", "b", 2);
	harness_reserve_many(harness, "c", 0x60000000, 1);
}

static struct asked question(const char *name)
{
	struct asked asked;

	asked_init(&asked, OPERATION(LOG), name);
	asked.operation.log.has_follow_origin = 1;
	asked.operation.log.follow_origin = 1;
	return asked;
}

/* Everything that a log tells, as words: "a@2" for an origin in front, "a:" for
 * a part of a's, "=a@2" for where its rows begin, and seqs. */
static const char *ask(struct harness *harness, struct asked *asked)
{
	static char text[512];
	const Memblock__V1__Response *part;
	size_t number, i, used = 0;
	uint64_t id;

	asked->request.log = &asked->operation.log;
	id = harness_send(harness, asked);
	harness_receive(harness, id);
	text[0] = '\0';
	for (number = 0; (part = harness_part(harness, id, number)) != NULL;
	     number++) {
		const Memblock__V1__LogResult *log = part->log;

		assert_int_equal(part->status->code, CODE(OK));
		for (i = 0; i < log->n_origins; i++)
			used += (size_t)sprintf(text + used, "%s@%d ",
			    log->origins[i]->instance,
			    (int)log->origins[i]->seq);
		if (log->instance != NULL)
			used +=
			    (size_t)sprintf(text + used, "%s: ", log->instance);
		if (log->origin != NULL)
			used += (size_t)sprintf(text + used, "=%s@%d ",
			    log->origin->origin, (int)log->origin->origin_seq);
		for (i = 0; i < log->n_entries; i++)
			used += (size_t)sprintf(
			    text + used, "%d ", (int)log->entries[i]->seq);
		for (i = 0; i < part->n_warnings; i++)
			used += (size_t)sprintf(
			    text + used, "(%s) ", part->warnings[i]);
	}
	return text;
}

static void log_begins_with_the_farthest_origin(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	assert_string_equal(
	    ask(harness, &asked), "b@2 a@2 a: 1 2 b: =a@2 1 2 =b@2 1 ");
}

static void reverse_ends_with_the_farthest_origin(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	assert_string_equal(
	    ask(harness, &asked), "b@2 a@2 =b@2 1 b: =a@2 2 1 a: 2 1 ");
}

static void limit_counts_all_of_them(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	asked.operation.log.has_limit = 1;
	asked.operation.log.limit = 3;
	assert_string_equal(ask(harness, &asked), "b@2 a@2 a: 1 2 b: =a@2 1 ");
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	assert_string_equal(
	    ask(harness, &asked), "b@2 a@2 =b@2 1 b: =a@2 2 1 ");
	asked.operation.log.limit = 2;
	assert_string_equal(ask(harness, &asked), "b@2 a@2 =b@2 1 b: 2 ");
	asked.operation.log.limit = 0;
	assert_string_equal(ask(harness, &asked), "b@2 a@2 ");
}

static void filter_is_for_all_of_them(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	asked.operation.log.operation = (char *)"add";
	assert_string_equal(ask(harness, &asked), "b@2 a@2 a: 1 b: =a@2 =b@2 ");
}

static void log_of_one_that_began_empty_is_its_own(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("a");

	make_three(harness);
	assert_string_equal(ask(harness, &asked), "1 2 3 ");
}

/* Expect a life that is over, and the name's next life, to be told apart. */
static void origin_that_was_destroyed_is_followed_by_its_id(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	harness_ask_for(harness, OPERATION(DESTROY), "a");
	harness_create(harness, "a");
	assert_string_equal(
	    ask(harness, &asked), "b@2 a@2 a: 1 2 b: =a@2 1 2 =b@2 1 ");
	assert_int_equal(
	    harness_part(harness, harness->last_id, 1)->log->life, 1);
}

static void earlier_life_has_its_own_lineage(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("b");

	make_three(harness);
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	asked.operation.log.has_life = 1;
	asked.operation.log.life = 2;
	assert_string_equal(ask(harness, &asked), "a@2 a: 1 2 =a@2 1 2 ");
}

static void compact(struct harness *harness, const char *name, uint64_t keep)
{
	struct asked asked;

	asked_init(&asked, OPERATION(COMPACT), name);
	asked.operation.compact.has_keep_seq = 1;
	asked.operation.compact.keep_seq = keep;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
}

/* Expect it to begin behind the gap, and not in front of it. */
static void log_begins_behind_what_was_dropped(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");

	make_three(harness);
	compact(harness, "a", 1);
	assert_string_equal(ask(harness, &asked),
	    "b@2 a@2 a: 2 (a: operations up to 1 are not kept any more: the "
	    "log begins behind them) b: =a@2 1 2 =b@2 1 ");
	compact(harness, "b", 1);
	assert_string_equal(ask(harness, &asked),
	    "b@2 b: 2 (b: operations up to 1 are not kept any more: the log "
	    "begins behind them) =b@2 1 ");
	compact(harness, "b", 2);
	assert_string_equal(ask(harness, &asked),
	    "b@2 b: (b: operations up to 2 are not kept any more: the log "
	    "begins behind them) =b@2 1 ");
}

static void log_begins_behind_what_was_purged(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c"), purge;

	make_three(harness);
	asked_init(&purge, OPERATION(DESTROY), "a");
	purge.operation.destroy.has_purge = purge.operation.destroy.purge = 1;
	assert_int_equal(harness_ask(harness, &purge)->status->code, CODE(OK));
	assert_string_equal(ask(harness, &asked),
	    "b@2 a@2 b: =a@2 1 2 (a@2, which b began as, was purged: the log "
	    "begins with b) =b@2 1 ");
	assert_false(harness_part(harness, harness->last_id, 0)
			 ->log->origins[1]
			 ->has_life);
}

/* Expect several parts of origins, and then each instance in its turn. */
static void long_lineage_comes_in_parts(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("i600");
	const Memblock__V1__LogResult *log;
	char name[16], of[16];
	uint64_t id;
	int i;

	harness_create_board(harness, "i0");
	for (i = 1; i <= 600; i++) {
		snprintf(name, sizeof(name), "i%d", i);
		snprintf(of, sizeof(of), "i%d", i - 1);
		clone(harness, name, of, i == 1);
	}
	asked.request.log = &asked.operation.log;
	id = harness_send(harness, &asked);
	harness_receive(harness, id);
	assert_int_equal(harness_part(harness, id, 0)->log->n_origins, 500);
	assert_int_equal(harness_part(harness, id, 1)->log->n_origins, 100);
	assert_string_equal(
	    harness_part(harness, id, 1)->log->origins[99]->instance, "i0");
	for (i = 0; i <= 600; i++) {
		log = harness_part(harness, id, (size_t)i + 2)->log;
		snprintf(name, sizeof(name), "i%d", i);
		assert_int_equal(log->n_entries, i == 0);
		if (i < 600)
			assert_string_equal(log->instance, name);
	}
	assert_null(harness_part(harness, id, 603));
}

/* Expect the log to end where a record is damaged, and say so. */
static void damaged_origin_is_data_loss(void **state)
{
	struct harness *harness = *state;
	struct asked asked = question("c");
	uint64_t id;

	make_three(harness);
	harness_stop(harness);
	scratch_edit(harness->scratch,
	    "UPDATE instance SET kernel = '6.1' WHERE id = 1");
	harness_start(harness);
	asked.request.log = &asked.operation.log;
	id = harness_send(harness, &asked);
	assert_int_equal(
	    harness_receive(harness, id)->status->code, CODE(DATA_LOSS));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(log_begins_with_the_farthest_origin),
	    TEST(reverse_ends_with_the_farthest_origin),
	    TEST(limit_counts_all_of_them),
	    TEST(filter_is_for_all_of_them),
	    TEST(log_of_one_that_began_empty_is_its_own),
	    TEST(origin_that_was_destroyed_is_followed_by_its_id),
	    TEST(earlier_life_has_its_own_lineage),
	    TEST(log_begins_behind_what_was_dropped),
	    TEST(log_begins_behind_what_was_purged),
	    TEST(long_lineage_comes_in_parts),
	    TEST(damaged_origin_is_data_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
