/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/figure.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double clock_s(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double now_s(void)
{
	return clock_s(CLOCK_MONOTONIC);
}

double processor_s(void)
{
	return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

void figure_print(const char *name, const char *unit, double ours, double peer)
{
	printf("{\"figure\":\"%s\",\"unit\":\"%s\",\"ours\":%.3f", name, unit,
	    ours);
	if (peer > 0)
		printf(",\"peer\":%.3f", peer);
	printf("}\n");
}

uint64_t figure_argument(const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || value == 0)
		errx(2, "not a number of at least 1: %s", text);
	return value;
}

uint64_t random_below(uint64_t *state, uint64_t bound)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (z ^ (z >> 31)) % bound;
}
