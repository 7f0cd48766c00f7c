/* SPDX-License-Identifier: BSD-2-Clause */
/* How long it takes to find out who put each part of instance 1 there, in
 * seconds of processor, against doing the same operations again and following
 * none.
 *
 *   bench_blame FILE */
#include "engine/blame.h"
#include "storage/journal.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <stdlib.h>

static void must(enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error->text);
}

/* As in daemon/blame.c. */
static bool follow(
    void *arg, const struct memblock *mb, const struct journal_row *row)
{
	struct blame **blame = arg;

	if (row != NULL)
		return blame_follow(*blame, mb, &row->op, &row->outcome,
			   row->seq) == MB_OK;
	*blame = blame_begin(mb, 0);
	return *blame != NULL;
}

static bool pass(
    void *arg, const struct memblock *mb, const struct journal_row *row)
{
	(void)arg;
	(void)mb;
	(void)row;
	return true;
}

static double replay_s(struct journal *journal, uint64_t seq,
    bool (*visit)(
	void *arg, const struct memblock *mb, const struct journal_row *row))
{
	const double begun = processor_s();
	struct journal_error error;
	struct blame *blame = NULL;

	must(journal_follow(journal, 1, seq, visit, &blame, &error), &error);
	blame_destroy(blame);
	return processor_s() - begun;
}

int main(int argc, char *argv[])
{
	struct journal_instance instance;
	struct journal_error error;
	struct journal *journal;
	double peer;

	if (argc != 2)
		errx(2, "usage: bench_blame FILE");
	must(journal_open(
		 argv[1], JOURNAL_READ, JOURNAL_SYNC_FULL, &journal, &error),
	    &error);
	must(journal_find_life(journal, 1, &instance, &error), &error);
	/* Once before, so that both find the file in memory. */
	replay_s(journal, instance.seq, pass);
	peer = replay_s(journal, instance.seq, pass);
	figure_print(
	    "blame", "s", replay_s(journal, instance.seq, follow), peer);
	must(journal_close(journal, &error), &error);
	return EXIT_SUCCESS;
}
