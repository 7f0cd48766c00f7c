/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the engine differs from the kernel on purpose: the rows of the table in
 * docs/model.md that bear this title, and nothing else.
 *
 * What a row explains is put aside: the expected answer becomes what the page
 * says, and the kernel's state what it would be without the difference. What is
 * compared after that has to be equal. */
#ifndef TESTS_KERNEL_DIFFERENCES_H
#define TESTS_KERNEL_DIFFERENCES_H

#include "pair.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* After an operation was done to both, and before anything is compared. */
void differences_put_aside(struct pair *pair);

/* Takes those of the ranges that a kernel's iterator over the memory of nid
 * came by out that the engine leaves out on purpose; returns how many are left.
 */
size_t differences_leave_out(const struct memblock *mb, enum kernel_ranges kind,
    int32_t nid, struct kernel_range *ranges, size_t cnt);

/* Whether a kernel would take too long over the handover of this memory to be
 * asked for it. */
bool differences_excuse_handover(const struct memblock *mb);

/* A line for each row: with how often it applied, or its name alone. */
void differences_report(FILE *out);
void differences_names(FILE *out);

#endif
