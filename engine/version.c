/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/version.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct memblock_version versions[] = {
    [MEMBLOCK_KERNEL_6_12] =
	{
	    .name = "6.12",
	    .dump_physmem = true,
	    .debugfs_columns = true,
	    .handover_sets_nodes = true,
	},
    [MEMBLOCK_KERNEL_6_1] =
	{
	    .name = "6.1",
	    .dummy_region = true,
	    .dump_physmem = true,
	},
    [MEMBLOCK_KERNEL_5_0] =
	{
	    .name = "5.0",
	    .dummy_region = true,
	    .dump_physmem = true,
	},
    [MEMBLOCK_KERNEL_4_0] =
	{
	    .name = "4.0",
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
