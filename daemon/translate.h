/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to operations and back. */
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

/* Room for the messages an entry of a log points to. */
union translate_operation {
	Memblock__V1__Add add;
	Memblock__V1__Remove remove;
	Memblock__V1__Reserve reserve;
	Memblock__V1__Free free;
	Memblock__V1__Alloc alloc;
	Memblock__V1__Set set;
	Memblock__V1__Mark mark;
	Memblock__V1__Clear clear;
	Memblock__V1__SetNode set_node;
	Memblock__V1__Trim trim;
	Memblock__V1__PhysmemAdd physmem_add;
	Memblock__V1__Limit limit;
	Memblock__V1__Cap cap;
};

/* Makes entry say what op says; it points into *ret_operation. */
void translate_entry(const struct op *op, Memblock__V1__LogEntry *entry,
    union translate_operation *ret_operation);

#endif
