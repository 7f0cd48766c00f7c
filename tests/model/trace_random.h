/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers that a seed repeats, for the makers of traces. */
#ifndef TESTS_MODEL_TRACE_RANDOM_H
#define TESTS_MODEL_TRACE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_next(struct random *random)
{
	uint64_t z = (random->state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to bound - 1. */
static inline uint64_t random_below(struct random *random, uint64_t bound)
{
	return random_next(random) % bound;
}

static inline bool random_chance(struct random *random, unsigned int percent)
{
	return random_below(random, 100) < percent;
}

/* One of a list of numbers. */
#define RANDOM_PICK(random, ...)                                               \
	((const uint64_t[]){__VA_ARGS__}[random_below((random),                \
	    sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))])

#endif
