/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs of this folder print: a figure a line, beside the floor or
 * the peer that it is measured against in the same run. */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdint.h>

/* Seconds from some moment on. */
double now_s(void);

/* Seconds of processor that this process had: for what waits for nobody, so
 * that it counts no time in which the machine did something else. */
double processor_s(void);

/* Prints {"figure":…,"unit":…,"ours":…,"peer":…} as one line. unit ends in
 * "/s" where more is better. A peer of 0: there is none. name and unit are
 * plain ASCII without quotes. */
void figure_print(const char *name, const char *unit, double ours, double peer);

/* A whole number of at least 1 that a user gave; ends the program with status
 * 2 when it is none. */
uint64_t figure_argument(const char *text);

/* splitmix64: a number below bound, which is not 0. */
uint64_t random_below(uint64_t *state, uint64_t bound);

#endif
