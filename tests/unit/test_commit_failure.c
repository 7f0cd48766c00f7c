/* SPDX-License-Identifier: BSD-2-Clause */
/* Group commit on a disk that is full, and the end of it. */
#include "daemon/commit.h"

#include "tests/unit/commit_fixture.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_refusing(void *arg)
{
	(void)arg;
	return commit_refusal(commit) != NULL;
}

static bool is_writing(void *arg)
{
	return !is_refusing(arg);
}

/* The instance as it stood at seq 0: what the owner does in lost(). */
static void forget_changes(void)
{
	struct memblock_settings settings = scratch->mb->settings;

	memblock_destroy(scratch->mb);
	scratch->mb = memblock_create(&settings);
	scratch->seq = 0;
	scratch->time_us = SCRATCH_TIME_US;
	journal_chain_start(&settings, scratch->hash);
}

static void lose_a_change(void)
{
	scratch_limit_files(0);
	change();
	peer_run_until(base, is_refusing, NULL);
	forget_changes();
}

static void batch_that_cannot_be_written_is_answered_unavailable(void **state)
{
	(void)state;
	ask(2);
	scratch_limit_files(0);
	reply(change(), 1);
	reply(change(), 2);
	assert_received(2, CODE(UNAVAILABLE));
	assert_int_equal(lost_count, 1);
	assert_non_null(commit_refusal(commit));
	assert_true(strlen(commit_refusal(commit)) > 0);
}

/* Expect the owner to see a durable number below the batch that was lost, and
 * the number to have passed it afterwards: nothing waits for it any more. */
static void loss_is_told_with_what_is_durable(void **state)
{
	(void)state;
	ask(1);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	scratch_limit_files(0);
	assert_int_equal(change(), 2);
	peer_run_until(base, is_refusing, NULL);
	assert_int_equal(lost_count, 1);
	assert_int_equal(lost_durable, 1);
	assert_int_equal(commit_newest(commit), commit_durable(commit));
	assert_true(commit_durable(commit) >= 2);
}

static void what_was_built_on_a_lost_batch_is_lost_with_it(void **state)
{
	struct call call = {false, true};

	(void)state;
	ask(2);
	scratch_limit_files(0);
	reply(change(), 1);
	hand_over();
	assert_int_equal(commit_number(commit), 2);
	reply(change(), 2);
	commit_then(commit, 2, note_call, &call);
	assert_received(2, CODE(UNAVAILABLE));
	assert_true(call.called);
	assert_false(call.durable);
	assert_int_equal(lost_count, 1);
}

/* Expect one answer, in place of the last part: a peer that got a first part
 * of what never happened could do nothing with it. */
static void parts_of_what_was_lost_become_one_refusal(void **state)
{
	uint64_t number;

	(void)state;
	ask(2);
	scratch_limit_files(0);
	number = change();
	reply_part(number, 1, false);
	reply_part(number, 1, false);
	reply_part(number, 1, true);
	reply(number, 2);
	assert_received(2, CODE(UNAVAILABLE));
}

static void reads_leave_at_once_while_changes_are_refused(void **state)
{
	(void)state;
	lose_a_change();
	ask(1);
	reply(commit_newest(commit), 1);
	session_go(session);
	assert_received(1, CODE(OK));
}

/* Expect a probe to find it without anyone asking, and what is changed then to
 * be on disk. */
static void disk_with_room_again_is_found_by_itself(void **state)
{
	(void)state;
	lose_a_change();
	scratch_limit_files(-1);
	peer_run_until(base, is_writing, NULL);
	assert_rows_on_disk("0");
	ask(1);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	assert_rows_on_disk("1");
	assert_int_equal(lost_count, 1);
}

static struct call second;

/* Asks for everything up to now, as a list of instances does, while what was
 * lost is being told. */
static void wait_for_newest(void *arg, bool durable)
{
	note_call(arg, durable);
	commit_then(commit, commit_newest(commit), note_call, &second);
}

static void read_that_comes_while_a_loss_is_told_is_answered(void **state)
{
	struct call first = {false, true};

	(void)state;
	second = (struct call){false, false};
	scratch_limit_files(0);
	commit_then(commit, change(), wait_for_newest, &first);
	peer_run_until_set(base, &first.called);
	forget_changes();
	scratch_limit_files(-1);
	peer_run_until(base, is_writing, NULL);
	assert_true(second.called);
}

/* ---- stopping ---- */

static void stop_writes_what_was_handed_over(void **state)
{
	(void)state;
	change();
	hand_over();
	assert_int_equal(commit_number(commit), 2);
	assert_true(commit_stop(commit, &scratch->error));
	commit = NULL;
	assert_rows_on_disk("1");
}

static void stop_that_cannot_copy_the_wal_says_why_and_loses_nothing(
    void **state)
{
	bool stopped;

	(void)state;
	ask(1);
	reply(change(), 1);
	assert_received(1, CODE(OK));
	scratch_limit_files(0);
	stopped = commit_stop(commit, &scratch->error);
	commit = NULL;
	scratch_limit_files(-1);
	assert_false(stopped);
	assert_true(strlen(scratch->error.text) > 0);
	scratch_open(scratch);
	assert_rows_on_disk("1");
}

static void commit_without_a_journal_lets_reads_pass(void **state)
{
	struct call call = {false, false};

	(void)state;
	assert_true(commit_stop(commit, &scratch->error));
	commit = commit_start(base, NULL, NULL, NULL, &scratch->error);
	assert_non_null(commit);
	commit_then(commit, commit_newest(commit), note_call, &call);
	assert_true(call.durable);
	assert_null(commit_refusal(commit));
}

static void fail_if_told(void *arg, const struct journal_batch *batch)
{
	(void)arg, (void)batch;
	fail_msg("told of what was not written");
}

static void batch_that_is_lost_is_not_told(void **state)
{
	(void)state;
	commit_tell_written(commit, fail_if_told, NULL);
	lose_a_change();
	scratch_limit_files(-1);
	peer_run_until(base, is_writing, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		batch_that_is_lost_is_not_told, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		batch_that_cannot_be_written_is_answered_unavailable,
		commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		loss_is_told_with_what_is_durable, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		what_was_built_on_a_lost_batch_is_lost_with_it, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		parts_of_what_was_lost_become_one_refusal, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		reads_leave_at_once_while_changes_are_refused, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		disk_with_room_again_is_found_by_itself, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		read_that_comes_while_a_loss_is_told_is_answered, commit_begin,
		commit_end),
	    cmocka_unit_test_setup_teardown(
		stop_writes_what_was_handed_over, commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		stop_that_cannot_copy_the_wal_says_why_and_loses_nothing,
		commit_begin, commit_end),
	    cmocka_unit_test_setup_teardown(
		commit_without_a_journal_lets_reads_pass, commit_begin,
		commit_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
