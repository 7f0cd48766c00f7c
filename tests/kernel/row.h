/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of differences.c. Each function says whether its row explains what
 * an operation did to a pair, and if so puts that aside; or whether it explains
 * a range that a kernel's iterator came by. */
#ifndef TESTS_KERNEL_ROW_H
#define TESTS_KERNEL_ROW_H

#include "pair.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef bool row_fn(struct pair *pair);

/* row_input.c: arguments that the engine refuses, sizes, and trim. */
row_fn difference_alloc_of_size_0, difference_no_power_of_two,
    difference_no_node, difference_no_flag, difference_trim_past_the_end,
    difference_total_size_after_trim, difference_cap_or_limit_after_trim,
    difference_cap_past_the_end, difference_warning;

/* row_array.c: arrays that are full. */
row_fn difference_full_without_resize, difference_full_of_memorys_array,
    difference_full_of_itself, difference_limit_or_cap_of_one_list,
    difference_doubled_once_of_twice, difference_mark_mirror_without_slots;

/* A range of those that an iterator over some node's memory came by. */
struct seen {
	const struct kernel_range *range;
	int32_t nid;
	size_t after; /* how many came after it */
};

/* row_range.c. */
typedef bool row_range_fn(const struct memblock *mb, const struct seen *seen);
row_range_fn difference_empty_between, difference_of_last_page;

/* ---- row.c: what a row does ---- */

/* The engine refuses, and nothing changes. */
void row_refuse(struct pair *pair, enum mb_status status);

/* The kernel does something else instead, with which the engine agrees. */
void row_do_instead(struct pair *pair, const struct op *op);

/* The kernel's list becomes the engine's regions that begin below address. */
void row_adopt(struct pair *pair, enum kernel_list list,
    const struct memblock_type *type, uint64_t address);

bool row_is_6_12(const struct pair *pair);

#endif
