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
	/* While a batch is told: what has news in it, and who is to hear. */
	TAILQ_HEAD(topics_with_news, topic) topics_with_news;
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
	TAILQ_INIT(&topic->fresh);
	memory_need(tsearch(topic, &watches->topics, compare));
	return topic;
}

static void topic_add_news(struct watches *watches, struct topic *topic)
{
	topic->has_news = true;
	TAILQ_INSERT_TAIL(&watches->topics_with_news, topic, in_news);
}

static void topic_drop_news(struct watches *watches, struct topic *topic)
{
	topic->has_news = topic->is_awaited = false;
	TAILQ_REMOVE(&watches->topics_with_news, topic, in_news);
	fresh_rows_drop(&topic->fresh);
}

static void topic_free(struct watches *watches, struct topic *topic)
{
	if (topic->has_news)
		topic_drop_news(watches, topic);
	tdelete(topic, &watches->topics, compare);
	free(topic);
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
	if (LIST_EMPTY(&topic->subjects))
		topic_free(subject->watch->watches, topic);
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

static bool is_watched_by(const struct topic *topic, const struct watch *watch)
{
	const struct subject *subject;

	if (topic != NULL)
		LIST_FOREACH (subject, &topic->subjects, in_topic)
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

	LIST_FOREACH (watch, &watches->all, in_all)
		if (watch->all &&
		    !is_watched_by(find_topic(watches, instance->id), watch))
			subject_add(watch, instance->id, instance->name, 0, 1);
}

/* Whether somebody would be told of the row of that seq at once. */
static bool is_awaited(const struct topic *topic, uint64_t seq)
{
	const struct subject *subject;

	LIST_FOREACH (subject, &topic->subjects, in_topic)
		if (subject->next == seq && watch_is_free(subject->watch))
			return true;
	return false;
}

/* One item of a batch after the other. */
struct telling {
	struct watches *watches;
	struct topic *topic; /* of the last item; NULL: nobody watches that */
	int64_t instance;    /* of the last item; 0: there was none */
};

static struct topic *find_topic_told(
    struct telling *telling, const struct journal_news *news)
{
	if (news->kind == JOURNAL_NEWS_CREATED) {
		take_created(telling->watches, news->created);
		telling->instance = 0;
	}
	if (news->instance != telling->instance)
		telling->topic = find_topic(telling->watches, news->instance);
	telling->instance = news->instance;
	return telling->topic;
}

static void take_row(struct topic *topic, const struct journal_news *news)
{
	struct journal_row row;

	topic->durable = news->seq;
	if (!topic->is_awaited)
		return;
	if (journal_news_row(news, &row))
		fresh_rows_add(&topic->fresh, &row);
	else
		topic->is_awaited = false; /* it is in the journal */
}

static void take_news(void *arg, const struct journal_news *news)
{
	struct telling *telling = arg;
	struct topic *topic = find_topic_told(telling, news);

	if (topic == NULL)
		return;
	if (!topic->has_news) {
		topic_add_news(telling->watches, topic);
		/* What was just made begins with 1. */
		topic->is_awaited = is_awaited(
		    topic, news->kind == JOURNAL_NEWS_CREATED ? 1 : news->seq);
	}
	if (news->kind == JOURNAL_NEWS_ROW)
		take_row(topic, news);
	else if (news->kind == JOURNAL_NEWS_DESTROYED)
		topic->destroyed = true;
}

/* Whoever watches a topic with news is to hear of it. */
static void note_listeners(struct watches *watches, struct topic *topic)
{
	struct subject *subject;
	struct watch *watch;

	LIST_FOREACH (subject, &topic->subjects, in_topic) {
		watch = subject->watch;
		if (!subject->is_due)
			subject_sort(subject);
		if (watch->has_news || !subject->is_due)
			continue;
		watch->has_news = true;
		TAILQ_INSERT_TAIL(&watches->news, watch, in_news);
	}
}

static void tell_listeners(struct watches *watches)
{
	struct session *session;
	struct watch *watch;

	while ((watch = TAILQ_FIRST(&watches->news)) != NULL) {
		TAILQ_REMOVE(&watches->news, watch, in_news);
		watch->has_news = false;
		session = watch->session;
		session_hold(session);
		watch_go_on(watch);
		session_release(session);
	}
}

static void on_written(void *arg, const struct journal_batch *batch)
{
	struct watches *watches = arg;
	struct telling telling = {.watches = watches};
	struct topic *topic;

	if (watches->count == 0)
		return;
	journal_batch_each_news(batch, take_news, &telling);
	TAILQ_FOREACH (topic, &watches->topics_with_news, in_news)
		note_listeners(watches, topic);
	tell_listeners(watches);
	while ((topic = TAILQ_FIRST(&watches->topics_with_news)) != NULL)
		topic_drop_news(watches, topic);
}

/* ---- all of them ---- */

struct watches *watches_new(struct event_base *base, struct commit *commit)
{
	struct watches *watches = memory_zeroed(1, sizeof(*watches));

	watches->base = base;
	watches->commit = commit;
	LIST_INIT(&watches->all);
	TAILQ_INIT(&watches->topics_with_news);
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
