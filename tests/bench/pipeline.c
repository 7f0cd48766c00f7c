/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/pipeline.h"

#include "proto/frame.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_SIZE (256 << 10)

/* ---- making frames ---- */

static void *grow(void *array, size_t wanted, size_t *room, size_t size)
{
	if (wanted <= *room)
		return array;
	*room = 2 * wanted;
	array = reallocarray(array, *room, size);
	if (array == NULL)
		errx(EXIT_FAILURE, "out of memory");
	return array;
}

void pipeline_add(
    struct pipeline *pipeline, const Memblock__V1__Request *request)
{
	const size_t size = memblock__v1__request__get_packed_size(request);
	size_t used =
	    pipeline->count > 0 ? pipeline->ends[pipeline->count - 1] : 0;

	pipeline->bytes = grow(pipeline->bytes, used + FRAME_HEADER_MAX + size,
	    &pipeline->bytes_room, 1);
	pipeline->ends = grow(pipeline->ends, pipeline->count + 1,
	    &pipeline->ends_room, sizeof(*pipeline->ends));
	used += frame_header(size, pipeline->bytes + used);
	used += memblock__v1__request__pack(request, pipeline->bytes + used);
	pipeline->ends[pipeline->count++] = used;
}

void pipeline_free(struct pipeline *pipeline)
{
	free(pipeline->bytes);
	free(pipeline->ends);
	*pipeline = (struct pipeline){0};
}

/* ---- sending and counting ---- */

struct run {
	const struct pipeline *pipeline;
	int fd;
	size_t sent; /* bytes */
	size_t answers;
	size_t used; /* of the buffer */
	uint8_t buffer[BUFFER_SIZE];
};

static void check_answer(const uint8_t *bytes, size_t size)
{
	Memblock__V1__Response *response =
	    memblock__v1__response__unpack(NULL, size, bytes);

	if (response == NULL)
		errx(EXIT_FAILURE, "an answer that is none");
	if (response->status != NULL &&
	    response->status->code != MEMBLOCK__V1__STATUS__CODE__OK)
		errx(EXIT_FAILURE, "%s", response->status->message);
	memblock__v1__response__free_unpacked(response, NULL);
}

/* Takes the whole frames out of the buffer. */
static void count_answers(struct run *run)
{
	size_t at = 0, header_size, size;

	while (frame_find(run->buffer + at, run->used - at, BUFFER_SIZE / 2,
		   &header_size, &size) == FRAME_COMPLETE) {
		if (run->answers++ == 0)
			check_answer(run->buffer + at + header_size, size);
		at += header_size + size;
	}
	run->used -= at;
	memmove(run->buffer, run->buffer + at, run->used);
}

static void receive(struct run *run)
{
	const ssize_t got = recv(run->fd, run->buffer + run->used,
	    sizeof(run->buffer) - run->used, MSG_DONTWAIT);

	if (got == 0)
		errx(EXIT_FAILURE, "the connection was closed");
	if (got < 0 && errno != EAGAIN)
		err(EXIT_FAILURE, "recv");
	if (got > 0)
		run->used += (size_t)got;
	count_answers(run);
}

/* How far may be sent with the answers that are there. */
static size_t sendable(const struct run *run)
{
	const struct pipeline *pipeline = run->pipeline;
	const size_t last = run->answers + PIPELINE_WINDOW;

	return pipeline
	    ->ends[(last < pipeline->count ? last : pipeline->count) - 1];
}

static void send_more(struct run *run)
{
	const size_t end = sendable(run);
	const ssize_t sent = send(run->fd, run->pipeline->bytes + run->sent,
	    end - run->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN)
		err(EXIT_FAILURE, "send");
	if (sent > 0)
		run->sent += (size_t)sent;
}

double pipeline_run(const struct pipeline *pipeline, int fd)
{
	struct run *run = calloc(1, sizeof(*run));
	struct pollfd poll_fd = {.fd = fd};
	double begun;

	if (run == NULL)
		errx(EXIT_FAILURE, "out of memory");
	run->pipeline = pipeline;
	run->fd = fd;
	begun = now_s();
	while (run->answers < pipeline->count) {
		poll_fd.events = POLLIN;
		if (run->sent < sendable(run))
			poll_fd.events |= POLLOUT;
		if (poll(&poll_fd, 1, -1) < 0)
			err(EXIT_FAILURE, "poll");
		if (poll_fd.revents & POLLOUT)
			send_more(run);
		if (poll_fd.revents & ~POLLOUT)
			receive(run);
	}
	free(run);
	return now_s() - begun;
}
