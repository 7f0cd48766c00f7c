/* SPDX-License-Identifier: BSD-2-Clause */
/* What others wait while somebody reads the past: pings, one at a time, while
 * another connection dumps instance 1 at random seqs without a pause, against
 * pings while it does not. They take turns, so that both meet the same machine.
 * Then what a dump of the past takes of the loop's own processor time, against
 * a dump of the present.
 *
 *   bench_loop MEMBLOCKD FOLDER PINGS
 *
 * FOLDER/journal.db is as write_history wrote it. */
#include "tests/bench/figure.h"
#include "tests/bench/memblockd_process.h"
#include "tests/bench/requests.h"
#include "tests/bench/round_trip.h"

#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURNS 10 /* with somebody who reads the past, and as many without */
#define DUMPS 200

static char history[] = "b";

/* ---- who reads the past, a process of its own ---- */

static uint64_t last_seq(int fd)
{
	Memblock__V1__Info info = MEMBLOCK__V1__INFO__INIT;
	Memblock__V1__Request request =
	    request_for(history, MEMBLOCK__V1__REQUEST__OPERATION_INFO, 1);

	request.info = &info;
	round_trip_ask(fd, &request);
	return round_trip_wait(fd);
}

/* NULL: as it stands. */
static void dump_at(int fd, const uint64_t *seq)
{
	Memblock__V1__Dump dump = MEMBLOCK__V1__DUMP__INIT;
	Memblock__V1__Request request =
	    request_for(history, MEMBLOCK__V1__REQUEST__OPERATION_DUMP, 1);

	request.dump = &dump;
	if (seq != NULL) {
		request.has_at_seq = 1;
		request.at_seq = *seq;
	}
	round_trip(fd, &request);
}

static void dump_at_random(int fd, uint64_t seqs, uint64_t *random)
{
	const uint64_t seq = random_below(random, seqs);

	dump_at(fd, &seq);
}

static bool is_closed(int fd)
{
	struct pollfd poll_fd = {.fd = fd};

	return poll(&poll_fd, 1, 0) > 0;
}

/* Until nobody holds the other end of stop any more. */
static _Noreturn void read_the_past(
    const char *folder, int ready, int stop, uint64_t random)
{
	const int fd = memblockd_connect(folder);
	const uint64_t seqs = last_seq(fd) + 1;

	dump_at_random(fd, seqs, &random);
	if (write(ready, "", 1) != 1)
		err(EXIT_FAILURE, "write");
	while (!is_closed(stop))
		dump_at_random(fd, seqs, &random);
	_exit(EXIT_SUCCESS);
}

struct reader {
	pid_t pid;
	int stop; /* closed: it is to stop */
};

/* Comes back when it reads. */
static struct reader start_reader(const char *folder, uint64_t random)
{
	struct reader reader;
	int ready[2], stop[2];
	char byte;

	fflush(stdout);
	if (pipe(ready) != 0 || pipe(stop) != 0 || (reader.pid = fork()) < 0)
		err(EXIT_FAILURE, "fork");
	if (reader.pid == 0) {
		close(stop[0]);
		read_the_past(folder, ready[1], stop[1], random);
	}
	close(ready[1]);
	close(stop[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(EXIT_FAILURE, "the past was not read");
	close(ready[0]);
	reader.stop = stop[0];
	return reader;
}

/* Comes back when its last dump was answered. */
static void stop_reader(const struct reader *reader)
{
	int status;

	close(reader->stop);
	if (waitpid(reader->pid, &status, 0) != reader->pid || status != 0)
		errx(EXIT_FAILURE, "the reader of the past failed");
}

/* ---- who waits ---- */

static void ping(int fd, double *times, uint64_t count)
{
	Memblock__V1__Ping message = MEMBLOCK__V1__PING__INIT;
	Memblock__V1__Request request =
	    request_for(NULL, MEMBLOCK__V1__REQUEST__OPERATION_PING, 1);
	uint64_t i;

	request.ping = &message;
	for (i = 0; i < count; i++)
		times[i] = round_trip(fd, &request);
}

static void take_turn(int fd, const char *folder, uint64_t turn, uint64_t count,
    double *meanwhile, double *alone)
{
	struct reader reader;

	ping(fd, alone + turn * count, count);
	reader = start_reader(folder, turn + 1);
	ping(fd, meanwhile + turn * count, count);
	stop_reader(&reader);
}

/* ---- what the loop does for it ---- */

static void dump_both(pid_t daemon, int fd)
{
	const uint64_t seqs = last_seq(fd) + 1;
	uint64_t random = 1;
	double begun, between, ended;
	int i;

	dump_at(fd, NULL); /* it is in memory from now on */
	begun = memblockd_loop_s(daemon);
	for (i = 0; i < DUMPS; i++)
		dump_at_random(fd, seqs, &random);
	between = memblockd_loop_s(daemon);
	for (i = 0; i < DUMPS; i++)
		dump_at(fd, NULL);
	ended = memblockd_loop_s(daemon);
	figure_print("loop, past read", "us", (between - begun) * 1e6 / DUMPS,
	    (ended - between) * 1e6 / DUMPS);
}

static void print(const char *name, double *meanwhile, double *alone,
    uint64_t count, unsigned int percent)
{
	figure_print(name, "us",
	    round_trip_percentile(meanwhile, count, percent) * 1e6,
	    round_trip_percentile(alone, count, percent) * 1e6);
}

int main(int argc, char *argv[])
{
	double *meanwhile, *alone;
	uint64_t count, turn;
	pid_t daemon;
	int fd;

	if (argc != 4)
		errx(2, "usage: bench_loop MEMBLOCKD FOLDER PINGS");
	count = figure_argument(argv[3]) / TURNS;
	if (count == 0)
		errx(2, "less than %d pings", TURNS);
	meanwhile = calloc(TURNS * count, sizeof(*meanwhile));
	alone = calloc(TURNS * count, sizeof(*alone));
	if (meanwhile == NULL || alone == NULL)
		errx(EXIT_FAILURE, "out of memory");
	daemon = memblockd_start(argv[1], argv[2]);
	fd = memblockd_connect(argv[2]);
	for (turn = 0; turn < TURNS; turn++)
		take_turn(fd, argv[2], turn, count, meanwhile, alone);
	dump_both(daemon, fd);
	close(fd);
	memblockd_stop(daemon);
	print("ping, past read, median", meanwhile, alone, TURNS * count, 50);
	print("ping, past read, p99", meanwhile, alone, TURNS * count, 99);
	free(meanwhile);
	free(alone);
	return EXIT_SUCCESS;
}
