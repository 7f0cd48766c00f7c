/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk, crash by crash: notes every write of a scenario, and starts from
 * what a crash before each sync can leave: of the writes that were not synced,
 * none, all, each prefix, all but each one, all with the last one torn, and
 * seeded subsets.
 *
 *   disk_crashes [--seed S] [--batches N] [--subsets N]
 *
 * Each time the journal opens, takes writes, and holds all that was
 * acknowledged, and at most the batch that was being written beside it. Then
 * the same on a disk that lied about its last syncs: an earlier state that
 * verifies whole or a refusal, and no instance is ever served in a layout that
 * it never had. Exit 0: it all held. */
#include "tests/fault/chance.h"
#include "tests/fault/options.h"
#include "tests/fault/recorded_disk.h"
#include "tests/fault/scenario.h"

#include "storage/statement.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char small_wal[] =
    "PRAGMA wal_autocheckpoint = 12; PRAGMA journal_size_limit = 8192";

struct options {
	uint64_t seed;
	uint64_t batches;
	uint64_t subsets;
};

struct run {
	const struct scenario *scenario;
	struct disk_record record;
	struct folder folder;
	size_t before; /* the crash comes before this note */
	size_t lies;   /* so many of the syncs before it were none */
	bool *arrived; /* for each note */
	size_t *loose; /* the notes that may have arrived or not */
	size_t loose_count;
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
	const struct scenario *scenario = run->scenario;
	const size_t done = run->record.acknowledged;
	struct journal_error error;

	if (step == STEP_OPEN) {
		must(journal_open(run->folder.journal, JOURNAL_WRITE,
			 JOURNAL_SYNC_FULL, writer, &error),
		    &error);
		must(statement_exec(*writer, small_wal, &error), &error);
	} else if (step == STEP_COMMIT) {
		must(journal_commit(*writer, scenario->batches[done], &error),
		    &error);
		disk_record_acknowledge(&run->record, done + 1);
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
	    what, run->before, run->record.count, run->lies);
	for (i = 0; i < run->before; i++)
		if (!run->arrived[i])
			printf(" %zu", i);
	printf("\n");
	run->held = false;
	return false;
}

static bool say_holdings(struct run *run, const struct holdings *found)
{
	char text[300];

	holdings_text(found, text, sizeof(text));
	printf("it holds %s\n", text);
	return say(run, "a state that it cannot be in");
}

/* How many batches the crash may show. */
static bool is_acknowledged(const struct run *run, const struct holdings *found)
{
	const size_t least = run->before == run->record.count
				 ? run->record.acknowledged
				 : run->record.notes[run->before].acknowledged;

	return holdings_same(found, &run->scenario->after[least]) ||
	       (least < run->scenario->batch_count &&
		   holdings_same(found, &run->scenario->after[least + 1]));
}

static bool is_earlier(const struct run *run, const struct holdings *found)
{
	size_t i;

	for (i = 0; i <= run->scenario->batch_count; i++)
		if (holdings_same(found, &run->scenario->after[i]))
			return true;
	return false;
}

/* What a damaged journal still serves is what once was. */
static bool check_served(struct run *run, struct journal *journal)
{
	struct journal_error error;
	struct holdings listed;
	size_t i;

	holdings_list(journal, &listed, &error);
	for (i = 0; i < listed.count; i++)
		if (holding_load(journal, &listed.of[i], &error) ==
			JOURNAL_OK &&
		    !scenario_knows(run->scenario, &listed.of[i]))
			return say(run, "an instance is served as never was");
	return true;
}

static bool is_refusal(enum journal_status status)
{
	return status == JOURNAL_DAMAGED || status == JOURNAL_DIFFERS ||
	       status == JOURNAL_FOREIGN;
}

static bool look(struct run *run, struct journal *journal)
{
	enum journal_status status;
	struct journal_error error;
	struct holdings found;

	status = holdings_read(journal, &found, &error);
	if (status == JOURNAL_OK && is_acknowledged(run, &found))
		return journal_probe(journal, &error) == JOURNAL_OK ||
		       say(run, error.text);
	if (status == JOURNAL_OK && run->lies > 0 && is_earlier(run, &found)) {
		run->earlier++;
		return true;
	}
	if (status == JOURNAL_OK)
		return say_holdings(run, &found);
	if (run->lies == 0)
		return say(run, error.text);
	run->refused++;
	return is_refusal(status) ? check_served(run, journal)
				  : say(run, error.text);
}

/* Starts from the crash that run->arrived describes. */
static bool start(struct run *run, size_t torn)
{
	const struct disk_crash crash = {
	    &run->record, run->before, run->arrived, torn};
	enum journal_status status;
	struct journal_error error;
	struct journal *journal;
	bool held;

	run->states++;
	disk_crash_write(&crash, &run->folder);
	status = journal_open(run->folder.journal, JOURNAL_WRITE,
	    JOURNAL_SYNC_FULL, &journal, &error);
	if (status != JOURNAL_OK && run->lies > 0 && is_refusal(status)) {
		run->refused++;
		return true;
	}
	if (status != JOURNAL_OK)
		return say(run, error.text);
	held = look(run, journal);
	journal_close(journal, &error);
	return held;
}

/* ---- the crashes ---- */

/* The number of the note from which on syncs are lies. */
static size_t first_lie(const struct run *run)
{
	size_t at = run->before, lies = run->lies;

	while (at > 0 && lies > 0)
		lies -= run->record.notes[--at].call == DISK_SYNC;
	return at;
}

static void find_loose(struct run *run)
{
	const size_t honest = first_lie(run);
	size_t i;

	run->loose_count = 0;
	for (i = 0; i < run->before; i++) {
		run->arrived[i] = true;
		if (!disk_note_is_certain(&run->record, i, honest))
			run->loose[run->loose_count++] = i;
	}
}

static void set_loose(struct run *run, size_t from, size_t to, bool arrived)
{
	size_t i;

	for (i = from; i < to; i++)
		run->arrived[run->loose[i]] = arrived;
}

static bool try_prefixes(struct run *run)
{
	bool held;
	size_t i;

	set_loose(run, 0, run->loose_count, false);
	held = start(run, 0);
	for (i = 0; i < run->loose_count && held; i++) {
		set_loose(run, i, i + 1, true);
		held = start(run, 0);
	}
	return held;
}

static bool try_each_missing(struct run *run)
{
	bool held = true;
	size_t i;

	for (i = 0; i < run->loose_count && held; i++) {
		set_loose(run, i, i + 1, false);
		held = start(run, 0);
		set_loose(run, i, i + 1, true);
	}
	return held;
}

/* Cut where a sector of the file ends. */
static bool try_torn(struct run *run)
{
	const struct disk_note *last;
	bool held = true;
	size_t whole;

	if (run->loose_count == 0)
		return true;
	last = &run->record.notes[run->loose[run->loose_count - 1]];
	if (last->call != DISK_WRITE)
		return true;
	whole = DISK_SECTOR - (size_t)(last->offset % DISK_SECTOR);
	for (; whole < last->size && held; whole += DISK_SECTOR)
		held = start(run, last->size - whole);
	return held;
}

/* All there are where there are few; seeded ones otherwise. */
static bool try_subsets(struct run *run, uint64_t count, struct chance *chance)
{
	const bool few =
	    run->loose_count < 16 && (size_t)1 << run->loose_count <= count;
	bool held = true;
	uint64_t bits = 0, i;
	size_t k;

	if (few)
		count = (size_t)1 << run->loose_count;
	for (i = 0; i < count && held; i++) {
		for (k = 0; k < run->loose_count; k++) {
			if (k % 64 == 0)
				bits = few ? i : chance_next(chance);
			set_loose(run, k, k + 1, bits >> k % 64 & 1);
		}
		held = start(run, 0);
	}
	return held;
}

static bool try_moment(
    struct run *run, const struct options *options, struct chance *chance)
{
	find_loose(run);
	return try_prefixes(run) && try_each_missing(run) && try_torn(run) &&
	       try_subsets(run, options->subsets, chance);
}

/* Before each sync, and after all. */
static void try_moments(struct run *run, const struct options *options)
{
	struct chance chance = {options->seed};
	size_t i;

	for (i = 0; i <= run->record.count && run->held; i++) {
		if (i < run->record.count &&
		    run->record.notes[i].call != DISK_SYNC)
			continue;
		run->before = i;
		try_moment(run, options, &chance);
	}
}

static bool try_all(struct run *run, const struct options *options)
{
	static const size_t lies[] = {0, 1, 2, 5};
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]) && run->held; i++) {
		run->lies = lies[i];
		run->states = run->earlier = run->refused = 0;
		try_moments(run, options);
		if (run->held)
			printf("%zu syncs lied: %zu crashes, %zu in an earlier "
			       "state, %zu refused\n",
			    run->lies, run->states, run->earlier, run->refused);
	}
	return run->held;
}

/* ---- */

int main(int argc, char **argv)
{
	struct options options = {.seed = 1, .batches = 7, .subsets = 200};
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
	run.arrived = calloc(run.record.count, sizeof(*run.arrived));
	run.loose = calloc(run.record.count, sizeof(*run.loose));
	if (run.arrived == NULL || run.loose == NULL)
		err(EXIT_FAILURE, "a record of the disk");
	try_all(&run, &options);
	free(run.arrived);
	free(run.loose);
	disk_record_free(&run.record);
	folder_remove(&run.folder);
	scenario_free(scenario);
	return run.held ? EXIT_SUCCESS : EXIT_FAILURE;
}
