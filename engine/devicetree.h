/* SPDX-License-Identifier: BSD-2-Clause */
/* A flattened device tree, read for what it says about memory: nothing is
 * decided here, and no model is needed.
 *
 * A path is printable ASCII of at most DEVICETREE_PATH_MAX - 1 bytes, whatever
 * the tree holds: a byte that is none becomes '?', and a longer path ends in
 * "...". */
#ifndef ENGINE_DEVICETREE_H
#define ENGINE_DEVICETREE_H

#include "engine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICETREE_MESSAGE_MAX 256
#define DEVICETREE_PATH_MAX 256

/* A range as a node's reg has it, not rounded. */
struct devicetree_range {
	uint64_t base;
	uint64_t size;
};

/* A child of the root that describes memory: device_type "memory" and a status
 * that is absent, "ok" or "okay". */
struct devicetree_memory {
	char *path; /* "/memory@40000000" */
	/* The whole pairs of linux,usable-memory or else of reg; cells behind
	 * the last whole pair are passed over. */
	struct devicetree_range *ranges;
	size_t range_count;
	bool hotpluggable;
};

/* A child of /reserved-memory whose status is absent, "ok" or "okay". */
struct devicetree_reserved {
	char *path; /* "/reserved-memory/framebuffer@58000000" */
	struct devicetree_range *ranges;
	size_t range_count;
	bool has_reg;
	bool bad_reg;  /* its length is no multiple of a pair: no ranges */
	bool has_size; /* without a reg: the kernel chooses the place */
	bool no_map;
};

struct devicetree {
	struct devicetree_memory *memory; /* in the order of the tree */
	size_t memory_count;
	struct devicetree_range *memreserve; /* up to the one of size 0 */
	size_t memreserve_count;
	struct devicetree_reserved *reserved; /* in the order of the tree */
	size_t reserved_count;
	/* /reserved-memory is there, but its cells are not the root's or it
	 * has no ranges: the kernel ignores all of it. */
	bool reserved_unsupported;
	/* The root's #address-cells or #size-cells (1 if absent) is neither 1
	 * nor 2: no reg can be read, and no node has ranges. */
	bool cells_unsupported;
};

/* Reads a blob. MB_OK: *ret_tree is the caller's to free and owns all it points
 * to. MB_INVALID: libfdt's full check refuses the blob, or its format is older
 * than 16; MB_NO_MEMORY. Both leave a sentence in message
 * (DEVICETREE_MESSAGE_MAX bytes). */
enum mb_status devicetree_read(
    const void *blob, size_t size, struct devicetree **ret_tree, char *message);

void devicetree_free(struct devicetree *tree); /* NULL is fine */

#endif
