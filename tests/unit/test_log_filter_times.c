/* SPDX-License-Identifier: BSD-2-Clause */
/* Spans of seqs, cut to times. */
#include "daemon/log_filter.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Memblock__V1__Log asked(void)
{
	return (Memblock__V1__Log)MEMBLOCK__V1__LOG__INIT;
}

static struct log_filter read_filter(const Memblock__V1__Log *log)
{
	struct log_filter filter;
	char wrong[OUTCOME_MESSAGE_MAX];

	assert_true(log_filter_read(log, &filter, wrong, sizeof(wrong)));
	return filter;
}

/* Rows 1 to 4 are done 1 to 4 microseconds after creation. */
static void expect_span(struct scratch *scratch, const Memblock__V1__Log *log,
    uint64_t from, uint64_t to)
{
	const struct log_filter filter = read_filter(log);
	uint64_t found_from = 1, found_to = 4;

	assert_int_equal(log_filter_cut(&filter, scratch->journal, scratch->id,
			     &found_from, &found_to, &scratch->error),
	    JOURNAL_OK);
	assert_true(found_from == from);
	assert_true(found_to == to);
}

static void expect_cut(struct scratch *scratch, int64_t since_us,
    int64_t until_us, uint64_t from, uint64_t to)
{
	Memblock__V1__Log log = asked();

	log.has_since_time_us = log.has_until_time_us = 1;
	log.since_time_us = (uint64_t)(SCRATCH_TIME_US + since_us);
	log.until_time_us = (uint64_t)(SCRATCH_TIME_US + until_us);
	expect_span(scratch, &log, from, to);
}

static void times_cut_a_span_at_both_ends(void **state)
{
	scratch_fill(*state);
	expect_cut(*state, 2, 3, 2, 3);
	expect_cut(*state, 4, 4, 4, 4);
	expect_cut(*state, -1000, 1000, 1, 4);
}

static void times_outside_of_all_rows_leave_none(void **state)
{
	scratch_fill(*state);
	expect_cut(*state, 5, 9, 5, 4);
	expect_cut(*state, -9, -1, 1, 0);
	expect_cut(*state, -9, 0, 1, 0);
	expect_cut(*state, 3, 2, 3, 2);
}

static void times_beyond_all_times_are_times_too(void **state)
{
	Memblock__V1__Log log = asked();

	scratch_fill(*state);
	log.has_since_time_us = log.has_until_time_us = 1;
	log.until_time_us = UINT64_MAX;
	expect_span(*state, &log, 1, 4);
	log.since_time_us = UINT64_MAX;
	expect_span(*state, &log, 5, 4);
}

static void damage_on_the_way_is_told(void **state)
{
	struct scratch *scratch = *state;
	Memblock__V1__Log log = asked();
	struct log_filter filter;
	uint64_t from = 1, to = 4;

	scratch_fill(scratch);
	scratch_edit(scratch, "DELETE FROM operation WHERE seq = 2");
	log.has_until_time_us = 1;
	log.until_time_us = SCRATCH_TIME_US + 3;
	filter = read_filter(&log);
	assert_int_equal(log_filter_cut(&filter, scratch->journal, scratch->id,
			     &from, &to, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "seq 2 is missing"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(times_cut_a_span_at_both_ends),
	    CASE(times_outside_of_all_rows_leave_none),
	    CASE(times_beyond_all_times_are_times_too),
	    CASE(damage_on_the_way_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
