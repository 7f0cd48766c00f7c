/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/memblock_client.h"

#include "client/client.h"
#include "client/request.h"
#include "client/resend.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long mbc_use_keys() waits for a server to come back. */
#define PATIENCE_MS 30000

/* ---- the connection ---- */

struct mbc_client *mbc_client_new(const char *address)
{
	struct mbc_client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		return NULL;
	TAILQ_INIT(&client->ready);
	client->timeout_ms = MBC_FOREVER;
	client->patience_ms = PATIENCE_MS;
	client->wake_ms = client->give_up_ms = INT64_MAX;
	client->address = address != NULL ? strdup(address) : address_default();
	if (client->address == NULL) {
		free(client);
		return NULL;
	}
	return client;
}

void mbc_client_free(struct mbc_client *client)
{
	struct mbc_answer *answer;
	struct pending *pending;

	if (client == NULL)
		return;
	while ((pending = inflight_next(&client->inflight, 0)) != NULL) {
		mbc_answer_free(pending->answer);
		inflight_remove(&client->inflight, pending);
	}
	while ((answer = mbc_take_any(client)) != NULL)
		mbc_answer_free(answer);
	inflight_clear(&client->inflight);
	connection_free(client->connection);
	free(client->address);
	free(client);
}

const char *mbc_client_address(const struct mbc_client *client)
{
	return client->address;
}

void mbc_client_set_timeout(struct mbc_client *client, int timeout_ms)
{
	client->timeout_ms = timeout_ms;
}

enum mbc_code mbc_connect(struct mbc_client *client, int timeout_ms)
{
	enum mbc_code code;
	int fd;

	if (client->connection != NULL)
		return MBC_OK;
	code = address_connect(client->address, timeout_ms, client->error, &fd);
	if (code != MBC_OK)
		return code;
	client->connection = connection_new(fd);
	if (client->connection == NULL) {
		close(fd);
		snprintf(client->error, sizeof(client->error), "out of memory");
		return MBC_RESOURCE_EXHAUSTED;
	}
	if (client->is_waiting)
		resend_all(client);
	return MBC_OK;
}

bool mbc_connected(const struct mbc_client *client)
{
	return client->connection != NULL;
}

const char *mbc_client_error(const struct mbc_client *client)
{
	return client->error;
}

/* ---- sending ---- */

static bool put_in_line(
    struct mbc_client *client, const Memblock__V1__Request *message)
{
	uint8_t *room = connection_append(client->connection,
	    memblock__v1__request__get_packed_size(message));

	if (room == NULL)
		return false;
	memblock__v1__request__pack(message, room);
	return true;
}

/* Puts the request in line under the id of pending, or ends it. */
static void dispatch(struct mbc_client *client, struct mbc_request *request,
    struct pending *pending)
{
	const bool repeats = client->use_keys && request_can_repeat(request);

	if (request->out_of_memory) {
		client_finish(
		    client, pending, MBC_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	if (request->error[0] != '\0') {
		client_finish(
		    client, pending, MBC_INVALID_ARGUMENT, request->error);
		return;
	}
	request->message->has_id = true;
	request->message->id = pending->id;
	if (repeats && !resend_keep(pending, request)) {
		client_finish(
		    client, pending, MBC_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	if (client->connection == NULL && repeats) {
		resend_await(client);
		return;
	}
	if (client->connection == NULL) {
		client_finish(client, pending, MBC_UNAVAILABLE,
		    client->error[0] != '\0' ? client->error : "not connected");
		return;
	}
	pending->sent = put_in_line(client, request->message);
	if (!pending->sent)
		client_finish(
		    client, pending, MBC_RESOURCE_EXHAUSTED, "out of memory");
}

uint64_t mbc_send(struct mbc_client *client, struct mbc_request *request)
{
	struct pending *pending;
	uint64_t id;

	if (request == NULL)
		return 0;
	resend_give_key(client, request);
	pending = inflight_add(&client->inflight);
	if (pending == NULL) {
		mbc_request_free(request);
		return 0;
	}
	id = pending->id;
	pending->answer = answer_new(id);
	if (pending->answer == NULL) {
		inflight_remove(&client->inflight, pending);
		mbc_request_free(request);
		return 0;
	}
	pending->changes = request_changes(request);
	pending->in_parts = request->in_parts;
	pending->timeout_ms =
	    request->has_timeout ? request->timeout_ms : client->timeout_ms;
	client_set_deadline(client, pending);
	dispatch(client, request, pending);
	mbc_request_free(request);
	return id;
}

void mbc_cancel(struct mbc_client *client, uint64_t id)
{
	struct pending *pending = inflight_find(&client->inflight, id);

	if (pending != NULL)
		client_finish(client, pending, MBC_CANCELLED, "cancelled");
}

size_t mbc_in_flight(const struct mbc_client *client)
{
	return client->inflight.waiting;
}

/* ---- in an event loop ---- */

int mbc_fd(const struct mbc_client *client)
{
	return client->connection != NULL ? connection_fd(client->connection)
					  : -1;
}

short mbc_events(const struct mbc_client *client)
{
	if (client->connection == NULL)
		return 0;
	return connection_has_output(client->connection) ? POLLIN | POLLOUT
							 : POLLIN;
}

int client_wake_in_ms(const struct mbc_client *client)
{
	const int64_t left = client->wake_ms - client_now_ms();

	if (client->wake_ms == INT64_MAX)
		return MBC_FOREVER;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int mbc_timeout_ms(const struct mbc_client *client)
{
	return TAILQ_EMPTY(&client->ready) ? client_wake_in_ms(client) : 0;
}

/* ---- waiting ---- */

static struct mbc_answer *unqueue(
    struct mbc_client *client, struct mbc_answer *answer)
{
	if (answer != NULL)
		TAILQ_REMOVE(&client->ready, answer, link);
	return answer;
}

struct mbc_answer *mbc_take_any(struct mbc_client *client)
{
	return unqueue(client, TAILQ_FIRST(&client->ready));
}

struct mbc_answer *mbc_take(struct mbc_client *client, uint64_t id)
{
	struct mbc_answer *answer;

	TAILQ_FOREACH (answer, &client->ready, link)
		if (answer->id == id)
			break;
	return unqueue(client, answer);
}

/* Blocks until something happens, and deals with it. */
static void wait_once(struct mbc_client *client)
{
	struct pollfd waiting = {
	    .fd = mbc_fd(client), .events = mbc_events(client)};

	if (client->is_waiting)
		resend_reconnect(client);
	else if (poll(&waiting, 1, client_wake_in_ms(client)) >= 0)
		mbc_process(client, waiting.revents);
	else if (errno != EINTR)
		mbc_process(client, POLLERR);
}

struct mbc_answer *mbc_wait(struct mbc_client *client, uint64_t id)
{
	struct mbc_answer *answer;

	while ((answer = mbc_take(client, id)) == NULL) {
		if (inflight_find(&client->inflight, id) == NULL)
			return NULL;
		wait_once(client);
	}
	return answer;
}

struct mbc_answer *mbc_wait_any(struct mbc_client *client)
{
	struct mbc_answer *answer;

	while ((answer = mbc_take_any(client)) == NULL) {
		if (mbc_in_flight(client) == 0)
			return NULL;
		wait_once(client);
	}
	return answer;
}

/* The answer to a request that could not even be connected for. */
static struct mbc_answer *refuse(
    struct mbc_client *client, enum mbc_code code, struct mbc_request *request)
{
	struct mbc_answer *answer = answer_new(0);

	mbc_request_free(request);
	if (answer != NULL)
		answer_fail(answer, code, client->error);
	return answer;
}

struct mbc_answer *mbc_call(
    struct mbc_client *client, struct mbc_request *request)
{
	enum mbc_code code;

	/* A server that has gone since the last call is noticed here, before
	 * anything is sent whose fate would be in doubt. */
	mbc_process(client, POLLIN);
	code = mbc_connect(client, client->timeout_ms);
	if (code != MBC_OK && !(client->use_keys && code == MBC_UNAVAILABLE))
		return refuse(client, code, request);
	return mbc_wait(client, mbc_send(client, request));
}
