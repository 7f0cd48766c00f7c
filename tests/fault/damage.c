/* SPDX-License-Identifier: BSD-2-Clause */
/* Damage: every byte of a small journal changed in turn, the file cut at every
 * page, and WALs put beside journals of other days.
 *
 *   damage [--seed S] [--batches N] [--every K] [--mask M] [--at OFFSET]
 *
 * Each time the journal is refused, or what is wrong is found by the list or by
 * verify, or it is read as it was, or as it was after an earlier batch. What
 * an instance tells is what it told once, whatever else is wrong. With
 * --every K only each K-th byte; --at one of them. Exit 0: it all held. */
#include "tests/fault/disk.h"
#include "tests/fault/options.h"
#include "tests/fault/reading.h"
#include "tests/fuzz/folder.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096

struct run {
	struct scenario *scenario;
	struct folder folder;
	struct folder days[SCENARIO_BATCHES_MAX + 1]; /* after each batch */
	struct reading whole;
	uint8_t *bytes; /* of the whole journal, one file */
	size_t size;
	size_t verdicts[VERDICT_COUNT];
};

/* ---- a journal to damage ---- */

static void must(enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		errx(EXIT_FAILURE, "without any damage: %s", error->text);
}

static void write_journal(struct run *run)
{
	struct scenario *scenario = run->scenario;
	struct journal_error error;
	struct journal *journal;
	size_t i;

	must(journal_open(run->folder.journal, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		 &journal, &error),
	    &error);
	for (i = 0; i <= scenario->batch_count; i++) {
		folder_make(&run->days[i]);
		folder_copy(&run->folder, &run->days[i]);
		if (i < scenario->batch_count)
			must(scenario_commit(
				 scenario, i, journal, journal, &error),
			    &error);
	}
	must(journal_close(journal, &error), &error);
	reading_take(run->folder.journal, &run->whole);
}

static void read_bytes(struct run *run)
{
	const int fd = open(run->folder.journal, O_RDONLY | O_CLOEXEC);

	run->size = (size_t)lseek(fd, 0, SEEK_END);
	run->bytes = malloc(run->size);
	if (run->bytes == NULL || fd < 0 ||
	    pread(fd, run->bytes, run->size, 0) != (ssize_t)run->size)
		err(EXIT_FAILURE, "%s", run->folder.journal);
	close(fd);
}

static void write_bytes(const struct run *run, size_t size)
{
	int fd;

	folder_clear(&run->folder);
	fd = open(
	    run->folder.journal, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || pwrite(fd, run->bytes, size, 0) != (ssize_t)size)
		err(EXIT_FAILURE, "%s", run->folder.journal);
	close(fd);
}

/* ---- what it does about it ---- */

static bool look(struct run *run, const char *what, size_t number)
{
	struct journal_error error = {"?"};
	const enum verdict verdict = reading_compare(
	    run->folder.journal, &run->whole, run->scenario, &error);

	run->verdicts[verdict]++;
	if (verdict == VERDICT_WRONG)
		printf("%s %zu: %s\n", what, number, error.text);
	return verdict != VERDICT_WRONG;
}

static bool change_byte(struct run *run, size_t at, uint8_t mask)
{
	bool held;

	run->bytes[at] ^= mask;
	write_bytes(run, run->size);
	held = look(run, "byte", at);
	run->bytes[at] ^= mask;
	return held;
}

static bool change_bytes(struct run *run, uint64_t every, uint8_t mask)
{
	bool held = true;
	size_t at;

	for (at = 0; at < run->size; at += every)
		held = change_byte(run, at, mask) && held;
	return held;
}

/* Also in the middle of each page. A file of 0 bytes is no damage: it becomes
 * a journal. */
static bool cut_file(struct run *run)
{
	bool held = true;
	size_t size;

	for (size = PAGE / 2; size < run->size; size += PAGE / 2) {
		write_bytes(run, size);
		held = look(run, "cut to", size) && held;
	}
	return held;
}

static void take_file(
    const struct folder *from, const char *suffix, const struct folder *to)
{
	char source[96], target[96];

	snprintf(source, sizeof(source), "%s%s", from->journal, suffix);
	snprintf(target, sizeof(target), "%s%s", to->journal, suffix);
	if (link(source, target) != 0)
		err(EXIT_FAILURE, "%s", target);
}

/* The journal as it was in the end, or on one day, with the WAL of another. */
static bool mix_days(struct run *run)
{
	const size_t days = run->scenario->batch_count + 1;
	struct folder mixed;
	bool held = true;
	size_t day;

	folder_make(&mixed);
	for (day = 0; day < days; day++) {
		write_bytes(run, run->size);
		folder_clear(&mixed);
		folder_copy(&run->days[day], &mixed);
		take_file(&mixed, "-wal", &run->folder);
		held = look(run, "WAL of day", day) && held;
	}
	folder_remove(&mixed);
	return held;
}

/* ---- */

static void report(struct run *run, const char *what)
{
	static const char *const names[VERDICT_COUNT] = {
	    [VERDICT_SAME] = "no effect",
	    [VERDICT_EARLIER] = "an earlier state",
	    [VERDICT_FOUND] = "found",
	    [VERDICT_REFUSED] = "refused",
	    [VERDICT_WRONG] = "WRONG",
	};
	size_t i;

	printf("%-16s", what);
	for (i = 0; i < VERDICT_COUNT; i++)
		printf(" %s %zu", names[i], run->verdicts[i]);
	putchar('\n');
	memset(run->verdicts, 0, sizeof(run->verdicts));
}

struct options {
	uint64_t seed, batches, every, mask, at;
};

static bool try_all(struct run *run, const struct options *options)
{
	bool held;

	if (options->at < run->size)
		return change_byte(
		    run, (size_t)options->at, (uint8_t)options->mask);
	held = change_bytes(run, options->every, (uint8_t)options->mask);
	report(run, "bytes changed:");
	held = cut_file(run) && held;
	report(run, "file cut:");
	held = mix_days(run) && held;
	report(run, "WAL of old:");
	return held;
}

int main(int argc, char **argv)
{
	static struct run run;
	struct options options = {
	    .seed = 1, .batches = 5, .every = 1, .mask = 255, .at = SIZE_MAX};
	const struct number_option table[] = {
	    {"seed", &options.seed, UINT64_MAX},
	    {"batches", &options.batches, SCENARIO_BATCHES_MAX},
	    {"every", &options.every, SIZE_MAX / 2},
	    {"mask", &options.mask, 255},
	    {"at", &options.at, SIZE_MAX},
	    {NULL, NULL, 0},
	};
	struct scenario *scenario;
	bool held;
	size_t i;

	options_parse(argc, argv, table);
	options.every += options.every == 0;
	scenario = scenario_new(options.seed, options.batches);
	run.scenario = scenario;
	disk_install();
	folder_make(&run.folder);
	write_journal(&run);
	read_bytes(&run);
	printf("seed %" PRIu64 ", %" PRIu64 " batches, %zu bytes, each %" PRIu64
	       ". of them, mask %#" PRIx64 "\n",
	    options.seed, options.batches, run.size, options.every,
	    options.mask);
	held = try_all(&run, &options);
	for (i = 0; i <= scenario->batch_count; i++)
		folder_remove(&run.days[i]);
	folder_remove(&run.folder);
	free(run.bytes);
	scenario_free(scenario);
	return held ? EXIT_SUCCESS : EXIT_FAILURE;
}
