/* SPDX-License-Identifier: BSD-2-Clause */
/* The children of the root that are memory, and the nodes of processors. */
#include "engine/devicetree_parts.h"

#include <stdlib.h>

static bool is_memory(const void *fdt, int node)
{
	return node_property_is(fdt, node, "device_type", "memory") &&
	       node_is_available(fdt, node);
}

static size_t count_memory(const void *fdt)
{
	size_t count = 0;
	int node = node_first_child(fdt, NODE_ROOT);

	for (; node >= 0; node = node_next_sibling(fdt, node))
		count += is_memory(fdt, node);
	return count;
}

static bool read_nid(const void *fdt, int node, const struct node_cells *cells,
    struct devicetree_memory *memory)
{
	memory->has_nid = node_has(fdt, node, "numa-node-id");
	if (!memory->has_nid)
		return true;
	memory->nid = node_cell(fdt, node, "numa-node-id", 0);
	return node_ranges(
	    fdt, node, "reg", cells, &memory->reg, &memory->reg_count);
}

static bool read_node(const void *fdt, int node, const struct node_cells *cells,
    struct devicetree_memory *memory)
{
	const bool usable = node_has(fdt, node, "linux,usable-memory");

	memory->hotpluggable = node_has(fdt, node, "hotpluggable");
	memory->path = node_path(fdt, "", node);
	return memory->path != NULL &&
	       node_ranges(fdt, node, usable ? "linux,usable-memory" : "reg",
		   cells, &memory->ranges, &memory->range_count) &&
	       read_nid(fdt, node, cells, memory);
}

bool devicetree_read_memory(
    const void *fdt, const struct node_cells *cells, struct devicetree *tree)
{
	const size_t count = count_memory(fdt);
	int node = node_first_child(fdt, NODE_ROOT);

	if (count == 0)
		return true;
	tree->memory = calloc(count, sizeof(*tree->memory));
	if (tree->memory == NULL)
		return false;
	for (; node >= 0; node = node_next_sibling(fdt, node)) {
		if (!is_memory(fdt, node))
			continue;
		/* Counted first, so that what a failure leaves is freed. */
		if (!read_node(
			fdt, node, cells, &tree->memory[tree->memory_count++]))
			return false;
	}
	return true;
}

void devicetree_read_cpus(const void *fdt, struct devicetree *tree)
{
	const int cpus = node_at_path(fdt, "/cpus");
	int node = cpus < 0 ? cpus : node_first_child(fdt, cpus);

	for (; node >= 0; node = node_next_sibling(fdt, node)) {
		const uint32_t nid =
		    node_cell(fdt, node, "numa-node-id", UINT32_MAX);

		if (node_property_is(fdt, node, "device_type", "cpu") &&
		    nid < DEVICETREE_NIDS_MAX)
			tree->cpu_nids[nid] = true;
	}
}

void devicetree_free_memory(struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->memory_count; i++) {
		free(tree->memory[i].path);
		free(tree->memory[i].ranges);
		free(tree->memory[i].reg);
	}
	free(tree->memory);
}
