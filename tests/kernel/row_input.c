/* SPDX-License-Identifier: BSD-2-Clause */
#include "row.h"

#include "engine/region_list.h"

static bool is_power_of_two(uint64_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

bool difference_alloc_of_size_0(struct pair *pair)
{
	if (pair->op->kind != OP_ALLOC || pair->op->size != 0)
		return false;
	row_refuse(pair, MB_INVALID);
	return true;
}

bool difference_no_power_of_two(struct pair *pair)
{
	const struct op *op = pair->op;

	if (is_power_of_two(op->align) ||
	    (op->kind != OP_TRIM && (op->kind != OP_ALLOC || op->align == 0)))
		return false;
	row_refuse(pair, MB_INVALID);
	return true;
}

bool difference_no_node(struct pair *pair)
{
	const struct op *op = pair->op;
	const uint32_t nodes = pair->mb->settings.nodes;

	if (!(op_info((int)op->kind)->fields & OP_FIELD_NID) ||
	    op->nid == MB_NO_NODE ||
	    (op->nid >= 0 && (uint32_t)op->nid < nodes))
		return false;
	row_refuse(pair, MB_INVALID);
	return true;
}

/* The flags that an operation takes in a kernel of that version. */
static uint32_t flags_taken(const struct pair *pair)
{
	static const uint32_t known[] = {
	    [MEMBLOCK_KERNEL_6_12] = 0x1f,
	    [MEMBLOCK_KERNEL_6_1] = 0xf,
	    [MEMBLOCK_KERNEL_5_0] = 0x7,
	    [MEMBLOCK_KERNEL_4_0] = 0x1,
	};
	const uint32_t flags = known[pair->mb->settings.kernel];

	switch (pair->op->kind) {
	case OP_ADD:
		return flags & MEMBLOCK_MEMORY_FLAGS;
	case OP_RESERVE:
		return flags & MEMBLOCK_RESERVED_FLAGS;
	default: /* mark, clear */
		return flags & ~(uint32_t)MEMBLOCK_DRIVER_MANAGED;
	}
}

bool difference_no_flag(struct pair *pair)
{
	const struct op *op = pair->op;

	if (!(op_info((int)op->kind)->fields & OP_FIELD_FLAGS) ||
	    (op->flags & ~flags_taken(pair)) == 0)
		return false;
	row_refuse(pair, MB_INVALID);
	return true;
}

/* Without the regions that begin so high, the kernel trims as the engine; and
 * its total size is right again. */
bool difference_trim_past_the_end(struct pair *pair)
{
	const struct memblock_type *memory = pair->before->memory;
	const uint64_t highest = UINT64_MAX - (pair->op->align - 1);

	if (pair->op->kind != OP_TRIM || region_list_cnt(memory) == 0 ||
	    region_list_at(memory, region_list_cnt(memory) - 1)->base <=
		highest)
		return false;
	pair->kernel->undo();
	row_adopt(pair, KERNEL_MEMORY, memory, highest + 1);
	pair->stale = 0;
	row_do_instead(pair, pair->op);
	return true;
}

/* What the kernel takes for the size of memory after a trim: it subtracts what
 * goes, and forgets what shrinks. */
static uint64_t total_size_forgotten(const struct pair *pair)
{
	const struct memblock_type *memory = pair->before->memory;
	const uint64_t mask = pair->op->align - 1;
	uint64_t total_size = pair->stale;
	size_t i;

	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *region =
		    region_list_at(memory, i);
		const uint64_t end = region->base + region->size;

		if (region->base <= UINT64_MAX - mask &&
		    ((region->base + mask) & ~mask) < (end & ~mask))
			total_size += region->size;
	}
	return total_size;
}

/* The kernel goes on with that, and warns where it notices, until memory is
 * added to none. */
bool difference_total_size_after_trim(struct pair *pair)
{
	const uint64_t theirs = pair->kernel->view(KERNEL_MEMORY).total_size;
	const uint64_t ours = region_list_total_size(pair->mb->memory);
	const bool is_noticed =
	    pair->stale != 0 && (pair->answer.warnings & KERNEL_WARN_OTHER);

	if (is_noticed)
		pair->answer.warnings &= ~(uint32_t)KERNEL_WARN_OTHER;
	if (pair->op->kind == OP_TRIM && theirs != ours &&
	    theirs == total_size_forgotten(pair))
		pair->stale = theirs - ours;
	else if (theirs == ours)
		pair->stale = 0;
	else
		return is_noticed;
	return is_noticed || theirs != ours;
}

/* With the total size put right, the kernel does as the engine. */
bool difference_cap_or_limit_after_trim(struct pair *pair)
{
	const struct op *op = pair->op;

	if ((op->kind != OP_CAP && op->kind != OP_LIMIT) || pair->stale == 0)
		return false;
	pair->kernel->undo();
	row_adopt(pair, KERNEL_MEMORY, pair->before->memory, UINT64_MAX);
	pair->stale = 0;
	row_do_instead(pair, op);
	return true;
}

/* The kernel caps memory at the end of the address space, but takes out of
 * reserved what the sum that wrapped around leaves outside. From the last
 * address on that is all, as it should be. */
bool difference_cap_past_the_end(struct pair *pair)
{
	struct op cut = *pair->op;

	if (cut.kind != OP_CAP || cut.size <= UINT64_MAX - cut.base)
		return false;
	cut.size = UINT64_MAX - cut.base;
	if (cut.size == 0)
		return true;
	pair->kernel->undo();
	row_do_instead(pair, &cut);
	return true;
}

bool difference_warning(struct pair *pair)
{
	return pair->answer.warnings != 0;
}
