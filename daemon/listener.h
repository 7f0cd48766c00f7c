/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that clients connect to. */
#ifndef DAEMON_LISTENER_H
#define DAEMON_LISTENER_H

#include "daemon/address.h"

#include <stdbool.h>

struct event_base;
struct listener;

/* Called for each connection; fd is non-blocking and the callee's. principal
 * says who it is: "uid:1000" for the peer of a Unix socket, "tcp:127.0.0.1"
 * on TCP. */
typedef void listener_accept(void *arg, int fd, const char *principal);

/* Opens a socket and listens. A stale Unix socket file is replaced, a live one
 * is refused; a new one has mode 0660. NULL: error says why. */
struct listener *listener_open(struct event_base *base,
    const struct address *address, listener_accept *accept, void *arg,
    char error[ADDRESS_ERROR_MAX]);

/* Takes over a socket that the service manager listens on; its file stays when
 * it is closed. NULL: it is none, or may not be listened on; error says why. */
struct listener *listener_adopt(struct event_base *base, int fd,
    listener_accept *accept, void *arg, char error[ADDRESS_ERROR_MAX]);

/* Where it really listens, port included. */
void listener_text(
    const struct listener *listener, char text[ADDRESS_TEXT_MAX]);

/* Stops listening; the file of a Unix socket that was opened here goes. NULL
 * is fine. */
void listener_close(struct listener *listener);

#endif
