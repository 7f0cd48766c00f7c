/* SPDX-License-Identifier: BSD-2-Clause */
/* A sorted list of disjoint regions: one of a model's lists ("memory",
 * "reserved").
 *
 * Addresses and sizes are bytes. Between calls the regions are sorted by
 * base, none is empty, none overlap, and none has the last address of the
 * list's address space. Touching regions with equal nid and flags can stand
 * side by side: they become one only when something changes next to them.
 *
 * A list can have the kernel's array: max says how many regions it holds, and
 * array where in the modelled memory it lies. They are facts about the model;
 * how much room this process has for a list is another matter.
 *
 * Changing a list goes in two steps. Counting how many regions a change adds
 * and making room for them can fail and changes nothing; the change itself
 * cannot fail, and asserts that there is room. */
#ifndef ENGINE_REGION_LIST_H
#define ENGINE_REGION_LIST_H

#include "engine/region.h"
#include "engine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memblock_type;

/* An empty list of an address space whose last address is phys_addr_max, in an
 * array for max regions (0: a list without limit); the caller's to destroy.
 * merges_all: see struct memblock_version. NULL: no memory. */
struct memblock_type *region_list_create(
    uint64_t phys_addr_max, size_t max, bool merges_all);

/* A second list like this one. NULL: no memory. */
struct memblock_type *region_list_copy(const struct memblock_type *type);

void region_list_destroy(struct memblock_type *type); /* NULL is fine */

/* Whether both have the same regions, cut at the same places, in arrays of the
 * same size at the same place. */
bool region_list_equal(
    const struct memblock_type *a, const struct memblock_type *b);

/* ---- reading ---- */

size_t region_list_cnt(const struct memblock_type *type);

/* How many regions the array holds; 0: there is no limit. */
size_t region_list_max(const struct memblock_type *type);

/* Whether it has, or ever had, a region: a list that was emptied shows another
 * dummy than one that is new, before 6.12. */
bool region_list_used(const struct memblock_type *type);

/* The address of the array; 0: the list is still in its first, which lies
 * nowhere in modelled memory. */
uint64_t region_list_array(const struct memblock_type *type);

/* The sum of all sizes, in bytes. */
uint64_t region_list_total_size(const struct memblock_type *type);

/* The region at index, 0 to cnt - 1, from the lowest base up. It stays
 * readable until the list changes. */
const struct memblock_region *region_list_at(
    const struct memblock_type *type, size_t index);

/* The end of [base, base + size) with the size cut so that it has not got the
 * last address; base is at most that. As memblock_cap_size in Linux 6.12. */
uint64_t region_list_cap(
    const struct memblock_type *type, uint64_t base, uint64_t size);

/* The index of the first region that ends above address: the one it lies in
 * or, if it is in none, the next one up. cnt if there is none. */
size_t region_list_search(const struct memblock_type *type, uint64_t address);

/* How many regions begin below address. */
size_t region_list_count_below(
    const struct memblock_type *type, uint64_t address);

/* Asserts what this header promises to hold between calls. Walks the list. */
void region_list_check(const struct memblock_type *type);

/* ---- counting, making room ---- */

/* What an insertion would do and meet. */
struct region_list_insertion {
	size_t pieces; /* how many parts are not yet covered */
	/* What is covered, is so by the regions from index first to below
	 * index last. */
	size_t first, last;
	/* The lowest region at whose base one of these parts ends, that begins
	 * inside of the range, and that has another nid; or other flags. Its
	 * size is 0 if there is none. */
	struct memblock_region other_nid;
	struct memblock_region other_flags;
};
struct region_list_insertion region_list_plan_insertion(
    const struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid,
    uint32_t flags);

/* How many regions it takes to have [base, end) begin and end at the borders
 * of regions: 0 to 2. */
size_t region_list_count_splits(
    const struct memblock_type *type, uint64_t base, uint64_t end);

/* How many more regions there are without [base, end): 1 if it lies inside
 * of one region, otherwise 0. */
size_t region_list_count_removal(
    const struct memblock_type *type, uint64_t base, uint64_t end);

/* Whether the array has so many free places. */
bool region_list_has_slots(const struct memblock_type *type, size_t slots);

/* Has the list in an array for max regions at address array. */
void region_list_move(struct memblock_type *type, size_t max, uint64_t array);

/* Makes sure that the list can take so many regions more, as far as this
 * process goes. MB_OK, or MB_NO_MEMORY. Both leave the regions as they are. */
enum mb_status region_list_make_room(struct memblock_type *type, size_t pieces);

/* ---- changing; ranges are [base, end), nothing happens to an empty one ----
 */

/* Inserts the parts that the list has not got yet, with nid and flags; what
 * it has keeps its own. Then touching equals become one, from the region
 * before the first new part to the one after the last, or all of them. Takes
 * room for region_list_plan_insertion().pieces. As memblock_add_range in
 * Linux 6.12. */
void region_list_insert(struct memblock_type *type, uint64_t base, uint64_t end,
    int32_t nid, uint32_t flags);

/* Takes the range out; merges nothing. Takes room for
 * region_list_count_removal(). As memblock_remove_range in Linux 6.12. */
void region_list_remove(
    struct memblock_type *type, uint64_t base, uint64_t end);

/* Changes what the list has inside of the range: sets one of the flags and
 * clears the other, or sets the nid. Then touching equals become one, from
 * the region before the first changed one to the one after the last, or all of
 * them, then even where there was nothing to change. Both
 * take room for region_list_count_splits(). As memblock_setclr_flag and
 * memblock_set_node in Linux 6.12. */
void region_list_set_flags(struct memblock_type *type, uint64_t base,
    uint64_t end, uint32_t set, uint32_t clear);
void region_list_set_nid(
    struct memblock_type *type, uint64_t base, uint64_t end, int32_t nid);

/* Takes out all but the range, sparing regions with one of these flags; a
 * spared region that the range cuts stays in two. Takes room for
 * region_list_count_splits(). As memblock_cap_memory_range in Linux 6.12. */
void region_list_keep(struct memblock_type *type, uint64_t base, uint64_t end,
    uint32_t spared_flags);

/* Shrinks each region inwards to multiples of align, a power of two; one that
 * has none inside goes. As memblock_trim_memory in Linux 6.12. */
void region_list_trim(struct memblock_type *type, uint64_t align);

/* As if it had a region once. */
void region_list_set_used(struct memblock_type *type);

/* Puts a region behind the last one as it stands, without merging: for
 * bringing a stored list back. MB_OK; MB_INVALID: the region is empty, does
 * not come after the last one, or passes the address space; MB_NO_MEMORY. */
enum mb_status region_list_append(
    struct memblock_type *type, const struct memblock_region *region);

#endif
