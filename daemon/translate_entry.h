/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations to entries of a log. */
#ifndef DAEMON_TRANSLATE_ENTRY_H
#define DAEMON_TRANSLATE_ENTRY_H

#include "engine/op.h"
#include "memblock.pb-c.h"

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
