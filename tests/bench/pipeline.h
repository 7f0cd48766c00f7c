/* SPDX-License-Identifier: BSD-2-Clause */
/* Many requests on one connection, sent without waiting for each answer. What
 * goes wrong ends the program. */
#ifndef TESTS_BENCH_PIPELINE_H
#define TESTS_BENCH_PIPELINE_H

#include "memblock.pb-c.h"

#include <stddef.h>
#include <stdint.h>

/* As many are under way at a time; memblockd takes 1024 of a session. */
#define PIPELINE_WINDOW 1000

/* Frames, packed before the clock starts: bytes up to ends[i] are those of the
 * first i + 1. Zeroed: none yet. */
struct pipeline {
	uint8_t *bytes;
	size_t *ends;
	size_t count, bytes_room, ends_room;
};

void pipeline_add(
    struct pipeline *pipeline, const Memblock__V1__Request *request);

/* Sends all of them to a socket, and waits for as many frames as there are. The
 * first must be an answer whose status is OK. Returns the seconds it took. */
double pipeline_run(const struct pipeline *pipeline, int fd);

void pipeline_free(struct pipeline *pipeline);

#endif
