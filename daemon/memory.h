/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that the daemon cannot do without. When there is none it stops with a
 * log line: everything acknowledged is in the journal, and the next start
 * brings it back. */
#ifndef DAEMON_MEMORY_H
#define DAEMON_MEMORY_H

#include <stddef.h>

/* Returns pointer, which is what an allocation came to; never NULL. */
void *memory_need(void *pointer);

/* For calls that say with false that there was no memory. */
void memory_check(int success);

/* Zeroed memory for count things of that size, to be freed with free(). */
void *memory_zeroed(size_t count, size_t size);

#endif
