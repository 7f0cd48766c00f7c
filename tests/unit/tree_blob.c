/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/tree_blob.h"

#include <assert.h>
#include <libfdt.h>
#include <stdalign.h>
#include <string.h>

static alignas(8) uint8_t blob[1 << 20];

static void expect_done(int result)
{
	assert(result == 0);
}

void tree_begin(const uint64_t *memreserve, size_t count)
{
	size_t i;

	expect_done(fdt_create(blob, sizeof(blob)));
	for (i = 0; i < count; i++)
		expect_done(fdt_add_reservemap_entry(
		    blob, memreserve[2 * i], memreserve[2 * i + 1]));
	expect_done(fdt_finish_reservemap(blob));
	tree_node("");
}

void tree_node(const char *name)
{
	expect_done(fdt_begin_node(blob, name));
}

void tree_node_end(void)
{
	expect_done(fdt_end_node(blob));
}

void tree_string(const char *name, const char *value)
{
	expect_done(fdt_property(blob, name, value, (int)strlen(value) + 1));
}

void tree_empty(const char *name)
{
	expect_done(fdt_property(blob, name, NULL, 0));
}

void tree_cells(const char *name, const uint32_t *cells, size_t count)
{
	fdt32_t *value;
	size_t i;

	expect_done(fdt_property_placeholder(
	    blob, name, (int)(count * sizeof(*value)), (void **)&value));
	for (i = 0; i < count; i++)
		fdt32_st(&value[i], cells[i]);
}

void tree_widths(uint32_t address, uint32_t size)
{
	TREE_CELLS("#address-cells", address);
	TREE_CELLS("#size-cells", size);
}

uint8_t *tree_end(size_t *ret_size)
{
	tree_node_end();
	expect_done(fdt_finish(blob));
	*ret_size = fdt_totalsize(blob);
	return blob;
}
