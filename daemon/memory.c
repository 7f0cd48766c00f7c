/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/memory.h"

#include "daemon/log.h"

#include <stdlib.h>

void *memory_need(void *pointer)
{
	memory_check(pointer != NULL);
	return pointer;
}

void memory_check(int success)
{
	if (success)
		return;
	log_event(LOG_LEVEL_ERROR, "out-of-memory", NULL);
	exit(EXIT_FAILURE);
}

void *memory_zeroed(size_t count, size_t size)
{
	return memory_need(calloc(count, size));
}
