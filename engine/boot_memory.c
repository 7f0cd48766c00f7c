/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of a tree: its nodes, rounded to pages, and what of them is
 * usable. */
#include "engine/boot_steps.h"

#define ADD_FUNCTION "early_init_dt_add_memory_arch"

static const char cells_message[] =
    "reg cannot be read: #address-cells and #size-cells of the root must be "
    "1 or 2";

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

/* On arm: what of a range lies above the physical offset and has 32 bits. */
static void cut_to_arm(const struct boot *boot, struct devicetree_range *range)
{
	const uint64_t low = boot->options->phys_offset;
	const uint64_t high = UINT64_C(1) << 32;
	uint64_t end = range->base + range->size;

	if (end < range->base || end > high)
		end = high;
	if (range->base < low)
		range->base = low;
	range->size = end > range->base ? end - range->base : 0;
}

static void add_memory(
    struct boot *boot, const struct devicetree_range *raw, const char *node)
{
	struct devicetree_range whole =
	    whole_pages(raw, boot->mb->settings.page_size);
	struct op op = boot_op(OP_ADD, raw->base, raw->size);

	if (raw->size == 0) {
		boot_skip(boot, &op, ADD_FUNCTION, node, "size is 0");
		return;
	}
	if (whole.size == 0) {
		boot_skip(boot, &op, ADD_FUNCTION, node,
		    "ignoring memory block without a full page");
		return;
	}
	if (boot->options != NULL && boot->arch == BOOT_ARM)
		cut_to_arm(boot, &whole);
	if (whole.size == 0) {
		boot_skip(boot, &op, ADD_FUNCTION, node,
		    "ignoring memory block below the physical offset or "
		    "beyond 32 bits");
		return;
	}
	op = boot_op(OP_ADD, whole.base, whole.size);
	boot_do(boot, &op, ADD_FUNCTION, node);
}

static void scan_node(struct boot *boot, const struct devicetree_memory *memory)
{
	const struct op nothing = boot_op(OP_ADD, 0, 0);
	size_t i;

	if (boot->tree->cells_unsupported) {
		boot_skip(
		    boot, &nothing, ADD_FUNCTION, memory->path, cells_message);
		return;
	}
	if (memory->range_count == 0)
		boot_skip(boot, &nothing, ADD_FUNCTION, memory->path,
		    "has no pair of address and size in its reg");
	for (i = 0; i < memory->range_count; i++) {
		const struct devicetree_range *raw = &memory->ranges[i];

		add_memory(boot, raw, memory->path);
		/* The pair as it stands in the tree, rounded or not. */
		if (memory->hotpluggable && raw->size != 0)
			boot_do_flag(boot, OP_MARK, raw, MEMBLOCK_HOTPLUG,
			    "early_init_dt_scan_memory", memory->path);
	}
}

void boot_scan_memory(struct boot *boot)
{
	size_t i;

	for (i = 0; i < boot->tree->memory_count && !boot->stopped; i++)
		scan_node(boot, &boot->tree->memory[i]);
}

void boot_cap_usable(struct boot *boot)
{
	static const char function[] =
	    "early_init_dt_check_for_usable_mem_range";
	const struct devicetree_chosen *chosen = &boot->tree->chosen;

	if (chosen->usable_count == 0)
		return;
	boot_do_range(boot, OP_CAP, chosen->usable[0].base,
	    chosen->usable[0].size, function);
	if (chosen->usable_count > 1)
		boot_do_range(boot, OP_ADD, chosen->usable[1].base,
		    chosen->usable[1].size, function);
}
