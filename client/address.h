/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a server is, as people write it, and a socket connected to it. */
#ifndef CLIENT_ADDRESS_H
#define CLIENT_ADDRESS_H

#include "client/memblock_client.h"

#include <stdint.h>

#define ADDRESS_ERROR_MAX 512

/* The server to talk to when nobody names one, as mbc_client_new() says. The
 * caller's to free; NULL: no memory. */
char *address_default(void);

/* Connects to an address, in at most timeout_ms (or MBC_FOREVER). OK:
 * *ret_fd is non-blocking and the caller's to close. INVALID_ARGUMENT (not an
 * address), UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED: a sentence is
 * in error (of ADDRESS_ERROR_MAX bytes). */
enum mbc_code address_connect(
    const char *address, int timeout_ms, char *error, int *ret_fd);

#endif
