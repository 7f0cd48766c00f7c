/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of physical addresses with its flags and its node, and the names of
 * the flags.
 *
 * Addresses and sizes are bytes; a region covers [base, base + size). */
#ifndef ENGINE_REGION_H
#define ENGINE_REGION_H

#include <stdbool.h>
#include <stdint.h>

/* The node of a region that belongs to none; NUMA_NO_NODE in the kernel. */
#define MB_NO_NODE (-1)

/* The bits of a region's flags, with the kernel's values (enum memblock_flags
 * in Linux 6.12). The first four go with memory, the last with reserved. */
enum memblock_flags {
	MEMBLOCK_NONE = 0x0,
	MEMBLOCK_HOTPLUG = 0x1,
	MEMBLOCK_MIRROR = 0x2,
	MEMBLOCK_NOMAP = 0x4,
	MEMBLOCK_DRIVER_MANAGED = 0x8,
	MEMBLOCK_RSRV_NOINIT = 0x10,
};

#define MEMBLOCK_MEMORY_FLAGS                                                  \
	((uint32_t)(MEMBLOCK_HOTPLUG | MEMBLOCK_MIRROR | MEMBLOCK_NOMAP |      \
		    MEMBLOCK_DRIVER_MANAGED))
#define MEMBLOCK_RESERVED_FLAGS ((uint32_t)MEMBLOCK_RSRV_NOINIT)

struct memblock_region {
	uint64_t base;
	uint64_t size;
	uint32_t flags;
	int32_t nid; /* MB_NO_NODE, or 0 to nodes - 1 */
};

/* One row a flag: "hotplug", "mirror", "nomap", "driver_managed",
 * "rsrv_noinit", in the order of their bits; ends with a NULL name. */
struct flag_name {
	const char *name;
	uint32_t flag;
};
extern const struct flag_name flag_names[];

#endif
