/* SPDX-License-Identifier: BSD-2-Clause */
/* Traces as a batch for memblockctl, and what it should answer. */
#ifndef TESTS_KERNEL_BATCH_H
#define TESTS_KERNEL_BATCH_H

#include "pair.h"

#include <stdint.h>
#include <stdio.h>

/* Two files that go side by side: a line of a batch, and a line of JSON with
 * the members that the answer must have, as the kernel answers. null stands for
 * a member that must not be there. */
struct batch {
	FILE *lines;
	FILE *answers;
	uint64_t seq; /* of the instance, m */
};

/* A new instance. */
void batch_begin(struct batch *batch, const struct memblock_settings *settings);

/* The operation that both sides of a pair have just done, the state that they
 * are in since then, and some questions. */
void batch_step(struct batch *batch, struct pair *pair);

/* The instance goes. */
void batch_end(struct batch *batch);

#endif
