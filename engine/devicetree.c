/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/devicetree.h"

#include "engine/devicetree_node.h"
#include "engine/devicetree_parts.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST_FORMAT 16

int node_first_child(const void *fdt, int parent)
{
	return fdt_first_subnode(fdt, parent);
}

int node_next_sibling(const void *fdt, int node)
{
	return fdt_next_subnode(fdt, node);
}

int node_at_path(const void *fdt, const char *path)
{
	return fdt_path_offset(fdt, path);
}

int node_next(const void *fdt, int node, int *depth)
{
	node = fdt_next_node(fdt, node, depth);
	/* Behind the root's end libfdt answers where that is. */
	return *depth < 0 ? -1 : node;
}

const char *node_name(const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return name == NULL ? "?" : name;
}

const void *node_property(
    const void *fdt, int node, const char *name, size_t *ret_size)
{
	int size;
	const void *value = fdt_getprop(fdt, node, name, &size);

	*ret_size = value == NULL ? 0 : (size_t)size;
	return value;
}

bool node_has(const void *fdt, int node, const char *name)
{
	return fdt_getprop(fdt, node, name, NULL) != NULL;
}

bool node_property_is(
    const void *fdt, int node, const char *name, const char *text)
{
	size_t size;
	const void *value = node_property(fdt, node, name, &size);

	return value != NULL && size > strlen(text) &&
	       memcmp(value, text, strlen(text) + 1) == 0;
}

bool node_is_available(const void *fdt, int node)
{
	return !node_has(fdt, node, "status") ||
	       node_property_is(fdt, node, "status", "ok") ||
	       node_property_is(fdt, node, "status", "okay");
}

size_t node_count_properties(const void *fdt, int node)
{
	size_t count = 0;
	int property;

	fdt_for_each_property_offset(property, fdt, node) count++;
	return count;
}

uint32_t node_cell(const void *fdt, int node, const char *name, uint32_t absent)
{
	size_t size;
	const fdt32_t *value = node_property(fdt, node, name, &size);

	if (value == NULL)
		return absent;
	return size < sizeof(*value) ? UINT32_MAX : fdt32_ld(value);
}

/* libfdt's own fdt_address_cells() would take 2 where there is none; the
 * kernel takes 1 for the root. */
struct node_cells node_cells(const void *fdt, int node, uint32_t absent)
{
	return (struct node_cells){
	    .address = node_cell(fdt, node, "#address-cells", absent),
	    .size = node_cell(fdt, node, "#size-cells", absent),
	};
}

uint64_t node_number(const void *value, size_t cells)
{
	const fdt32_t *cell = value;
	uint64_t number = 0;

	while (cells-- > 0)
		number = number << 32 | fdt32_ld(cell++);
	return number;
}

size_t node_pair_size(const struct node_cells *cells)
{
	return (cells->address + cells->size) * sizeof(fdt32_t);
}

bool node_ranges(const void *fdt, int node, const char *name,
    const struct node_cells *cells, struct devicetree_range **ret_ranges,
    size_t *ret_count)
{
	struct devicetree_range *ranges;
	size_t size, count, i;
	const fdt32_t *value = node_property(fdt, node, name, &size);

	if (node_pair_size(cells) == 0 || size < node_pair_size(cells))
		return true;
	count = size / node_pair_size(cells);
	ranges = calloc(count, sizeof(*ranges));
	if (ranges == NULL)
		return false;
	for (i = 0; i < count; i++) {
		ranges[i].base = node_number(value, cells->address);
		value += cells->address;
		ranges[i].size = node_number(value, cells->size);
		value += cells->size;
	}
	*ret_ranges = ranges;
	*ret_count = count;
	return true;
}

static void make_printable(char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (text[i] <= ' ' || text[i] > '~')
			text[i] = '?';
}

char *node_path(const void *fdt, const char *parent, int node)
{
	char path[DEVICETREE_PATH_MAX];
	int length;

	length =
	    snprintf(path, sizeof(path), "%s/%s", parent, node_name(fdt, node));
	if (length >= (int)sizeof(path))
		memcpy(path + sizeof(path) - 4, "...", 4);
	make_printable(path, strlen(path));
	return strdup(path);
}

char *node_text(const void *value, size_t size)
{
	const size_t length = strnlen(value, size);
	char *text = calloc(length + 1, 1);

	if (text == NULL)
		return NULL;
	memcpy(text, value, length);
	make_printable(text, length);
	return text;
}

static bool is_readable(const struct node_cells *cells)
{
	return (cells->address == 1 || cells->address == 2) &&
	       (cells->size == 1 || cells->size == 2);
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

static bool read_tree(const void *fdt, struct devicetree *tree)
{
	const struct node_cells root = node_cells(fdt, NODE_ROOT, 1);
	struct node_cells readable = {0};

	tree->total_size = fdt_totalsize(fdt);
	tree->unflattened_size = devicetree_unflattened_size(fdt);
	tree->cells_unsupported = !is_readable(&root);
	if (!tree->cells_unsupported)
		readable = root;
	devicetree_read_cpus(fdt, tree);
	return devicetree_read_chosen(fdt, &readable, &tree->chosen) &&
	       devicetree_read_memory(fdt, &readable, tree) &&
	       read_memreserve(fdt, tree) &&
	       devicetree_read_reserved(fdt, &root, &readable, tree) &&
	       devicetree_read_users(fdt, tree);
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
	if (tree == NULL)
		return;
	devicetree_free_memory(tree);
	devicetree_free_reserved(tree);
	devicetree_free_users(tree);
	free(tree->chosen.bootargs);
	free(tree->memreserve);
	free(tree);
}
