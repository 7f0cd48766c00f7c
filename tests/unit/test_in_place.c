/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/in_place.h"

#include "tests/unit/scratch_journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The path of the journal's file with that suffix. */
static const char *path_of(const struct scratch *scratch, const char *suffix)
{
	static char path[2][128];
	static size_t turn;

	turn = 1 - turn;
	snprintf(path[turn], sizeof(path[turn]), "%s%s", scratch->path, suffix);
	return path[turn];
}

static void expect_gone(struct scratch *scratch, const char *suffix)
{
	assert_int_equal(
	    in_place_check(scratch->journal, &scratch->error), JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, path_of(scratch, suffix)));
	assert_non_null(strstr(scratch->error.text, "removed"));
}

static void journal_that_nobody_touches_is_in_place(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	assert_int_equal(
	    in_place_check(scratch->journal, &scratch->error), JOURNAL_OK);
}

/* Expect a file that is moved away and back to be missed meanwhile. */
static void check_moved(struct scratch *scratch, const char *suffix)
{
	assert_int_equal(
	    rename(path_of(scratch, suffix), path_of(scratch, ".away")), 0);
	expect_gone(scratch, suffix);
	assert_int_equal(
	    rename(path_of(scratch, ".away"), path_of(scratch, suffix)), 0);
	assert_int_equal(
	    in_place_check(scratch->journal, &scratch->error), JOURNAL_OK);
}

static void file_that_was_moved_away_is_missed_until_it_is_back(void **state)
{
	scratch_fill(*state);
	check_moved(*state, "");
	check_moved(*state, "-wal");
}

static void lock_file_that_was_removed_is_missed(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(unlink(path_of(scratch, ".lock")), 0);
	expect_gone(scratch, ".lock");
}

/* Puts another file in the place of one that stays open. */
static void replace(struct scratch *scratch, const char *suffix)
{
	int fd;

	assert_int_equal(unlink(path_of(scratch, suffix)), 0);
	fd = open(path_of(scratch, suffix), O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "mine", 4), 4);
	close(fd);
}

/* Expect the batch to be refused as a whole, and the probe too. */
static void commit_to_a_journal_that_was_replaced_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	replace(scratch, "");
	scratch_reserve(scratch, 0x50000000, 0x1000);
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_FAILED);
	assert_int_equal(
	    journal_probe(scratch->journal, &scratch->error), JOURNAL_FAILED);
}

static void commit_to_a_wal_that_was_removed_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	assert_int_equal(unlink(path_of(scratch, "-wal")), 0);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_FAILED);
}

/* Expect closing to say so, and to leave the other file as it is. */
static void close_leaves_what_stands_in_its_place_alone(void **state)
{
	struct scratch *scratch = *state;
	char text[5] = "";
	int fd;

	scratch_fill(scratch);
	replace(scratch, "");
	replace(scratch, "-wal");
	assert_int_equal(
	    journal_close(scratch->journal, &scratch->error), JOURNAL_FAILED);
	scratch->journal = NULL;
	fd = open(path_of(scratch, "-wal"), O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, 4), 4);
	assert_string_equal(text, "mine");
	close(fd);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(journal_that_nobody_touches_is_in_place),
	    CASE(file_that_was_moved_away_is_missed_until_it_is_back),
	    CASE(lock_file_that_was_removed_is_missed),
	    CASE(commit_to_a_journal_that_was_replaced_is_refused),
	    CASE(commit_to_a_wal_that_was_removed_is_refused),
	    CASE(close_leaves_what_stands_in_its_place_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
