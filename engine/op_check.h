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

/* The same for single arguments: an address, called by that word; a node; flags
 * that may be some of taken, for what is called by that word. */
bool op_check_address(const struct memblock *mb, const char *word,
    uint64_t address, char *message, size_t message_size);
bool op_check_nid(
    const struct memblock *mb, int32_t nid, char *message, size_t message_size);
bool op_check_flags(const struct memblock *mb, const char *word, uint32_t taken,
    uint32_t flags, char *message, size_t message_size);

#endif
