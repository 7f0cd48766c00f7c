/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of an operation, looked at before anything else. */
#ifndef ENGINE_OP_CHECK_H
#define ENGINE_OP_CHECK_H

#include "engine/op.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether a model with mb's settings can take these arguments: the fields that
 * this kind of operation reads, and no others. If not, a sentence in message
 * names the word at fault. How the model stands does not matter. */
bool op_check(const struct memblock *mb, const struct op *op, char *message,
    size_t message_size);

#endif
