/* SPDX-License-Identifier: BSD-2-Clause */
/* How requests end: with the answers that come in, with the connection, or
 * with their time. */
#include "client/client.h"
#include "client/resend.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t client_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void deliver(struct mbc_client *client, struct mbc_answer *answer)
{
	TAILQ_INSERT_TAIL(&client->ready, answer, link);
}

static void finish(struct mbc_client *client, struct pending *pending)
{
	deliver(client, pending->answer);
	inflight_remove(&client->inflight, pending);
	if (client->inflight.waiting == 0)
		resend_forget(client);
}

void client_finish(struct mbc_client *client, struct pending *pending,
    enum mbc_code code, const char *message)
{
	answer_fail(pending->answer, code, message);
	finish(client, pending);
}

void client_abandon(
    struct mbc_client *client, struct pending *pending, const char *reason)
{
	const bool is_in_doubt = pending->changes && pending->sent;
	char message[sizeof(client->error) + 80];

	if (!pending->sent)
		snprintf(message, sizeof(message), "%s", reason);
	else
		snprintf(message, sizeof(message),
		    "connection lost before the answer%s: %s",
		    is_in_doubt ? ", it may have been done or not" : "",
		    reason);
	client_finish(client, pending,
	    is_in_doubt ? MBC_UNKNOWN : MBC_UNAVAILABLE, message);
}

/* Forgets what has come of an answer, which will come anew. False: no
 * memory. */
static bool begin_again(struct pending *pending)
{
	struct mbc_answer *answer = answer_new(pending->id);

	if (answer == NULL)
		return false;
	mbc_answer_free(pending->answer);
	pending->answer = answer;
	return true;
}

/* Gives up the connection, and answers all that waited for it and cannot be
 * sent again. */
static void lose(struct mbc_client *client)
{
	struct pending *pending;
	uint64_t id = 0;

	connection_free(client->connection);
	client->connection = NULL;
	while ((pending = inflight_next(&client->inflight, id)) != NULL) {
		id = pending->id;
		if (resend_is_kept(pending) && begin_again(pending))
			resend_await(client);
		else
			client_abandon(client, pending, client->error);
	}
}

void client_set_deadline(struct mbc_client *client, struct pending *pending)
{
	if (pending->timeout_ms < 0)
		return;
	pending->deadline_ms = client_now_ms() + pending->timeout_ms;
	if (pending->deadline_ms < client->wake_ms)
		client->wake_ms = pending->deadline_ms;
}

/* Ends what has run out of time. */
static void expire(struct mbc_client *client)
{
	const int64_t now = client_now_ms();
	struct pending *pending;
	uint64_t id = 0;

	if (now < client->wake_ms)
		return;
	client->wake_ms = INT64_MAX;
	while ((pending = inflight_next(&client->inflight, id)) != NULL) {
		id = pending->id;
		if (pending->timeout_ms < 0)
			continue;
		if (pending->deadline_ms > now) {
			if (pending->deadline_ms < client->wake_ms)
				client->wake_ms = pending->deadline_ms;
			continue;
		}
		client_finish(client, pending, MBC_DEADLINE_EXCEEDED,
		    pending->changes && pending->sent
			? "no answer in time, it may have been done or not"
			: "no answer in time");
	}
	resend_expire(client, now);
}

/* Hands out the part that came, and begins another for the next. False: no
 * memory. */
static bool deliver_part(struct mbc_client *client, struct pending *pending)
{
	struct mbc_answer *next = answer_new(pending->id);

	if (next == NULL)
		return false;
	deliver(client, pending->answer);
	pending->answer = next;
	/* What is handed out cannot be taken back: it is not sent again. */
	free(pending->kept);
	pending->kept = NULL;
	return true;
}

/* Gives a part to the request it answers. */
static void accept_part(struct mbc_client *client, struct pending *pending,
    Memblock__V1__Response *part)
{
	const bool more = part->more != 0;

	client->give_up_ms = INT64_MAX;
	if (!answer_append(pending->answer, part)) {
		client_finish(client, pending, MBC_RESOURCE_EXHAUSTED,
		    "out of memory for the answer");
		return;
	}
	if (!more) {
		finish(client, pending);
		return;
	}
	client_set_deadline(client, pending);
	if (pending->in_parts && !deliver_part(client, pending))
		client_finish(client, pending, MBC_RESOURCE_EXHAUSTED,
		    "out of memory for the answer");
}

/* The last words of a server that gives up a connection. A limit was passed by
 * what was sent on it, so where that was a single request they are the answer
 * to it; otherwise nobody can tell which was meant. Returns part, or NULL when
 * it has become the answer. */
static Memblock__V1__Response *accept_last_words(
    struct mbc_client *client, Memblock__V1__Response *part)
{
	struct pending *pending = inflight_next(&client->inflight, 0);

	snprintf(client->error, sizeof(client->error), "%s",
	    part->status->message != NULL ? part->status->message
					  : "the server gave no reason");
	if (part->status->code !=
		MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED ||
	    client->inflight.waiting != 1)
		return part;
	accept_part(client, pending, part);
	return NULL;
}

/* Takes one message. False: this is no server of ours, or it has said why it
 * gives up; the reason is in client->error. */
static bool accept_message(
    struct mbc_client *client, const uint8_t *message, size_t size)
{
	Memblock__V1__Response *part =
	    memblock__v1__response__unpack(NULL, size, message);
	struct pending *pending;

	if (part == NULL || part->status == NULL) {
		snprintf(client->error, sizeof(client->error),
		    "the server sent what is no answer");
	} else if (part->id == 0) {
		part = accept_last_words(client, part);
	} else if (part->id > client->inflight.last_id) {
		snprintf(client->error, sizeof(client->error),
		    "the server answered what was never asked");
	} else {
		pending = inflight_find(&client->inflight, part->id);
		if (pending != NULL)
			accept_part(client, pending, part);
		else /* cancelled, or too late */
			memblock__v1__response__free_unpacked(part, NULL);
		return true;
	}
	if (part != NULL)
		memblock__v1__response__free_unpacked(part, NULL);
	return false;
}

/* Takes every message that has come. False: the reason is in client->error. */
static bool accept_messages(struct mbc_client *client)
{
	const uint8_t *message;
	size_t size;

	for (;;) {
		if (connection_take(client->connection, client->error, &message,
			&size) != CONNECTION_OK)
			return false;
		if (message == NULL)
			return true;
		if (!accept_message(client, message, size))
			return false;
	}
}

/* Receives once. False: the connection is over. */
static bool receive(struct mbc_client *client, bool *ret_got_any)
{
	return connection_read(client->connection, client->error,
		   ret_got_any) == CONNECTION_OK &&
	       accept_messages(client);
}

/* Receives what a server that no longer listens may have said before, in which
 * case its own words are the better reason. */
static void receive_last_words(struct mbc_client *client)
{
	char reason[sizeof(client->error)];
	bool got_any = true;

	memcpy(reason, client->error, sizeof(reason));
	while (got_any)
		if (!receive(client, &got_any))
			return;
	memcpy(client->error, reason, sizeof(reason));
}

void mbc_process(struct mbc_client *client, short revents)
{
	bool got_any;

	if (client->connection != NULL && connection_write(client->connection,
					      client->error) != CONNECTION_OK) {
		receive_last_words(client);
		lose(client);
	}
	if (client->connection != NULL && (revents & ~POLLOUT) != 0 &&
	    !receive(client, &got_any))
		lose(client);
	expire(client);
}
