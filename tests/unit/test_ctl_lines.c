/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int ends[2];
static struct ctl_lines lines;

static int open_pipe(void **state)
{
	(void)state;
	assert_int_equal(pipe(ends), 0);
	lines = (struct ctl_lines){.fd = ends[0]};
	return 0;
}

static void stop_writing(void)
{
	if (ends[1] >= 0)
		close(ends[1]);
	ends[1] = -1;
}

static int close_pipe(void **state)
{
	(void)state;
	ctl_lines_clear(&lines);
	stop_writing();
	close(ends[0]);
	return 0;
}

static void put(const char *text, size_t size)
{
	assert_int_equal(write(ends[1], text, size), size);
}

static void expect_line(const char *text)
{
	char *line;

	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_OK);
	assert_string_equal(line, text);
}

static void lines_come_one_by_one_without_their_newlines(void **state)
{
	char *line;

	(void)state;
	put("one\n\nthree\n", 11);
	stop_writing();
	expect_line("one");
	expect_line("");
	expect_line("three");
	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_END);
	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_END);
}

static void last_line_may_lack_its_newline(void **state)
{
	char *line;

	(void)state;
	put("one\ntwo", 7);
	stop_writing();
	expect_line("one");
	expect_line("two");
	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_END);
}

static void line_with_a_zero_byte_is_passed_over(void **state)
{
	char *line;

	(void)state;
	put("a\0b\nc\n", 6);
	stop_writing();
	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_NUL);
	expect_line("c");
}

/* Expect a line longer than any one read to come whole. */
static void line_longer_than_a_read_comes_whole(void **state)
{
	static char text[200001];
	char name[] = "/tmp/memblock-test-XXXXXX";
	int fd = mkstemp(name);

	(void)state;
	unlink(name);
	memset(text, 'x', 200000);
	assert_int_equal(write(fd, text, 200000), 200000);
	assert_int_equal(write(fd, "\nend", 4), 4);
	lseek(fd, 0, SEEK_SET);
	lines.fd = fd;
	expect_line(text);
	expect_line("end");
	close(fd);
}

/* Expect to wait for an empty pipe and for half a line, but not for a line
 * that is there or for an end. */
static void reader_says_whether_it_would_wait(void **state)
{
	(void)state;
	assert_true(ctl_lines_would_wait(&lines));
	put("one\ntwo\nth", 10);
	assert_false(ctl_lines_would_wait(&lines));
	expect_line("one");
	assert_false(ctl_lines_would_wait(&lines));
	expect_line("two");
	assert_true(ctl_lines_would_wait(&lines));
	stop_writing();
	assert_false(ctl_lines_would_wait(&lines));
	expect_line("th");
	assert_false(ctl_lines_would_wait(&lines));
}

static void descriptor_that_cannot_be_read_fails(void **state)
{
	char *line;

	(void)state;
	lines.fd = open("/", O_RDONLY);
	assert_int_equal(ctl_lines_next(&lines, &line), CTL_LINES_FAILED);
	close(lines.fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pipe, close_pipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(lines_come_one_by_one_without_their_newlines),
	    TEST(last_line_may_lack_its_newline),
	    TEST(line_with_a_zero_byte_is_passed_over),
	    TEST(line_longer_than_a_read_comes_whole),
	    TEST(reader_says_whether_it_would_wait),
	    TEST(descriptor_that_cannot_be_read_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
