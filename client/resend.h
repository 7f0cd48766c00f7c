/* SPDX-License-Identifier: BSD-2-Clause */
/* With mbc_use_keys(): what waits for an answer outlives the connection. Each
 * request is kept as it was packed, waits for another connection when its own
 * is lost, and goes out again there in the order of the ids. */
#ifndef CLIENT_RESEND_H
#define CLIENT_RESEND_H

#include "client/client.h"
#include "client/request.h"

/* Gives a change that has no key one of the library's own. */
void resend_give_key(struct mbc_client *client, struct mbc_request *request);

/* Keeps a message of that request, so that it can be sent again. False: no
 * memory. */
bool resend_keep(struct pending *pending, const struct mbc_request *request);

/* Whether a request that waits goes out again after a loss. */
bool resend_is_kept(const struct pending *pending);

/* Has everything that is kept wait for another connection, as long as the
 * client's patience lasts. */
void resend_await(struct mbc_client *client);

/* Ends the wait for another connection, which nothing waits for any more. */
void resend_forget(struct mbc_client *client);

/* Sends what waits for a connection; there is one. */
void resend_all(struct mbc_client *client);

/* Tries once to connect again, and else pauses; ends the wait when it has
 * lasted too long or cannot succeed. Blocks. */
void resend_reconnect(struct mbc_client *client);

/* Ends the wait for a connection if its time is over. */
void resend_expire(struct mbc_client *client, int64_t now_ms);

#endif
