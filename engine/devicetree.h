/* SPDX-License-Identifier: BSD-2-Clause */
/* A flattened device tree, read for what it says about memory: nothing is
 * decided here, and no model is needed.
 *
 * Text is printable ASCII, whatever the tree holds: a byte that is none becomes
 * '?'. A path has at most DEVICETREE_PATH_MAX - 1 bytes, and a longer one ends
 * in "...". Only bootargs are as they are. */
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
	bool has_nid; /* numa-node-id */
	uint32_t nid;
	/* Where there is a nid: the pairs of reg, whatever ranges are. */
	struct devicetree_range *reg;
	size_t reg_count;
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
	bool reusable;
	bool cma_default; /* linux,cma-default */
	bool has_phandle; /* phandle, or else linux,phandle */
	uint32_t phandle;
	/* What a node without reg wants. */
	bool bad_size; /* its length is not that of the root's size cells */
	uint64_t size;
	bool has_alignment;
	bool bad_alignment; /* not as long as the root's address cells */
	uint64_t alignment;
	bool has_alloc_ranges;
	bool bad_alloc_ranges; /* no multiple of a pair: no alloc_ranges */
	struct devicetree_range *alloc_ranges;
	size_t alloc_range_count;
	/* Strings one behind the other, each with its NUL. */
	char *compatible; /* NULL: there is none */
	size_t compatible_size;
};

/* A node that names a child of /reserved-memory in its memory-region. */
struct devicetree_user {
	char *path;	 /* "/soc/vpu@20000000" */
	char *name;	 /* of memory-region-names; NULL: none */
	size_t reserved; /* index of the child */
};

/* What /chosen says. */
struct devicetree_chosen {
	bool has_initrd; /* both its ends, the start not above the end */
	uint64_t initrd_start, initrd_end;
	bool has_elfcorehdr;
	struct devicetree_range elfcorehdr;
	/* linux,usable-memory-range: its first two pairs. */
	struct devicetree_range usable[2];
	size_t usable_count;
	char *bootargs; /* any bytes but NUL; NULL: there are none */
};

/* Ids of nodes from this up are none that a kernel has. */
#define DEVICETREE_NIDS_MAX 1024

/* Users behind this many are not kept. */
#define DEVICETREE_USERS_MAX 4096

struct devicetree {
	uint64_t total_size; /* as its header says: what the kernel reserves */
	/* What 6.1 on arm64 unpacks the tree into, in bytes. */
	uint64_t unflattened_size;
	struct devicetree_chosen chosen;
	struct devicetree_memory *memory; /* in the order of the tree */
	size_t memory_count;
	/* The numa-node-ids of processors, children of /cpus. */
	bool cpu_nids[DEVICETREE_NIDS_MAX];
	struct devicetree_range *memreserve; /* up to the one of size 0 */
	size_t memreserve_count;
	struct devicetree_reserved *reserved; /* in the order of the tree */
	size_t reserved_count;
	struct devicetree_user *users; /* in the order of the tree */
	size_t user_count;
	/* /reserved-memory is there, but its cells are not the root's or it
	 * has no ranges: the kernel ignores all of it. */
	bool reserved_unsupported;
	/* The root's #address-cells or #size-cells (1 if absent) is neither 1
	 * nor 2: no reg can be read, and no node has ranges. */
	bool cells_unsupported;
};

/* Whether compatible has that string. */
bool devicetree_is_compatible(
    const struct devicetree_reserved *reserved, const char *text);

/* Reads a blob. MB_OK: *ret_tree is the caller's to free and owns all it points
 * to. MB_INVALID: libfdt's full check refuses the blob, or its format is older
 * than 16; MB_NO_MEMORY. Both leave a sentence in message
 * (DEVICETREE_MESSAGE_MAX bytes). */
enum mb_status devicetree_read(
    const void *blob, size_t size, struct devicetree **ret_tree, char *message);

void devicetree_free(struct devicetree *tree); /* NULL is fine */

#endif
