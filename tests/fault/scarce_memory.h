/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: memory that ends. Linked into a program, it takes the place of
 * libc's malloc for all of it, libraries included. Counts and failures are
 * those of the thread that asks. */
#ifndef TESTS_FAULT_SCARCE_MEMORY_H
#define TESTS_FAULT_SCARCE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the allocation of that number (from 1) fails, and with stays
 * every one after it; until _enough(). */
void scarce_memory_arm(size_t number, bool stays);

/* Nothing fails any more. */
void scarce_memory_enough(void);

/* For a while nothing counts and nothing fails; resumed with what _pause()
 * answered. */
size_t scarce_memory_pause(void);
void scarce_memory_resume(size_t paused);

/* Whether an allocation failed since it was armed. */
bool scarce_memory_struck(void);

/* How many allocations have not been freed. */
long scarce_memory_live(void);

#endif
