/* SPDX-License-Identifier: BSD-2-Clause */
/* What a watch is made of:
 *
 *	watches --- watch --- subject --- topic
 *	        |         `-- subject --- topic	   a topic is one instance, and
 *	        `-- watch --- subject -----'	   shared by those who watch it
 */
#ifndef DAEMON_WATCH_H
#define DAEMON_WATCH_H

#include "daemon/fresh_rows.h"
#include "daemon/request.h"
#include "daemon/service.h"
#include "daemon/watch_page.h"

#include <event2/event.h>
#include <sys/queue.h>

LIST_HEAD(subjects, subject);
TAILQ_HEAD(subjects_due, subject);

struct topic {
	int64_t id; /* of this life of the name */
	char name[JOURNAL_NAME_MAX + 1];
	uint64_t durable; /* rows up to this seq are on disk, and known to be */
	bool destroyed;	  /* and that is on disk */
	struct subjects subjects;
	/* While the batch that was just written is told, if it has news. */
	bool has_news; /* in the list of those that do */
	bool is_awaited;
	struct fresh_rows fresh; /* its rows in there, if it is awaited */
	TAILQ_ENTRY(topic) in_news;
};

struct subject {
	struct watch *watch;
	struct topic *topic;
	uint64_t begun_at; /* the seq of the instance when it was asked for */
	uint64_t next;	   /* the seq that is to be told next */
	bool is_due;	   /* in the watch's list of those with news */
	LIST_ENTRY(subject) in_topic, in_watch;
	TAILQ_ENTRY(subject) in_due;
};

struct watch {
	struct history_job job;
	struct watch_page page;
	struct session_waiter taken, over;
	struct watches *watches;
	struct service *service;
	struct session *session;
	uint64_t id; /* the request's */
	bool all;    /* of every instance */
	struct subjects subjects;
	struct subjects_due due;
	struct subject *reading; /* a page of it is being read; NULL: none */
	bool begun;		 /* what it begins behind is on disk */
	bool is_full;		 /* the client is to take what is queued */
	bool is_over;		 /* nobody listens, or the daemon stops */
	bool caught_up;		 /* has told all there was when it began */
	struct event *idle;
	struct timeval heartbeat;
	bool has_news; /* in the list of those that go on after a batch */
	LIST_ENTRY(watch) in_all;
	TAILQ_ENTRY(watch) in_news;
};

/* ---- watches.c ---- */

/* Puts a watch among the others, and takes it from them. */
void watches_add(struct watches *watches, struct watch *watch);
void watches_remove(struct watch *watch);

struct event_base *watches_base(const struct watches *watches);

/* One more instance for a watch, which is told from next on. */
void subject_add(struct watch *watch, int64_t id, const char *name,
    uint64_t begun_at, uint64_t next);
void subject_free(struct subject *subject);

/* Puts it in the list of its watch if there is anything to tell of it, or takes
 * it out. */
void subject_sort(struct subject *subject);

/* ---- watch.c ---- */

/* A watch without a subject, as that request asks for one. It is freed at its
 * end, or by who does not begin it. */
struct watch *watch_new(const struct request *request, uint32_t heartbeat_ms);

/* Begins the watch arg; what it is to begin behind is on disk, or was lost. */
void watch_begin(void *arg, bool durable);

/* Whether it would tell of what comes now, at once. */
bool watch_is_free(const struct watch *watch);

/* Tells what there is to tell; may end the watch. The session is held. */
void watch_go_on(struct watch *watch);

/* Frees what it holds. */
void watch_free(struct watch *watch);

#endif
