/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/connection.h"

#include "proto/frame.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one read may bring; also the least room that is kept for it. */
#define READ_BYTES ((size_t)64 << 10)

/* Bytes that came or wait to leave: data[begin] to data[end - 1]. */
struct buffer {
	uint8_t *data;
	size_t begin;
	size_t end;
	size_t room;
};

struct connection {
	int fd;
	struct buffer in;
	struct buffer out;
};

/* Makes room for size bytes behind end: by moving what is there to the front
 * where that does it, and otherwise in a buffer twice as large or more. */
static bool buffer_make_room(struct buffer *buffer, size_t size)
{
	const size_t used = buffer->end - buffer->begin;
	size_t room = buffer->room;
	uint8_t *data;

	if (buffer->room - buffer->end >= size)
		return true;
	if (size > SIZE_MAX / 2 - used)
		return false;
	if (buffer->begin > 0) {
		memmove(buffer->data, buffer->data + buffer->begin, used);
		buffer->begin = 0;
		buffer->end = used;
	}
	if (room - used >= size)
		return true;
	while (room < used + size)
		room = room ? 2 * room : READ_BYTES;
	data = realloc(buffer->data, room);
	if (data == NULL)
		return false;
	buffer->data = data;
	buffer->room = room;
	return true;
}

static void buffer_drop(struct buffer *buffer, size_t size)
{
	assert(size <= buffer->end - buffer->begin);
	buffer->begin += size;
	if (buffer->begin == buffer->end)
		buffer->begin = buffer->end = 0;
}

struct connection *connection_new(int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection != NULL)
		connection->fd = fd;
	return connection;
}

void connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	close(connection->fd);
	free(connection->in.data);
	free(connection->out.data);
	free(connection);
}

int connection_fd(const struct connection *connection)
{
	return connection->fd;
}

uint8_t *connection_append(struct connection *connection, size_t message_size)
{
	struct buffer *out = &connection->out;
	uint8_t *message;

	if (message_size > FRAME_BYTES_LIMIT ||
	    !buffer_make_room(out, FRAME_HEADER_MAX + message_size))
		return NULL;
	out->end += frame_header(message_size, out->data + out->end);
	message = out->data + out->end;
	out->end += message_size;
	return message;
}

bool connection_has_output(const struct connection *connection)
{
	return connection->out.begin < connection->out.end;
}

static void say_errno(char *error)
{
	snprintf(error, CONNECTION_ERROR_MAX, "%s", strerror(errno));
}

enum connection_status connection_write(
    struct connection *connection, char *error)
{
	struct buffer *out = &connection->out;
	ssize_t sent;

	while (connection_has_output(connection)) {
		sent = send(connection->fd, out->data + out->begin,
		    out->end - out->begin, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent >= 0) {
			buffer_drop(out, (size_t)sent);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return CONNECTION_OK;
		} else if (errno != EINTR) {
			say_errno(error);
			return CONNECTION_LOST;
		}
	}
	return CONNECTION_OK;
}

enum connection_status connection_read(
    struct connection *connection, char *error, bool *ret_got_any)
{
	struct buffer *in = &connection->in;
	ssize_t got;

	*ret_got_any = false;
	if (!buffer_make_room(in, READ_BYTES)) {
		errno = ENOMEM;
		say_errno(error);
		return CONNECTION_LOST;
	}
	do {
		got = recv(connection->fd, in->data + in->end,
		    in->room - in->end, MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got == 0) {
		snprintf(error, CONNECTION_ERROR_MAX,
		    "the server closed the connection");
		return CONNECTION_LOST;
	}
	if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
		say_errno(error);
		return CONNECTION_LOST;
	}
	if (got > 0) {
		in->end += (size_t)got;
		*ret_got_any = true;
	}
	return CONNECTION_OK;
}

enum connection_status connection_take(struct connection *connection,
    char *error, const uint8_t **ret_message, size_t *ret_size)
{
	struct buffer *in = &connection->in;
	const uint8_t *frame = in->data + in->begin;
	size_t header_size, message_size;

	*ret_message = NULL;
	*ret_size = 0;
	if (in->begin == in->end)
		return CONNECTION_OK;
	switch (frame_find(frame, in->end - in->begin, CONNECTION_MESSAGE_MAX,
	    &header_size, &message_size)) {
	case FRAME_COMPLETE:
		*ret_message = frame + header_size;
		*ret_size = message_size;
		buffer_drop(in, header_size + message_size);
		return CONNECTION_OK;
	case FRAME_PARTIAL:
		return CONNECTION_OK;
	case FRAME_TOO_LONG:
		snprintf(error, CONNECTION_ERROR_MAX,
		    "the server sent a message of %zu bytes, more than %zu",
		    message_size, CONNECTION_MESSAGE_MAX);
		return CONNECTION_LOST;
	case FRAME_MALFORMED:
		break;
	}
	snprintf(error, CONNECTION_ERROR_MAX,
	    "the server does not speak memblockd's protocol");
	return CONNECTION_LOST;
}
