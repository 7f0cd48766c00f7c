/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a device tree, node by node, into the one blob there is. Asserts where
 * the blob is full or the calls come out of order. */
#ifndef TESTS_UNIT_TREE_BLOB_H
#define TESTS_UNIT_TREE_BLOB_H

#include <stddef.h>
#include <stdint.h>

/* Begins a tree with these /memreserve/ entries, count pairs of base and size,
 * and its root node. */
void tree_begin(const uint64_t *memreserve, size_t count);

void tree_node(const char *name);
void tree_node_end(void);

void tree_string(const char *name, const char *value);
void tree_empty(const char *name);
void tree_cells(const char *name, const uint32_t *cells, size_t count);

/* #address-cells and #size-cells. */
void tree_widths(uint32_t address, uint32_t size);

#define TREE_CELLS(name, ...)                                                  \
	tree_cells(name, (const uint32_t[]){__VA_ARGS__},                      \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* Ends the root and the tree. The blob stands until the next tree_begin(). */
uint8_t *tree_end(size_t *ret_size);

#endif
