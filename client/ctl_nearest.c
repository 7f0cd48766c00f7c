/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_nearest.h"

#include <string.h>

#define WORD_MAX 32

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters must be put in, left out, changed, or swapped with their
 * neighbour, to come from one word to the other; row[j] holds it for the first
 * i letters of one and the first j of the other. */
static size_t distance(const char *a, const char *b)
{
	const size_t a_size = strlen(a), b_size = strlen(b);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	size_t i, j;

	for (j = 0; j <= b_size; j++)
		row[j] = j;
	for (i = 1; i <= a_size; i++) {
		spare = before;
		before = last;
		last = row;
		row = spare;
		row[0] = i;
		for (j = 1; j <= b_size; j++) {
			row[j] = min(min(last[j], row[j - 1]) + 1,
			    last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min(row[j], before[j - 2] + 1);
		}
	}
	return row[b_size];
}

const char *ctl_nearest(
    const char *word, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t best = 3, changes, i;

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (i = 0; i < count; i++) {
		if (strlen(names[i]) > WORD_MAX)
			continue;
		changes = distance(word, names[i]);
		if (changes < best && 2 * changes < strlen(names[i])) {
			nearest = names[i];
			best = changes;
		}
	}
	return nearest;
}
