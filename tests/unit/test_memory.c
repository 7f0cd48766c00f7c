/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/memory.h"

#include "tests/unit/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Linked in place of the C library's. */
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);

static bool exhausted;

void *__wrap_calloc(size_t count, size_t size)
{
	return exhausted ? NULL : __real_calloc(count, size);
}

static void without(void)
{
	memory_need(NULL);
}

static void refused(void)
{
	memory_check(0);
}

static void too_much(void)
{
	exhausted = true;
	memory_zeroed(3, 5);
}

/* Expect the process to end in failure, and a line that says why. It is one of
 * its own: the test goes on. */
static void assert_ends(void (*act)(void))
{
	const char *line;
	pid_t child;
	int status;

	fflush(stdout); /* or the child would print it again */
	capture_begin(stderr);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		act();
		_exit(99);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	line = capture_end();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
	assert_non_null(strstr(line, "level=error event=out-of-memory\n"));
}

static void no_memory_ends_the_process_with_a_log_line(void **state)
{
	(void)state;
	assert_ends(without);
	assert_ends(refused);
	assert_ends(too_much);
}

static void memory_that_is_there_is_given_back(void **state)
{
	int thing;

	(void)state;
	assert_ptr_equal(memory_need(&thing), &thing);
	memory_check(1);
}

static void zeroed_memory_is_zero(void **state)
{
	static const uint8_t zeros[3 * 5];
	void *memory = memory_zeroed(3, 5);

	(void)state;
	assert_memory_equal(memory, zeros, sizeof(zeros));
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_memory_ends_the_process_with_a_log_line),
	    cmocka_unit_test(memory_that_is_there_is_given_back),
	    cmocka_unit_test(zeroed_memory_is_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
