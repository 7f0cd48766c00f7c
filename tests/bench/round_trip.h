/* SPDX-License-Identifier: BSD-2-Clause */
/* One request at a time on one connection, each when the one before is
 * answered. What goes wrong ends the program. */
#ifndef TESTS_BENCH_ROUND_TRIP_H
#define TESTS_BENCH_ROUND_TRIP_H

#include "memblock.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sends it, and comes back without waiting for the answer. */
void round_trip_ask(int fd, const Memblock__V1__Request *request);

/* Waits for all parts of an answer, whose status must be OK. Returns its seq.
 */
uint64_t round_trip_wait(int fd);

/* Whether an answer, or a part of one, has come. */
bool round_trip_is_over(int fd);

/* Both; returns the seconds from the one to the other. */
double round_trip(int fd, const Memblock__V1__Request *request);

/* Sorts times; of 100 of them, percent are not above what is returned. */
double round_trip_percentile(double *times, size_t count, unsigned int percent);

#endif
