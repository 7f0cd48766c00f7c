/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to operations, and regions to messages. */
#ifndef DAEMON_TRANSLATE_H
#define DAEMON_TRANSLATE_H

#include "daemon/answer.h"
#include "engine/memblock.h"
#include "engine/op.h"

/* A nid as the engine has it. */
int32_t translate_nid(protobuf_c_boolean has_nid, uint32_t nid);

/* A region as the wire has it. */
void translate_region(
    const struct memblock_region *region, Memblock__V1__Region *message);

/* The operation that a request asks for: one of add, remove, reserve, free,
 * alloc, find, explain, mark, clear, set_node, trim, limit, cap, physmem_add,
 * set. Defaults are filled in from the settings of its instance. NULL: done;
 * else a sentence that says what is missing. */
const char *translate_request(const Memblock__V1__Request *message,
    const struct memblock_settings *settings, struct op *ret_op);

#endif
