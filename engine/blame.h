/* SPDX-License-Identifier: BSD-2-Clause */
/* Who put it there: for every part of a model's lists the number of the
 * operation since which it has been in its list.
 *
 *   seq 3: reserve     |--------|
 *   seq 4: reserve            |--------|        only what was not there yet
 *   seq 6: free           |--|
 *   parts              |3-|  |3-|--4---|
 *
 * A blame follows a model that it does not hold: it is told of every operation
 * right after that was done. What is marked, cleared or given to a node stays
 * its who put it there. Regions that become one keep their parts apart. */
#ifndef ENGINE_BLAME_H
#define ENGINE_BLAME_H

#include "engine/memblock.h"
#include "engine/op.h"

#include <stddef.h>
#include <stdint.h>

enum blame_list { BLAME_MEMORY, BLAME_RESERVED, BLAME_PHYSMEM };
#define BLAME_LISTS (BLAME_PHYSMEM + 1)

/* Touching parts of one list differ in their seq. */
struct blame_part {
	uint64_t base;
	uint64_t end;
	uint64_t seq;
};

struct blame;

/* Begins with everything that mb has, put there by seq; the caller's to
 * destroy. NULL: no memory. */
struct blame *blame_begin(const struct memblock *mb, uint64_t seq);

void blame_destroy(struct blame *blame); /* NULL is fine */

/* Takes in what op has done to mb, which stands as after it. MB_OK, or
 * MB_NO_MEMORY: the blame is then good for blame_destroy() alone. */
enum mb_status blame_follow(struct blame *blame, const struct memblock *mb,
    const struct op *op, const struct outcome *outcome, uint64_t seq);

/* How many parts a list has, and the one at index, from the lowest up; it stays
 * until the next blame_follow(). */
size_t blame_count(const struct blame *blame, enum blame_list list);
const struct blame_part *blame_part_at(
    const struct blame *blame, enum blame_list list, size_t index);

#endif
