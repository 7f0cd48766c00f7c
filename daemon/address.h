/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the daemon listens: "unix:PATH", "HOST:PORT" or "[V6]:PORT". */
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_MAX 160
#define ADDRESS_ERROR_MAX 256

struct address {
	struct sockaddr_storage name;
	socklen_t name_size;
};

/* Reads text. False: it is no address, cannot be resolved, or is one that may
 * not be listened on (TCP that is not loopback); error says why. */
bool address_parse(const char *text, struct address *ret_address,
    char error[ADDRESS_ERROR_MAX]);

/* Whether it may be listened on: TCP that is not loopback waits for TLS. */
bool address_is_local(const struct address *address);

/* "unix:/run/x.sock", "127.0.0.1:6255", "[::1]:6255". */
void address_text(const struct address *address, char text[ADDRESS_TEXT_MAX]);

/* The path of a Unix socket; NULL for other addresses. */
const char *address_unix_path(const struct address *address);

#endif
