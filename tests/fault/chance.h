/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: random numbers that a seed gives again. */
#ifndef TESTS_FAULT_CHANCE_H
#define TESTS_FAULT_CHANCE_H

#include <stdint.h>

/* Any number is a seed. */
struct chance {
	uint64_t state;
};

/* 64 random bits: splitmix64. */
uint64_t chance_next(struct chance *chance);

/* 0 to bound - 1; bound is not 0. */
uint64_t chance_below(struct chance *chance, uint64_t bound);

#endif
