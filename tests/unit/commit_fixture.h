/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: group commit on a journal in a private directory, with one
 * session whose requests the test answers itself. */
#ifndef TESTS_UNIT_COMMIT_FIXTURE_H
#define TESTS_UNIT_COMMIT_FIXTURE_H

#include "daemon/answer.h"
#include "daemon/commit.h"
#include "tests/unit/peer.h"
#include "tests/unit/scratch_journal.h"

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

extern struct event_base *base;
extern struct scratch *scratch; /* its journal is commit's */
extern struct commit *commit;	/* NULL: the test stopped it */
extern struct peer peer;
extern struct session_list list;
extern struct session *session;

/* What lost() saw. */
extern size_t lost_count;
extern uint64_t lost_durable;

/* For commit_then(): whether it called, and with what. */
struct call {
	bool called, durable;
};

/* cmocka's setup and teardown. */
int commit_begin(void **state);
int commit_end(void **state);

/* Has the peer ask so many things, which are in flight then. */
void ask(size_t count);

/* Adds a row to the open batch. Its batch's number. */
uint64_t change(void);

/* One turn of the loop, which hands the open batch over and takes no report. */
void hand_over(void);

/* Answers one of those in flight, with OK, when that batch is durable: one part
 * of the answer; or all of it in one. */
void reply_part(uint64_t number, uint64_t id, bool last);
void reply(uint64_t number, uint64_t id);

/* The next answer that comes. */
answer_code receive(uint64_t *ret_id);

/* Expect the answers to the ids 1 to count, in this order, all with code. */
void assert_received(uint64_t count, answer_code code);

/* Expect so many operations to be read by a connection of its own. */
void assert_rows_on_disk(const char *count);

/* For commit_then(): arg is a struct call. Expects to be called once. */
void note_call(void *arg, bool durable);

#endif
