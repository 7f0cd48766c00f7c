/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: one session with the peer at its other end, and a handler that
 * notes what it is told. */
#ifndef TESTS_UNIT_SESSION_FIXTURE_H
#define TESTS_UNIT_SESSION_FIXTURE_H

#include "daemon/session.h"
#include "tests/unit/peer.h"

extern struct event_base *base;
extern struct limits limits; /* may be changed by a test */
extern struct session_list list;
extern struct session *session;
extern struct peer peer;

/* What the handler was told. */
extern char messages[512]; /* the first byte of each, '-' if it is empty */
extern size_t message_count;
extern size_t last_size;
extern enum session_fault last_fault;
extern uint64_t fault_size;
extern size_t fault_count, gone_count;
extern bool gone;

/* What it does with a message: 0 keeps it in flight, another number answers at
 * once with so many bytes of its first letter. */
extern size_t answer_at_once;

/* Whether it has last words, "bye", for a broken peer; at first it has. */
extern bool says_farewell;

/* cmocka's setup and teardown. */
int session_begin(void **state);
int session_end(void **state);

/* Answers one message with a frame of size bytes of letter. */
void answer(char letter, size_t size, bool last);

/* Has the peer send a frame for each letter, all in one write. */
void send_each(const char *letters);

/* Waits until so many messages were handed over, and not one more. */
void run_until_messages(size_t count);

/* Expects the next answer that comes to be size bytes of letter. */
void assert_answer(char letter, size_t size);

/* Expects that nothing comes of what can be done now. */
void assert_nothing_came(void);

#endif
