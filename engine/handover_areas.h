/* SPDX-License-Identifier: BSD-2-Clause */
/* Reserved memory that comes back after the handover: areas of the contiguous
 * memory allocator, and sections that the kernel is done with. */
#ifndef ENGINE_HANDOVER_AREAS_H
#define ENGINE_HANDOVER_AREAS_H

#include "engine/handover.h"

/* How many pages lie wholly inside of a request's areas, each counted once.
 * mb is as memblock_free_all() finds it. MB_OK; MB_NO_MEMORY; MB_INVALID for
 * areas as handover_compute() says, with the sentence in message. */
enum mb_status handover_areas_count(const struct memblock *mb,
    const struct handover_request *request, uint64_t *ret_cma,
    uint64_t *ret_init, char *message);

#endif
