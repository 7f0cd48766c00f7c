/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/settings.h"

#include "daemon/answer.h"

#include <stdio.h>
#include <string.h>

#define REASON_MAX MEMBLOCK_SETTINGS_MESSAGE_MAX

static bool take_kernel(const Memblock__V1__Settings *message,
    struct memblock_settings *settings, char *reason)
{
	if (message->kernel == NULL ||
	    memblock_kernel_parse(message->kernel, &settings->kernel))
		return true;
	snprintf(reason, REASON_MAX,
	    "kernel '%.*s' is none of 4.0, 5.0, 6.1, 6.12",
	    answer_quotable(message->kernel, 16), message->kernel);
	return false;
}

static bool take_arrays(const Memblock__V1__Settings *message,
    struct memblock_settings *settings, char *reason)
{
	const char *arrays = message->arrays;

	if (arrays != NULL && strcmp(arrays, "host") != 0 &&
	    strcmp(arrays, "kernel") != 0) {
		snprintf(reason, REASON_MAX,
		    "arrays '%.*s' is neither host nor kernel",
		    answer_quotable(arrays, 16), arrays);
		return false;
	}
	settings->kernel_arrays =
	    arrays != NULL && strcmp(arrays, "kernel") == 0;
	settings->memory_regions = settings->kernel_arrays ? 128 : 0;
	settings->reserved_regions = settings->memory_regions;
	if (message->has_memory_regions)
		settings->memory_regions = message->memory_regions;
	if (message->has_reserved_regions)
		settings->reserved_regions = message->reserved_regions;
	return true;
}

static void take_rest(
    const Memblock__V1__Settings *message, struct memblock_settings *settings)
{
	if (message->has_page_size)
		settings->page_size = message->page_size;
	if (message->has_cache_line)
		settings->cache_line = message->cache_line;
	if (message->has_phys_bits)
		settings->phys_bits = message->phys_bits;
	if (message->has_nodes)
		settings->nodes = message->nodes;
	settings->physmem = message->physmem;
	settings->movable_node = message->movable_node;
	settings->mirrored_kernelcore = message->mirrored_kernelcore;
	settings->kernel_end = message->kernel_end;
	settings->bottom_up = message->bottom_up;
	settings->current_limit =
	    message->has_current_limit ? message->current_limit : UINT64_MAX;
}

bool settings_take(const Memblock__V1__Settings *message,
    struct memblock_settings *ret_settings, char *reason)
{
	struct memblock_settings settings = memblock_settings_default();

	if (message != NULL) {
		if (!take_kernel(message, &settings, reason) ||
		    !take_arrays(message, &settings, reason))
			return false;
		take_rest(message, &settings);
	}
	if (memblock_settings_check(&settings, reason) != MB_OK)
		return false;
	if (settings.current_limit > memblock_phys_addr_max(&settings))
		settings.current_limit = memblock_phys_addr_max(&settings);
	*ret_settings = settings;
	return true;
}

void settings_fill(
    const struct memblock_settings *settings, Memblock__V1__Settings *message)
{
	memblock__v1__settings__init(message);
	message->kernel = (char *)memblock_kernel_name(settings->kernel);
	message->has_page_size = message->has_cache_line = 1;
	message->page_size = settings->page_size;
	message->cache_line = settings->cache_line;
	message->has_phys_bits = message->has_nodes = 1;
	message->phys_bits = settings->phys_bits;
	message->nodes = settings->nodes;
	message->arrays = (char *)(settings->kernel_arrays ? "kernel" : "host");
	message->has_memory_regions = settings->kernel_arrays;
	message->has_reserved_regions = settings->kernel_arrays;
	message->memory_regions = settings->memory_regions;
	message->reserved_regions = settings->reserved_regions;
	message->has_physmem = message->has_movable_node = 1;
	message->physmem = settings->physmem;
	message->movable_node = settings->movable_node;
	message->has_mirrored_kernelcore = 1;
	message->mirrored_kernelcore = settings->mirrored_kernelcore;
	message->has_kernel_end = settings->kernel_end != 0;
	message->kernel_end = settings->kernel_end;
	message->has_bottom_up = message->has_current_limit = 1;
	message->bottom_up = settings->bottom_up;
	message->current_limit = settings->current_limit;
}
