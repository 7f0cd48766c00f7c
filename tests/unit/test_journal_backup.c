/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static const char *copy_path(const struct scratch *scratch)
{
	static char path[sizeof(scratch->directory) + 16];

	snprintf(path, sizeof(path), "%s/copy.db", scratch->directory);
	return path;
}

/* With what a reader leaves beside it. */
static void remove_copy(const struct scratch *scratch)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", copy_path(scratch),
		    suffixes[i]);
		unlink(path);
	}
}

static struct journal *open_reader(struct scratch *scratch, const char *path)
{
	struct journal *reader;

	assert_int_equal(journal_open(path, JOURNAL_READ, JOURNAL_SYNC_FULL,
			     &reader, &scratch->error),
	    JOURNAL_OK);
	return reader;
}

/* Expect the copy to bring the instance back as it stood when it was made,
 * although the writer went on. */
static void copy_beside_a_writer_is_whole(void **state)
{
	struct scratch *scratch = *state;
	const char *to = copy_path(scratch);
	struct journal_state then;
	struct journal *reader;

	scratch_fill(scratch);
	reader = open_reader(scratch, scratch->path);
	assert_int_equal(
	    journal_backup(reader, to, &scratch->error), JOURNAL_OK);
	journal_close(reader, &scratch->error);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);

	reader = open_reader(scratch, to);
	assert_int_equal(
	    journal_load(reader, scratch->id, &then, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(then.seq, scratch->seq - 1);
	memblock_destroy(then.mb);
	journal_close(reader, &scratch->error);
	remove_copy(scratch);
}

static void file_that_is_there_is_left_alone(void **state)
{
	struct scratch *scratch = *state;
	FILE *mine = fopen(copy_path(scratch), "w");

	assert_non_null(mine);
	fclose(mine);
	assert_int_equal(journal_backup(scratch->journal, copy_path(scratch),
			     &scratch->error),
	    JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, "File exists"));
	assert_int_equal(access(copy_path(scratch), F_OK), 0);
	unlink(copy_path(scratch));
}

/* Expect no half of a copy on a disk that is full; a limit on the size of
 * files stands in for it. */
static void copy_that_does_not_fit_leaves_no_file(void **state)
{
	struct scratch *scratch = *state;
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	const struct rlimit small = {8192, RLIM_INFINITY};
	enum journal_status status;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	status = journal_backup(
	    scratch->journal, copy_path(scratch), &scratch->error);
	setrlimit(RLIMIT_FSIZE, &none);
	assert_int_equal(status, JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, copy_path(scratch)));
	assert_int_equal(access(copy_path(scratch), F_OK), -1);
}

static void folder_that_is_not_there_is_named(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(journal_backup(scratch->journal, "/nonexistent/copy",
			     &scratch->error),
	    JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, "/nonexistent/copy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		copy_beside_a_writer_is_whole, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(file_that_is_there_is_left_alone,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		copy_that_does_not_fit_leaves_no_file, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(folder_that_is_not_there_is_named,
		scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
