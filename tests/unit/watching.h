/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: watching the instances of a service. */
#ifndef TESTS_UNIT_WATCHING_H
#define TESTS_UNIT_WATCHING_H

#include "tests/unit/daemon_harness.h"

/* A request to watch an instance, or with NULL every one, from a seq on; 0: not
 * said. */
struct asked watching_question(const char *name, uint64_t from);

/* Sends it. The id under which the parts come. */
uint64_t watching_begin(
    struct harness *harness, const char *name, uint64_t from);

/* Waits for the part of that number. Expects it to be a heartbeat at seq; or to
 * tell of the rows of name from first to last. */
void watching_expect_heartbeat(
    struct harness *harness, uint64_t id, size_t number, uint64_t seq);
void watching_expect_rows(struct harness *harness, uint64_t id, size_t number,
    const char *name, uint64_t first, uint64_t last);

/* Waits for the end, after which nothing comes; its last part. */
const Memblock__V1__Response *watching_end(
    struct harness *harness, uint64_t id);

/* Reserves one byte, and waits for the answer. */
void watching_reserve(struct harness *harness, const char *name);

/* Runs the service until there are so many watches. */
void watching_run_until_count(struct harness *harness, uint64_t count);

#endif
