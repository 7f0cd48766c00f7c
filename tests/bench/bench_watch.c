/* SPDX-License-Identifier: BSD-2-Clause */
/* What a watcher costs those who write: changes, pipelined on one connection,
 * while another connection is told of each of them, against changes of which
 * nobody is told. They take turns, so that both meet the same machine.
 *
 *   bench_watch MEMBLOCKD FOLDER REQUESTS
 *
 * FOLDER is empty before, and left as it is. */
#include "proto/frame.h"
#include "tests/bench/figure.h"
#include "tests/bench/memblockd_process.h"
#include "tests/bench/requests.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURNS 10 /* with a watcher, and as many without */
#define BUFFER_SIZE (4 << 20)

static char board[] = "board";

/* ---- the watcher, a process of its own ---- */

static void ask_to_watch(int fd)
{
	Memblock__V1__Watch watch = MEMBLOCK__V1__WATCH__INIT;
	Memblock__V1__Request request =
	    request_for(board, MEMBLOCK__V1__REQUEST__OPERATION_WATCH, 1);
	struct pipeline pipeline = {0};

	request.watch = &watch;
	pipeline_add(&pipeline, &request);
	/* The answer to be waited for is the heartbeat that comes at once. */
	pipeline_run(&pipeline, fd);
	pipeline_free(&pipeline);
}

/* The last seq of which a part tells. */
static uint64_t told_seq(const uint8_t *bytes, size_t size)
{
	Memblock__V1__Response *response =
	    memblock__v1__response__unpack(NULL, size, bytes);
	uint64_t seq;

	if (response == NULL || response->watch == NULL)
		errx(EXIT_FAILURE, "an answer to watch that is none");
	seq = response->seq;
	memblock__v1__response__free_unpacked(response, NULL);
	return seq;
}

static _Noreturn void watch(const char *folder, int ready, uint64_t last)
{
	static uint8_t bytes[BUFFER_SIZE];
	const int fd = memblockd_connect(folder);
	size_t used = 0, at, header_size, size;
	uint64_t seq = 0;
	ssize_t got;

	ask_to_watch(fd);
	if (write(ready, "", 1) != 1)
		err(EXIT_FAILURE, "write");
	while (seq < last) {
		got = read(fd, bytes + used, sizeof(bytes) - used);
		if (got <= 0)
			errx(EXIT_FAILURE, "the watch ended at seq %llu",
			    (unsigned long long)seq);
		used += (size_t)got;
		for (at = 0; frame_find(bytes + at, used - at, BUFFER_SIZE / 2,
				 &header_size, &size) == FRAME_COMPLETE;
		     at += header_size + size)
			seq = told_seq(bytes + at + header_size, size);
		used -= at;
		memmove(bytes, bytes + at, used);
	}
	_exit(EXIT_SUCCESS);
}

/* Comes back when it watches. It ends when it was told of seq last. */
static pid_t start_watching(const char *folder, uint64_t last)
{
	int ready[2];
	pid_t pid;
	char byte;

	fflush(stdout);
	if (pipe(ready) != 0 || (pid = fork()) < 0)
		err(EXIT_FAILURE, "fork");
	if (pid == 0)
		watch(folder, ready[1], last);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(EXIT_FAILURE, "the watcher did not get to watch");
	close(ready[0]);
	return pid;
}

/* ---- the writer ---- */

static double change_watched(
    int fd, const char *folder, uint64_t first, uint64_t count)
{
	const pid_t watcher = start_watching(folder, first + count);
	const double took = requests_change(fd, board, first, count, false);
	int status;

	if (waitpid(watcher, &status, 0) != watcher || status != 0)
		errx(EXIT_FAILURE, "the watcher was not told of everything");
	return took;
}

/* What a kind of turn took, all of them together. */
struct sum {
	double s;
	double loop_s; /* of processor, in the daemon's loop */
};

/* The loop is the daemon's first thread. */
static double loop_s(pid_t daemon)
{
	unsigned long long ns;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)daemon);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%llu", &ns) != 1)
		err(EXIT_FAILURE, "%s", path);
	fclose(file);
	return (double)ns / 1e9;
}

static void take_turn(pid_t daemon, int fd, const char *folder, uint64_t first,
    uint64_t count, struct sum *watched, struct sum *alone)
{
	const double begun = loop_s(daemon);
	double between;

	alone->s += requests_change(fd, board, first, count, false);
	between = loop_s(daemon);
	alone->loop_s += between - begun;
	watched->s += change_watched(fd, folder, first + count, count);
	watched->loop_s += loop_s(daemon) - between;
}

int main(int argc, char *argv[])
{
	struct sum watched = {0}, alone = {0};
	uint64_t count, turn;
	pid_t daemon;
	int fd;

	if (argc != 4)
		errx(2, "usage: bench_watch MEMBLOCKD FOLDER REQUESTS");
	count = figure_argument(argv[3]) / (2 * TURNS);
	if (count == 0)
		errx(2, "less than %d requests", 2 * TURNS);
	daemon = memblockd_start(argv[1], argv[2]);
	fd = memblockd_connect(argv[2]);
	requests_create(fd, board);
	for (turn = 0; turn < TURNS; turn++)
		take_turn(daemon, fd, argv[2], 2 * turn * count, count,
		    &watched, &alone);
	close(fd);
	memblockd_stop(daemon);
	figure_print("changes, watched", "requests/s",
	    (double)(TURNS * count) / watched.s,
	    (double)(TURNS * count) / alone.s);
	figure_print("loop, watched", "us/request",
	    watched.loop_s * 1e6 / (double)(TURNS * count),
	    alone.loop_s * 1e6 / (double)(TURNS * count));
	return EXIT_SUCCESS;
}
