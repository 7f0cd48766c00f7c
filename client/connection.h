/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames over a non-blocking socket: what leaves waits in one buffer, what
 * comes in another. Nothing here blocks, and nothing raises SIGPIPE. */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest message taken from a server, in bytes. */
#define CONNECTION_MESSAGE_MAX ((size_t)16 << 20)

#define CONNECTION_ERROR_MAX 160

enum connection_status {
	CONNECTION_OK,
	CONNECTION_LOST, /* closed by the peer, or an error */
};

struct connection;

/* Takes over a connected, non-blocking socket. NULL: no memory, and the socket
 * is still the caller's. */
struct connection *connection_new(int fd);

/* Closes. NULL is fine. */
void connection_free(struct connection *connection);

int connection_fd(const struct connection *connection);

/* Room for a message of that many bytes at the end of what waits to leave; the
 * caller fills it at once. NULL: no memory, and nothing has changed. */
uint8_t *connection_append(struct connection *connection, size_t message_size);

/* Whether something waits to leave. */
bool connection_has_output(const struct connection *connection);

/* Sends what the socket takes. LOST: a reason is in error (of
 * CONNECTION_ERROR_MAX bytes); what came in before can still be read. */
enum connection_status connection_write(
    struct connection *connection, char *error);

/* Receives what is there, up to a buffer full; *ret_got_any says whether that
 * was anything. LOST: as above. */
enum connection_status connection_read(
    struct connection *connection, char *error, bool *ret_got_any);

/* Takes the next message out of what came in: *ret_message is NULL when none is
 * complete, and else readable until the next connection_read(). LOST: what
 * came is no frame, or one too long; a reason is in error. */
enum connection_status connection_take(struct connection *connection,
    char *error, const uint8_t **ret_message, size_t *ret_size);

#endif
