/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of a kernel that do what a struct op says: for kernel.c alone,
 * which includes this just behind mm/memblock.c. */
#ifndef TESTS_KERNEL_OPERATIONS_H
#define TESTS_KERNEL_OPERATIONS_H

#include "services.h"

static int change_flag(
    struct memblock_type *type, const struct op *op, int is_set)
{
#ifdef KERNEL_6_1
	if (type != &memblock.memory)
		break_off(KERNEL_LACKS, __func__);
	return memblock_setclr_flag(op->base, op->size, is_set, op->flags);
#else
	return memblock_setclr_flag(
	    type, op->base, op->size, is_set, op->flags);
#endif
}

static int mark(const struct op *op)
{
	switch (op->flags) {
	case MEMBLOCK_HOTPLUG:
		return memblock_mark_hotplug(op->base, op->size);
	case MEMBLOCK_MIRROR:
		return memblock_mark_mirror(op->base, op->size);
	case MEMBLOCK_NOMAP:
		return memblock_mark_nomap(op->base, op->size);
#ifndef KERNEL_6_1
	case MEMBLOCK_RSRV_NOINIT:
		return memblock_reserved_mark_noinit(op->base, op->size);
#endif
	default:
		break_off(KERNEL_LACKS, __func__);
	}
}

/* Two of these flags no kernel clears; they are cleared as the others are. */
static int clear_flag(const struct op *op)
{
	switch (op->flags) {
	case MEMBLOCK_HOTPLUG:
		return memblock_clear_hotplug(op->base, op->size);
	case MEMBLOCK_NOMAP:
		return memblock_clear_nomap(op->base, op->size);
	case MEMBLOCK_MIRROR:
		return change_flag(&memblock.memory, op, 0);
	case 0x10: /* rsrv_noinit */
		return change_flag(&memblock.reserved, op, 0);
	default:
		break_off(KERNEL_LACKS, __func__);
	}
}

/* What Linux 5.0 tries, and gives up, from the first to the last: the node, the
 * lowest address, and mirrored memory; without min_fallback that alone. */
static bool attempts_5_0;

static uint64_t attempt(
    const struct op *op, uint64_t from, uint64_t to, int nid, bool is_mirror)
{
	const enum memblock_flags flags =
	    is_mirror ? MEMBLOCK_MIRROR : MEMBLOCK_NONE;
	const uint64_t align = op->align == 0 ? SMP_CACHE_BYTES : op->align;
	const uint64_t found =
	    memblock_find_in_range_node(op->size, align, from, to, nid, flags);

	return found != 0 && memblock_reserve(found, op->size) == 0 ? found : 0;
}

static uint64_t alloc_as_5_0(const struct op *op)
{
	const bool any =
	    op->min_fallback && !op->exact_nid && op->nid != NUMA_NO_NODE;
	bool is_mirror = system_has_some_mirror;
	uint64_t from = op->from, to = op->to, found;

	if (op->align == 0)
		dump_stack();
	if (op->min_fallback && to > memblock.current_limit)
		to = memblock.current_limit;
	for (;;) {
		found = attempt(op, from, to, op->nid, is_mirror);
		if (found == 0 && any)
			found = attempt(op, from, to, NUMA_NO_NODE, is_mirror);
		if (found != 0)
			return found;
		if (op->min_fallback && from != 0)
			from = 0;
		else if (is_mirror)
			is_mirror = false;
		else
			return 0;
	}
}

static uint64_t alloc(const struct op *op)
{
	if (attempts_5_0)
		return alloc_as_5_0(op);
	if (!op->min_fallback)
		return memblock_alloc_range_nid(op->size, op->align, op->from,
		    op->to, op->nid, op->exact_nid);
	if (op->exact_nid)
		return (uintptr_t)memblock_alloc_exact_nid_raw(
		    op->size, op->align, op->from, op->to, op->nid);
	return (uintptr_t)memblock_alloc_try_nid_raw(
	    op->size, op->align, op->from, op->to, op->nid);
}

static int insert(struct memblock_type *type, const struct op *op)
{
	return memblock_add_range(type, op->base, op->size,
	    op->nid < 0 ? MAX_NUMNODES : op->nid, op->flags);
}

static int add(const struct op *op)
{
	if (op->nid == -1 && op->flags == 0)
		return memblock_add(op->base, op->size);
	return memblock_add_node(op->base, op->size,
	    op->nid < 0 ? MAX_NUMNODES : op->nid, op->flags);
}

static int reserve(const struct op *op)
{
	/* What else there is to reserve with has no function of its own. */
	if (op->nid == -1 && op->flags == 0)
		return memblock_reserve(op->base, op->size);
	return insert(&memblock.reserved, op);
}

static int set_node(const struct op *op)
{
	return memblock_set_node(op->base, op->size,
	    op->list == OP_LIST_MEMORY ? &memblock.memory : &memblock.reserved,
	    op->nid < 0 ? MAX_NUMNODES : op->nid);
}

static void limit(const struct op *op)
{
	if (op->keep_nomap)
		memblock_mem_limit_remove_map(op->size);
	else
		memblock_enforce_memory_limit(op->size);
}

/* Those that answer with a number. */
static int change(const struct op *op)
{
	switch (op->kind) {
	case OP_ADD:
		return add(op);
	case OP_REMOVE:
		return memblock_remove(op->base, op->size);
	case OP_RESERVE:
		return reserve(op);
	case OP_FREE:
		return memblock_phys_free(op->base, op->size);
	case OP_MARK:
		return mark(op);
	case OP_CLEAR:
		return clear_flag(op);
	case OP_SET_NODE:
		return set_node(op);
	case OP_PHYSMEM_ADD:
		return memblock_physmem_add(op->base, op->size);
	default:
		break_off(KERNEL_LACKS, __func__);
	}
}

static void do_op(const struct op *op)
{
	switch (op->kind) {
	case OP_ALLOC:
		answer->address = alloc(op);
		break;
	case OP_TRIM:
		memblock_trim_memory(op->align);
		break;
	case OP_LIMIT:
		limit(op);
		break;
	case OP_CAP:
		memblock_cap_memory_range(op->base, op->size);
		break;
	case OP_SET_BOTTOM_UP:
		memblock_set_bottom_up(op->value != 0);
		break;
	case OP_SET_CURRENT_LIMIT:
		memblock_set_current_limit(op->value);
		break;
	case OP_SET_RESIZE:
		memblock_allow_resize();
		break;
	default:
		answer->ret = change(op);
	}
}

#endif
