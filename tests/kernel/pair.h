/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine and a kernel's memblock, done the same to. */
#ifndef TESTS_KERNEL_PAIR_H
#define TESTS_KERNEL_PAIR_H

#include "engine/memblock.h"
#include "engine/op.h"
#include "kernel.h"
#include "tests/model/trace.h"

#include <stdbool.h>
#include <stdint.h>

struct pair {
	const struct kernel *kernel;
	struct memblock *mb;

	/* The operation under way: the engine's model before it, what either
	 * answered, and what the engine should have answered. */
	const struct op *op;
	struct memblock *before;
	struct outcome outcome;
	struct kernel_answer answer;
	struct outcome expected;

	/* What the kernel's memory.total_size has too much since a trim. */
	uint64_t stale;

	char difference[TRACE_DIFFERENCE_MAX];
};

/* Both empty, as settings have it. Ends the program without memory. */
void pair_begin(struct pair *pair, const struct kernel *kernel,
    const struct memblock_settings *settings);
void pair_end(struct pair *pair);

/* Does an operation to both and compares the answers, all of both models, and
 * the answers to questions. False: they differ, and difference says in what.
 */
bool pair_step(struct pair *pair, const struct op *op);

/* Notes a difference; false. */
bool pair_differ(
    struct pair *pair, const char *what, uint64_t engine, uint64_t kernel);

/* How often questions were compared, in all pairs. */
extern uint64_t pair_questions;

#endif
