/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernels whose rules a model can follow, and where they differ: one table,
 * a row for each. Nothing else asks which version it is. docs/model.md tells
 * where each row is known from. */
#ifndef ENGINE_VERSION_H
#define ENGINE_VERSION_H

#include <stdbool.h>

/* Stored in journals by name. */
enum memblock_kernel {
	MEMBLOCK_KERNEL_6_12 = 0,
	MEMBLOCK_KERNEL_6_1 = 1,
	MEMBLOCK_KERNEL_5_0 = 2,
	MEMBLOCK_KERNEL_4_0 = 3,
};

struct memblock_version {
	const char *name; /* "6.12" */
	/* What dumps print. */
	bool dummy_region;    /* an empty list as one region of size 0 */
	bool dump_physmem;    /* physmem behind reserved */
	bool dump_unpadded;   /* sizes without zeros in front */
	bool debugfs_columns; /* the node and the flags' names */
	/* memblock_free_all gives reserved the nodes of memory. */
	bool handover_sets_nodes;
};

/* kernel is one of the enum. */
const struct memblock_version *memblock_version(enum memblock_kernel kernel);

/* "6.12", "6.1", "5.0", "4.0" and back; NULL and false for what is none. */
const char *memblock_kernel_name(enum memblock_kernel kernel);
bool memblock_kernel_parse(const char *name, enum memblock_kernel *ret_kernel);

#endif
