/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernels whose rules a model can follow, and where they differ: one table,
 * a row for each. Nothing else asks which version it is. docs/model.md tells
 * where each row is known from. */
#ifndef ENGINE_VERSION_H
#define ENGINE_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stored in journals by name. */
enum memblock_kernel {
	MEMBLOCK_KERNEL_6_12 = 0,
	MEMBLOCK_KERNEL_6_1 = 1,
	MEMBLOCK_KERNEL_5_0 = 2,
	MEMBLOCK_KERNEL_4_0 = 3,
};

/* What an attempt at an allocation insists on of what was asked for. */
struct memblock_attempt {
	bool from;   /* the lowest address */
	bool mirror; /* mirrored memory, if there is any */
	bool nid;    /* the node */
};

#define MEMBLOCK_ATTEMPTS_MAX 8

/* The attempts, in order. */
struct memblock_attempts {
	size_t count;
	struct memblock_attempt list[MEMBLOCK_ATTEMPTS_MAX];
};

struct memblock_version {
	const char *name; /* "6.12" */
	uint32_t flags;	  /* enum memblock_flags: those that it knows */
	struct memblock_attempts alloc;
	struct memblock_attempts alloc_min_fallback;
	/* Bottom-up is tried above kernel_end alone, and top-down, with a
	 * warning, where that fails. */
	bool bottom_up_above_kernel;
	/* A change merges touching equals in all of its list, and not just
	 * around what it changed. */
	bool merges_all;
	/* Marking mirror does not take mirrored_kernelcore. */
	bool mirror_always;
	/* memblock_overlaps_region lets a range wrap around. */
	bool overlaps_wraps;
	/* no-map of a device tree takes the memory away. */
	bool nomap_removes;
	/* A boot on arm64 goes by the sequence of 4.0. */
	bool boots_as_4_0;
	/* What dumps print. */
	bool dummy_region;    /* an empty list as one region of size 0 */
	bool dump_physmem;    /* physmem behind reserved */
	bool dump_unpadded;   /* sizes without zeros in front */
	bool debugfs_columns; /* the node and the flags' names */
	/* An array that is full, and may not grow, is the end. */
	bool full_panics;
	/* memblock_free_all gives reserved the nodes of memory. */
	bool handover_sets_nodes;
	/* map_lowmem of 32-bit arm maps the kernel with the rest. */
	bool lowmem_maps_kernel;
};

/* kernel is one of the enum. */
const struct memblock_version *memblock_version(enum memblock_kernel kernel);

/* "6.12", "6.1", "5.0", "4.0" and back; NULL and false for what is none. */
const char *memblock_kernel_name(enum memblock_kernel kernel);
bool memblock_kernel_parse(const char *name, enum memblock_kernel *ret_kernel);

#endif
