/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/version.h"

#include "engine/region.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define FLAGS_4_0 ((uint32_t)MEMBLOCK_HOTPLUG)
#define FLAGS_5_0 (FLAGS_4_0 | MEMBLOCK_MIRROR | MEMBLOCK_NOMAP)
#define FLAGS_6_1 (FLAGS_5_0 | MEMBLOCK_DRIVER_MANAGED)
#define FLAGS_6_12 (FLAGS_6_1 | MEMBLOCK_RSRV_NOINIT)

/* What is kept of from, mirror and nid in each attempt. 6.1 brought the two
 * families together: the node goes, then the mirror, then all of it again
 * without from. */
#define KEEP(from, mirror, nid)                                                \
	{                                                                      \
		from, mirror, nid                                              \
	}
#define ATTEMPTS_6_1 KEEP(1, 1, 1), KEEP(1, 1, 0), KEEP(1, 0, 1), KEEP(1, 0, 0)
#define ATTEMPTS_6_1_AGAIN                                                     \
	KEEP(0, 1, 1), KEEP(0, 1, 0), KEEP(0, 0, 1), KEEP(0, 0, 0)

static const struct memblock_version versions[] =
    {
	[MEMBLOCK_KERNEL_6_12] =
	    {
		.name = "6.12",
		.flags = FLAGS_6_12,
		.alloc = {4, {ATTEMPTS_6_1}},
		.alloc_min_fallback = {8, {ATTEMPTS_6_1, ATTEMPTS_6_1_AGAIN}},
		.dump_physmem = true,
		.debugfs_columns = true,
		.full_panics = true,
		.handover_sets_nodes = true,
	    },
	[MEMBLOCK_KERNEL_6_1] =
	    {
		.name = "6.1",
		.flags = FLAGS_6_1,
		.alloc = {4, {ATTEMPTS_6_1}},
		.alloc_min_fallback = {8, {ATTEMPTS_6_1, ATTEMPTS_6_1_AGAIN}},
		.merges_all = true,
		.dummy_region = true,
		.dump_physmem = true,
	    },
	[MEMBLOCK_KERNEL_5_0] =
	    {
		.name = "5.0",
		.lowmem_maps_kernel = true,
		.flags = FLAGS_5_0,
		.alloc = {2, {KEEP(1, 1, 1), KEEP(1, 0, 1)}},
		.alloc_min_fallback = {6,
		    {KEEP(1, 1, 1), KEEP(1, 1, 0), KEEP(0, 1, 1), KEEP(0, 1, 0),
			KEEP(0, 0, 1), KEEP(0, 0, 0)}},
		.bottom_up_above_kernel = true,
		.merges_all = true,
		.mirror_always = true,
		.overlaps_wraps = true,
		.nomap_removes = true,
		.dummy_region = true,
		.dump_physmem = true,
	    },
	[MEMBLOCK_KERNEL_4_0] =
	    {
		.name = "4.0",
		.lowmem_maps_kernel = true,
		.flags = FLAGS_4_0,
		.alloc = {1, {KEEP(1, 0, 1)}},
		.alloc_min_fallback = {4, {KEEP(1, 0, 1), KEEP(1, 0, 0),
					      KEEP(0, 0, 1), KEEP(0, 0, 0)}},
		.bottom_up_above_kernel = true,
		.merges_all = true,
		.overlaps_wraps = true,
		.nomap_removes = true,
		.boots_as_4_0 = true,
		.dummy_region = true,
		.dump_unpadded = true,
	    },
};
#define VERSION_COUNT (sizeof(versions) / sizeof(versions[0]))

const struct memblock_version *memblock_version(enum memblock_kernel kernel)
{
	assert((size_t)kernel < VERSION_COUNT);
	return &versions[kernel];
}

const char *memblock_kernel_name(enum memblock_kernel kernel)
{
	return (size_t)kernel < VERSION_COUNT ? versions[kernel].name : NULL;
}

bool memblock_kernel_parse(const char *name, enum memblock_kernel *ret_kernel)
{
	size_t i;

	for (i = 0; i < VERSION_COUNT; i++) {
		if (strcmp(name, versions[i].name) == 0) {
			*ret_kernel = (enum memblock_kernel)i;
			return true;
		}
	}
	return false;
}
