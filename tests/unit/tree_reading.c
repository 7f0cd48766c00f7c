/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tree_reading.h"

#include "tests/unit/tree_blob.h"

#include <assert.h>

void reading_begin(uint32_t address_cells, uint32_t size_cells)
{
	tree_begin(NULL, 0);
	tree_widths(address_cells, size_cells);
}

void reading_begin_reserved(uint32_t address_cells, uint32_t size_cells)
{
	tree_node("reserved-memory");
	tree_widths(address_cells, size_cells);
	tree_empty("ranges");
}

struct devicetree *reading_end(void)
{
	char message[DEVICETREE_MESSAGE_MAX];
	struct devicetree *tree = NULL;
	enum mb_status status;
	size_t size;
	const uint8_t *blob = tree_end(&size);

	status = devicetree_read(blob, size, &tree, message);
	assert(status == MB_OK);
	return tree;
}
