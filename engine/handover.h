/* SPDX-License-Identifier: BSD-2-Clause */
/* What the page allocator is given when memblock has done its work: the pages
 * that memblock_free_all() frees, the blocks it frees them in, and the pages
 * that come later.
 *
 *   page frames   |-----|-----|-----|-----|-----|-----|
 *   free range       |------------------------|
 *   lost             |--|                  |--|
 *   handed over         |-----|-----|-----|
 *
 * As memblock_free_all, free_highpages of 32-bit arm and the growth of
 * totalram_pages behind them in Linux 6.12. Nothing is walked page by page: the
 * time goes by the regions, whatever their size. */
#ifndef ENGINE_HANDOVER_H
#define ENGINE_HANDOVER_H

#include "engine/memblock.h"

#include <stddef.h>
#include <stdint.h>

/* Blocks are of 2^0 to 2^10 pages (MAX_PAGE_ORDER, which was MAX_ORDER - 1). */
#define HANDOVER_ORDERS 11

#define HANDOVER_NO_LIMIT UINT64_MAX

/* Bytes [base, base + size); a size that passes the last address is cut. */
struct handover_area {
	uint64_t base;
	uint64_t size;
};

struct handover_request {
	/* The first page frame that is high memory, at least 1; or
	 * HANDOVER_NO_LIMIT. */
	uint64_t max_low_pfn;
	/* Reserved memory whose whole pages come back later: the areas of the
	 * contiguous memory allocator, and the kernel's init section, initrd
	 * and the like. */
	const struct handover_area *cma;
	size_t cma_count;
	const struct handover_area *init;
	size_t init_count;
};

/* The share of one node in pages and orders. */
struct handover_node {
	int32_t nid; /* MB_NO_NODE: of memory without one */
	uint64_t pages;
	uint64_t orders[HANDOVER_ORDERS];
};

struct handover {
	uint64_t pages;			  /* freed below max_low_pfn */
	uint64_t orders[HANDOVER_ORDERS]; /* in so many blocks of 2^i pages */
	uint64_t highmem;		  /* pages freed above it, one by one */
	uint64_t bytes_lost; /* free, but in no page that is wholly free */
	uint64_t pages_lost; /* the pages that they are in */
	uint64_t cma;	     /* pages; each counts once */
	uint64_t init;	     /* pages; each counts once */
	uint64_t totalram;   /* pages, highmem, cma and init together */
	/* Every node that memory has, by nid, no node last. */
	struct handover_node *nodes;
	size_t node_count;
};

/* Computes what a model would hand over as it stands, and leaves it as it is.
 * *ret_handover is the caller's to give to handover_destroy().
 *
 * MB_OK; or, with a sentence in message (of OUTCOME_MESSAGE_MAX bytes):
 * MB_NO_MEMORY; MB_INVALID: max_low_pfn is 0, or an area is empty, is not all
 * memory, is nomap somewhere, has a page that is handed over anyway because it
 * is not reserved, or an init area meets one of cma; MB_NO_SPACE: an array is
 * full and cannot grow, where the kernel would panic. */
enum mb_status handover_compute(const struct memblock *mb,
    const struct handover_request *request, struct handover *ret_handover,
    char *message);

void handover_destroy(struct handover *handover);

#endif
