/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled by tests/kernel/build, with KERNEL_VERSION a string and
 * KERNEL_MEMBLOCK the path of a kernel's mm/memblock.c. */
#include <linux/kernel.h>
#include <linux/slab.h>

#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kmemleak.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/pfn.h>
#include <linux/poison.h>
#include <linux/seq_file.h>

#include <asm/sections.h>

#include "services.h"

#include "questions.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include KERNEL_MEMBLOCK
#pragma GCC diagnostic pop

#undef memset
#undef panic

static struct memblock_type *const types[KERNEL_LISTS] = {
    [KERNEL_MEMORY] = &memblock.memory,
    [KERNEL_RESERVED] = &memblock.reserved,
    [KERNEL_PHYSMEM] = &physmem,
};

/* ---- from the beginning, and back again ---- */

/* The first region of an empty list is read all the same. */
static void empty(struct memblock_type *type)
{
	memset(type->regions, 0, sizeof(*type->regions));
	memblock_set_region_node(type->regions, MAX_NUMNODES);
#ifdef KERNEL_6_1
	type->cnt = 1;
#else
	type->cnt = 0;
#endif
}

static void reset_type(struct memblock_type *type,
    struct memblock_region *regions, unsigned long max)
{
	memset(regions, 0, max * sizeof(*regions));
	type->regions = regions;
	type->max = max;
	type->total_size = 0;
	empty(type);
}

/* Unlike the others, the first array of physmem is given back when it grows:
 * by an address that is the host's. So it is one that does not. */
#define PHYSMEM_MANY 1024
static struct memblock_region many_physmem[PHYSMEM_MANY];

static void reset(const struct kernel_settings *settings)
{
	arrays_free();
	reset_type(&memblock.memory, memblock_memory_init_regions,
	    settings->boot_arrays ? settings->memory_regions
				  : INIT_MEMBLOCK_MEMORY_REGIONS);
	reset_type(&memblock.reserved, memblock_reserved_init_regions,
	    settings->boot_arrays ? settings->reserved_regions
				  : INIT_MEMBLOCK_RESERVED_REGIONS);
	if (settings->boot_arrays)
		reset_type(&physmem, memblock_physmem_init_regions,
		    INIT_PHYSMEM_REGIONS);
	else
		reset_type(&physmem, many_physmem, PHYSMEM_MANY);
	memblock_memory_in_slab = 0;
	memblock_reserved_in_slab = 0;
	arrays_in_slab = !settings->boot_arrays;
	memblock_can_resize = !settings->boot_arrays;
	memblock.bottom_up = settings->bottom_up;
	memblock.current_limit = settings->current_limit;
	system_has_some_mirror = false;
	mirrored_kernelcore = settings->mirrored_kernelcore;
	movable_node_enabled = settings->movable_node;
}

static struct {
	struct memblock memblock;
	struct memblock_type types[KERNEL_LISTS];
	struct memblock_region *regions[KERNEL_LISTS];
	size_t room[KERNEL_LISTS];
	int can_resize;
	bool has_mirror;
	int memory_in_slab;
	int reserved_in_slab;
} saved;

/* How many regions of an array mean something. */
static size_t spoken_for(const struct memblock_type *type)
{
	return type->cnt > 0 ? type->cnt : 1;
}

static void save(void)
{
	size_t i;

	saved.memblock = memblock;
	saved.can_resize = memblock_can_resize;
	saved.has_mirror = system_has_some_mirror;
	saved.memory_in_slab = memblock_memory_in_slab;
	saved.reserved_in_slab = memblock_reserved_in_slab;
	for (i = 0; i < KERNEL_LISTS; i++) {
		const size_t cnt = spoken_for(types[i]);

		if (saved.room[i] < cnt) {
			free(saved.regions[i]);
			saved.room[i] = 2 * cnt;
			saved.regions[i] =
			    malloc(saved.room[i] * sizeof(*saved.regions[i]));
			if (saved.regions[i] == NULL)
				abort();
		}
		saved.types[i] = *types[i];
		memcpy(saved.regions[i], types[i]->regions,
		    spoken_for(types[i]) * sizeof(*saved.regions[i]));
	}
}

static void undo(void)
{
	size_t i;

	memblock = saved.memblock;
	memblock_can_resize = saved.can_resize;
	system_has_some_mirror = saved.has_mirror;
	memblock_memory_in_slab = saved.memory_in_slab;
	memblock_reserved_in_slab = saved.reserved_in_slab;
	for (i = 0; i < KERNEL_LISTS; i++) {
		*types[i] = saved.types[i];
		memcpy(types[i]->regions, saved.regions[i],
		    spoken_for(types[i]) * sizeof(*saved.regions[i]));
	}
}

static void adopt(
    enum kernel_list list, const struct kernel_region *regions, size_t cnt)
{
	struct memblock_type *type = types[list];
	size_t i;

	if (cnt > type->max)
		abort();
	type->cnt = cnt;
	type->total_size = 0;
	for (i = 0; i < cnt; i++) {
		struct memblock_region *region = &type->regions[i];

		region->base = regions[i].base;
		region->size = regions[i].size;
		region->flags = regions[i].flags;
		memblock_set_region_node(
		    region, regions[i].nid < 0 ? MAX_NUMNODES : regions[i].nid);
		type->total_size += region->size;
	}
	if (cnt == 0)
		empty(type);
}

static struct kernel_view view(enum kernel_list list)
{
	const struct memblock_type *type = types[list];

	return (struct kernel_view){
	    .cnt = type->cnt == 1 && type->regions[0].size == 0 ? 0 : type->cnt,
	    .max = type->max,
	    .total_size = type->total_size,
	};
}

static struct kernel_region region_at(enum kernel_list list, size_t index)
{
	const struct memblock_region *region = &types[list]->regions[index];
	const int nid = memblock_get_region_node(region);

	return (struct kernel_region){
	    .base = region->base,
	    .size = region->size,
	    .flags = (uint32_t)region->flags,
	    .nid = nid == MAX_NUMNODES ? -1 : nid,
	};
}

static struct kernel_switches switches(void)
{
	return (struct kernel_switches){
	    .bottom_up = memblock.bottom_up,
	    .current_limit = memblock.current_limit,
	    .has_mirror = system_has_some_mirror,
	};
}

/* ---- operations ---- */

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

static uint64_t alloc(const struct op *op)
{
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

static void apply(const struct op *op, struct kernel_answer *ret_answer)
{
	*ret_answer = (struct kernel_answer){.end = KERNEL_RETURNED};
	answer = ret_answer;
	save();
	if (setjmp(broken_off) == 0)
		do_op(op);
}

static uint64_t find(uint64_t size, uint64_t align, uint64_t from, uint64_t to)
{
	static struct kernel_answer ignored;

	answer = &ignored;
	return memblock_find_in_range(from, to, size, align);
}

__attribute__((visibility("default"))) const struct kernel kernel = {
    .version = KERNEL_VERSION,
    .reset = reset,
    .apply = apply,
    .undo = undo,
    .adopt = adopt,
    .view = view,
    .region = region_at,
    .switches = switches,
    .ask = kernel_ask,
    .find = find,
    .ranges = kernel_ranges_of,
};
