/* SPDX-License-Identifier: BSD-2-Clause */
#include "handover_asked.h"

#include "differences.h"
#include "engine/handover.h"
#include "engine/region_list.h"

#include <assert.h>
#include <stdio.h>

static_assert(HANDOVER_ORDERS == KERNEL_ORDERS, "blocks of the same orders");

static bool compare_orders(struct pair *pair, const struct handover *ours,
    const struct kernel_handover *theirs)
{
	char what[48];
	size_t i;

	if (ours->pages != theirs->pages)
		return pair_differ(
		    pair, "handover, pages", ours->pages, theirs->pages);
	for (i = 0; i < KERNEL_ORDERS; i++) {
		if (ours->orders[i] == theirs->orders[i])
			continue;
		snprintf(what, sizeof(what), "handover, orders[%zu]", i);
		return pair_differ(
		    pair, what, ours->orders[i], theirs->orders[i]);
	}
	return true;
}

/* Whether an array can have to double twice, of which the kernel, which ignores
 * the error here, keeps the first: a row of its own. */
static bool may_double_twice(const struct memblock *mb)
{
	return mb->settings.kernel_arrays && mb->can_resize &&
	       (region_list_max(mb->memory) < 3 ||
		   region_list_max(mb->reserved) < 3);
}

bool ask_for_handover(struct pair *pair, uint64_t max_low_pfn)
{
	const struct handover_request request = {.max_low_pfn = max_low_pfn};
	char message[OUTCOME_MESSAGE_MAX];
	struct kernel_handover theirs;
	struct handover ours;
	enum mb_status status;
	bool same;

	status = handover_compute(pair->mb, &request, &ours, message);
	if (may_double_twice(pair->mb) ||
	    differences_excuse_handover(pair->mb)) {
		if (status == MB_OK)
			handover_destroy(&ours);
		return true;
	}
	theirs = pair->kernel->handover(max_low_pfn);
	pair_questions++;
	if (status != MB_OK || theirs.end != KERNEL_RETURNED)
		same =
		    (status == MB_NO_SPACE) == (theirs.end == KERNEL_PANIC) ||
		    pair_differ(pair, "handover, end", status, theirs.end);
	else
		same = compare_orders(pair, &ours, &theirs);
	if (status == MB_OK)
		handover_destroy(&ours);
	return same;
}
