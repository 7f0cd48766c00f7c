/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests of the benches: to a daemon, on one connection. What goes wrong
 * ends the program. */
#ifndef TESTS_BENCH_REQUESTS_H
#define TESTS_BENCH_REQUESTS_H

#include "tests/bench/pipeline.h"

#include <stdbool.h>
#include <stdint.h>

/* A request with that id about that instance, which both outlive it; its
 * operation is the caller's to set. */
Memblock__V1__Request request_for(char *instance,
    Memblock__V1__Request__OperationCase operation, uint64_t id);

/* Makes an instance. */
void requests_create(int fd, char *instance);

/* The changes first to first + count - 1 of an instance, of which each is one
 * row: pages of a board of some hundred regions, reserved and freed. With keys,
 * each has a request key of its own. Returns the seconds it took. */
double requests_change(
    int fd, char *instance, uint64_t first, uint64_t count, bool with_keys);

/* Adds questions about the addresses of those pages. */
void requests_add_questions(
    struct pipeline *pipeline, char *instance, uint64_t count);

#endif
