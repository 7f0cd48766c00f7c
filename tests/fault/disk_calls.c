/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk, call by call: fails the n-th write, sync, truncate, open, lock,
 * shared-memory map, read and delete of a scenario on the journal, for every n
 * until the scenario passes without meeting the fault; once, and from then on.
 *
 *   disk_calls [--seed S] [--batches N] [--fault F] [--call N] [--every K]
 *       [--spill 1]
 *
 * After each failure: a crash at that moment leaves what the journal held
 * before the step or what it holds after it; the reader beside the writer sees
 * what was there before; and when the disk works again, a probe succeeds and
 * the step is taken without opening anything anew. With --every K only each
 * K-th call; with --spill 1 SQLite keeps next to no page in memory, so that
 * transactions reach the WAL, and imports a temporary file, page by page. Exit
 * 0: it all held. */
#include "tests/fault/failing_disk.h"
#include "tests/fault/options.h"
#include "tests/fault/scenario.h"
#include "tests/fuzz/folder.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
	const struct disk_fault *fault;
	size_t call;
	struct scenario *scenario;
	size_t committed; /* batches */
	struct folder folder, copy;
	struct journal *writer, *reader;
	struct journal_error error;
	char complaint[1024]; /* "": none yet */
};

/* ---- complaining ---- */

static bool complain(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes the first complaint. Answers false. */
static bool complain(struct run *run, const char *format, ...)
{
	va_list arguments;

	if (run->complaint[0] != '\0')
		return false;
	va_start(arguments, format);
	vsnprintf(run->complaint, sizeof(run->complaint), format, arguments);
	va_end(arguments);
	return false;
}

static bool expect_holdings(struct run *run, const struct holdings *found,
    size_t least, size_t most, const char *where)
{
	char text[256];
	size_t i;

	for (i = least; i <= most; i++)
		if (holdings_same(found, &run->scenario->after[i]))
			return true;
	holdings_difference(
	    found, &run->scenario->after[least], text, sizeof(text));
	return complain(
	    run, "after batch %zu, %s: %s", run->committed, where, text);
}

/* ---- looking ---- */

/* Through the reader beside the writer: what was acknowledged and nothing
 * else. While the disk fails, it may not be able to say. */
static bool check_reader(struct run *run)
{
	enum journal_status status;
	struct holdings found;

	if (run->reader == NULL)
		return true;
	status = holdings_read(run->reader, &found, &run->error);
	if (status == JOURNAL_FAILED && failing_disk_is_failing())
		return true;
	if (status != JOURNAL_OK)
		return complain(run, "the reader beside it: status %d: %s",
		    status, run->error.text);
	return expect_holdings(
	    run, &found, run->committed, run->committed, "the reader");
}

/* Opens the copy as a daemon does when it starts, and takes out what is left
 * of what was dropped. */
static bool check_copy(struct run *run, size_t most, const char *when)
{
	enum journal_status status;
	struct holdings found;
	struct journal *journal;

	status = scenario_open(run->copy.journal, &journal, &run->error);
	if (status != JOURNAL_OK)
		return complain(run, "%s: no start: %s", when, run->error.text);
	status = scenario_sweep(journal, &run->error);
	if (status == JOURNAL_OK)
		status = holdings_read(journal, &found, &run->error);
	journal_close(journal, &run->error);
	if (status != JOURNAL_OK)
		return complain(run, "%s: %s", when, run->error.text);
	return expect_holdings(run, &found, run->committed, most, when);
}

/* ---- the steps ---- */

static void close_reader(struct run *run)
{
	struct journal_error ignored; /* a reader has nothing to lose */

	journal_close(run->reader, &ignored);
	run->reader = NULL;
}

static enum journal_status open_both(struct run *run)
{
	enum journal_status status;
	struct journal_error ignored;

	status = scenario_open(run->folder.journal, &run->writer, &run->error);
	if (status != JOURNAL_OK)
		return status;
	status = journal_open(run->folder.journal, JOURNAL_READ,
	    JOURNAL_SYNC_FULL, &run->reader, &run->error);
	if (status == JOURNAL_OK)
		return status;
	journal_close(run->writer, &ignored);
	run->writer = NULL;
	return status;
}

static enum journal_status close_both(struct run *run)
{
	struct journal *writer = run->writer;

	close_reader(run);
	run->writer = NULL;
	return journal_close(writer, &run->error);
}

static enum journal_status read_all(struct run *run)
{
	enum journal_status status;
	struct holdings found;

	status = holdings_read(run->reader, &found, &run->error);
	if (status == JOURNAL_OK &&
	    !expect_holdings(
		run, &found, run->committed, run->committed, "the reader"))
		status = JOURNAL_DIFFERS;
	return status;
}

static enum journal_status take_step(struct run *run, enum step step)
{
	bool more;

	switch (step) {
	case STEP_OPEN:
		return open_both(run);
	case STEP_READ:
		return read_all(run);
	case STEP_CLOSE:
		return close_both(run);
	case STEP_SWEEP:
		return journal_sweep(run->writer, &more, &run->error);
	default:
		return scenario_commit(run->scenario, run->committed,
		    run->reader, run->writer, &run->error);
	}
}

/* The step failed: all that is promised of that moment. A probe tries the disk
 * while it fails, as the daemon's do; how that ends is not said. */
static bool look_around(struct run *run, enum step step)
{
	const size_t most = run->committed + (step == STEP_COMMIT);

	if (!check_reader(run))
		return false;
	folder_copy(&run->folder, &run->copy);
	if (run->writer != NULL)
		journal_probe(run->writer, &run->error);
	failing_disk_heal();
	if (!check_copy(run, most, "a crash at the failure"))
		return false;
	if (run->writer == NULL)
		return true;
	if (journal_probe(run->writer, &run->error) != JOURNAL_OK)
		return complain(
		    run, "the disk works, the probe says: %s", run->error.text);
	folder_copy(&run->folder, &run->copy);
	return check_reader(run) &&
	       check_copy(run, run->committed, "a crash after the probe");
}

/* A step that closes is over even when it fails. */
static bool recover(struct run *run, enum step step)
{
	if (!look_around(run, step))
		return false;
	if (step != STEP_CLOSE && take_step(run, step) != JOURNAL_OK)
		return complain(run, "the disk works, step %d again: %s", step,
		    run->error.text);
	return true;
}

static bool walk(struct run *run)
{
	const enum step *step;
	enum journal_status status;

	for (step = run->scenario->steps; *step != STEP_END; step++) {
		status = take_step(run, *step);
		if (run->complaint[0] != '\0')
			return false;
		if (status != JOURNAL_OK && status != JOURNAL_FAILED)
			return complain(run, "step %d answers status %d: %s",
			    *step, status, run->error.text);
		if (status != JOURNAL_OK && !failing_disk_struck())
			return complain(run, "step %d fails by itself: %s",
			    *step, run->error.text);
		if (status != JOURNAL_OK && !recover(run, *step))
			return false;
		run->committed += *step == STEP_COMMIT;
	}
	failing_disk_heal();
	folder_copy(&run->folder, &run->copy);
	return check_copy(run, run->committed, "the end");
}

/* One scenario with one fault. *ret_met: it was met. */
static bool try_call(struct run *run, bool *ret_met)
{
	struct journal_error ignored;
	bool held;

	run->committed = 0;
	folder_clear(&run->folder);
	failing_disk_arm(run->fault, run->call);
	held = walk(run);
	*ret_met = failing_disk_struck();
	failing_disk_heal();
	close_reader(run);
	journal_close(run->writer, &ignored);
	run->writer = NULL;
	return held;
}

/* ---- all of them ---- */

struct options {
	uint64_t seed;
	uint64_t batches;
	uint64_t fault; /* from 1; 0: all */
	uint64_t call;	/* 0: all */
	uint64_t every;
	uint64_t spill;
};

/* Every call, or each K-th from the seed's on, or the one that was asked
 * for. */
static bool try_calls(struct run *run, const struct options *options)
{
	bool met = true;

	if (options->call > 0) {
		run->call = options->call;
		return try_call(run, &met);
	}
	run->call = 1 + options->seed % options->every;
	while (try_call(run, &met) && met)
		run->call += options->every;
	return !met;
}

static bool try_fault(const struct options *options, size_t number,
    size_t batches, struct run *run)
{
	struct scenario *scenario = scenario_new(options->seed, batches);
	bool held;

	memset(run, 0, sizeof(*run));
	run->fault = &disk_faults[number];
	run->scenario = scenario;
	folder_make(&run->folder);
	folder_make(&run->copy);
	held = try_calls(run, options);
	folder_remove(&run->folder);
	folder_remove(&run->copy);
	scenario_free(scenario);
	return held;
}

/* Looks for the shortest scenario that fails, and says how to run it. */
static void report(const struct options *options, size_t number)
{
	struct options all = *options;
	struct run run;
	size_t batches = 0;

	all.call = options->batches == 0 ? options->call : 0;
	while (batches < options->batches &&
	       try_fault(&all, number, batches, &run))
		batches++;
	if (batches == options->batches)
		try_fault(options, number, batches, &run);
	printf("%s\n  disk_calls --seed %" PRIu64
	       " --batches %zu --spill %" PRIu64 " --fault %zu --call %zu\n",
	    run.complaint, options->seed, batches, options->spill, number + 1,
	    run.call);
}

static bool try_all(const struct options *options)
{
	char text[64];
	struct run run;
	bool held = true;
	size_t i;

	for (i = 0; i < disk_fault_count; i++) {
		if (options->fault != 0 && options->fault != i + 1)
			continue;
		disk_fault_text(&disk_faults[i], text, sizeof(text));
		printf("%2zu  %-36s ", i + 1, text);
		fflush(stdout);
		if (try_fault(options, i, options->batches, &run)) {
			printf("%4zu calls, held\n", run.call - 1);
		} else {
			report(options, i);
			held = false;
		}
	}
	return held;
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 1, .batches = 8, .every = 1};
	const struct number_option table[] = {
	    {"seed", &options.seed, UINT64_MAX},
	    {"batches", &options.batches, SCENARIO_BATCHES_MAX},
	    {"fault", &options.fault, disk_fault_count},
	    {"call", &options.call, SIZE_MAX},
	    {"every", &options.every, SIZE_MAX / 2},
	    {"spill", &options.spill, 1},
	    {NULL, NULL, 0},
	};

	options_parse(argc, argv, table);
	options.every += options.every == 0;
	if (options.spill)
		sqlite3_soft_heap_limit64(1);
	disk_install();
	printf("seed %" PRIu64 ", %" PRIu64 " batches\n", options.seed,
	    options.batches);
	return try_all(&options) ? EXIT_SUCCESS : EXIT_FAILURE;
}
