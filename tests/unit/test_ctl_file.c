/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_file.h"

#include <stdio.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ctl_error error;

static void file_longer_than_a_read_comes_whole(void **state)
{
	enum { SIZE = 300000 };
	char path[] = "/tmp/memblock-test-XXXXXX", *content;
	int fd = mkstemp(path), i;
	FILE *file = fdopen(fd, "w");
	size_t size;

	(void)state;
	for (i = 0; i < SIZE; i++)
		fputc(i % 251, file);
	fclose(file);
	assert_true(ctl_read_file(path, &content, &size, &error));
	unlink(path);
	assert_int_equal(size, SIZE);
	for (i = 0; i < SIZE; i++)
		assert_int_equal((unsigned char)content[i], i % 251);
	free(content);
}

static void file_that_is_empty_has_no_bytes(void **state)
{
	char *content;
	size_t size;

	(void)state;
	assert_true(ctl_read_file("/dev/null", &content, &size, &error));
	assert_int_equal(size, 0);
	free(content);
}

static void file_that_cannot_be_read_is_named(void **state)
{
	char *content = NULL;
	size_t size;

	(void)state;
	assert_false(ctl_read_file("/nonexistent", &content, &size, &error));
	assert_string_equal(
	    error.text, "'/nonexistent': No such file or directory");
	assert_false(ctl_read_file("/", &content, &size, &error));
	assert_string_equal(error.text, "'/': Is a directory");
	assert_null(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(file_longer_than_a_read_comes_whole),
	    cmocka_unit_test(file_that_is_empty_has_no_bytes),
	    cmocka_unit_test(file_that_cannot_be_read_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
