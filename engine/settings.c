/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/memblock.h"

#include <stdio.h>

#define NODES_MAX 1024

struct memblock_settings memblock_settings_default(void)
{
	return (struct memblock_settings){
	    .kernel = MEMBLOCK_KERNEL_6_12,
	    .page_size = 4096,
	    .cache_line = 64,
	    .phys_bits = 64,
	    .current_limit = UINT64_MAX,
	};
}

uint64_t memblock_phys_addr_max(const struct memblock_settings *settings)
{
	return settings->phys_bits == 32 ? UINT32_MAX : UINT64_MAX;
}

/* The sentence about the first setting that is wrong; NULL if none is. */
static const char *find_fault(const struct memblock_settings *settings)
{
	const uint64_t line = settings->cache_line;

	if (memblock_kernel_name(settings->kernel) == NULL)
		return "kernel is none of 4.0, 5.0, 6.1 and 6.12";
	if (settings->page_size != 4096 && settings->page_size != 16384 &&
	    settings->page_size != 65536)
		return "page-size is none of 4096, 16384 and 65536";
	if (line < 4 || line > settings->page_size || (line & (line - 1)) != 0)
		return "cache-line is not a power of two from 4 to page-size";
	if (settings->phys_bits != 32 && settings->phys_bits != 64)
		return "phys-bits is neither 32 nor 64";
	if (settings->nodes > NODES_MAX)
		return "nodes is above 1024";
	if (settings->kernel_arrays) {
		if (settings->memory_regions == 0)
			return "memory-regions is 0";
		if (settings->reserved_regions == 0)
			return "reserved-regions is 0";
	} else {
		if (settings->memory_regions != 0)
			return "memory-regions needs arrays kernel";
		if (settings->reserved_regions != 0)
			return "reserved-regions needs arrays kernel";
	}
	if (settings->kernel_end > memblock_phys_addr_max(settings))
		return "kernel-end is above the last address";
	return NULL;
}

enum mb_status memblock_settings_check(
    const struct memblock_settings *settings, char *message)
{
	const char *fault = find_fault(settings);

	if (fault == NULL)
		return MB_OK;
	snprintf(message, MEMBLOCK_SETTINGS_MESSAGE_MAX, "%s", fault);
	return MB_INVALID;
}
