/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about a model that yes or no, or one region, answers.
 *
 * An address, and a base, is at most the last one of the model. A size that
 * would pass that is cut, as everywhere; so the last address itself belongs to
 * nothing. */
#ifndef ENGINE_QUERY_H
#define ENGINE_QUERY_H

#include "engine/memblock.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether an address is in memory; in memory that is not nomap; in reserved.
 * As the functions of these names in Linux 6.12. */
bool memblock_is_memory(const struct memblock *mb, uint64_t address);
bool memblock_is_map_memory(const struct memblock *mb, uint64_t address);
bool memblock_is_reserved(const struct memblock *mb, uint64_t address);

/* Whether a range lies inside of one region of memory; of two that touch it
 * does not. Of size 0: whether base is in memory. As in Linux 6.12. */
bool memblock_is_region_memory(
    const struct memblock *mb, uint64_t base, uint64_t size);

/* Whether a range and reserved, or any list of a model, have an address in
 * common. Of size 0: whether a region has base inside, and not as its first
 * address. As memblock_is_region_reserved and memblock_overlaps_region in
 * Linux 6.12; before 6.1 the second does not cut the size. */
bool memblock_is_region_reserved(
    const struct memblock *mb, uint64_t base, uint64_t size);
bool memblock_overlaps_region(const struct memblock *mb,
    const struct memblock_type *type, uint64_t base, uint64_t size);

/* The region of a list that an address is in; readable until the list changes.
 * NULL: none. As memblock_search in Linux 6.12. */
const struct memblock_region *memblock_search(
    const struct memblock_type *type, uint64_t address);

#endif
