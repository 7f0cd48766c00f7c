/* SPDX-License-Identifier: BSD-2-Clause */
/* How long it takes to bring back instance 1 of a journal as it stood at
 * random seqs, in milliseconds of processor: half of the times, and the
 * longest.
 *
 *   bench_past FILE LOADS */
#include "storage/journal.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static void must(enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error->text);
}

static void load_at(struct journal *journal, uint64_t seq, double *ret_ms)
{
	struct journal_state state;
	struct journal_error error;
	const double begun = processor_s();

	must(journal_load_at(journal, 1, seq, &state, &error), &error);
	*ret_ms = (processor_s() - begun) * 1e3;
	memblock_destroy(state.mb);
}

int main(int argc, char *argv[])
{
	struct journal_instance instance;
	struct journal_error error;
	struct journal *journal;
	uint64_t i, loads, random = 1;
	double *took;

	if (argc != 3)
		errx(2, "usage: bench_past FILE LOADS");
	loads = figure_argument(argv[2]);
	took = calloc(loads, sizeof(*took));
	if (took == NULL)
		errx(EXIT_FAILURE, "out of memory");
	must(journal_open(
		 argv[1], JOURNAL_READ, JOURNAL_SYNC_FULL, &journal, &error),
	    &error);
	must(journal_find_life(journal, 1, &instance, &error), &error);
	for (i = 0; i < loads; i++)
		load_at(
		    journal, random_below(&random, instance.seq + 1), &took[i]);
	must(journal_close(journal, &error), &error);
	qsort(took, loads, sizeof(took[0]), compare);
	figure_print("past, median", "ms", took[loads / 2], 0);
	figure_print("past, slowest", "ms", took[loads - 1], 0);
	free(took);
	return EXIT_SUCCESS;
}
