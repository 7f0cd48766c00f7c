/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: command lines that are numbers with names. */
#ifndef TESTS_FAULT_OPTIONS_H
#define TESTS_FAULT_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

struct number_option {
	const char *name; /* "seed"; NULL ends a table */
	uint64_t *value;  /* the default before, and what was given after */
	uint64_t max;
};

/* Reads "--NAME NUMBER" for the rows of a table. Anything else ends the
 * program with usage and status 2. */
void options_parse(int argc, char **argv, const struct number_option *table);

#endif
