/* SPDX-License-Identifier: BSD-2-Clause */
/* arm64: the unpacked tree, the nodes of memory, and what each node needs. */
#include "engine/boot_steps.h"

#include "engine/region_list.h"

#include <inttypes.h>

#define SET_FUNCTION "numa_add_memblk"

/* Sizes of 6.1 as Debian builds it: a byte for each pair of 16 nodes, and a
 * pglist_data in whole cache lines. */
#define DISTANCE_SIZE 256
#define NODE_DATA_SIZE 0x2c80

static uint64_t allocate_distance(struct boot *boot)
{
	struct op op =
	    boot_alloc_op(DISTANCE_SIZE, boot->mb->settings.page_size, 0, 0);

	op.min_fallback = true;
	return boot_alloc(boot, &op, "numa_alloc_distance", NULL);
}

static void set_node(struct boot *boot, const struct devicetree_range *range,
    uint32_t nid, const char *node)
{
	struct op op = boot_op(OP_SET_NODE, range->base, range->size);

	op.nid = (int32_t)nid;
	op.list = OP_LIST_MEMORY;
	boot_do(boot, &op, SET_FUNCTION, node);
}

/* Sets the nodes that the tree tells. False: one of them the kernel refuses. */
static bool set_nodes_of_tree(struct boot *boot)
{
	size_t i, j;

	for (i = 0; i < boot->tree->memory_count; i++) {
		const struct devicetree_memory *memory = &boot->tree->memory[i];
		const struct op nothing = boot_op(OP_SET_NODE, 0, 0);

		if (!memory->has_nid)
			continue;
		if (memory->nid >= boot->mb->settings.nodes) {
			boot_skip(boot, &nothing, "of_numa_init", memory->path,
			    "Node id exceeds maximum value");
			return false;
		}
		if (memory->reg_count == 0) {
			boot_skip(boot, &nothing, "of_numa_init", memory->path,
			    "bad property in memory node");
			return false;
		}
		for (j = 0; j < memory->reg_count; j++)
			set_node(
			    boot, &memory->reg[j], memory->nid, memory->path);
	}
	return true;
}

/* Whether all memory is in a node; otherwise says what is not. */
static bool is_all_in_nodes(struct boot *boot)
{
	const struct memblock_type *memory = boot->mb->memory;
	size_t i;

	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *region =
		    region_list_at(memory, i);
		const struct op op =
		    boot_op(OP_SET_NODE, region->base, region->size);

		if (region->nid != MB_NO_NODE)
			continue;
		boot_skip_format(boot, &op, "numa_register_nodes",
		    "Warning: invalid memblk node %d [mem 0x%" PRIx64
		    "-0x%" PRIx64 "]",
		    region->nid, region->base, region->base + region->size - 1);
		return false;
	}
	return true;
}

static bool has_nodes(const struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->memory_count; i++)
		if (tree->memory[i].has_nid)
			return true;
	return false;
}

/* Without nodes in the tree, or with wrong ones, all memory is node 0. Whether
 * the tree's nodes count. */
static bool set_nodes(struct boot *boot)
{
	const bool told = has_nodes(boot->tree);
	const uint64_t distance = allocate_distance(boot);
	struct devicetree_range all;

	if (told && set_nodes_of_tree(boot) && is_all_in_nodes(boot))
		return true;
	boot_do_range(boot, OP_FREE, distance,
	    distance == 0 ? 0 : DISTANCE_SIZE, "numa_free_distance");
	allocate_distance(boot);
	all.base = boot_dram_start(boot);
	all.size = boot_dram_end(boot) - all.base;
	if (boot->mb->settings.nodes != 0 && all.size != 0)
		set_node(boot, &all, 0, NULL);
	return false;
}

static bool is_node_used(const struct boot *boot, int32_t nid)
{
	const struct memblock_type *memory = boot->mb->memory;
	size_t i;

	for (i = 0; i < region_list_cnt(memory); i++)
		if (region_list_at(memory, i)->nid == nid)
			return true;
	return false;
}

/* Returns the address of a node's data. */
static uint64_t allocate_node_data(struct boot *boot, int32_t nid)
{
	struct op op =
	    boot_alloc_op(NODE_DATA_SIZE, boot->mb->settings.cache_line, 0, 0);

	op.nid = nid;
	return boot_alloc(boot, &op, "setup_node_data", NULL);
}

static void unflatten_tree(struct boot *boot)
{
	struct op op = boot_alloc_op(boot->tree->unflattened_size, 8, 0, 0);

	op.min_fallback = true;
	boot_alloc(boot, &op, "unflatten_device_tree", NULL);
}

void boot_numa_init(struct boot *boot)
{
	const int32_t nodes = (int32_t)boot->mb->settings.nodes;
	bool told;
	int32_t nid;

	unflatten_tree(boot);
	told = set_nodes(boot);
	if (nodes == 0)
		boot->node_data[0] = allocate_node_data(boot, MB_NO_NODE);
	for (nid = 0; nid < nodes; nid++)
		/* Of a node with processors alone it is in another one. */
		if (is_node_used(boot, nid) ||
		    (told && boot->tree->cpu_nids[nid]))
			boot->node_data[nid] = allocate_node_data(boot, nid);
}
