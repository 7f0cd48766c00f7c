/* SPDX-License-Identifier: BSD-2-Clause */
/* What a watcher costs those who write: changes, pipelined on one connection,
 * while another connection is told of each of them, against changes of which
 * nobody is told. They take turns, now one first and now the other, so that
 * both meet the same machine. The turn in the middle of each kind is told of,
 * so that it does not count when something else keeps the machine busy for a
 * while, nor in whose turn the journal happens to copy its WAL.
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
#include <time.h>
#include <unistd.h>

#define TURNS 20 /* with a watcher, and as many without */
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

static uint64_t take_varint(const uint8_t **at)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	for (; **at & 0x80; (*at)++, shift += 7)
		value |= (uint64_t)(**at & 0x7f) << shift;
	return value | (uint64_t) * (*at)++ << shift;
}

/* The last seq of which a part tells: its third field. The watcher takes the
 * bytes and looks at nothing else, for what one does with the entries is no
 * cost of the daemon's. */
static uint64_t told_seq(const uint8_t *bytes, size_t size)
{
	const uint8_t *at = bytes, *end = bytes + size;
	uint64_t tag, value;

	while (at < end) {
		tag = take_varint(&at);
		value = take_varint(&at);
		if (tag == 3 << 3)
			return value;
		if (tag != 1 << 3) /* what is no number has its length there */
			at += value;
	}
	errx(EXIT_FAILURE, "a part of a watch without a seq");
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

/* What the turns of a kind took: by the clock, and of processor in the daemon
 * and in its loop. */
struct spent {
	double s[TURNS], daemon_s[TURNS], loop_s[TURNS];
};

/* Of all threads of the daemon, also of those that have ended. */
static double daemon_s(pid_t daemon)
{
	struct timespec spent;
	clockid_t clock;

	if (clock_getcpuclockid(daemon, &clock) != 0 ||
	    clock_gettime(clock, &spent) != 0)
		errx(EXIT_FAILURE, "no processor time of the daemon");
	return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

struct bench {
	const char *folder;
	pid_t daemon;
	int fd;
	uint64_t count; /* changes in a turn */
	uint64_t first; /* of the turn that comes next */
	struct spent watched, alone;
};

static void take_turn(struct bench *bench, size_t turn, bool watched)
{
	struct spent *spent = watched ? &bench->watched : &bench->alone;
	const double daemon_begun = daemon_s(bench->daemon);
	const double loop_begun = memblockd_loop_s(bench->daemon);

	if (watched)
		spent->s[turn] = change_watched(
		    bench->fd, bench->folder, bench->first, bench->count);
	else
		spent->s[turn] = requests_change(
		    bench->fd, board, bench->first, bench->count, false);
	spent->loop_s[turn] = memblockd_loop_s(bench->daemon) - loop_begun;
	spent->daemon_s[turn] = daemon_s(bench->daemon) - daemon_begun;
	bench->first += bench->count;
}

/* ---- what came of it ---- */

static int compare_seconds(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The turn in the middle; sorts them. */
static double middle(double turns[TURNS])
{
	qsort(turns, TURNS, sizeof(double), compare_seconds);
	return (turns[TURNS / 2 - 1] + turns[TURNS / 2]) / 2;
}

static void print_figures(struct bench *bench)
{
	const double count = (double)bench->count;
	struct spent *watched = &bench->watched, *alone = &bench->alone;

	figure_print("changes, watched", "requests/s",
	    count / middle(watched->s), count / middle(alone->s));
	figure_print("daemon, watched", "us/request",
	    middle(watched->daemon_s) * 1e6 / count,
	    middle(alone->daemon_s) * 1e6 / count);
	figure_print("loop, watched", "us/request",
	    middle(watched->loop_s) * 1e6 / count,
	    middle(alone->loop_s) * 1e6 / count);
}

int main(int argc, char *argv[])
{
	static struct bench bench;
	size_t turn;

	if (argc != 4)
		errx(2, "usage: bench_watch MEMBLOCKD FOLDER REQUESTS");
	bench.folder = argv[2];
	bench.count = figure_argument(argv[3]) / (2 * TURNS);
	if (bench.count == 0)
		errx(2, "less than %d requests", 2 * TURNS);
	bench.daemon = memblockd_start(argv[1], argv[2]);
	bench.fd = memblockd_connect(argv[2]);
	requests_create(bench.fd, board);
	for (turn = 0; turn < TURNS; turn++) {
		take_turn(&bench, turn, turn % 2 == 0);
		take_turn(&bench, turn, turn % 2 == 1);
	}
	close(bench.fd);
	memblockd_stop(bench.daemon);
	print_figures(&bench);
	return EXIT_SUCCESS;
}
