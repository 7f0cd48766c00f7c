/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/offline.h"

#include "daemon/memory.h"
#include "storage/journal_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The instances of a journal, to be gone through when it is free again. */
struct lives {
	struct journal_instance *all;
	size_t count, room;
};

static bool collect(void *arg, const struct journal_instance *instance)
{
	struct lives *lives = arg;

	if (lives->count == lives->room) {
		lives->room = 2 * lives->room + 16;
		lives->all = memory_need(
		    reallocarray(lives->all, lives->room, sizeof(*lives->all)));
	}
	lives->all[lives->count++] = *instance;
	return true;
}

static bool is_failure(
    enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_OK)
		fprintf(stderr, "memblockd: %s\n", error->text);
	return status != JOURNAL_OK;
}

static void print_verdict(
    const struct journal_instance *life, const struct journal_verdict *verdict)
{
	fputs(life->name, stdout);
	if (life->destroyed_us != 0)
		printf(" (destroyed, life %lld)", (long long)life->id);
	if (verdict->identical)
		printf(": %llu operations replayed, identical\n",
		    (unsigned long long)verdict->operations);
	else
		printf(": seq %llu: journal: %s; replay: %s\n",
		    (unsigned long long)verdict->difference_seq,
		    verdict->journal, verdict->replay);
}

/* ---- one after the other ---- */

/* Operations replayed before somebody who waits at a terminal is told. */
#define STEP_OPERATIONS 100000

/* What was told last goes from the terminal. */
#define CLEAR_LINE "\r\033[K"

static void tell_progress(const struct journal_instance *life,
    const struct journal_verification *verification)
{
	uint64_t operations, to_replay;

	journal_verify_progress(verification, &operations, &to_replay);
	fprintf(stderr,
	    CLEAR_LINE "%s: %" PRIu64 " of %" PRIu64 " operations replayed",
	    life->name, operations, to_replay);
}

static enum journal_status replay_life(struct journal *journal,
    const struct journal_instance *life,
    struct journal_verification *verification, struct journal_error *ret_error)
{
	const bool at_terminal = isatty(STDERR_FILENO);
	enum journal_status status;

	while ((status = journal_verify_step(verification, journal,
		    STEP_OPERATIONS, ret_error)) == JOURNAL_OK &&
	       journal_verify_verdict(verification) == NULL)
		if (at_terminal)
			tell_progress(life, verification);
	if (at_terminal)
		fputs(CLEAR_LINE, stderr);
	return status;
}

static bool check_life(
    struct journal *journal, const struct journal_instance *life)
{
	struct journal_verification *verification =
	    memory_need(journal_verify_begin(life->id, life->seq, NULL));
	const struct journal_verdict *verdict;
	struct journal_error error;
	bool sound;

	sound = !is_failure(
	    replay_life(journal, life, verification, &error), &error);
	if (sound) {
		verdict = journal_verify_verdict(verification);
		print_verdict(life, verdict);
		sound = verdict->identical;
	}
	journal_verify_end(verification);
	return sound;
}

int offline_check(const char *path)
{
	struct journal *journal;
	struct journal_error error;
	struct lives lives = {0};
	bool sound;
	size_t i;

	if (is_failure(journal_open(path, JOURNAL_READ, JOURNAL_SYNC_FULL,
			   &journal, &error),
		&error))
		return EXIT_FAILURE;
	sound = !is_failure(
	    journal_each_instance(journal, collect, &lives, &error), &error);
	for (i = 0; i < lives.count; i++)
		sound = check_life(journal, &lives.all[i]) && sound;
	free(lives.all);
	journal_close(journal, &error);
	return sound ? EXIT_SUCCESS : EXIT_FAILURE;
}

int offline_backup(const char *path, const char *to)
{
	struct journal *journal;
	struct journal_error error;
	bool failed;

	if (is_failure(journal_open(path, JOURNAL_READ, JOURNAL_SYNC_FULL,
			   &journal, &error),
		&error))
		return EXIT_FAILURE;
	failed = is_failure(journal_backup(journal, to, &error), &error);
	journal_close(journal, &error);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
