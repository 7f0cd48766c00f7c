/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tree reserves: /memreserve/, the static nodes of /reserved-memory,
 * then those that the kernel finds a place for. */
#include "engine/boot_reserved.h"

#include "engine/boot_steps.h"

#include "engine/query.h"
#include "engine/version.h"

#include <inttypes.h>
#include <stdio.h>

#define SCAN_FUNCTION "early_init_fdt_scan_reserved_mem"
#define ALLOC_FUNCTION BOOT_ALLOC_FUNCTION
#define INIT_FUNCTION BOOT_INIT_FUNCTION

static bool nomap_removes(const struct boot *boot)
{
	return memblock_version(boot->mb->settings.kernel)->nomap_removes;
}

/* Takes a range out of what the kernel maps. 6.1 marks it; before, the memory
 * went. */
static bool take_from_map(struct boot *boot,
    const struct devicetree_range *range, const char *function,
    const char *node)
{
	const struct op remove = boot_op(OP_REMOVE, range->base, range->size);

	if (nomap_removes(boot))
		return boot_do(boot, &remove, function, node);
	return boot_do_flag(
	    boot, OP_MARK, range, MEMBLOCK_NOMAP, function, node);
}

/* Whether 6.1 refuses to mark a static range: what is memory and already
 * reserved, somebody may be using. */
static bool is_in_use(
    const struct boot *boot, const struct devicetree_range *range)
{
	return range->size != 0 &&
	       range->base <= memblock_phys_addr_max(&boot->mb->settings) &&
	       memblock_overlaps_region(
		   boot->mb, boot->mb->memory, range->base, range->size) &&
	       memblock_is_region_reserved(boot->mb, range->base, range->size);
}

static void reserve_static(struct boot *boot,
    const struct devicetree_reserved *node,
    const struct devicetree_range *range)
{
	struct op op = boot_op(OP_RESERVE, range->base, range->size);

	if (!node->no_map) {
		boot_do(boot, &op, SCAN_FUNCTION, node->path);
	} else if (!nomap_removes(boot) && is_in_use(boot, range)) {
		op.kind = OP_MARK;
		op.flags = MEMBLOCK_NOMAP;
		boot_skip(boot, &op, SCAN_FUNCTION, node->path,
		    "failed to reserve memory for node: no-map, but part of "
		    "it is already reserved");
	} else {
		take_from_map(boot, range, SCAN_FUNCTION, node->path);
	}
}

const char *boot_why_no_entry(
    const struct devicetree *tree, const struct devicetree_reserved *node)
{
	if ((node->has_reg || node->has_size) && tree->cells_unsupported)
		return "reg cannot be read: #address-cells and #size-cells of "
		       "the root must be 1 or 2";
	if (node->bad_reg)
		return "invalid reg property, skipping node: its length is no "
		       "multiple of a pair of address and size";
	if (node->has_reg && node->range_count == 0)
		return "reg is empty";
	if (!node->has_reg && !node->has_size)
		return "has neither reg nor size";
	return NULL;
}

bool boot_add_entry(
    struct reserved_memory *table, const struct devicetree *tree, size_t index)
{
	static const struct devicetree_range nowhere;
	const struct devicetree_reserved *node = &tree->reserved[index];

	if (boot_why_no_entry(tree, node) != NULL)
		return true;
	return reserved_memory_add(
	    table, index, node->has_reg ? &node->ranges[0] : &nowhere);
}

static void scan_node(struct boot *boot, size_t index)
{
	const struct devicetree_reserved *node = &boot->tree->reserved[index];
	const bool is_dynamic = node->has_size && !node->has_reg;
	const struct op nothing =
	    boot_op(is_dynamic ? OP_ALLOC : OP_RESERVE, 0, 0);
	const char *why = boot_why_no_entry(boot->tree, node);
	size_t i;

	if (why != NULL) {
		boot_skip(boot, &nothing, SCAN_FUNCTION, node->path, why);
		return;
	}
	for (i = 0; i < node->range_count; i++)
		reserve_static(boot, node, &node->ranges[i]);
	if (!boot_add_entry(boot->table, boot->tree, index))
		boot_skip(boot, &nothing, SCAN_FUNCTION, node->path,
		    "not enough space for all defined regions: the table has "
		    "64 entries");
}

static void scan_static(struct boot *boot)
{
	const struct op nothing = boot_op(OP_RESERVE, 0, 0);
	size_t i;

	if (boot->tree->reserved_unsupported)
		boot_skip(boot, &nothing, SCAN_FUNCTION, "/reserved-memory",
		    "unsupported node format, ignoring: its cells must be the "
		    "root's, and it must have ranges");
	for (i = 0; i < boot->tree->reserved_count && !boot->stopped; i++)
		scan_node(boot, i);
}

/* ---- dynamic nodes ---- */

const char *boot_why_no_place(const struct devicetree_reserved *node)
{
	if (!node->has_size)
		return "has no size";
	if (node->bad_size)
		return "invalid size property: it must be as long as the "
		       "root's size cells";
	if (node->bad_alignment)
		return "invalid alignment property: it must be as long as the "
		       "root's address cells";
	if (node->bad_alloc_ranges)
		return "invalid alloc-ranges property, skipping node: its "
		       "length is no multiple of a pair of address and size";
	if (node->size == 0)
		return "size is 0";
	if ((node->alignment & (node->alignment - 1)) != 0)
		return "alignment is no power of two";
	return NULL;
}

static uint64_t find_alignment(
    const struct boot *boot, const struct devicetree_reserved *node)
{
	const uint64_t cma = boot_cma_alignment(boot);
	uint64_t align = node->alignment;

	if (node->reusable && !node->no_map && align < cma &&
	    devicetree_is_compatible(node, "shared-dma-pool"))
		align = cma;
	return align == 0 ? boot->mb->settings.cache_line : align;
}

/* Allocates in [from, to); to 0 has no upper limit. Returns the address, 0:
 * refused. */
static uint64_t allocate_in(struct boot *boot,
    const struct devicetree_reserved *node, uint64_t from, uint64_t to)
{
	const uint64_t last = memblock_phys_addr_max(&boot->mb->settings);
	const struct op op = boot_alloc_op(node->size,
	    find_alignment(boot, node), from, to == 0 || to > last ? last : to);
	struct devicetree_range range = {.size = node->size};

	range.base = boot_alloc(boot, &op, ALLOC_FUNCTION, node->path);
	if (range.base != 0 && node->no_map)
		take_from_map(boot, &range, ALLOC_FUNCTION, node->path);
	return range.base;
}

static uint64_t allocate_in_ranges(struct boot *boot,
    const struct devicetree_reserved *node, struct reserved_entry *entry)
{
	uint64_t base = 0;
	size_t i;

	for (i = 0; i < node->alloc_range_count && base == 0; i++) {
		const struct devicetree_range *range = &node->alloc_ranges[i];

		base = allocate_in(
		    boot, node, range->base, range->base + range->size);
		entry->in_alloc_range = base != 0;
		entry->alloc_range = i;
	}
	return base;
}

static bool place(struct boot *boot, struct reserved_entry *entry,
    const struct devicetree_reserved *node)
{
	const struct op nothing = boot_op(OP_ALLOC, 0, node->size);
	const char *why = boot_why_no_place(node);
	uint64_t base;

	/* A reg of size 0 was reported when it was met. */
	if (!node->has_size)
		return false;
	if (why != NULL) {
		boot_skip(boot, &nothing, ALLOC_FUNCTION, node->path, why);
		return false;
	}
	base = node->has_alloc_ranges ? allocate_in_ranges(boot, node, entry)
				      : allocate_in(boot, node, 0, 0);
	if (base == 0) {
		boot_skip(boot, &nothing, ALLOC_FUNCTION, node->path,
		    "failed to allocate memory for node");
		return false;
	}
	entry->base = base;
	entry->size = node->size;
	entry->placement = RESERVED_DYNAMIC;
	return true;
}

static void give_back(struct boot *boot, const struct reserved_entry *entry,
    const struct devicetree_reserved *node, const char *why)
{
	const struct devicetree_range range = {entry->base, entry->size};
	struct op op = boot_op(OP_FREE, entry->base, entry->size);

	if (node->no_map) {
		op.kind = OP_CLEAR;
		op.flags = MEMBLOCK_NOMAP;
	}
	boot_skip(boot, &op, INIT_FUNCTION, node->path, why);
	if (node->no_map && nomap_removes(boot))
		return;
	if (node->no_map)
		boot_do_flag(boot, OP_CLEAR, &range, MEMBLOCK_NOMAP,
		    INIT_FUNCTION, node->path);
	else
		boot_do(boot, &op, INIT_FUNCTION, node->path);
}

static void init_entry(struct boot *boot, struct reserved_entry *entry)
{
	const struct devicetree_reserved *node =
	    &boot->tree->reserved[entry->node];
	struct reserved_handling handling = {
	    .cma_alignment = boot_cma_alignment(boot),
	    .has_cma_option = boot->cmdline.cma.given,
	    .pools_need_no_map = boot->arch == BOOT_ARM,
	};
	const char *why;

	if (entry->size == 0 && !place(boot, entry, node))
		return;
	handling.is_reserved =
	    entry->base <= memblock_phys_addr_max(&boot->mb->settings) &&
	    memblock_is_region_reserved(boot->mb, entry->base, entry->size);
	why = reserved_memory_handle(boot->table, entry, node, &handling);
	if (why != NULL)
		give_back(boot, entry, node, why);
}

static void report_overlaps(struct boot *boot)
{
	const struct reserved_memory *table = boot->table;
	size_t i;

	for (i = 0; i + 1 < table->count; i++) {
		const struct reserved_entry *entry = &table->entries[i];
		const struct op op =
		    boot_op(OP_RESERVE, entry->base, entry->size);
		char message[OUTCOME_MESSAGE_MAX];

		if (!entry->overlaps)
			continue;
		snprintf(message, sizeof(message),
		    "OVERLAP DETECTED! overlaps with %.255s (0x%" PRIx64
		    "--0x%" PRIx64 ")",
		    boot->tree->reserved[entry[1].node].path, entry[1].base,
		    entry[1].base + entry[1].size);
		boot_skip(boot, &op, INIT_FUNCTION,
		    boot->tree->reserved[entry->node].path, message);
	}
}

static void reserve_elfcorehdr(struct boot *boot)
{
	const struct devicetree_chosen *chosen = &boot->tree->chosen;
	const struct op op = boot_op(
	    OP_RESERVE, chosen->elfcorehdr.base, chosen->elfcorehdr.size);

	if (boot->options == NULL || !chosen->has_elfcorehdr || op.size == 0)
		return;
	if (op.base <= memblock_phys_addr_max(&boot->mb->settings) &&
	    memblock_is_region_reserved(boot->mb, op.base, op.size))
		boot_skip(boot, &op, "fdt_reserve_elfcorehdr", "/chosen",
		    "elfcorehdr is overlapped");
	else
		boot_do(boot, &op, "fdt_reserve_elfcorehdr", "/chosen");
}

void boot_scan_reserved(struct boot *boot)
{
	const struct devicetree *tree = boot->tree;
	size_t i;

	for (i = 0; i < tree->memreserve_count && !boot->stopped; i++) {
		const struct op op = boot_op(OP_RESERVE,
		    tree->memreserve[i].base, tree->memreserve[i].size);

		boot_do(boot, &op, SCAN_FUNCTION, "/memreserve/");
	}
	scan_static(boot);
	reserve_elfcorehdr(boot);
	if (!boot_is_4_0(boot)) {
		reserved_memory_sort(boot->table);
		report_overlaps(boot);
	}
	for (i = 0; i < boot->table->count && !boot->stopped; i++)
		init_entry(boot, &boot->table->entries[i]);
}
