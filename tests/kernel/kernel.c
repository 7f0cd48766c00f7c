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
#undef seq_file

#include "operations.h"

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
	size_t i;

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
	/* All zeros at first, so the region of an empty list is on node 0. */
	for (i = 0; settings->nodes && i < KERNEL_LISTS; i++)
		memblock_set_region_node(types[i]->regions, 0);
	memblock_memory_in_slab = 0;
	memblock_reserved_in_slab = 0;
	arrays_in_slab = !settings->boot_arrays;
	memblock_can_resize = !settings->boot_arrays;
	attempts_5_0 = settings->attempts_5_0;
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

static const char *dump(void)
{
	text_begin();
	__memblock_dump_all();
	return text_end();
}

static const char *debugfs(enum kernel_list list)
{
	struct shown file = {.private = types[list]};

	text_begin();
	memblock_debug_show(&file, NULL);
	return text_end();
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

static struct kernel_handover handover(uint64_t frames)
{
	static struct kernel_answer given;
	struct kernel_handover handover = {0};

	given = (struct kernel_answer){.end = KERNEL_RETURNED};
	answer = &given;
	save();
	memset(blocks_freed, 0, sizeof(blocks_freed));
	max_low_pfn = frames;
	if (setjmp(broken_off) == 0)
		given.address = free_low_memory_core_early();
	undo();
	handover.end = given.end;
	handover.pages = given.address;
	memcpy(handover.orders, blocks_freed, sizeof(handover.orders));
	return handover;
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
    .dump = dump,
    .debugfs = debugfs,
    .ask = kernel_ask,
    .find = find,
    .handover = handover,
    .ranges = kernel_ranges_of,
};
