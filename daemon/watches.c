/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watches.h"

#include "daemon/memory.h"
#include "daemon/watch.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct watches {
	struct event_base *base;
	struct commit *commit;
	void *topics; /* by id, as tsearch() keeps them */
	uint64_t count;
	LIST_HEAD(all_watches, watch) all;
	TAILQ_HEAD(watches_with_news, watch) news;
};

/* ---- topics ---- */

static int compare(const void *a, const void *b)
{
	const struct topic *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static struct topic *find_topic(struct watches *watches, int64_t id)
{
	const struct topic wanted = {.id = id};
	struct topic **found = tfind(&wanted, &watches->topics, compare);

	return found == NULL ? NULL : *found;
}

static struct topic *need_topic(
    struct watches *watches, int64_t id, const char *name)
{
	struct topic *topic = find_topic(watches, id);

	if (topic != NULL)
		return topic;
	topic = memory_zeroed(1, sizeof(*topic));
	topic->id = id;
	strcpy(topic->name, name);
	LIST_INIT(&topic->subjects);
	memory_need(tsearch(topic, &watches->topics, compare));
	return topic;
}

/* ---- subjects ---- */

void subject_add(struct watch *watch, int64_t id, const char *name,
    uint64_t begun_at, uint64_t next)
{
	struct subject *subject = memory_zeroed(1, sizeof(*subject));

	subject->watch = watch;
	subject->topic = need_topic(watch->watches, id, name);
	subject->begun_at = begun_at;
	subject->next = next;
	LIST_INSERT_HEAD(&subject->topic->subjects, subject, in_topic);
	LIST_INSERT_HEAD(&watch->subjects, subject, in_watch);
}

void subject_free(struct subject *subject)
{
	struct topic *topic = subject->topic;

	if (subject->is_due)
		TAILQ_REMOVE(&subject->watch->due, subject, in_due);
	LIST_REMOVE(subject, in_watch);
	LIST_REMOVE(subject, in_topic);
	if (LIST_EMPTY(&topic->subjects)) {
		tdelete(topic, &subject->watch->watches->topics, compare);
		free(topic);
	}
	free(subject);
}

void subject_sort(struct subject *subject)
{
	const struct topic *topic = subject->topic;
	const bool due = subject->next <= topic->durable || topic->destroyed;

	if (subject->is_due)
		TAILQ_REMOVE(&subject->watch->due, subject, in_due);
	subject->is_due = due;
	if (due)
		TAILQ_INSERT_TAIL(&subject->watch->due, subject, in_due);
}

/* ---- what is written ---- */

static void note_news(struct subject *subject)
{
	struct watch *watch = subject->watch;

	if (!subject->is_due)
		subject_sort(subject);
	if (watch->has_news || !subject->is_due)
		return;
	watch->has_news = true;
	TAILQ_INSERT_TAIL(&watch->watches->news, watch, in_news);
}

static bool is_watched_by(const struct topic *topic, const struct watch *watch)
{
	const struct subject *subject;

	if (topic != NULL)
		LIST_FOREACH(subject, &topic->subjects, in_topic)
	if (subject->watch == watch)
		return true;
	return false;
}

/* A new instance is for all who watch everything; some may know of it since
 * before it was written. */
static void take_created(
    struct watches *watches, const struct journal_instance *instance)
{
	struct watch *watch;

	LIST_FOREACH(watch, &watches->all, in_all)
	if (watch->all &&
	    !is_watched_by(find_topic(watches, instance->id), watch))
		subject_add(watch, instance->id, instance->name, 0, 1);
}

static void take_news(void *arg, const struct journal_news *news)
{
	struct watches *watches = arg;
	struct subject *subject;
	struct topic *topic;

	if (news->kind == JOURNAL_NEWS_CREATED)
		take_created(watches, news->created);
	topic = find_topic(watches, news->instance);
	if (topic == NULL)
		return;
	if (news->kind == JOURNAL_NEWS_ROW)
		topic->durable = news->seq;
	else if (news->kind == JOURNAL_NEWS_DESTROYED)
		topic->destroyed = true;
	LIST_FOREACH(subject, &topic->subjects, in_topic)
	note_news(subject);
}

static void on_written(void *arg, const struct journal_batch *batch)
{
	struct watches *watches = arg;
	struct session *session;
	struct watch *watch;

	if (watches->count == 0)
		return;
	journal_batch_each_news(batch, take_news, watches);
	while ((watch = TAILQ_FIRST(&watches->news)) != NULL) {
		TAILQ_REMOVE(&watches->news, watch, in_news);
		watch->has_news = false;
		session = watch->session;
		session_hold(session);
		watch_go_on(watch);
		session_release(session);
	}
}

/* ---- all of them ---- */

struct watches *watches_new(struct event_base *base, struct commit *commit)
{
	struct watches *watches = memory_zeroed(1, sizeof(*watches));

	watches->base = base;
	watches->commit = commit;
	LIST_INIT(&watches->all);
	TAILQ_INIT(&watches->news);
	commit_tell_written(commit, on_written, watches);
	return watches;
}

void watches_free(struct watches *watches)
{
	struct watch *watch, *next;
	bool reading = false;

	if (watches == NULL)
		return;
	commit_tell_written(watches->commit, NULL, NULL);
	for (watch = LIST_FIRST(&watches->all); watch != NULL; watch = next) {
		next = LIST_NEXT(watch, in_all);
		if (watch->reading != NULL)
			reading = true;
		else
			watch_free(watch);
	}
	if (!reading)
		free(watches);
}

uint64_t watches_count(const struct watches *watches)
{
	return watches->count;
}

struct event_base *watches_base(const struct watches *watches)
{
	return watches->base;
}

void watches_add(struct watches *watches, struct watch *watch)
{
	watch->watches = watches;
	LIST_INSERT_HEAD(&watches->all, watch, in_all);
	watches->count++;
}

void watches_remove(struct watch *watch)
{
	assert(watch->watches->count > 0);
	if (watch->has_news)
		TAILQ_REMOVE(&watch->watches->news, watch, in_news);
	LIST_REMOVE(watch, in_all);
	watch->watches->count--;
}
