/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/echo.h"

#include "memblock.pb-c.h"
#include "proto/frame.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_SIZE (64 << 10)
#define ANSWER_MAX 64

struct buffer {
	size_t used;
	uint8_t bytes[2 * BUFFER_SIZE];
};

static void answer(const uint8_t *bytes, size_t size, struct buffer *out)
{
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__QueryResult result = MEMBLOCK__V1__QUERY_RESULT__INIT;
	Memblock__V1__Request *request =
	    memblock__v1__request__unpack(NULL, size, bytes);

	if (request == NULL)
		errx(EXIT_FAILURE, "echo: a request that is none");
	response.has_id = response.has_seq = 1;
	response.id = response.seq = request->id;
	response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_QUERY;
	response.query = &result;
	result.has_value = result.value = 1;
	out->used +=
	    frame_header(memblock__v1__response__get_packed_size(&response),
		out->bytes + out->used);
	out->used +=
	    memblock__v1__response__pack(&response, out->bytes + out->used);
	memblock__v1__request__free_unpacked(request, NULL);
}

static void write_all(int fd, struct buffer *out)
{
	size_t at = 0;
	ssize_t sent;

	while (at < out->used) {
		sent = write(fd, out->bytes + at, out->used - at);
		if (sent < 0)
			err(EXIT_FAILURE, "echo: write");
		at += (size_t)sent;
	}
	out->used = 0;
}

/* The answers to all that came leave in one write, as far as there is room. */
static void answer_all(int fd, struct buffer *in, struct buffer *out)
{
	size_t at = 0, header_size, size;

	while (frame_find(in->bytes + at, in->used - at, BUFFER_SIZE / 2,
		   &header_size, &size) == FRAME_COMPLETE) {
		answer(in->bytes + at + header_size, size, out);
		at += header_size + size;
		if (out->used > sizeof(out->bytes) - ANSWER_MAX)
			write_all(fd, out);
	}
	write_all(fd, out);
	in->used -= at;
	memmove(in->bytes, in->bytes + at, in->used);
}

static _Noreturn void run(int fd)
{
	static struct buffer in, out;
	ssize_t got;

	while ((got = read(fd, in.bytes + in.used, BUFFER_SIZE)) > 0) {
		in.used += (size_t)got;
		answer_all(fd, &in, &out);
	}
	_exit(got == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

int echo_start(void)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ||
	    (pid = fork()) < 0)
		err(EXIT_FAILURE, "fork");
	if (pid == 0) {
		close(ends[0]);
		run(ends[1]);
	}
	close(ends[1]);
	return ends[0];
}

void echo_stop(int fd)
{
	int status;

	close(fd);
	if (wait(&status) < 0 || status != 0)
		errx(EXIT_FAILURE, "the echo ended with status %d", status);
}
