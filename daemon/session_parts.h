/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session is made of, for session.c and session_list.c alone. */
#ifndef DAEMON_SESSION_PARTS_H
#define DAEMON_SESSION_PARTS_H

#include "daemon/session.h"

struct evbuffer;
struct event;

struct session {
	int fd; /* -1: the connection is lost */
	char principal[JOURNAL_PRINCIPAL_MAX + 1];
	struct session_list *list;
	struct evbuffer *input, *output;
	struct event *readable, *writable, *stalled;
	uint64_t in_flight;
	uint64_t waiting_bytes; /* of answers that wait elsewhere */
	bool reading;		/* the readable event is set */
	bool finished_reading;	/* end of file, or nothing more is wanted */
	bool broken;		/* closes after its output */
	unsigned int pauses;	/* keep what comes behind waiting */
	unsigned int holds;	/* is kept, and goes on at the last release */
	struct session_waiters taken, over;
	struct session *next, **link; /* in the list */
};

/* Puts a session into a list, and takes it out of its own. */
void session_list_add(struct session_list *list, struct session *session);
void session_list_remove(struct session *session);

/* The connection is of no use any more: what is answered goes nowhere. */
void session_lose(struct session *session, const char *reason);

#endif
