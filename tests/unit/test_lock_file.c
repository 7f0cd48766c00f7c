/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/lock_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[64], path[96], lock_path[128];
static struct journal_error error;

static int setup(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/test_lock_file_XXXXXX");
	if (mkdtemp(directory) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/j", directory);
	snprintf(lock_path, sizeof(lock_path), "%s.lock", path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(lock_path);
	return rmdir(directory);
}

static void second_taker_is_told_the_first_ones_process(void **state)
{
	char words[160];
	int first, second = -7;

	(void)state;
	assert_int_equal(lock_file_take(path, &first, &error), JOURNAL_OK);
	assert_int_equal(lock_file_take(path, &second, &error), JOURNAL_LOCKED);
	snprintf(words, sizeof(words), "%s: in use by process %ld", path,
	    (long)getpid());
	assert_string_equal(error.text, words);
	assert_int_equal(second, -7);
	lock_file_release(first);
}

/* Expect a holder that has not written its id yet to count all the same. */
static void holder_without_an_id_is_another_process(void **state)
{
	int first, second;

	(void)state;
	assert_int_equal(lock_file_take(path, &first, &error), JOURNAL_OK);
	assert_int_equal(truncate(lock_path, 0), 0);
	assert_int_equal(lock_file_take(path, &second, &error), JOURNAL_LOCKED);
	assert_non_null(strstr(error.text, "in use by another process"));
	lock_file_release(first);
}

/* Expect what a killed holder left to be no hindrance. */
static void old_lock_file_is_taken_over(void **state)
{
	FILE *file = fopen(lock_path, "w");
	char line[32] = "";
	int fd;

	(void)state;
	fputs("999999999999", file);
	fclose(file);
	assert_int_equal(lock_file_take(path, &fd, &error), JOURNAL_OK);
	file = fopen(lock_path, "r");
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_int_equal(atol(line), getpid());
	lock_file_release(fd);
}

static void released_lock_can_be_taken_again(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(lock_file_take(path, &fd, &error), JOURNAL_OK);
	lock_file_release(fd);
	assert_int_equal(lock_file_take(path, &fd, &error), JOURNAL_OK);
	lock_file_release(fd);
}

/* Expect nothing to be written through a link that lies in wait. */
static void lock_file_that_is_a_link_is_refused(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(symlink("elsewhere", lock_path), 0);
	assert_int_equal(lock_file_take(path, &fd, &error), JOURNAL_FAILED);
	assert_non_null(strstr(error.text, lock_path));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(second_taker_is_told_the_first_ones_process),
	    CASE(holder_without_an_id_is_another_process),
	    CASE(old_lock_file_is_taken_over),
	    CASE(released_lock_can_be_taken_again),
	    CASE(lock_file_that_is_a_link_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
