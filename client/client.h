/* SPDX-License-Identifier: BSD-2-Clause */
/* What a client is inside the library. A request is in the table while it
 * waits; its answer is in ready from its end until it is taken. */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "client/address.h"
#include "client/answer.h"
#include "client/connection.h"
#include "client/inflight.h"
#include "client/memblock_client.h"

TAILQ_HEAD(answers, mbc_answer);

struct mbc_client {
	char *address;
	int timeout_ms;
	struct connection *connection; /* NULL: not connected */
	struct inflight inflight;
	struct answers ready; /* to be taken, the oldest first */
	int64_t wake_ms;      /* no request runs out of time before this */

	/* See resend.h. */
	bool use_keys;
	int patience_ms;
	uint8_t key_seed[8];
	uint64_t key_count;
	bool is_waiting;    /* for another connection, to send again */
	int64_t give_up_ms; /* INT64_MAX: never, or an answer came since */

	char error[ADDRESS_ERROR_MAX];
};

/* A clock that never goes back. */
int64_t client_now_ms(void);

/* How long until a request runs out of time, or the client of patience, in
 * milliseconds; MBC_FOREVER when nothing is due. Unlike mbc_timeout_ms() it has
 * no regard to answers that wait to be taken. */
int client_wake_in_ms(const struct mbc_client *client);

/* Gives a request its time, from now on. */
void client_set_deadline(struct mbc_client *client, struct pending *pending);

/* Ends a request whose connection is lost, for that reason. */
void client_abandon(
    struct mbc_client *client, struct pending *pending, const char *reason);

/* Ends a request with an answer of the library's own. */
void client_finish(struct mbc_client *client, struct pending *pending,
    enum mbc_code code, const char *message);

#endif
