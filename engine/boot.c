/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot.h"

#include "engine/region.h"
#include "engine/region_list.h"

/* How many nodes of /reserved-memory the kernel keeps; those behind are passed
 * over. */
#define RESERVED_NODES_MAX 64

static const char cells_message[] =
    "reg cannot be read: #address-cells and #size-cells of the root must be "
    "1 or 2";

/* What every step needs. */
struct boot {
	const struct memblock *mb;
	const struct boot_sink *sink;
};

static struct op make_op(
    enum op_kind kind, const struct devicetree_range *range, uint32_t flags)
{
	return (struct op){
	    .kind = kind,
	    .base = range->base,
	    .size = range->size,
	    .nid = MB_NO_NODE,
	    .flags = flags,
	};
}

static bool skip(const struct boot *boot, const struct op *op,
    const char *label, const char *message)
{
	return boot->sink->skip(boot->sink->arg, op, label, message);
}

static bool skip_node(const struct boot *boot, enum op_kind kind,
    const char *label, const char *message)
{
	const struct devicetree_range nowhere = {0};
	const struct op op = make_op(kind, &nowhere, MEMBLOCK_NONE);

	return skip(boot, &op, label, message);
}

/* Performs op, unless its range is one that no list can take. */
static bool perform(
    const struct boot *boot, const struct op *op, const char *label)
{
	if (op->size == 0)
		return skip(boot, op, label, "size is 0");
	if (op->base > memblock_phys_addr_max(&boot->mb->settings))
		return skip(boot, op, label,
		    "begins above the last address of the machine");
	return boot->sink->perform(boot->sink->arg, op, label);
}

/* The whole pages of a range; size 0 if it has none.
 *
 *   pages   |-------|-------|-------|-------|
 *   raw        |-----------------------|
 *   whole           |-------|-------|
 */
static struct devicetree_range whole_pages(
    const struct devicetree_range *raw, uint64_t page_size)
{
	const uint64_t mask = page_size - 1;
	const uint64_t lead = (page_size - (raw->base & mask)) & mask;
	struct devicetree_range whole = {0};

	/* In the last page of all there is no border to round up to. */
	if (raw->size < lead || raw->base > UINT64_MAX - lead)
		return whole;
	whole.base = raw->base + lead;
	whole.size = (raw->size - lead) & ~mask;
	return whole;
}

static bool add_memory(const struct boot *boot,
    const struct devicetree_range *raw, const char *label)
{
	const struct devicetree_range whole =
	    whole_pages(raw, boot->mb->settings.page_size);
	struct op op = make_op(OP_ADD, &whole, MEMBLOCK_NONE);

	if (raw->size == 0 || whole.size == 0) {
		op = make_op(OP_ADD, raw, MEMBLOCK_NONE);
		return skip(boot, &op, label,
		    raw->size == 0 ? "size is 0"
				   : "ignoring memory block without a full "
				     "page");
	}
	return perform(boot, &op, label);
}

static bool load_memory_node(const struct boot *boot,
    const struct devicetree *tree, const struct devicetree_memory *memory)
{
	size_t i;

	if (tree->cells_unsupported)
		return skip_node(boot, OP_ADD, memory->path, cells_message);
	if (memory->range_count == 0)
		return skip_node(boot, OP_ADD, memory->path,
		    "has no pair of address and size in its reg");
	for (i = 0; i < memory->range_count; i++) {
		const struct devicetree_range *raw = &memory->ranges[i];
		const struct op mark = make_op(OP_MARK, raw, MEMBLOCK_HOTPLUG);

		if (!add_memory(boot, raw, memory->path))
			return false;
		/* The pair as it stands in the tree, rounded or not. */
		if (memory->hotpluggable && raw->size != 0 &&
		    !perform(boot, &mark, memory->path))
			return false;
	}
	return true;
}

static bool overlaps(
    const struct memblock_type *type, const struct devicetree_range *range)
{
	const size_t at = region_list_search(type, range->base);

	return at < region_list_cnt(type) &&
	       region_list_at(type, at)->base <
		   region_list_cap(type, range->base, range->size);
}

/* Takes a range out of what the kernel maps. 6.1 marks it, but not what is
 * memory and already reserved: somebody may be using that. Before, the memory
 * went, used or not. */
static bool take_from_map(const struct boot *boot,
    const struct devicetree_range *range, const char *label)
{
	const bool removes =
	    memblock_version(boot->mb->settings.kernel)->nomap_removes;
	const struct op op = removes ? make_op(OP_REMOVE, range, MEMBLOCK_NONE)
				     : make_op(OP_MARK, range, MEMBLOCK_NOMAP);

	if (!removes && range->size != 0 &&
	    range->base <= memblock_phys_addr_max(&boot->mb->settings) &&
	    overlaps(boot->mb->memory, range) &&
	    overlaps(boot->mb->reserved, range))
		return skip(boot, &op, label,
		    "failed to reserve memory for node: no-map, but part of "
		    "it is already reserved");
	return perform(boot, &op, label);
}

static bool load_reserved_ranges(
    const struct boot *boot, const struct devicetree_reserved *node)
{
	size_t i;

	for (i = 0; i < node->range_count; i++) {
		const struct devicetree_range *range = &node->ranges[i];
		const struct op op = make_op(OP_RESERVE, range, MEMBLOCK_NONE);
		const bool more = node->no_map
				      ? take_from_map(boot, range, node->path)
				      : perform(boot, &op, node->path);

		if (!more)
			return false;
	}
	return true;
}

/* Whether the kernel would choose the place. */
static bool is_dynamic(const struct devicetree_reserved *node)
{
	return !node->has_reg && node->has_size;
}

/* Why a node has no range to reserve; NULL: it has. */
static const char *why_no_ranges(
    const struct devicetree *tree, const struct devicetree_reserved *node)
{
	if (node->has_reg && tree->cells_unsupported)
		return cells_message;
	if (node->bad_reg)
		return "invalid reg property, skipping node: its length is no "
		       "multiple of a pair of address and size";
	if (node->has_reg && node->range_count == 0)
		return "reg is empty";
	if (is_dynamic(node))
		return "dynamic placement (size without reg) is not supported "
		       "yet";
	if (!node->has_reg)
		return "has neither reg nor size";
	return NULL;
}

/* Whether the kernel's table gets an entry for the node. */
static bool is_entry(const struct devicetree_reserved *node)
{
	return node->range_count > 0 || is_dynamic(node);
}

static bool load_reserved_node(const struct boot *boot,
    const struct devicetree *tree, const struct devicetree_reserved *node,
    size_t entry)
{
	const enum op_kind kind = is_dynamic(node) ? OP_ALLOC : OP_RESERVE;
	const char *why = why_no_ranges(tree, node);

	if (why == NULL && entry >= RESERVED_NODES_MAX)
		why = "not enough space for all defined regions: only the "
		      "first 64 nodes are taken";
	if (why != NULL)
		return skip_node(boot, kind, node->path, why);
	return load_reserved_ranges(boot, node);
}

static bool load_reserved(
    const struct boot *boot, const struct devicetree *tree)
{
	size_t entries = 0, i;

	if (tree->reserved_unsupported)
		return skip_node(boot, OP_RESERVE, "/reserved-memory",
		    "unsupported node format, ignoring: its cells must be the "
		    "root's, and it must have ranges");
	for (i = 0; i < tree->reserved_count; i++) {
		const struct devicetree_reserved *node = &tree->reserved[i];

		if (!load_reserved_node(boot, tree, node, entries))
			return false;
		entries += is_entry(node);
	}
	return true;
}

static bool load_memory(const struct boot *boot, const struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->memory_count; i++)
		if (!load_memory_node(boot, tree, &tree->memory[i]))
			return false;
	return true;
}

static bool load_memreserve(
    const struct boot *boot, const struct devicetree *tree)
{
	size_t i;

	for (i = 0; i < tree->memreserve_count; i++) {
		const struct op op =
		    make_op(OP_RESERVE, &tree->memreserve[i], MEMBLOCK_NONE);

		if (!perform(boot, &op, "/memreserve/"))
			return false;
	}
	return true;
}

bool boot_load(const struct devicetree *tree, const struct memblock *mb,
    const struct boot_sink *sink)
{
	const struct boot boot = {mb, sink};

	return load_memory(&boot, tree) && load_memreserve(&boot, tree) &&
	       load_reserved(&boot, tree);
}
