/* SPDX-License-Identifier: BSD-2-Clause */
/* The table a kernel makes of /reserved-memory: one entry a node, sorted once
 * before those that have no place yet get one. Entries name their nodes by
 * their index in the tree. */
#ifndef ENGINE_RESERVED_MEMORY_H
#define ENGINE_RESERVED_MEMORY_H

#include "engine/devicetree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many nodes a kernel remembers. */
#define RESERVED_ENTRIES_MAX 64

/* How an entry came to its place. */
enum reserved_placement {
	RESERVED_UNPLACED, /* it has none */
	RESERVED_STATIC,   /* the first pair of its reg */
	RESERVED_DYNAMIC,  /* the kernel chose it */
};

/* What the handler of an entry's compatible made of it. */
enum reserved_use {
	RESERVED_USE_NONE, /* no handler knows it: it is kept */
	RESERVED_USE_CMA,
	RESERVED_USE_CMA_DEFAULT,
	RESERVED_USE_DMA_POOL,
	RESERVED_USE_GIVEN_BACK, /* the handler refused it */
};

struct reserved_entry {
	size_t node;
	uint64_t base;
	uint64_t size;
	enum reserved_placement placement;
	bool in_alloc_range; /* dynamic, within that alloc-range: */
	size_t alloc_range;
	bool overlaps; /* reaches into the next entry of the sorted table */
	enum reserved_use use;
};

struct reserved_memory {
	struct reserved_entry entries[RESERVED_ENTRIES_MAX];
	size_t count;
	bool has_default_cma;
};

/* Adds an entry for a node, with its first pair, or (0, 0). False: the table is
 * full. */
bool reserved_memory_add(struct reserved_memory *table, size_t node,
    const struct devicetree_range *first);

/* Sorts by base and then size, as Linux 6.1 does: entries that are equal in
 * both do not keep their order (the first of them comes last). Then marks those
 * that overlap. */
void reserved_memory_sort(struct reserved_memory *table);

/* What a handler goes by. */
struct reserved_handling {
	uint64_t cma_alignment; /* a power of two */
	bool is_reserved;	/* the entry's range, at least in part */
	bool has_cma_option;	/* cma= was given */
	bool pools_need_no_map; /* arm */
};

/* Asks the handlers of a node's compatible, of which the kernel has a table.
 * Sets entry->use. Returns NULL, or why the entry is given back, in the
 * kernel's words. */
const char *reserved_memory_handle(struct reserved_memory *table,
    struct reserved_entry *entry, const struct devicetree_reserved *node,
    const struct reserved_handling *handling);

/* "none", "static", … and "none", "cma", "cma-default", "dma-pool",
 * "given-back". */
const char *reserved_placement_name(enum reserved_placement placement);
const char *reserved_use_name(enum reserved_use use);

#endif
