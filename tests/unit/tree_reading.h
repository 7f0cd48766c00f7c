/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree that was written with tree_blob.h, read back. */
#ifndef TESTS_UNIT_TREE_READING_H
#define TESTS_UNIT_TREE_READING_H

#include "engine/devicetree.h"

/* Begins a tree of those cells. */
void reading_begin(uint32_t address_cells, uint32_t size_cells);

/* Opens /reserved-memory with the same cells, and ranges. */
void reading_begin_reserved(uint32_t address_cells, uint32_t size_cells);

/* Ends the tree and reads it; asserts that it can be read. The caller's to
 * free. */
struct devicetree *reading_end(void);

#endif
