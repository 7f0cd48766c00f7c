/* SPDX-License-Identifier: BSD-2-Clause */
/* What an outcome says to the one who asked: sentences, one a line. */
#ifndef ENGINE_OP_SAY_H
#define ENGINE_OP_SAY_H

#include "engine/memblock.h"
#include "engine/op.h"

/* Adds a sentence on a line of its own; one that has no room left is cut. */
void op_say(struct outcome *outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Warns that alignment 0 was taken as the cache line of mb. */
void op_warn_align_zero(struct outcome *outcome, const struct memblock *mb);

/* Warns that nothing was found above the end of mb's kernel. */
void op_warn_fell_back(struct outcome *outcome, const struct memblock *mb);

/* Warns of the regions that an insertion met and that keep what they have. */
void op_warn_met(struct outcome *outcome, const struct memblock_met *met);

#endif
