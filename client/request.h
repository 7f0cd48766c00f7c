/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request is inside the library: a message, and how it is to be
 * waited for. */
#ifndef CLIENT_REQUEST_H
#define CLIENT_REQUEST_H

#include "client/memblock_client.h"
#include "memblock.pb-c.h"

#define REQUEST_ERROR_MAX 96

struct mbc_request {
	Memblock__V1__Request *message; /* never NULL */
	bool in_parts;
	bool has_timeout;
	int timeout_ms;
	bool out_of_memory;
	char error[REQUEST_ERROR_MAX]; /* why it cannot be sent, "" if it can */
};

/* Whether a lost answer leaves it open if something has changed. */
bool request_changes(const struct mbc_request *request);

#endif
