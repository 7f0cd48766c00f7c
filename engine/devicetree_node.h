/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree as nodes and properties, for those who read facts out of it:
 * devicetree.c alone knows how a blob is laid out.
 *
 * A node is named by a number that is good as long as the blob; a value points
 * into the blob. Numbers in values are big-endian cells of 4 bytes. */
#ifndef ENGINE_DEVICETREE_NODE_H
#define ENGINE_DEVICETREE_NODE_H

#include "engine/devicetree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODE_ROOT 0
#define NODE_CELL_SIZE 4

/* How many cells make an address and a size. */
struct node_cells {
	uint32_t address;
	uint32_t size;
};

/* ---- moving about; a negative number is no node ---- */

int node_first_child(const void *fdt, int parent);
int node_next_sibling(const void *fdt, int node);

/* The node of an absolute path. */
int node_at_path(const void *fdt, const char *path);

/* The next node of the whole tree in its order, children before siblings;
 * *depth, 0 at the root, is moved along. */
int node_next(const void *fdt, int node, int *depth);

/* Never NULL. */
const char *node_name(const void *fdt, int node);

/* ---- properties ---- */

/* NULL: there is none, and *ret_size is 0. */
const void *node_property(
    const void *fdt, int node, const char *name, size_t *ret_size);

bool node_has(const void *fdt, int node, const char *name);

/* Whether a property begins with that string, its NUL included. */
bool node_property_is(
    const void *fdt, int node, const char *name, const char *text);

/* Whether status is absent, "ok" or "okay". */
bool node_is_available(const void *fdt, int node);

/* How many properties a node has. */
size_t node_count_properties(const void *fdt, int node);

/* The first cell of a property; absent if there is none, UINT32_MAX if it is
 * shorter than a cell. */
uint32_t node_cell(
    const void *fdt, int node, const char *name, uint32_t absent);

/* #address-cells and #size-cells of a node. */
struct node_cells node_cells(const void *fdt, int node, uint32_t absent);

/* The number that so many cells make; of more than two the last two. */
uint64_t node_number(const void *value, size_t cells);

/* The bytes of a pair of address and size. */
size_t node_pair_size(const struct node_cells *cells);

/* The whole pairs of a property, the caller's to free; none when cells are 0 or
 * the property is absent. False: no memory. */
bool node_ranges(const void *fdt, int node, const char *name,
    const struct node_cells *cells, struct devicetree_range **ret_ranges,
    size_t *ret_count);

/* ---- text, as devicetree.h has it; the caller's to free, NULL: no memory ----
 */

/* The path of a child of parent ("" for the root). */
char *node_path(const void *fdt, const char *parent, int node);

/* Text of a property, up to size bytes or its NUL, with what is not printable
 * replaced. */
char *node_text(const void *value, size_t size);

#endif
