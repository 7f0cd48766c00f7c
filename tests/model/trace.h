/* SPDX-License-Identifier: BSD-2-Clause */
/* Random lists of operations, of several styles, from a seed. */
#ifndef TESTS_MODEL_TRACE_H
#define TESTS_MODEL_TRACE_H

#include "engine/memblock.h"
#include "engine/op.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TRACE_MAX 160

struct trace {
	struct memblock_settings settings;
	size_t count;
	struct op ops[TRACE_MAX];
};

/* The trace of that number in a run with that seed. */
void trace_make(uint64_t seed, uint64_t number, struct trace *ret_trace);

/* The trace as memblockctl lines. */
void trace_print(FILE *out, const struct trace *trace);

#endif
