/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a disk whose n-th call of a kind fails. */
#ifndef TESTS_FAULT_FAILING_DISK_H
#define TESTS_FAULT_FAILING_DISK_H

#include "tests/fault/disk.h"

#include <stdbool.h>
#include <stddef.h>

enum disk_error {
	DISK_EIO,
	DISK_ENOSPC,
	DISK_SHORT, /* half of a write is done, then the disk is full */
};

/* Which call fails, and how. */
struct disk_fault {
	enum disk_call call;
	enum disk_error error;
	bool stays; /* every call of that kind fails from then on */
};

/* Every fault there is: calls, errors that they can fail with, once and from
 * then on. */
extern const struct disk_fault disk_faults[];
extern const size_t disk_fault_count;

/* "write ENOSPC from then on" */
void disk_fault_text(
    const struct disk_fault *fault, char *ret_text, size_t size);

/* From now on, the call of that number (from 1) of fault's kind fails. */
void failing_disk_arm(const struct disk_fault *fault, size_t number);

/* No call fails any more. */
void failing_disk_heal(void);

/* Whether the call failed since it was armed; it has healed meanwhile if the
 * fault does not stay. */
bool failing_disk_struck(void);

/* Whether calls fail now. */
bool failing_disk_is_failing(void);

#endif
