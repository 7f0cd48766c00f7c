/* SPDX-License-Identifier: BSD-2-Clause */
#include "row.h"

#include "engine/region_list.h"

#include <string.h>

static bool is_cutting_outside(const struct op *op)
{
	return op->kind == OP_LIMIT || op->kind == OP_CAP;
}

static bool is_in(const char *function, const struct kernel_answer *answer)
{
	return answer->where != NULL && strcmp(answer->where, function) == 0;
}

/* Whether an array had too few slots for two cuts. Before 6.12 there was a
 * region in an empty list. */
static bool lacked_slots(
    const struct pair *pair, const struct memblock_type *type)
{
	const size_t cnt = region_list_cnt(type);

	return region_list_max(type) <
	       (cnt == 0 && !row_is_6_12(pair) ? 1 : cnt) + 2;
}

/* The kernel stops before it changes anything, but where it has dealt with the
 * other list already. */
bool difference_full_without_resize(struct pair *pair)
{
	if (pair->answer.end != KERNEL_PANIC || pair->before->can_resize ||
	    !is_in("memblock_double_array", &pair->answer))
		return false;
	if (is_cutting_outside(pair->op))
		return false;
	pair->answer = (struct kernel_answer){.end = KERNEL_RETURNED};
	pair->expected = (struct outcome){.status = MB_NO_SPACE};
	return true;
}

bool difference_full_of_memorys_array(struct pair *pair)
{
	if (pair->answer.end != KERNEL_BUG ||
	    !is_in("memblock_double_array", &pair->answer))
		return false;
	row_refuse(pair, MB_NO_SPACE);
	return true;
}

/* One gap more than were counted. */
bool difference_full_of_itself(struct pair *pair)
{
	if (pair->answer.end != KERNEL_BUG ||
	    !is_in("memblock_insert_region", &pair->answer))
		return false;
	row_refuse(pair, MB_NO_SPACE);
	return true;
}

/* What the kernel does to both lists fails for one of them. */
bool difference_limit_or_cap_of_one_list(struct pair *pair)
{
	const struct memblock *before = pair->before;

	if (!is_cutting_outside(pair->op) || !before->settings.kernel_arrays ||
	    pair->outcome.status != MB_NO_SPACE ||
	    (!lacked_slots(pair, before->memory) &&
		!lacked_slots(pair, before->reserved)))
		return false;
	row_refuse(pair, MB_NO_SPACE);
	return true;
}

/* The kernel fails, with one of its arrays larger than before. */
bool difference_doubled_once_of_twice(struct pair *pair)
{
	const struct kernel *kernel = pair->kernel;
	const struct memblock *before = pair->before;

	if (!before->settings.kernel_arrays ||
	    pair->expected.status != MB_NO_SPACE ||
	    (kernel->view(KERNEL_MEMORY).max ==
		    region_list_max(before->memory) &&
		kernel->view(KERNEL_RESERVED).max ==
		    region_list_max(before->reserved)))
		return false;
	row_refuse(pair, MB_NO_SPACE);
	return true;
}

bool difference_mark_mirror_without_slots(struct pair *pair)
{
	if (pair->op->kind != OP_MARK ||
	    pair->kernel->switches().has_mirror == pair->before->has_mirror ||
	    (pair->answer.end == KERNEL_RETURNED &&
		pair->expected.status == MB_OK))
		return false;
	row_refuse(pair, MB_NO_SPACE);
	return true;
}
