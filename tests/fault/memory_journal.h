/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a journal, a scenario for it, and calls that are made again and
 * again with memory that ends a little later each time. */
#ifndef TESTS_FAULT_MEMORY_JOURNAL_H
#define TESTS_FAULT_MEMORY_JOURNAL_H

#include "tests/fault/scenario.h"
#include "tests/fuzz/folder.h"

/* The one there is. */
struct memory_journal {
	struct scenario *scenario;
	struct folder folder;
	struct journal *writer, *reader;
	struct journal_error error;
	size_t committed; /* batches */
	long live;	  /* allocations before the case */
};
extern struct memory_journal memory;

/* Answers whether it succeeded. What it made is to be gone again. */
typedef bool attempt_function(void);

/* Calls attempt until it succeeds: the first allocation fails, once or with
 * stays from then on, then the second, and so on. look, which may be NULL,
 * checks what holds after a failure. */
void memory_try(attempt_function *attempt, void (*look)(void), bool stays);

/* Whether that is success; a failure is one for want of memory, and said. */
bool memory_is_said(enum journal_status status);

/* The journal holds what was committed. */
void memory_expect_committed(struct journal *journal);
void memory_look(void); /* through the reader */

/* Commits the next batch. As journal_commit(). */
enum journal_status memory_commit(void);

/* Fixtures: an empty folder; the same with a journal open; with everything
 * committed that a scenario has. */
int memory_begin_empty(void **state);
int memory_begin_open(void **state);
int memory_begin(void **state);

/* Expects nothing to be left behind. */
int memory_end(void **state);

/* Before and after all cases. */
void memory_prepare(size_t batches);
void memory_done(void);

#endif
