/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts that devicetree_read() is made of: each reads one kind of facts out
 * of a blob that libfdt found whole. False: no memory; what was read so far is
 * in the tree, for the one who frees it. cells are 0 and 0 where no pair can be
 * read. */
#ifndef ENGINE_DEVICETREE_PARTS_H
#define ENGINE_DEVICETREE_PARTS_H

#include "engine/devicetree_node.h"

bool devicetree_read_chosen(const void *fdt, const struct node_cells *cells,
    struct devicetree_chosen *chosen);

bool devicetree_read_memory(
    const void *fdt, const struct node_cells *cells, struct devicetree *tree);
void devicetree_free_memory(struct devicetree *tree);
void devicetree_read_cpus(const void *fdt, struct devicetree *tree);

/* root is what the root says, cells what can be read of that. */
bool devicetree_read_reserved(const void *fdt, const struct node_cells *root,
    const struct node_cells *cells, struct devicetree *tree);
void devicetree_free_reserved(struct devicetree *tree);

uint64_t devicetree_unflattened_size(const void *fdt);

/* After devicetree_read_reserved(). */
bool devicetree_read_users(const void *fdt, struct devicetree *tree);
void devicetree_free_users(struct devicetree *tree);

#endif
