/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: requests about the instance "b" under request keys, which stay the
 * caller's, and what is expected of them. */
#ifndef TESTS_UNIT_KEYED_H
#define TESTS_UNIT_KEYED_H

#include "tests/unit/daemon_harness.h"

/* Asks for something that needs nothing but the name. */
const Memblock__V1__Response *keyed_ask(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *key);

/* A reserve of a page. */
void keyed_reserve(struct asked *asked, uint64_t address, const char *key);

/* An answer that is OK and has that seq. */
void keyed_expect_ok(const Memblock__V1__Response *response, uint64_t seq);

/* So many operations are in the journal, as text. */
void keyed_expect_rows(struct harness *harness, const char *count);

/* Stops the daemon and starts another on the same journal. */
void keyed_restart(struct harness *harness);

#endif
