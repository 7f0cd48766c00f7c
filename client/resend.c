/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/resend.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How long after one attempt to connect the next is made. */
#define PAUSE_MS 20

/* A key: when it was made, which client made it, and its number there. The time
 * comes first, so that the server's index of keys grows at its end. */
#define KEY_SIZE 24

void mbc_use_keys(struct mbc_client *client)
{
	if (client->use_keys)
		return;
	client->use_keys = true;
	arc4random_buf(client->key_seed, sizeof(client->key_seed));
}

void mbc_client_set_patience(struct mbc_client *client, int patience_ms)
{
	client->patience_ms = patience_ms;
}

static uint8_t *put_big_endian(uint8_t *at, uint64_t value)
{
	int i;

	for (i = 56; i >= 0; i -= 8)
		*at++ = (uint8_t)(value >> i);
	return at;
}

void resend_give_key(struct mbc_client *client, struct mbc_request *request)
{
	uint8_t key[KEY_SIZE], *at = key;
	struct timespec now;

	if (!client->use_keys || !request_changes(request) ||
	    !request_can_repeat(request) || request->message->has_request_key)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	at = put_big_endian(
	    at, (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
	memcpy(at, client->key_seed, sizeof(client->key_seed));
	put_big_endian(at + sizeof(client->key_seed), ++client->key_count);
	mbc_request_set_key(request, key, sizeof(key));
}

bool resend_keep(struct pending *pending, const struct mbc_request *request)
{
	pending->kept_size =
	    memblock__v1__request__get_packed_size(request->message);
	pending->kept = malloc(pending->kept_size);
	if (pending->kept == NULL)
		return false;
	memblock__v1__request__pack(request->message, pending->kept);
	return true;
}

bool resend_is_kept(const struct pending *pending)
{
	return pending->kept != NULL;
}

void resend_await(struct mbc_client *client)
{
	client->is_waiting = true;
	/* Unless nothing was answered since the last loss. */
	if (client->give_up_ms == INT64_MAX && client->patience_ms >= 0)
		client->give_up_ms = client_now_ms() + client->patience_ms;
	if (client->give_up_ms < client->wake_ms)
		client->wake_ms = client->give_up_ms;
}

void resend_all(struct mbc_client *client)
{
	struct pending *pending;
	uint8_t *room;
	uint64_t id = 0;

	client->is_waiting = false;
	while ((pending = inflight_next(&client->inflight, id)) != NULL) {
		id = pending->id;
		room =
		    connection_append(client->connection, pending->kept_size);
		if (room == NULL) {
			client_abandon(client, pending, "out of memory");
			continue;
		}
		memcpy(room, pending->kept, pending->kept_size);
		pending->sent = true;
	}
}

void resend_forget(struct mbc_client *client)
{
	client->is_waiting = false;
	client->give_up_ms = INT64_MAX;
}

static void give_up(struct mbc_client *client)
{
	struct pending *pending;

	resend_forget(client);
	while ((pending = inflight_next(&client->inflight, 0)) != NULL)
		client_abandon(client, pending, client->error);
}

void resend_reconnect(struct mbc_client *client)
{
	const int wait_ms = client_wake_in_ms(client);

	switch (mbc_connect(client, wait_ms)) {
	case MBC_OK:
		return;
	case MBC_UNAVAILABLE:
		poll(NULL, 0,
		    wait_ms >= 0 && wait_ms < PAUSE_MS ? wait_ms : PAUSE_MS);
		break;
	case MBC_DEADLINE_EXCEEDED:
		break;
	default:
		give_up(client);
		return;
	}
	mbc_process(client, 0);
}

void resend_expire(struct mbc_client *client, int64_t now_ms)
{
	if (!client->is_waiting)
		return;
	if (client->give_up_ms <= now_ms)
		give_up(client);
	else if (client->give_up_ms < client->wake_ms)
		client->wake_ms = client->give_up_ms;
}
