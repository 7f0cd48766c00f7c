/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: asking a service for spans of its log. */
#ifndef TESTS_UNIT_LOG_QUESTION_H
#define TESTS_UNIT_LOG_QUESTION_H

#include "tests/unit/daemon_harness.h"

/* A request for the rows of "b" from one seq to another; 0: not said. */
struct asked log_question(uint64_t from, uint64_t to);

/* Expect the seqs from first on in steps of one, up or down, through all parts
 * of the answer. Returns how many parts there are. */
size_t log_assert_seqs(struct harness *harness, struct asked *asked,
    uint64_t first, int step, size_t count);

/* An instance at seq 10. */
void log_create_ten_rows(struct harness *harness);

#endif
