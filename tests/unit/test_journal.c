/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/statement.h"
#include "tests/unit/scratch_journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum journal_status try_open(
    struct scratch *scratch, enum journal_access access)
{
	return journal_open(scratch->path, access, JOURNAL_SYNC_FULL,
	    &scratch->journal, &scratch->error);
}

static void write_file(struct scratch *scratch, const char *content)
{
	FILE *file = fopen(scratch->path, "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void missing_file_is_made_by_a_writer(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(try_open(scratch, JOURNAL_WRITE), JOURNAL_OK);
	assert_int_equal(access(scratch->path, F_OK), 0);
}

static void missing_file_is_no_journal_to_a_reader(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(try_open(scratch, JOURNAL_READ), JOURNAL_FAILED);
	assert_non_null(
	    strstr(scratch->error.text, "No such file or directory"));
	assert_int_equal(access(scratch->path, F_OK), -1);
}

static void file_of_0_bytes_becomes_a_journal(void **state)
{
	struct scratch *scratch = *state;

	write_file(scratch, "");
	assert_int_equal(try_open(scratch, JOURNAL_READ), JOURNAL_FOREIGN);
	assert_int_equal(try_open(scratch, JOURNAL_WRITE), JOURNAL_OK);
}

static void garbage_file_is_foreign_and_left_alone(void **state)
{
	struct scratch *scratch = *state;
	const char garbage[] =
	    "dear diary, today I wrote a file that is no database, and it "
	    "has to be longer than the hundred bytes of a header";
	char now[sizeof(garbage)];
	FILE *file;

	write_file(scratch, garbage);
	assert_int_equal(try_open(scratch, JOURNAL_READ), JOURNAL_FOREIGN);
	assert_int_equal(try_open(scratch, JOURNAL_WRITE), JOURNAL_FOREIGN);
	assert_non_null(strstr(scratch->error.text, scratch->path));
	file = fopen(scratch->path, "r");
	assert_non_null(fgets(now, sizeof(now), file));
	fclose(file);
	assert_string_equal(now, garbage);
}

/* Expect the header to hold and a page behind it not to. */
static void damaged_file_is_damaged(void **state)
{
	struct scratch *scratch = *state;
	uint8_t noise[4096];
	int fd;

	scratch_close(scratch);
	memset(noise, 0xa5, sizeof(noise));
	fd = open(scratch->path, O_WRONLY);
	assert_int_equal(pwrite(fd, noise, 3996, 100), 3996);
	close(fd);
	assert_int_equal(try_open(scratch, JOURNAL_WRITE), JOURNAL_DAMAGED);
}

static void second_writer_is_told_who_has_the_journal(void **state)
{
	struct scratch *scratch = *state;
	const pid_t parent = getpid();
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		char words[64];

		snprintf(words, sizeof(words), "in use by process %ld",
		    (long)parent);
		_exit(try_open(scratch, JOURNAL_WRITE) == JOURNAL_LOCKED &&
			      strstr(scratch->error.text, words) != NULL
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void lock_goes_when_the_writer_closes(void **state)
{
	scratch_close(*state);
	assert_int_equal(try_open(*state, JOURNAL_WRITE), JOURNAL_OK);
}

/* Opens as somebody without privileges; answers the status and, on standard
 * error, nothing. The words are looked for in the error. */
static int open_unprivileged(struct scratch *scratch, const char *words)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(100);
		status = (int)try_open(scratch, JOURNAL_WRITE);
		if (status != JOURNAL_OK &&
		    strstr(scratch->error.text, words) == NULL)
			_exit(101);
		_exit(status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void directory_without_permission_is_said_so(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(chmod(scratch->directory, 0500), 0);
	assert_int_equal(
	    open_unprivileged(scratch, "Permission denied"), JOURNAL_FAILED);
	assert_int_equal(chmod(scratch->directory, 0700), 0);
}

static void file_without_permission_is_said_so(void **state)
{
	struct scratch *scratch = *state;

	scratch_close(scratch);
	assert_int_equal(chmod(scratch->directory, 0777), 0);
	assert_int_equal(chmod(scratch->path, 0444), 0);
	assert_int_equal(
	    open_unprivileged(scratch, "Permission denied"), JOURNAL_FAILED);
}

static void reader_opens_beside_a_living_writer(void **state)
{
	scratch_fill(*state);
	scratch_expect_loaded(*state);
}

static void reader_cannot_see_what_is_not_committed(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state loaded;

	scratch_fill(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	assert_int_equal(scratch_load(scratch, &loaded), JOURNAL_OK);
	assert_int_equal(loaded.seq, 4);
	memblock_destroy(loaded.mb);
}

static void reader_leaves_the_wal_alone_when_it_closes_last(void **state)
{
	struct scratch *scratch = *state;
	struct journal *reader;
	char wal[128];
	struct stat before, after;

	scratch_fill(scratch);
	snprintf(wal, sizeof(wal), "%s-wal", scratch->path);
	assert_int_equal(stat(wal, &before), 0);
	assert_true(before.st_size > 0);
	assert_int_equal(journal_open(scratch->path, JOURNAL_READ,
			     JOURNAL_SYNC_FULL, &reader, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(journal_close(reader, &scratch->error), JOURNAL_OK);
	assert_int_equal(stat(wal, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
}

static void writer_copies_the_wal_when_it_closes(void **state)
{
	struct scratch *scratch = *state;
	char wal[128];

	scratch_fill(scratch);
	scratch_close(scratch);
	snprintf(wal, sizeof(wal), "%s-wal", scratch->path);
	assert_int_equal(access(wal, F_OK), -1);
	scratch_expect_loaded(scratch);
}

/* Expect SQLite's numbers for FULL, NORMAL and OFF. */
static void sync_is_that_of_the_writer(void **state)
{
	static const struct {
		enum journal_sync sync;
		int synchronous;
	} wanted[] = {{JOURNAL_SYNC_FULL, 2}, {JOURNAL_SYNC_NORMAL, 1},
	    {JOURNAL_SYNC_OFF, 0}};
	struct scratch *scratch = *state;
	sqlite3_stmt *statement;
	size_t i;

	scratch_close(scratch);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(
		    journal_open(scratch->path, JOURNAL_WRITE, wanted[i].sync,
			&scratch->journal, &scratch->error),
		    JOURNAL_OK);
		assert_int_equal(
		    sqlite3_prepare_v2(scratch->journal->db,
			"PRAGMA synchronous", -1, &statement, NULL),
		    SQLITE_OK);
		assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
		assert_int_equal(
		    sqlite3_column_int(statement, 0), wanted[i].synchronous);
		sqlite3_finalize(statement);
		scratch_close(scratch);
	}
}

/* Expect a writer that was killed to leave a WAL, and the next to find it. */
static void writer_that_was_killed_loses_nothing_committed(void **state)
{
	struct scratch *scratch = *state;
	int status;
	pid_t child;

	scratch_close(scratch);
	child = fork();
	if (child == 0) {
		scratch_open(scratch);
		scratch_fill(scratch);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	scratch_open(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), "4");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
#define CASE_EMPTY(name)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    name, scratch_setup_empty, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE_EMPTY(missing_file_is_made_by_a_writer),
	    CASE_EMPTY(missing_file_is_no_journal_to_a_reader),
	    CASE_EMPTY(file_of_0_bytes_becomes_a_journal),
	    CASE_EMPTY(garbage_file_is_foreign_and_left_alone),
	    CASE(damaged_file_is_damaged),
	    CASE(second_writer_is_told_who_has_the_journal),
	    CASE(lock_goes_when_the_writer_closes),
	    CASE_EMPTY(directory_without_permission_is_said_so),
	    CASE(file_without_permission_is_said_so),
	    CASE(reader_opens_beside_a_living_writer),
	    CASE(reader_cannot_see_what_is_not_committed),
	    CASE(reader_leaves_the_wal_alone_when_it_closes_last),
	    CASE(writer_copies_the_wal_when_it_closes),
	    CASE(sync_is_that_of_the_writer),
	    CASE(writer_that_was_killed_loses_nothing_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
