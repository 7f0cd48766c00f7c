/* SPDX-License-Identifier: BSD-2-Clause */
/* The arrays that a kernel keeps its lists in, where an instance is made with
 * them: they fill up, and once memblock_allow_resize was called they double,
 * into memory that the model manages and that shows in reserved:
 *
 *   memory     |------------------------------------|
 *   reserved     |array|     |--the range--|  |array|
 *                 of 256                       of 512
 *                 (goes)                       (comes)
 *
 * The first array of each list is part of the kernel's image and never shows.
 * A model without kernel arrays always has the slots that are asked for here.
 */
#ifndef ENGINE_ARRAY_H
#define ENGINE_ARRAY_H

#include "engine/memblock.h"
#include "engine/status.h"

#include <stddef.h>
#include <stdint.h>

/* How many regions the first array of physmem holds. */
#define ARRAY_PHYSMEM_REGIONS 4

/* How many bytes of modelled memory an array for max regions takes. */
uint64_t array_size(const struct memblock *mb, size_t max);

/* Doubles the array of type, which has no place for so many slots more, while
 * something is done to [base, end): a new array of reserved is looked for above
 * that first. As memblock_double_array in Linux 6.12.
 *
 * MB_OK: the lists may have changed. MB_FULL: it must not grow (may_grow is not
 * set), or no place was found; nothing has changed. MB_FULL, MB_LIMIT,
 * MB_NO_MEMORY: the new array could not be reserved; the model is good for
 * memblock_destroy() alone. */
enum mb_status array_grow(struct memblock *mb, struct memblock_type *type,
    size_t slots, uint64_t base, uint64_t end);

/* Has two free slots in type, which is what the kernel wants before it cuts
 * regions at base and end, cut or not; none for an empty range. As
 * array_grow(). */
enum mb_status array_spare(struct memblock *mb, struct memblock_type *type,
    uint64_t base, uint64_t end);

/* What is left to say of an insertion whose array has grown into the range, so
 * that it cuts one of the gaps and type has no place for so many pieces, which
 * were counted before: MB_FULL. There the kernel has a BUG. */
enum mb_status array_full_of_itself(
    struct memblock *mb, const struct memblock_type *type, size_t pieces);

/* Why the last change of mb ended in MB_FULL, in one sentence. */
void array_explain(
    const struct memblock *mb, char *message, size_t message_size);

#endif
