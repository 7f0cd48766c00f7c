/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding free memory, and taking it.
 *
 * Both make the same attempts in the same order: wanted node or any, mirrored
 * memory or any, from where was asked or from the bottom. Which, goes by the
 * version. */
#ifndef ENGINE_ALLOC_H
#define ENGINE_ALLOC_H

#include "engine/memblock.h"
#include "engine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alloc_request {
	uint64_t size;	/* above 0 */
	uint64_t align; /* a power of two; 0: the cache line */
	uint64_t from;	/* lowest address wanted; the first page never is */
	uint64_t to;	/* end of what is wanted; 0 and 1: current_limit */
	int32_t nid;	/* MB_NO_NODE: any */
	bool exact_nid; /* nid or nothing */
	bool
	    min_fallback; /* cut to at current_limit; give from up in the end */
};

/* The address that the first attempt that finds something finds, as
 * memblock_find_in_range_node in Linux 6.12 does. MB_OK or MB_NO_SPACE. In both
 * cases *ret_fell_back becomes true if an attempt went top-down in place of
 * bottom-up, and is else left as it was. */
enum mb_status memblock_find(const struct memblock *mb,
    const struct alloc_request *request, uint64_t *ret_base,
    bool *ret_fell_back);

/* Finds and reserves, with no node and no flags, as memblock_alloc_range_nid
 * in Linux 6.12; with min_fallback as memblock_alloc_internal. Where reserved
 * has no slot for what an attempt found, and cannot grow, the next follows.
 * MB_OK; MB_NO_SPACE; MB_FULL, MB_LIMIT, MB_NO_MEMORY: found, but could not be
 * reserved. On failure nothing has changed. */
enum mb_status memblock_alloc(struct memblock *mb,
    const struct alloc_request *request, uint64_t *ret_base);

/* Why a request ended in MB_NO_SPACE, in one sentence: where the last attempt,
 * the widest, looked, and the largest range that is free there. */
void alloc_explain(const struct memblock *mb,
    const struct alloc_request *request, char *message, size_t message_size);

#endif
