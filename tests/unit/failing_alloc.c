/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/failing_alloc.h"

#include <stdbool.h>
#include <stdint.h>

/* The names that ld's --wrap gives: calls come to __wrap_x, and __real_x is
 * what they would have reached. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strdup(const char *text);

static size_t left = SIZE_MAX;

void failing_alloc_after(size_t count)
{
	left = count;
}

static bool must_fail(void)
{
	if (left == SIZE_MAX)
		return false;
	return left == 0 || left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return must_fail() ? NULL : __real_calloc(count, size);
}

char *__wrap_strdup(const char *text)
{
	return must_fail() ? NULL : __real_strdup(text);
}
