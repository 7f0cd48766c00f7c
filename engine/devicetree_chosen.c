/* SPDX-License-Identifier: BSD-2-Clause */
/* /chosen: what a boot loader tells a kernel. */
#include "engine/devicetree_parts.h"

#include <stdlib.h>
#include <string.h>

/* A number of as many cells as the property has. */
static bool read_address(
    const void *fdt, int node, const char *name, uint64_t *ret_address)
{
	size_t size;
	const void *value = node_property(fdt, node, name, &size);

	if (value == NULL)
		return false;
	*ret_address = node_number(value, size / NODE_CELL_SIZE);
	return true;
}

static void read_initrd(
    const void *fdt, int node, struct devicetree_chosen *chosen)
{
	uint64_t start, end;

	if (!read_address(fdt, node, "linux,initrd-start", &start) ||
	    !read_address(fdt, node, "linux,initrd-end", &end) || start > end)
		return;
	chosen->has_initrd = true;
	chosen->initrd_start = start;
	chosen->initrd_end = end;
}

/* The first pairs of a property, at most max. Returns how many. */
static size_t read_pairs(const void *fdt, int node, const char *name,
    const struct node_cells *cells, size_t max, struct devicetree_range *pairs)
{
	size_t size, count = 0;
	const char *value = node_property(fdt, node, name, &size);
	const size_t pair = node_pair_size(cells);

	if (value == NULL || pair == 0)
		return 0;
	for (; count < max && size >= pair; count++, size -= pair) {
		pairs[count].base = node_number(value, cells->address);
		pairs[count].size = node_number(
		    value + cells->address * NODE_CELL_SIZE, cells->size);
		value += pair;
	}
	return count;
}

/* As they are; the bytes up to a NUL. */
static bool read_bootargs(
    const void *fdt, int node, struct devicetree_chosen *chosen)
{
	size_t size;
	const char *value = node_property(fdt, node, "bootargs", &size);

	if (value == NULL || size == 0)
		return true;
	size = strnlen(value, size);
	chosen->bootargs = calloc(size + 1, 1);
	if (chosen->bootargs == NULL)
		return false;
	memcpy(chosen->bootargs, value, size);
	return true;
}

bool devicetree_read_chosen(const void *fdt, const struct node_cells *cells,
    struct devicetree_chosen *chosen)
{
	int node = node_at_path(fdt, "/chosen");

	if (node < 0)
		node = node_at_path(fdt, "/chosen@0");
	if (node < 0)
		return true;
	read_initrd(fdt, node, chosen);
	chosen->has_elfcorehdr = read_pairs(fdt, node, "linux,elfcorehdr",
				     cells, 1, &chosen->elfcorehdr) == 1;
	chosen->usable_count = read_pairs(
	    fdt, node, "linux,usable-memory-range", cells, 2, chosen->usable);
	return read_bootargs(fdt, node, chosen);
}
