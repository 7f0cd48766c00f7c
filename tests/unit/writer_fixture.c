/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/writer_fixture.h"

#include <assert.h>
#include <semaphore.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Counts up once for each report there is. */
static sem_t reports;
struct journal_writer *writer;

static void notify(void *arg)
{
	assert(arg == &reports);
	sem_post(&reports);
}

void writer_start(struct scratch *scratch)
{
	assert_int_equal(journal_writer_start(scratch->journal, notify,
			     &reports, &writer, &scratch->error),
	    JOURNAL_OK);
	scratch->journal = NULL; /* the writer's now */
}

int writer_setup(void **state)
{
	struct scratch *scratch;

	if (scratch_setup(state) != 0)
		return -1;
	scratch = *state;
	sem_init(&reports, 0, 0);
	writer_start(scratch);
	return 0;
}

int writer_teardown(void **state)
{
	struct scratch *scratch = *state;

	if (writer != NULL)
		journal_writer_stop(writer, &scratch->error);
	writer = NULL;
	sem_destroy(&reports);
	return scratch_teardown(state);
}

/* Hands over the scratch's batch and gives it another. */
void writer_submit(struct scratch *scratch)
{
	journal_writer_submit(writer, scratch->batch);
	scratch->batch = journal_batch_new();
	assert_non_null(scratch->batch);
}

struct journal_report writer_report(void)
{
	struct journal_report report;

	sem_wait(&reports);
	assert_true(journal_writer_take(writer, &report));
	return report;
}

void writer_expect(enum journal_status status)
{
	const struct journal_report report = writer_report();
	assert_int_equal(report.status, status);
	assert_non_null(report.batch);
	assert_int_equal(report.error.text[0] == '\0', status == JOURNAL_OK);
	journal_batch_free(report.batch);
}

void writer_expect_probe(enum journal_status status)
{
	const struct journal_report report = writer_report();

	assert_null(report.batch);
	assert_int_equal(report.status, status);
	assert_int_equal(report.error.text[0] == '\0', status == JOURNAL_OK);
}

void writer_stop(struct scratch *scratch)
{
	assert_int_equal(
	    journal_writer_stop(writer, &scratch->error), JOURNAL_OK);
	writer = NULL;
}
