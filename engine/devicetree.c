/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/devicetree.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT 0 /* libfdt: the offset of the root node */
#define OLDEST_FORMAT 16

/* How many 32-bit cells make an address and a size; 0 and 0: no reg can be
 * read. */
struct cells {
	uint32_t address;
	uint32_t size;
};

static size_t pair_bytes(const struct cells *cells)
{
	return (cells->address + cells->size) * sizeof(fdt32_t);
}

static const void *property(
    const void *fdt, int node, const char *name, size_t *ret_size)
{
	int size;
	const void *value = fdt_getprop(fdt, node, name, &size);

	*ret_size = value == NULL ? 0 : (size_t)size;
	return value;
}

static bool has_property(const void *fdt, int node, const char *name)
{
	return fdt_getprop(fdt, node, name, NULL) != NULL;
}

/* Whether a property begins with that string, its NUL included. */
static bool property_is(
    const void *fdt, int node, const char *name, const char *text)
{
	size_t size;
	const void *value = property(fdt, node, name, &size);

	return value != NULL && size > strlen(text) &&
	       memcmp(value, text, strlen(text) + 1) == 0;
}

static bool is_available(const void *fdt, int node)
{
	return !has_property(fdt, node, "status") ||
	       property_is(fdt, node, "status", "ok") ||
	       property_is(fdt, node, "status", "okay");
}

static bool is_memory(const void *fdt, int node)
{
	return property_is(fdt, node, "device_type", "memory") &&
	       is_available(fdt, node);
}

/* libfdt's own fdt_address_cells() would take 2 where there is none; the
 * kernel takes 1 for the root. */
static uint32_t read_cell(
    const void *fdt, int node, const char *name, uint32_t absent)
{
	size_t size;
	const fdt32_t *value = property(fdt, node, name, &size);

	if (value == NULL)
		return absent;
	return size < sizeof(*value) ? UINT32_MAX : fdt32_ld(value);
}

static struct cells read_cells(const void *fdt, int node, uint32_t absent)
{
	return (struct cells){
	    .address = read_cell(fdt, node, "#address-cells", absent),
	    .size = read_cell(fdt, node, "#size-cells", absent),
	};
}

static bool is_readable(const struct cells *cells)
{
	return (cells->address == 1 || cells->address == 2) &&
	       (cells->size == 1 || cells->size == 2);
}

static uint64_t read_number(const fdt32_t *value, uint32_t cells)
{
	uint64_t number = 0;

	while (cells-- > 0)
		number = number << 32 | fdt32_ld(value++);
	return number;
}

/* The whole pairs of a property; none when cells are 0 or the property is
 * absent. False: no memory. */
static bool read_ranges(const void *fdt, int node, const char *name,
    const struct cells *cells, struct devicetree_range **ret_ranges,
    size_t *ret_count)
{
	struct devicetree_range *ranges;
	size_t size, count, i;
	const fdt32_t *value = property(fdt, node, name, &size);

	if (pair_bytes(cells) == 0 || size < pair_bytes(cells))
		return true;
	count = size / pair_bytes(cells);
	ranges = calloc(count, sizeof(*ranges));
	if (ranges == NULL)
		return false;
	for (i = 0; i < count; i++) {
		ranges[i].base = read_number(value, cells->address);
		value += cells->address;
		ranges[i].size = read_number(value, cells->size);
		value += cells->size;
	}
	*ret_ranges = ranges;
	*ret_count = count;
	return true;
}

/* The path of a child of parent ("" for the root); NULL: no memory. */
static char *make_path(const void *fdt, const char *parent, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	char path[DEVICETREE_PATH_MAX];
	char *at;
	int length;

	length = snprintf(
	    path, sizeof(path), "%s/%s", parent, name == NULL ? "?" : name);
	if (length >= (int)sizeof(path))
		memcpy(path + sizeof(path) - 4, "...", 4);
	for (at = path; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			*at = '?';
	return strdup(path);
}

static size_t count_children(
    const void *fdt, int parent, bool (*wanted)(const void *fdt, int node))
{
	size_t count = 0;
	int node;

	fdt_for_each_subnode(node, fdt, parent) count += wanted(fdt, node);
	return count;
}

static bool read_memory_node(const void *fdt, int node,
    const struct cells *cells, struct devicetree_memory *memory)
{
	const bool usable = has_property(fdt, node, "linux,usable-memory");

	memory->hotpluggable = has_property(fdt, node, "hotpluggable");
	memory->path = make_path(fdt, "", node);
	return memory->path != NULL &&
	       read_ranges(fdt, node, usable ? "linux,usable-memory" : "reg",
		   cells, &memory->ranges, &memory->range_count);
}

static bool read_memory(
    const void *fdt, const struct cells *cells, struct devicetree *tree)
{
	const size_t count = count_children(fdt, ROOT, is_memory);
	int node;

	if (count == 0)
		return true;
	tree->memory = calloc(count, sizeof(*tree->memory));
	if (tree->memory == NULL)
		return false;
	fdt_for_each_subnode(node, fdt, ROOT)
	{
		if (!is_memory(fdt, node))
			continue;
		/* Counted first, so that what a failure leaves is freed. */
		if (!read_memory_node(
			fdt, node, cells, &tree->memory[tree->memory_count++]))
			return false;
	}
	return true;
}

static bool read_memreserve(const void *fdt, struct devicetree *tree)
{
	const int found = fdt_num_mem_rsv(fdt);
	int i;

	if (found <= 0)
		return true;
	tree->memreserve = calloc((size_t)found, sizeof(*tree->memreserve));
	if (tree->memreserve == NULL)
		return false;
	for (i = 0; i < found; i++) {
		struct devicetree_range *range = &tree->memreserve[i];

		if (fdt_get_mem_rsv(fdt, i, &range->base, &range->size) != 0)
			break;
		tree->memreserve_count++;
	}
	return true;
}

static bool read_reserved_node(const void *fdt, int node,
    const struct cells *cells, const char *parent,
    struct devicetree_reserved *reserved)
{
	size_t size;

	reserved->has_reg = property(fdt, node, "reg", &size) != NULL;
	reserved->bad_reg =
	    pair_bytes(cells) != 0 && size % pair_bytes(cells) != 0;
	reserved->has_size = has_property(fdt, node, "size");
	reserved->no_map = has_property(fdt, node, "no-map");
	reserved->path = make_path(fdt, parent, node);
	if (reserved->path == NULL)
		return false;
	return reserved->bad_reg ||
	       read_ranges(fdt, node, "reg", cells, &reserved->ranges,
		   &reserved->range_count);
}

static bool read_reserved_children(const void *fdt, int parent,
    const struct cells *cells, struct devicetree *tree)
{
	const size_t count = count_children(fdt, parent, is_available);
	int node;

	if (count == 0)
		return true;
	tree->reserved = calloc(count, sizeof(*tree->reserved));
	if (tree->reserved == NULL)
		return false;
	fdt_for_each_subnode(node, fdt, parent)
	{
		if (!is_available(fdt, node))
			continue;
		if (!read_reserved_node(fdt, node, cells, "/reserved-memory",
			&tree->reserved[tree->reserved_count++]))
			return false;
	}
	return true;
}

/* root is what the root says, readable what can be read of that. */
static bool read_reserved(const void *fdt, const struct cells *root,
    const struct cells *readable, struct devicetree *tree)
{
	const int node = fdt_path_offset(fdt, "/reserved-memory");
	struct cells cells;

	if (node < 0)
		return true;
	cells = read_cells(fdt, node, UINT32_MAX);
	if (!has_property(fdt, node, "#address-cells") ||
	    !has_property(fdt, node, "#size-cells") ||
	    !has_property(fdt, node, "ranges") ||
	    cells.address != root->address || cells.size != root->size) {
		tree->reserved_unsupported = true;
		return true;
	}
	return read_reserved_children(fdt, node, readable, tree);
}

static bool read_tree(const void *fdt, struct devicetree *tree)
{
	const struct cells root = read_cells(fdt, ROOT, 1);
	struct cells readable = {0};

	tree->cells_unsupported = !is_readable(&root);
	if (!tree->cells_unsupported)
		readable = root;
	return read_memory(fdt, &readable, tree) &&
	       read_memreserve(fdt, tree) &&
	       read_reserved(fdt, &root, &readable, tree);
}

static enum mb_status no_memory(char *message)
{
	snprintf(message, DEVICETREE_MESSAGE_MAX,
	    "no memory left to read the device tree");
	return MB_NO_MEMORY;
}

/* libfdt's full check, for formats it can check: 1.6.1 follows NULL where the
 * root of one below 16 has a name without a slash. Nothing has written those
 * since 2005. */
static int check_blob(const void *fdt, size_t size)
{
	if (size >= FDT_V1_SIZE && fdt_magic(fdt) == FDT_MAGIC &&
	    fdt_version(fdt) < OLDEST_FORMAT)
		return -FDT_ERR_BADVERSION;
	return fdt_check_full(fdt, size);
}

enum mb_status devicetree_read(
    const void *blob, size_t size, struct devicetree **ret_tree, char *message)
{
	struct devicetree *tree;
	void *fdt;
	int error;
	bool read;

	/* libfdt wants the blob at a multiple of 8: read a copy. */
	fdt = malloc(size == 0 ? 1 : size);
	if (fdt == NULL)
		return no_memory(message);
	if (size != 0)
		memcpy(fdt, blob, size);
	error = check_blob(fdt, size);
	if (error != 0) {
		free(fdt);
		snprintf(message, DEVICETREE_MESSAGE_MAX,
		    "not a well-formed device tree: libfdt finds %s",
		    fdt_strerror(error));
		return MB_INVALID;
	}
	tree = calloc(1, sizeof(*tree));
	read = tree != NULL && read_tree(fdt, tree);
	free(fdt);
	if (!read) {
		devicetree_free(tree);
		return no_memory(message);
	}
	*ret_tree = tree;
	return MB_OK;
}

void devicetree_free(struct devicetree *tree)
{
	size_t i;

	if (tree == NULL)
		return;
	for (i = 0; i < tree->memory_count; i++) {
		free(tree->memory[i].path);
		free(tree->memory[i].ranges);
	}
	for (i = 0; i < tree->reserved_count; i++) {
		free(tree->reserved[i].path);
		free(tree->reserved[i].ranges);
	}
	free(tree->memory);
	free(tree->memreserve);
	free(tree->reserved);
	free(tree);
}
