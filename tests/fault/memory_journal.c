/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/memory_journal.h"

#include "tests/fault/disk.h"
#include "tests/fault/scarce_memory.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct memory_journal memory;

/* ---- one call, again and again ---- */

void memory_try(attempt_function *attempt, void (*look)(void), bool stays)
{
	bool done = false;
	size_t number;

	for (number = 1; !done; number++) {
		scarce_memory_arm(number, stays);
		done = attempt();
		scarce_memory_enough();
		if (!done && !scarce_memory_struck())
			fail_msg("with memory: %s", memory.error.text);
		if (!done && look != NULL)
			look();
	}
	assert_true(number > 2 || !scarce_memory_struck());
}

bool memory_is_said(enum journal_status status)
{
	assert_true(status == JOURNAL_OK || status == JOURNAL_FAILED);
	assert_true(status == JOURNAL_OK || strlen(memory.error.text) > 0);
	return status == JOURNAL_OK;
}

void memory_expect_committed(struct journal *journal)
{
	struct holdings found;
	char text[256];

	assert_int_equal(
	    holdings_read(journal, &found, &memory.error), JOURNAL_OK);
	holdings_difference(&found, &memory.scenario->after[memory.committed],
	    text, sizeof(text));
	assert_string_equal(text, "nothing differs");
}

void memory_look(void)
{
	memory_expect_committed(memory.reader);
}

enum journal_status memory_commit(void)
{
	return scenario_commit(memory.scenario, memory.committed, memory.reader,
	    memory.writer, &memory.error);
}

/* ---- fixtures ---- */

int memory_begin_empty(void **state)
{
	(void)state;
	memory.live = scarce_memory_live();
	folder_make(&memory.folder);
	memory.committed = 0;
	memory.writer = memory.reader = NULL;
	return 0;
}

int memory_begin_open(void **state)
{
	memory_begin_empty(state);
	assert_int_equal(
	    scenario_open(memory.folder.journal, &memory.writer, &memory.error),
	    JOURNAL_OK);
	assert_int_equal(journal_open(memory.folder.journal, JOURNAL_READ,
			     JOURNAL_SYNC_OFF, &memory.reader, &memory.error),
	    JOURNAL_OK);
	return 0;
}

int memory_begin(void **state)
{
	memory_begin_open(state);
	for (; memory.committed < memory.scenario->batch_count;
	     memory.committed++)
		assert_int_equal(memory_commit(), JOURNAL_OK);
	return 0;
}

int memory_end(void **state)
{
	(void)state;
	journal_close(memory.reader, &memory.error);
	journal_close(memory.writer, &memory.error);
	folder_remove(&memory.folder);
	assert_int_equal(scarce_memory_live(), memory.live);
	return 0;
}

void memory_prepare(size_t batches)
{
	/* Every allocation of SQLite's is one of libc's. */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	disk_install();
	memory.scenario = scenario_new(1, batches);
}

void memory_done(void)
{
	scenario_free(memory.scenario);
}
