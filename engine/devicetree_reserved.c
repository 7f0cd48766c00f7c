/* SPDX-License-Identifier: BSD-2-Clause */
/* The children of /reserved-memory. */
#include "engine/devicetree_parts.h"

#include <stdlib.h>
#include <string.h>

/* A number that must have exactly so many cells. False: it is not that long. */
static bool read_exact(const void *fdt, int node, const char *name,
    size_t cells, uint64_t *ret_number)
{
	size_t size;
	const void *value = node_property(fdt, node, name, &size);

	if (value == NULL || cells == 0 || size != cells * NODE_CELL_SIZE)
		return false;
	*ret_number = node_number(value, cells);
	return true;
}

static void read_phandle(
    const void *fdt, int node, struct devicetree_reserved *reserved)
{
	uint64_t phandle;

	reserved->has_phandle =
	    read_exact(fdt, node, "phandle", 1, &phandle) ||
	    read_exact(fdt, node, "linux,phandle", 1, &phandle);
	if (reserved->has_phandle)
		reserved->phandle = (uint32_t)phandle;
}

static bool read_compatible(
    const void *fdt, int node, struct devicetree_reserved *reserved)
{
	size_t size, at = 0;
	const char *value = node_property(fdt, node, "compatible", &size);

	if (value == NULL || size == 0)
		return true;
	reserved->compatible = calloc(size + 1, 1);
	if (reserved->compatible == NULL)
		return false;
	/* The last may lack its NUL. */
	reserved->compatible_size = value[size - 1] == 0 ? size : size + 1;
	for (; at < size; at++) {
		const char byte = value[at];
		const bool plain = byte == 0 || (byte > ' ' && byte <= '~');

		reserved->compatible[at] = plain ? byte : '?';
	}
	return true;
}

static bool read_wishes(const void *fdt, int node,
    const struct node_cells *cells, struct devicetree_reserved *reserved)
{
	const size_t pair = node_pair_size(cells);
	size_t size;

	reserved->has_size = node_has(fdt, node, "size");
	reserved->bad_size =
	    reserved->has_size &&
	    !read_exact(fdt, node, "size", cells->size, &reserved->size);
	reserved->has_alignment = node_has(fdt, node, "alignment");
	reserved->bad_alignment = reserved->has_alignment &&
				  !read_exact(fdt, node, "alignment",
				      cells->address, &reserved->alignment);
	reserved->has_alloc_ranges =
	    node_property(fdt, node, "alloc-ranges", &size) != NULL;
	reserved->bad_alloc_ranges = pair != 0 && size % pair != 0;
	return reserved->bad_alloc_ranges ||
	       node_ranges(fdt, node, "alloc-ranges", cells,
		   &reserved->alloc_ranges, &reserved->alloc_range_count);
}

static bool read_reg(const void *fdt, int node, const struct node_cells *cells,
    struct devicetree_reserved *reserved)
{
	const size_t pair = node_pair_size(cells);
	size_t size;

	reserved->has_reg = node_property(fdt, node, "reg", &size) != NULL;
	reserved->bad_reg = pair != 0 && size % pair != 0;
	return reserved->bad_reg ||
	       node_ranges(fdt, node, "reg", cells, &reserved->ranges,
		   &reserved->range_count);
}

static bool read_node(const void *fdt, int node, const struct node_cells *cells,
    struct devicetree_reserved *reserved)
{
	reserved->no_map = node_has(fdt, node, "no-map");
	reserved->reusable = node_has(fdt, node, "reusable");
	reserved->cma_default = node_has(fdt, node, "linux,cma-default");
	read_phandle(fdt, node, reserved);
	reserved->path = node_path(fdt, "/reserved-memory", node);
	return reserved->path != NULL && read_compatible(fdt, node, reserved) &&
	       read_reg(fdt, node, cells, reserved) &&
	       read_wishes(fdt, node, cells, reserved);
}

static size_t count_available(const void *fdt, int parent)
{
	size_t count = 0;
	int node = node_first_child(fdt, parent);

	for (; node >= 0; node = node_next_sibling(fdt, node))
		count += node_is_available(fdt, node);
	return count;
}

static bool read_children(const void *fdt, int parent,
    const struct node_cells *cells, struct devicetree *tree)
{
	const size_t count = count_available(fdt, parent);
	int node = node_first_child(fdt, parent);

	if (count == 0)
		return true;
	tree->reserved = calloc(count, sizeof(*tree->reserved));
	if (tree->reserved == NULL)
		return false;
	for (; node >= 0; node = node_next_sibling(fdt, node)) {
		if (!node_is_available(fdt, node))
			continue;
		/* Counted first, so that what a failure leaves is freed. */
		if (!read_node(fdt, node, cells,
			&tree->reserved[tree->reserved_count++]))
			return false;
	}
	return true;
}

bool devicetree_read_reserved(const void *fdt, const struct node_cells *root,
    const struct node_cells *cells, struct devicetree *tree)
{
	const int node = node_at_path(fdt, "/reserved-memory");
	struct node_cells own;

	if (node < 0)
		return true;
	own = node_cells(fdt, node, UINT32_MAX);
	if (!node_has(fdt, node, "#address-cells") ||
	    !node_has(fdt, node, "#size-cells") ||
	    !node_has(fdt, node, "ranges") || own.address != root->address ||
	    own.size != root->size) {
		tree->reserved_unsupported = true;
		return true;
	}
	return read_children(fdt, node, cells, tree);
}

void devicetree_free_reserved(struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->reserved_count; i++) {
		free(tree->reserved[i].path);
		free(tree->reserved[i].ranges);
		free(tree->reserved[i].alloc_ranges);
		free(tree->reserved[i].compatible);
	}
	free(tree->reserved);
}

bool devicetree_is_compatible(
    const struct devicetree_reserved *reserved, const char *text)
{
	const char *at = reserved->compatible;
	const char *end = at == NULL ? NULL : at + reserved->compatible_size;

	for (; at != end; at += strlen(at) + 1)
		if (strcmp(at, text) == 0)
			return true;
	return false;
}
