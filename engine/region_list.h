/* SPDX-License-Identifier: BSD-2-Clause */
/* A sorted list of disjoint regions: one of a model's lists ("memory",
 * "reserved").
 *
 * Addresses and sizes are bytes. Between calls the regions are sorted by
 * base, none is empty, none overlap, and none reaches the last address of the
 * list's address space. */
#ifndef ENGINE_REGION_LIST_H
#define ENGINE_REGION_LIST_H

#include "engine/region.h"
#include "engine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memblock_type;

size_t region_list_cnt(const struct memblock_type *type);

/* The sum of all sizes, in bytes. */
uint64_t region_list_total_size(const struct memblock_type *type);

/* The region at index, 0 to cnt - 1, from the lowest base up. It stays
 * readable until the list changes. */
const struct memblock_region *region_list_at(
    const struct memblock_type *type, size_t index);

/* Puts a region behind the last one as it stands, without merging: for
 * bringing a stored list back. MB_OK; MB_INVALID: the region is empty, does
 * not come after the last one, or passes the address space; MB_NO_MEMORY. */
enum mb_status region_list_append(
    struct memblock_type *type, const struct memblock_region *region);

#endif
