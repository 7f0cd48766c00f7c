/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/commit.h"

#include "daemon/log.h"
#include "tests/unit/capture.h"
#include "tests/unit/commit_fixture.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- waiting ---- */

static void commit_at_first_holds_nothing(void **state)
{
	(void)state;
	assert_int_equal(commit_number(commit), 1);
	assert_int_equal(commit_newest(commit), 0);
	assert_int_equal(commit_durable(commit), 0);
	assert_null(commit_refusal(commit));
}

static void reply_that_depends_on_nothing_leaves_at_once(void **state)
{
	(void)state;
	ask(1);
	reply(0, 1);
	assert_true(session_queued(session) > 0);
	session_go(session);
	assert_received(1, CODE(OK));
}

static void reply_waits_until_its_batch_is_on_disk(void **state)
{
	uint64_t number;

	(void)state;
	ask(1);
	number = change();
	assert_int_equal(number, 1);
	assert_int_equal(commit_newest(commit), 1);
	reply(number, 1);
	assert_int_equal(session_queued(session), 0);
	assert_rows_on_disk("0");
	assert_received(1, CODE(OK));
	assert_int_equal(commit_durable(commit), 1);
	assert_rows_on_disk("1");
}

static void replies_leave_in_the_order_they_came(void **state)
{
	uint64_t i;

	(void)state;
	ask(100);
	for (i = 1; i <= 100; i++)
		reply(change(), i);
	assert_received(100, CODE(OK));
}

/* Expect everything of one turn of the loop in one batch. */
static void changes_of_one_turn_share_a_batch(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(change(), 1);
	assert_int_equal(change(), 1);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	assert_int_equal(commit_durable(commit), 1);
	assert_rows_on_disk("3");
}

/* Expect the batch that fills up while another is written to follow it without
 * anyone asking. */
static void changes_behind_a_batch_under_way_go_with_the_next(void **state)
{
	(void)state;
	ask(2);
	reply(change(), 1);
	hand_over();
	assert_int_equal(commit_number(commit), 2); /* 1 is handed over */
	assert_int_equal(change(), 2);
	reply(2, 2);
	assert_received(2, CODE(OK));
	assert_int_equal(commit_durable(commit), 2);
	assert_int_equal(commit_newest(commit), 2);
	assert_rows_on_disk("2");
}

static void reply_to_a_durable_batch_leaves_at_once(void **state)
{
	(void)state;
	ask(2);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	reply(1, 1);
	assert_true(session_queued(session) > 0);
	session_go(session);
	assert_received(1, CODE(OK));
}

/* Expect the session to stay until the batch is written, and then to go. */
static void reply_for_a_peer_that_left_is_dropped(void **state)
{
	(void)state;
	ask(1);
	reply(change(), 1);
	peer_close(&peer);
	session_list_abort(&list);
	assert_int_equal(list.count, 1);
	while (list.count > 0)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(commit_durable(commit), 1);
}

/* ---- calls ---- */

static void call_for_a_durable_batch_comes_at_once(void **state)
{
	struct call call = {false, false};

	(void)state;
	commit_then(commit, 0, note_call, &call);
	assert_true(call.called);
	assert_true(call.durable);
}

static void call_comes_when_its_batch_is_on_disk(void **state)
{
	struct call call = {false, false};

	(void)state;
	commit_then(commit, change(), note_call, &call);
	assert_false(call.called);
	peer_run_until_set(base, &call.called);
	assert_true(call.durable);
	assert_rows_on_disk("1");
}

/* Expect a call that adds to the next batch and waits for it to work from
 * inside of the release. */
static struct call second;

static void change_and_wait(void *arg, bool durable)
{
	note_call(arg, durable);
	commit_then(commit, change(), note_call, &second);
}

static void call_may_make_the_next_change(void **state)
{
	struct call first = {false, false};

	(void)state;
	second = (struct call){false, false};
	commit_then(commit, change(), change_and_wait, &first);
	peer_run_until_set(base, &second.called);
	assert_true(first.durable);
	assert_true(second.durable);
	assert_int_equal(commit_durable(commit), 2);
}

/* ---- who is told what is written ---- */

struct told {
	size_t batches;
	uint64_t rows;
	size_t queued; /* bytes of answers, when it was told */
};

static void note_row(void *arg, const struct journal_news *news)
{
	struct told *told = arg;

	assert_int_equal(news->kind, JOURNAL_NEWS_ROW);
	assert_int_equal(news->seq, ++told->rows);
}

static void note_batch(void *arg, const struct journal_batch *batch)
{
	struct told *told = arg;

	told->batches++;
	told->queued = session_queued(session);
	journal_batch_each_news(batch, note_row, told);
}

/* Expect each batch once and in order, when it is on disk and its answers are
 * on their way. */
static void batch_that_is_durable_is_told(void **state)
{
	struct told told = {0};

	(void)state;
	commit_tell_written(commit, note_batch, &told);
	ask(2);
	change();
	reply(change(), 1);
	assert_int_equal(told.batches, 0);
	assert_received(1, CODE(OK));
	assert_int_equal(told.batches, 1);
	assert_int_equal(told.rows, 2);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	assert_int_equal(told.batches, 2);
	assert_int_equal(told.rows, 3);
	commit_tell_written(commit, NULL, NULL);
}

static uint64_t open_number; /* when it was noted first */

static void note_open_batch(void *arg, bool durable)
{
	(void)arg;
	assert_true(durable);
	if (open_number == 0)
		open_number = commit_number(commit);
}

/* Expect what filled up meanwhile to be on its way to the disk before anybody
 * is told of the batch that got there. */
static void batch_that_follows_is_handed_over_before_anyone_is_told(
    void **state)
{
	(void)state;
	open_number = 0;
	second = (struct call){false, false};
	commit_then(commit, change(), note_open_batch, NULL);
	hand_over();
	assert_int_equal(commit_number(commit), 2);
	commit_then(commit, change(), note_call, &second);
	peer_run_until_set(base, &second.called);
	assert_int_equal(open_number, 3);
	assert_true(second.durable);
}

/* ---- what was dropped ---- */

static bool has_told_of_a_sweep(void *arg)
{
	(void)arg;
	return strstr(capture_text(), "swept") != NULL;
}

/* More rows than are deleted at once. What is logged until it was told of them,
 * good until the next capture. */
static const char *purge_many_rows(void)
{
	const char *told;
	int i;

	for (i = 0; i < 5000; i++)
		change();
	assert_true(journal_batch_destroy(
	    commit_batch(commit), scratch->id, 5, "uid:0", NULL));
	assert_true(journal_batch_purge(commit_batch(commit), scratch->id));
	log_set_level(LOG_LEVEL_INFO);
	capture_begin(stderr);
	peer_run_until(base, has_told_of_a_sweep, NULL);
	told = capture_end();
	log_set_level(LOG_LEVEL_ERROR);
	return told;
}

/* Expect the writing thread to say when the last row is deleted, which is after
 * the batch that dropped it. */
static void end_of_a_sweep_is_logged(void **state)
{
	(void)state;
	assert_non_null(strstr(purge_many_rows(), "journal-swept"));
	assert_rows_on_disk("0");
}

/* Expect rows that cannot be deleted to be told of, and changes to go on. */
static void sweep_that_fails_is_logged(void **state)
{
	(void)state;
	scratch_edit(scratch,
	    "CREATE TRIGGER kept BEFORE DELETE ON operation WHEN old.seq = 4500"
	    " BEGIN SELECT raise(ABORT, 'kept'); END");
	assert_non_null(strstr(purge_many_rows(), "journal-not-swept"));
	assert_null(commit_refusal(commit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		batch_that_is_durable_is_told, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		batch_that_follows_is_handed_over_before_anyone_is_told,
		commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		commit_at_first_holds_nothing, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		reply_that_depends_on_nothing_leaves_at_once, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		reply_waits_until_its_batch_is_on_disk, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		replies_leave_in_the_order_they_came, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		changes_of_one_turn_share_a_batch, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		changes_behind_a_batch_under_way_go_with_the_next, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		reply_to_a_durable_batch_leaves_at_once, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		reply_for_a_peer_that_left_is_dropped, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		call_for_a_durable_batch_comes_at_once, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		call_comes_when_its_batch_is_on_disk, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		call_may_make_the_next_change, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		end_of_a_sweep_is_logged, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		sweep_that_fails_is_logged, commit_begin, commit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
