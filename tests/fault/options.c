/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void print_usage(
    const char *program, const struct number_option *table)
{
	fprintf(stderr, "usage: %s", program);
	for (; table->name != NULL; table++)
		fprintf(
		    stderr, " [--%s 0-%" PRIu64 "]", table->name, table->max);
	fputc('\n', stderr);
	exit(2);
}

static const struct number_option *find(
    const struct number_option *table, const char *word)
{
	if (strncmp(word, "--", 2) != 0)
		return NULL;
	for (; table->name != NULL; table++)
		if (strcmp(table->name, word + 2) == 0)
			return table;
	return NULL;
}

void options_parse(int argc, char **argv, const struct number_option *table)
{
	const struct number_option *row;
	char *end;
	int i;

	for (i = 1; i < argc; i += 2) {
		row = find(table, argv[i]);
		if (row == NULL || i + 1 == argc)
			print_usage(argv[0], table);
		errno = 0;
		*row->value = strtoull(argv[i + 1], &end, 0);
		if (errno != 0 || end == argv[i + 1] || *end != '\0' ||
		    *row->value > row->max)
			print_usage(argv[0], table);
	}
}
