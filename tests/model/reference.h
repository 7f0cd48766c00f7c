/* SPDX-License-Identifier: BSD-2-Clause */
/* A second model of memblock to compare the engine with, slow and simple,
 * that shares nothing with it but the types.
 *
 * The address space is a row of cells, each all in or all out of each list; an
 * operation cuts cells where its range begins and ends and then looks at each
 * cell on its own. A mark on a cell says that a region begins there, so that
 * touching regions which have not become one can be told apart:
 *
 *   cells      |     |  |     |   |        |
 *   memory     .     [##|#####[###|        .      two regions
 */
#ifndef TESTS_MODEL_REFERENCE_H
#define TESTS_MODEL_REFERENCE_H

#include "engine/memblock.h"
#include "engine/op.h"

#include <stddef.h>
#include <stdint.h>

struct reference;

/* Never fails: a test that has no memory aborts. */
struct reference *reference_create(const struct memblock_settings *settings);
void reference_destroy(struct reference *reference);

/* Does op; fills in status, base and warnings of ret_outcome. */
void reference_apply(struct reference *reference, const struct op *op,
    struct outcome *ret_outcome);

#define REFERENCE_REGIONS_MAX 4096

/* The regions of a list, from the lowest up; the ranges that are free for one
 * who asks for nid and flags, each as a region with the node it is on. Both
 * return how many there are. */
#define REFERENCE_PHYSMEM ((enum op_list)2)
size_t reference_regions(const struct reference *reference, enum op_list list,
    struct memblock_region *regions);
size_t reference_free(const struct reference *reference, int32_t nid,
    uint32_t flags, struct memblock_region *ranges);

/* How many regions a list's array holds (0: any number), and where it lies. */
size_t reference_max(const struct reference *reference, enum op_list list);
uint64_t reference_array(const struct reference *reference, enum op_list list);

bool reference_bottom_up(const struct reference *reference);
uint64_t reference_current_limit(const struct reference *reference);
bool reference_has_mirror(const struct reference *reference);

#endif
