/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/history.h"

#include "tests/unit/held_history.h"
#include "tests/unit/peer.h"
#include "tests/unit/scratch_journal.h"

#include <event2/event.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct event_base *base;
static struct history *history;

/* A job that counts the rows of the instance. */
struct counting {
	struct history_job job;
	int64_t instance;
	size_t rows;
	pthread_t worker;
	unsigned int place; /* in the order in which they were done */
	bool done;
};

static unsigned int done_count;

static bool count_row(void *arg, const struct journal_row *row)
{
	size_t *rows = arg;

	(void)row;
	(*rows)++;
	return true;
}

static void count_rows(struct history_job *job, struct journal *journal)
{
	struct counting *counting = (struct counting *)job;
	struct journal_error error;

	counting->worker = pthread_self();
	journal_each_row(journal, counting->instance, 1, UINT64_MAX >> 1, false,
	    count_row, &counting->rows, &error);
}

static void counted(struct history_job *job)
{
	struct counting *counting = (struct counting *)job;

	counting->place = ++done_count;
	counting->done = true;
}

static struct counting new_counting(const struct scratch *scratch)
{
	return (struct counting){
	    .job = {.work = count_rows, .done = counted},
	    .instance = scratch->id,
	};
}

static int begin(void **state)
{
	struct scratch *scratch;

	if (scratch_setup(state) != 0)
		return -1;
	scratch = *state;
	scratch_fill(scratch);
	done_count = 0;
	base = event_base_new();
	history = history_start(base, scratch->path, 1, &scratch->error);
	assert_non_null(history);
	return 0;
}

static int end(void **state)
{
	if (history != NULL)
		history_stop(history);
	event_base_free(base);
	return scratch_teardown(state);
}

static void job_reads_on_another_thread_and_ends_on_the_loop(void **state)
{
	struct counting counting = new_counting(*state);

	history_submit(history, &counting.job);
	assert_false(counting.done); /* not before the loop runs */
	peer_run_until_set(base, &counting.done);
	assert_int_equal(counting.rows, 4);
	assert_false(pthread_equal(counting.worker, pthread_self()));
}

static void jobs_are_done_in_the_order_they_came(void **state)
{
	struct counting jobs[50];
	unsigned int i;

	for (i = 0; i < 50; i++) {
		jobs[i] = new_counting(*state);
		history_submit(history, &jobs[i].job);
	}
	peer_run_until_set(base, &jobs[49].done);
	for (i = 0; i < 50; i++) {
		assert_int_equal(jobs[i].place, i + 1);
		assert_int_equal(jobs[i].rows, 4);
	}
}

/* Expect the second reader to take what the first has no time for. */
static void two_readers_work_at_the_same_time(void **state)
{
	struct scratch *scratch = *state;
	struct counting other = new_counting(scratch);
	struct held_history held;

	history_stop(history);
	history = history_start(base, scratch->path, 2, &scratch->error);
	held_history_begin(&held, history);
	history_submit(history, &other.job);
	peer_run_until_set(base, &other.done);
	assert_int_equal(other.rows, 4);
	assert_false(held.done);
	held_history_end(&held, base);
}

/* How often the job is still to be done, as a stream of pages is. */
static unsigned int rounds;

static void count_again(struct history_job *job)
{
	if (--rounds > 0)
		history_submit(history, job);
	else
		counted(job);
}

static void job_can_be_submitted_again_when_it_is_done(void **state)
{
	struct counting counting = new_counting(*state);

	rounds = 3;
	counting.job.done = count_again;
	history_submit(history, &counting.job);
	peer_run_until_set(base, &counting.done);
	assert_int_equal(counting.rows, 3 * 4);
}

static void row_written_meanwhile_is_read(void **state)
{
	struct counting before = new_counting(*state);
	struct counting after = new_counting(*state);

	history_submit(history, &before.job);
	peer_run_until_set(base, &before.done);
	scratch_reserve(*state, 0x50000000, 0x1000);
	scratch_commit(*state);
	history_submit(history, &after.job);
	peer_run_until_set(base, &after.done);
	assert_int_equal(before.rows, 4);
	assert_int_equal(after.rows, 5);
}

static void journal_that_is_not_there_is_told(void **state)
{
	struct journal_error error;

	(void)state;
	assert_null(history_start(base, "/nonexistent/j.db", 2, &error));
	assert_non_null(strstr(error.text, "/nonexistent/j.db"));
}

static void stop_without_a_job_closes_the_journal(void **state)
{
	struct scratch *scratch = *state;

	history_stop(history);
	history = NULL;
	scratch_close(scratch); /* as the last one: no WAL stays */
	scratch_open(scratch);
}

static void loop_goes_on_while_a_job_reads(void **state)
{
	struct counting behind = new_counting(*state);
	struct held_history held;

	held_history_begin(&held, history);
	history_submit(history, &behind.job);
	peer_run_what_is_ready(base);
	assert_false(held.done);
	assert_false(behind.done);
	held_history_end(&held, base);
	peer_run_until_set(base, &behind.done);
	assert_int_equal(behind.rows, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		job_reads_on_another_thread_and_ends_on_the_loop, begin, end),
	    cmocka_unit_test_setup_teardown(
		jobs_are_done_in_the_order_they_came, begin, end),
	    cmocka_unit_test_setup_teardown(
		two_readers_work_at_the_same_time, begin, end),
	    cmocka_unit_test_setup_teardown(
		job_can_be_submitted_again_when_it_is_done, begin, end),
	    cmocka_unit_test_setup_teardown(
		row_written_meanwhile_is_read, begin, end),
	    cmocka_unit_test_setup_teardown(
		journal_that_is_not_there_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(
		stop_without_a_job_closes_the_journal, begin, end),
	    cmocka_unit_test_setup_teardown(
		loop_goes_on_while_a_job_reads, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
