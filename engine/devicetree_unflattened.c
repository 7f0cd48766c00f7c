/* SPDX-License-Identifier: BSD-2-Clause */
/* How large a tree is once a kernel has unpacked it: for each node a
 * device_node and its name, for each property a property, one behind the other
 * at multiples of 8. A node without a property "name" is given one. */
#include "engine/devicetree_parts.h"

#include <string.h>

/* Of 6.1 on arm64: recorded boots come out to the byte. */
#define NODE_SIZE 208
#define PROPERTY_SIZE 96

static uint64_t up(uint64_t size, uint64_t align)
{
	return (size + align - 1) & ~(align - 1);
}

static uint64_t add_node(const void *fdt, int node, uint64_t size)
{
	const char *name = node_name(fdt, node);

	size = up(size, 8) + NODE_SIZE + strlen(name) + 1;
	size = up(size, 8) + node_count_properties(fdt, node) * PROPERTY_SIZE;
	if (!node_has(fdt, node, "name"))
		size = up(size, 8) + PROPERTY_SIZE + strcspn(name, "@") + 1;
	return size;
}

uint64_t devicetree_unflattened_size(const void *fdt)
{
	uint64_t size = 0;
	int depth = 0, node;

	for (node = NODE_ROOT; node >= 0; node = node_next(fdt, node, &depth))
		size = add_node(fdt, node, size);
	return up(size, 4) + 4;
}
