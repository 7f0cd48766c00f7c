/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/scarce_memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/* glibc's own, under the names that it gives them for this purpose. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

#define EXPORTED __attribute__((visibility("default")))

static _Thread_local size_t left = SIZE_MAX;
static _Thread_local bool goes_on, struck;
static _Thread_local long live;

static bool must_fail(void)
{
	if (left == SIZE_MAX || left-- > 0)
		return false;
	struck = true;
	left = goes_on ? 0 : SIZE_MAX;
	errno = ENOMEM;
	return true;
}

static void *counted(void *memory)
{
	live += memory != NULL;
	return memory;
}

EXPORTED void *malloc(size_t size)
{
	return must_fail() ? NULL : counted(__libc_malloc(size));
}

EXPORTED void *calloc(size_t count, size_t size)
{
	return must_fail() ? NULL : counted(__libc_calloc(count, size));
}

EXPORTED void *realloc(void *old, size_t size)
{
	void *grown;

	if (must_fail())
		return NULL;
	grown = __libc_realloc(old, size);
	live += old == NULL && grown != NULL;
	live -= old != NULL && grown == NULL && size == 0;
	return grown;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
	return must_fail() ? NULL : counted(__libc_memalign(alignment, size));
}

EXPORTED int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
	void *memory = aligned_alloc(alignment, size);

	if (memory == NULL)
		return ENOMEM;
	*ret_memory = memory;
	return 0;
}

EXPORTED void free(void *memory)
{
	live -= memory != NULL;
	__libc_free(memory);
}

void scarce_memory_arm(size_t number, bool stays)
{
	struck = false;
	goes_on = stays;
	left = number - 1;
}

void scarce_memory_enough(void)
{
	left = SIZE_MAX;
}

size_t scarce_memory_pause(void)
{
	const size_t paused = left;

	left = SIZE_MAX;
	return paused;
}

void scarce_memory_resume(size_t paused)
{
	left = paused;
}

bool scarce_memory_struck(void)
{
	return struck;
}

long scarce_memory_live(void)
{
	return live;
}
