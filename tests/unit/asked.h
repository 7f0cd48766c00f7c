/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a request while it is put together. */
#ifndef TESTS_UNIT_ASKED_H
#define TESTS_UNIT_ASKED_H

#include "memblock.pb-c.h"

#define OPERATION(name) MEMBLOCK__V1__REQUEST__OPERATION_##name

/* A request with its operation, to be filled in further. It points into
 * itself. */
struct asked {
	Memblock__V1__Request request;
	union {
		Memblock__V1__Hello hello;
		Memblock__V1__Ping ping;
		Memblock__V1__Create create;
		Memblock__V1__List list;
		Memblock__V1__Info info;
		Memblock__V1__Destroy destroy;
		Memblock__V1__Add add;
		Memblock__V1__Remove remove;
		Memblock__V1__Reserve reserve;
		Memblock__V1__Free free;
		Memblock__V1__Alloc alloc; /* also find */
		Memblock__V1__Set set;
		Memblock__V1__Dump dump;
		Memblock__V1__Load load;
		Memblock__V1__Boot boot;
		Memblock__V1__ReservedMemory reserved_memory;
		Memblock__V1__Log log;
		Memblock__V1__Watch watch;
		Memblock__V1__Verify verify;
		Memblock__V1__Ranges ranges;
		Memblock__V1__Query query;
		Memblock__V1__Handover handover;
		Memblock__V1__Blame blame;
		Memblock__V1__Batch batch;
		Memblock__V1__Lowmem lowmem;
		Memblock__V1__Diff diff;
		Memblock__V1__Export export;
		Memblock__V1__Import import;
		Memblock__V1__Clone clone;
		Memblock__V1__Compact compact;
	} operation;
	Memblock__V1__Settings settings; /* of create; used if set there */
};

/* Without an instance: NULL. */
void asked_init(struct asked *asked,
    Memblock__V1__Request__OperationCase operation, const char *instance);

/* One that has a range: add, remove, reserve or free. */
void asked_init_range(struct asked *asked,
    Memblock__V1__Request__OperationCase operation, const char *instance,
    uint64_t address, uint64_t size);

/* Puts it under a request key, which stays the caller's. */
void asked_put_key(struct asked *asked, const char *key);

#endif
