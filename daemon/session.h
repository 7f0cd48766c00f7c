/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection: bytes in, frames out to a handler; answers in, bytes out.
 *
 * Each message that is handed to the handler is a request in flight until its
 * last answer is given to session_answer(). A session with too many of them,
 * or with too many bytes of answers that the peer has not taken, is not read
 * from until there is room. A session outlives its connection while requests
 * are in flight; their answers are then dropped. */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include "daemon/config.h"
#include "daemon/waiters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct event_base;
struct session;

/* What a peer did to the wire. */
enum session_fault {
	SESSION_FRAME_TOO_LONG,	 /* longer than max-frame */
	SESSION_FRAME_MALFORMED, /* its length never ends */
	SESSION_STALLED,	 /* began a frame and did not go on */
};

struct session_handler {
	/* One request: in flight from now on. The bytes are the session's and
	 * good until this returns. */
	void (*message)(void *arg, struct session *session, const uint8_t *data,
	    size_t size);
	/* The peer is broken: may say why with session_answer(), without
	 * last, for it is no request's; the session closes after this. */
	void (*fault)(void *arg, struct session *session,
	    enum session_fault fault, uint64_t message_size);
	/* A session of the list goes. */
	void (*gone)(void *arg, const struct session *session);
	void *arg;
};

/* All sessions of a daemon, and what they share; it outlives them. */
struct session_list {
	struct session *first;
	uint64_t count;
	struct event_base *base;
	const struct limits *limits;
	struct session_handler handler;
};

/* Takes over a connected, non-blocking fd; the session is in the list until it
 * is gone. */
struct session *session_open(
    struct session_list *list, int fd, const char *principal);

/* Who the peer is: "uid:1000", "tcp:127.0.0.1". */
const char *session_principal(const struct session *session);

/* Counts the bytes of an answer that waits elsewhere; with a negative size no
 * longer, for session_answer() counts them from then on. */
void session_expect(struct session *session, ssize_t size);

/* An answer, header included. frame came from malloc() and is the session's
 * from now on. With last the request is no longer in flight. The bytes leave
 * with the next session_go(), or when the handler's message() returns. */
void session_answer(
    struct session *session, uint8_t *frame, size_t size, bool last);

/* How many bytes of answers wait for the peer to take them. */
size_t session_queued(const struct session *session);

/* Has the waiter called once when less than half of what may be queued is, or
 * when the connection is lost: from session_go() or the loop, at the earliest
 * when the caller has returned to it. */
void session_when_taken(struct session *session, struct session_waiter *waiter);

/* Has the waiter called once when nothing more is read from the session: at the
 * end of what the peer sends, when the daemon stops, when the connection is
 * lost. Otherwise as session_when_taken(). */
void session_when_over(struct session *session, struct session_waiter *waiter);

/* Whether the connection is lost: what is answered goes nowhere. */
bool session_is_lost(const struct session *session);

/* Between the two the session is not freed and nothing is written; the last
 * release does what session_go() does. */
void session_hold(struct session *session);
void session_release(struct session *session);

/* From a message in flight on, no other is handed over until the session is
 * resumed, which also does what session_go() does: for one that takes effect
 * later, with others of its session behind it. */
void session_pause(struct session *session);
void session_resume(struct session *session);

/* Drops the connection after its answers, for that reason. */
void session_break(struct session *session, const char *reason);

/* Writes what there is to write and goes on reading if there is room again. */
void session_go(struct session *session);

/* Takes nothing in any more from any session of the list; each closes when
 * everything it asked is answered. */
void session_list_finish(struct session_list *list);

/* Closes every session of the list at once. */
void session_list_abort(struct session_list *list);

#endif
