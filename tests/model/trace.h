/* SPDX-License-Identifier: BSD-2-Clause */
/* Random lists of operations, of several styles, from a seed. */
#ifndef TESTS_MODEL_TRACE_H
#define TESTS_MODEL_TRACE_H

#include "engine/memblock.h"
#include "engine/op.h"
#include "trace_random.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TRACE_MAX 700

struct trace {
	struct memblock_settings settings;
	const char *style; /* what it is like, in a word or two; see trace.c */
	size_t count;
	struct op ops[TRACE_MAX];
};

/* Draws what a trace's instance is created with, except bottom_up and
 * current_limit. */
typedef void trace_settings(
    struct random *random, struct memblock_settings *ret_settings);

/* All that tests/model/reference.c knows. */
trace_settings trace_settings_reference;

/* The trace of that number in a run with that seed. */
void trace_make(uint64_t seed, uint64_t number, trace_settings *settings,
    struct trace *ret_trace);

/* The trace as memblockctl lines, on an instance named m. The others print a
 * line of it without "memblockctl ", as a batch has it. */
void trace_print(FILE *out, const struct trace *trace);
void trace_print_create(FILE *out, const struct memblock_settings *settings);
void trace_print_op(FILE *out, const struct op *op);

/* Runs a trace from its beginning. Returns how many operations it took to a
 * difference, which it describes in ret_difference; 0: there was none. */
#define TRACE_DIFFERENCE_MAX 512
typedef size_t trace_run(const struct trace *trace, char *ret_difference);

/* Cuts a trace that leads to a difference down to the operations and the
 * settings that still lead to one, which it describes. */
void trace_shrink(struct trace *trace, trace_run *run, char *ret_difference);

#endif
