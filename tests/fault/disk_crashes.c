/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk, crash by crash: notes every write of a scenario, and starts from
 * what a crash before each sync can leave: of the writes that were not synced,
 * none, all, each prefix, all but each one, all with the last one torn, and
 * seeded subsets.
 *
 *   disk_crashes [--seed S] [--batches N] [--subsets N]
 *
 * Each time the journal opens, holds all that was acknowledged, and at most the
 * batch that was being written beside it, and takes the next batch. Then
 * the same on a disk that lied about its last syncs: an earlier state that
 * verifies whole or a refusal, and no instance is ever served in a layout that
 * it never had. Exit 0: it all held. */
#include "tests/fault/chance.h"
#include "tests/fault/crashes.h"
#include "tests/fault/options.h"
#include "tests/fault/recorded_disk.h"
#include "tests/fault/scenario.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	uint64_t seed;
	uint64_t batches;
	uint64_t subsets;
};

struct run {
	struct scenario *scenario;
	struct disk_record record;
	struct folder folder;
	struct crashes crashes;
	size_t states, earlier, refused;
	bool held;
};

/* ---- the scenario, recorded ---- */

static void must(enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		errx(EXIT_FAILURE, "without any crash: %s", error->text);
}

static void take_step(struct run *run, enum step step, struct journal **writer)
{
	const size_t done = run->record.acknowledged;
	struct journal_error error;
	bool more;

	if (step == STEP_OPEN) {
		must(
		    scenario_open(run->folder.journal, writer, &error), &error);
	} else if (step == STEP_COMMIT) {
		must(scenario_commit(
			 run->scenario, done, *writer, *writer, &error),
		    &error);
		disk_record_acknowledge(&run->record, done + 1);
	} else if (step == STEP_SWEEP) {
		must(journal_sweep(*writer, &more, &error), &error);
	} else if (step == STEP_CLOSE) {
		must(journal_close(*writer, &error), &error);
	}
}

static void record_scenario(struct run *run)
{
	const enum step *step;
	struct journal *writer;

	disk_record_begin(&run->record);
	for (step = run->scenario->steps; *step != STEP_END; step++)
		take_step(run, *step, &writer);
	disk_set_hook(NULL, NULL);
}

/* ---- starting from what is left ---- */

static bool say(struct run *run, const char *what)
{
	size_t i;

	printf("%s\n  a crash before note %zu of %zu, %zu syncs lied; did not "
	       "arrive:",
	    what, run->crashes.before, run->record.count, run->crashes.lies);
	for (i = 0; i < run->crashes.before; i++)
		if (!run->crashes.arrived[i])
			printf(" %zu", i);
	printf("\n");
	run->held = false;
	return false;
}

/* How many batches were acknowledged before the crash. */
static size_t least_shown(const struct run *run)
{
	return run->crashes.before == run->record.count
		   ? run->record.acknowledged
		   : run->record.notes[run->crashes.before].acknowledged;
}

/* batches: after how many of them it should have been. */
static bool say_holdings(
    struct run *run, const struct holdings *found, size_t batches)
{
	char text[256];
	size_t i;

	/* The state it comes closest to, if it is one but for little. */
	for (i = 0; i <= run->scenario->batch_count; i++)
		if (holdings_same_lives(found, &run->scenario->after[i]))
			batches = i;
	holdings_difference(
	    found, &run->scenario->after[batches], text, sizeof(text));
	printf("%s\n", text);
	return say(run, "a state that it cannot be in");
}

/* What a group was led to by is under no checksum: where a sync lied, that can
 * be missed. */
static bool is_after(
    const struct run *run, const struct holdings *found, size_t batches)
{
	const struct holdings *after = &run->scenario->after[batches];

	struct holdings compared = *found;

	if (run->crashes.lies > 0)
		memcpy(compared.trees, after->trees, sizeof(compared.trees));
	return holdings_same(&compared, after);
}

/* One of the states that the crash may show; *ret_batches: of so many. */
static bool is_acknowledged(
    const struct run *run, const struct holdings *found, size_t *ret_batches)
{
	const size_t least = least_shown(run);

	*ret_batches = least;
	if (is_after(run, found, least))
		return true;
	*ret_batches = least + 1;
	return least < run->scenario->batch_count &&
	       is_after(run, found, least + 1);
}

static bool is_earlier(const struct run *run, const struct holdings *found)
{
	size_t i;

	for (i = 0; i <= run->scenario->batch_count; i++)
		if (is_after(run, found, i))
			return true;
	return false;
}

/* What a damaged journal still serves is what once was. */
static bool check_served(struct run *run, struct journal *journal)
{
	struct journal_error error;
	struct holding holding;
	struct lives lives;
	size_t i;

	holdings_list(journal, &lives, &error);
	for (i = 0; i < lives.count; i++)
		if (holding_load(journal, &lives.of[i], &holding, &error) ==
			JOURNAL_OK &&
		    !scenario_knows(run->scenario, &holding))
			return say(run, "an instance is served as never was");
	return true;
}

static bool is_refusal(enum journal_status status)
{
	return status == JOURNAL_DAMAGED || status == JOURNAL_DIFFERS ||
	       status == JOURNAL_FOREIGN;
}

/* Takes the batch that is due next, the one that was lost if one was. */
static bool go_on(struct run *run, struct journal *journal, size_t batches)
{
	struct journal_error error;
	struct holdings found;

	if (journal_probe(journal, &error) != JOURNAL_OK)
		return say(run, error.text);
	if (batches == run->scenario->batch_count || run->crashes.lies > 0)
		return true;
	if (scenario_commit(run->scenario, batches, journal, journal, &error) !=
		JOURNAL_OK ||
	    scenario_sweep(journal, &error) != JOURNAL_OK ||
	    holdings_read(journal, &found, &error) != JOURNAL_OK)
		return say(run, error.text);
	return is_after(run, &found, batches + 1) ||
	       say_holdings(run, &found, batches + 1);
}

static bool look(struct run *run, struct journal *journal)
{
	enum journal_status status;
	struct journal_error error;
	struct holdings found;
	size_t batches;

	status = holdings_read(journal, &found, &error);
	if (status == JOURNAL_OK && is_acknowledged(run, &found, &batches))
		return go_on(run, journal, batches);
	if (status == JOURNAL_OK && run->crashes.lies > 0 &&
	    is_earlier(run, &found)) {
		run->earlier++;
		return true;
	}
	if (status == JOURNAL_OK)
		return say_holdings(run, &found, least_shown(run));
	if (run->crashes.lies == 0)
		return say(run, error.text);
	run->refused++;
	return is_refusal(status) ? check_served(run, journal)
				  : say(run, error.text);
}

static bool start(void *arg, const struct disk_crash *crash)
{
	struct run *run = arg;
	enum journal_status status;
	struct journal_error error;
	struct journal *journal;
	bool held;

	run->states++;
	disk_crash_write(crash, &run->folder);
	status = scenario_open(run->folder.journal, &journal, &error);
	if (status != JOURNAL_OK && run->crashes.lies > 0 &&
	    is_refusal(status)) {
		run->refused++;
		return true;
	}
	if (status != JOURNAL_OK)
		return say(run, error.text);
	held = look(run, journal);
	journal_close(journal, &error);
	return held;
}

/* ---- all of them ---- */

/* Before each sync, and after all. */
static void try_moments(
    struct run *run, const struct options *options, size_t lies)
{
	struct chance chance = {options->seed};
	size_t i;

	for (i = 0; i <= run->record.count && run->held; i++) {
		if (i < run->record.count &&
		    run->record.notes[i].call != DISK_SYNC)
			continue;
		crashes_try(&run->crashes, i, lies, options->subsets, &chance);
	}
}

static bool try_all(struct run *run, const struct options *options)
{
	static const size_t lies[] = {0, 1, 2, 5};
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]) && run->held; i++) {
		run->states = run->earlier = run->refused = 0;
		try_moments(run, options, lies[i]);
		if (run->held)
			printf("%zu syncs lied: %zu crashes, %zu in an earlier "
			       "state, %zu refused\n",
			    lies[i], run->states, run->earlier, run->refused);
	}
	return run->held;
}

/* ---- */

int main(int argc, char **argv)
{
	struct options options = {.seed = 1, .batches = 8, .subsets = 200};
	const struct number_option table[] = {
	    {"seed", &options.seed, UINT64_MAX},
	    {"batches", &options.batches, SCENARIO_BATCHES_MAX},
	    {"subsets", &options.subsets, 1 << 20},
	    {NULL, NULL, 0},
	};
	struct run run = {.held = true};
	struct scenario *scenario;

	options_parse(argc, argv, table);
	scenario = scenario_new(options.seed, options.batches);
	run.scenario = scenario;
	disk_install();
	folder_make(&run.folder);
	record_scenario(&run);
	printf("seed %" PRIu64 ", %" PRIu64 " batches, %zu notes\n",
	    options.seed, options.batches, run.record.count);
	crashes_begin(&run.crashes, &run.record, start, &run);
	try_all(&run, &options);
	crashes_end(&run.crashes);
	disk_record_free(&run.record);
	folder_remove(&run.folder);
	scenario_free(scenario);
	return run.held ? EXIT_SUCCESS : EXIT_FAILURE;
}
