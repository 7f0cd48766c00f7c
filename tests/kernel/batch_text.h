/* SPDX-License-Identifier: BSD-2-Clause */
/* Traces as a batch for memblockctl that ends in dumps, and all that it should
 * print. */
#ifndef TESTS_KERNEL_BATCH_TEXT_H
#define TESTS_KERNEL_BATCH_TEXT_H

#include "pair.h"

#include <stdio.h>

struct batch_text {
	FILE *lines;
	FILE *answers; /* byte for byte, of all lines together */
};

/* A new instance; an operation that both sides of a pair have just done; the
 * dumps of what they came to. */
void batch_text_begin(
    const struct batch_text *batch, const struct memblock_settings *settings);
void batch_text_step(const struct batch_text *batch, const struct pair *pair);
void batch_text_end(const struct batch_text *batch, const struct pair *pair);

#endif
