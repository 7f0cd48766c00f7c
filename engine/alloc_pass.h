/* SPDX-License-Identifier: BSD-2-Clause */
/* How a request for memory is searched for: attempts, each in one or two
 * passes over the free ranges. For alloc.c, and for explain.c, which tells what
 * it does. */
#ifndef ENGINE_ALLOC_PASS_H
#define ENGINE_ALLOC_PASS_H

#include "engine/alloc.h"
#include "engine/version.h"
#include "engine/walk.h"

/* One attempt at a request. */
struct alloc_attempt {
	uint64_t from, to; /* [from, to) */
	int32_t nid;	   /* MB_NO_NODE: any */
	uint32_t flags;	   /* mirror, or none */
};

/* All attempts at a request, in order, as the kernel of that version makes
 * them; but none twice: where something was not asked for, giving it up leads
 * to the same again. Returns how many there are, at least one. */
size_t alloc_list_attempts(const struct memblock *mb,
    const struct alloc_request *request,
    struct alloc_attempt attempts[MEMBLOCK_ATTEMPTS_MAX]);

/* One pass over what is free. */
struct alloc_pass {
	struct alloc_attempt attempt;
	bool bottom_up;
	bool falls_back; /* after one that went bottom-up in vain */
};
#define ALLOC_PASSES_MAX 2

/* The passes of an attempt, in order; at least one. */
size_t alloc_list_passes(const struct memblock *mb,
    const struct alloc_attempt *attempt,
    struct alloc_pass passes[ALLOC_PASSES_MAX]);

/* The alignment that a request means. */
uint64_t alloc_align(
    const struct memblock *mb, const struct alloc_request *request);

/* Where in a free range a pass puts size bytes. False: they do not fit. */
bool alloc_place(const struct alloc_pass *pass, const struct free_range *range,
    uint64_t size, uint64_t align, uint64_t *ret_base);

#endif
