/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of reserved memory, made once more from a tree and from what the
 * journal says that it led to: places that were chosen, and what was given
 * back, are taken from there and not chosen again. */
#ifndef ENGINE_BOOT_RECALL_H
#define ENGINE_BOOT_RECALL_H

#include "engine/devicetree.h"
#include "engine/memblock.h"
#include "engine/op.h"
#include "engine/reserved_memory.h"

/* One operation that load or boot did, with its outcome and label. */
struct boot_row {
	struct op op;
	enum mb_status status;
	uint64_t base; /* of an allocation that was done */
	char label[DEVICETREE_PATH_MAX];
};

/* The table that boot_load() or boot_run() made of that tree; rows are what
 * they did, in order. */
void boot_recall(const struct devicetree *tree,
    const struct memblock_settings *settings, const struct boot_row *rows,
    size_t count, struct reserved_memory *ret_table);

#endif
