/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/round_trip.h"

#include "proto/frame.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#define ANSWER_MAX (4 << 20)

void round_trip_ask(int fd, const Memblock__V1__Request *request)
{
	uint8_t bytes[512];
	const size_t size = memblock__v1__request__get_packed_size(request);
	const size_t header = frame_header(size, bytes);

	if (header + size > sizeof(bytes))
		errx(EXIT_FAILURE, "a request of %zu bytes", size);
	memblock__v1__request__pack(request, bytes + header);
	if (send(fd, bytes, header + size, MSG_NOSIGNAL) !=
	    (ssize_t)(header + size))
		err(EXIT_FAILURE, "send");
}

/* Whether it is the last part of an answer of the status OK; and its seq. */
static bool is_last(const uint8_t *bytes, size_t size, uint64_t *ret_seq)
{
	Memblock__V1__Response *response =
	    memblock__v1__response__unpack(NULL, size, bytes);
	bool last;

	if (response == NULL)
		errx(EXIT_FAILURE, "an answer that is none");
	if (response->status != NULL &&
	    response->status->code != MEMBLOCK__V1__STATUS__CODE__OK)
		errx(EXIT_FAILURE, "%s", response->status->message);
	last = !response->more;
	*ret_seq = response->seq;
	memblock__v1__response__free_unpacked(response, NULL);
	return last;
}

uint64_t round_trip_wait(int fd)
{
	static uint8_t bytes[ANSWER_MAX];
	size_t used = 0, at = 0, header_size, size;
	uint64_t seq;
	ssize_t got;

	for (;;) {
		got = recv(fd, bytes + used, sizeof(bytes) - used, 0);
		if (got <= 0)
			errx(EXIT_FAILURE, "the connection was closed");
		used += (size_t)got;
		while (frame_find(bytes + at, used - at, ANSWER_MAX / 2,
			   &header_size, &size) == FRAME_COMPLETE) {
			at += header_size;
			if (is_last(bytes + at, size, &seq))
				return seq;
			at += size;
		}
	}
}

bool round_trip_is_over(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, 0) > 0;
}

double round_trip(int fd, const Memblock__V1__Request *request)
{
	const double begun = now_s();

	round_trip_ask(fd, request);
	round_trip_wait(fd);
	return now_s() - begun;
}

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

double round_trip_percentile(double *times, size_t count, unsigned int percent)
{
	qsort(times, count, sizeof(*times), compare);
	return times[(count * percent + 99) / 100 - 1];
}
