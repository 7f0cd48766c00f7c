/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine does to memblock when it starts, drawn at random: for
 * trace.c. */
#ifndef TESTS_MODEL_TRACE_BOOT_H
#define TESTS_MODEL_TRACE_BOOT_H

#include "engine/op.h"
#include "trace_random.h"

#include <stddef.h>
#include <stdint.h>

/* Writes at most max operations: memory in banks, firmware's holes, kernel,
 * initrd, limits, and the allocations of early code. Returns how many. */
size_t trace_boot(
    struct random *random, uint32_t nodes, struct op *ret_ops, size_t max);

#endif
