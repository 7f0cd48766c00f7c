/* SPDX-License-Identifier: BSD-2-Clause */
/* arm of 32 bits, without LPAE: the sequence of Linux 6.1. */
#include "engine/boot_steps.h"

#include "engine/query.h"
#include "engine/region_list.h"

#include <inttypes.h>

#define INIT_FUNCTION "arm_memblock_init"
#define BOUNDS_FUNCTION "adjust_lowmem_bounds"

#define MIB(n) ((uint64_t)(n) << 20)
#define PMD_SIZE MIB(2)
#define PAGE_OFFSET UINT64_C(0xc0000000)
#define VMALLOC_END UINT64_C(0xff800000)
#define VMALLOC_GAP MIB(8)
#define VMALLOC_DEFAULT MIB(240)
#define VMALLOC_MIN MIB(16)
#define VMALLOC_MAX (VMALLOC_END - PAGE_OFFSET - MIB(32) - VMALLOC_GAP)

#define SPACE_END (UINT64_C(1) << 32)
#define LAST_ADDRESS (SPACE_END - 1)
#define STRUCT_PAGE_SIZE 36
#define MAX_ORDER_SIZE MIB(4)

static uint64_t pmd_up(uint64_t address)
{
	return (address + PMD_SIZE - 1) & ~(PMD_SIZE - 1);
}

/* ---- mem= ---- */

/* Adds what a mem= says, rounded and cut as memory of a tree is. */
static void add_memory(struct boot *boot, const struct cmdline_mem *mem)
{
	const uint64_t low = boot->options->phys_offset;
	const uint64_t start = mem->has_start ? mem->start : low;
	const struct op said = boot_op(OP_ADD, start, mem->size);
	uint64_t base = boot_page_up(boot, start);
	uint64_t end = start + mem->size;

	if (base < start || base >= SPACE_END) {
		boot_skip(boot, &said, "arm_add_memory", NULL,
		    "Ignoring memory outside 32-bit physical address space");
		return;
	}
	/* An end has 32 bits too, so that the last page is lost. */
	if (end < start || end > LAST_ADDRESS)
		end = LAST_ADDRESS;
	if (base < low)
		base = low;
	end = boot_page_down(boot, end);
	if (end <= base)
		boot_skip(boot, &said, "arm_add_memory", NULL,
		    "Ignoring memory below PHYS_OFFSET, or without a full "
		    "page");
	else
		boot_do_range(boot, OP_ADD, base, end - base, "arm_add_memory");
}

/* The first word takes away all that was found in the tree. */
static void apply_mem(struct boot *boot)
{
	const struct cmdline *cmdline = &boot->cmdline;
	const uint64_t start = boot_dram_start(boot);
	size_t i;

	if (cmdline->mem_count > 0)
		boot_do_range(boot, OP_REMOVE, start,
		    boot_dram_end(boot) - start, "early_mem");
	for (i = 0; i < cmdline->mem_count; i++)
		add_memory(boot, &cmdline->mem[i]);
}

/* ---- low memory ---- */

/* Where low memory must end so that vmalloc has room; says when vmalloc= asks
 * for what cannot be. */
static uint64_t vmalloc_limit(struct boot *boot)
{
	const struct op nothing = boot_op(OP_SET_CURRENT_LIMIT, 0, 0);
	uint64_t size = VMALLOC_DEFAULT;

	if (boot->cmdline.has_vmalloc)
		size = boot->cmdline.vmalloc;
	if (size < VMALLOC_MIN) {
		size = VMALLOC_MIN;
		boot_skip_format(boot, &nothing, "early_vmalloc",
		    "vmalloc area is too small, limiting to %" PRIu64 "MiB",
		    size >> 20);
	} else if (size > VMALLOC_MAX) {
		size = VMALLOC_MAX;
		boot_skip_format(boot, &nothing, "early_vmalloc",
		    "vmalloc area is too big, limiting to %" PRIu64 "MiB",
		    size >> 20);
	}
	return VMALLOC_END - size - VMALLOC_GAP - PAGE_OFFSET +
	       boot->options->phys_offset;
}

/* A bank is memory that the kernel maps. The first must begin on a PMD. */
static void align_first_bank(struct boot *boot)
{
	const struct memblock_type *memory = boot->mb->memory;
	size_t i;

	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *bank = region_list_at(memory, i);
		const struct devicetree_range head = {
		    bank->base, pmd_up(bank->base) - bank->base};

		if ((bank->flags & MEMBLOCK_NOMAP) != 0)
			continue;
		if (head.size != 0)
			boot_do_flag(boot, OP_MARK, &head, MEMBLOCK_NOMAP,
			    BOUNDS_FUNCTION, NULL);
		return;
	}
}

/*   banks         |---------|   |-----------------------|
 *   vmalloc limit                            :
 *   low memory    |---------|   |------------|
 *
 * What is allocated must be mapped by then: up to the first border that a PMD
 * cannot map. Returns that; 0: there is no such border. */
static uint64_t find_bounds(struct boot *boot, uint64_t limit)
{
	const struct memblock_type *memory = boot->mb->memory;
	uint64_t border = 0;
	size_t i;

	boot->low_limit = 0;
	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *bank = region_list_at(memory, i);
		const uint64_t end = bank->base + bank->size;

		if ((bank->flags & MEMBLOCK_NOMAP) != 0 || bank->base >= limit)
			continue;
		if (end > boot->low_limit)
			boot->low_limit = end < limit ? end : limit;
		if (border != 0)
			continue;
		if (bank->base % PMD_SIZE != 0)
			border = bank->base;
		else if (end % PMD_SIZE != 0)
			border = boot->low_limit;
	}
	return border;
}

static void adjust_lowmem_bounds(struct boot *boot, uint64_t limit)
{
	uint64_t border;

	align_first_bank(boot);
	border = find_bounds(boot, limit);
	if (border == 0)
		border = boot->low_limit;
	boot_do_set(boot, OP_SET_CURRENT_LIMIT, border - border % PMD_SIZE,
	    BOUNDS_FUNCTION);
}

/* ---- the stages ---- */

static void reserve_initrd(struct boot *boot)
{
	const struct devicetree_chosen *chosen = &boot->tree->chosen;
	const uint64_t base = boot_page_down(boot, chosen->initrd_start);
	const uint64_t size = boot_page_up(boot, chosen->initrd_end) - base;
	const struct op op = boot_op(OP_RESERVE, base, size);

	if (!chosen->has_initrd || size == 0 ||
	    chosen->initrd_start == chosen->initrd_end)
		return;
	if (base >= SPACE_END ||
	    !memblock_is_region_memory(boot->mb, base, size))
		boot_skip_format(boot, &op, "reserve_initrd_mem",
		    "INITRD: 0x%08" PRIx64 "+0x%08" PRIx64
		    " is not a memory region - disabling initrd",
		    base, size);
	else if (memblock_is_region_reserved(boot->mb, base, size))
		boot_skip_format(boot, &op, "reserve_initrd_mem",
		    "INITRD: 0x%08" PRIx64 "+0x%08" PRIx64
		    " overlaps in-use memory region - disabling initrd",
		    base, size);
	else
		boot_do(boot, &op, "reserve_initrd_mem", "/chosen");
}

static void memblock_init(struct boot *boot, uint64_t limit)
{
	const struct boot_options *options = boot->options;

	adjust_lowmem_bounds(boot, limit);
	boot_do_range(boot, OP_RESERVE, options->image.base,
	    options->image.size, INIT_FUNCTION);
	reserve_initrd(boot);
	boot_do_range(boot, OP_RESERVE, options->swapper.base,
	    options->swapper.size, "arm_mm_memblock_reserve");
	boot_scan_reserved(boot);
	boot_reserve_cma(boot, LAST_ADDRESS, boot->low_limit);
}

/* Of what paging_init and bootmem_init allocate only what is large: a struct
 * page for each page from the lowest to the highest. */
static void bootmem_init(struct boot *boot, uint64_t limit)
{
	struct op map = boot_alloc_op(0, boot->mb->settings.cache_line, 0, 0);
	uint64_t start, end;

	boot->stage = BOOT_BOOTMEM_INIT;
	adjust_lowmem_bounds(boot, limit);
	boot_do_set(boot, OP_SET_RESIZE, 1, "bootmem_init");
	start = boot_dram_start(boot) & ~(MAX_ORDER_SIZE - 1);
	end =
	    (boot_dram_end(boot) + MAX_ORDER_SIZE - 1) & ~(MAX_ORDER_SIZE - 1);
	map.size =
	    (end - start) / boot->mb->settings.page_size * STRUCT_PAGE_SIZE;
	map.min_fallback = true;
	boot_alloc(boot, &map, "alloc_node_mem_map", NULL);
	boot_reserve_crash_arm(boot);
}

void boot_arm(struct boot *boot)
{
	const struct boot_options *options = boot->options;
	const uint64_t dtb_size =
	    options->dtb_size != 0 ? options->dtb_size : boot->tree->total_size;
	uint64_t limit;

	boot_scan_memory(boot);
	boot_cap_usable(boot);
	boot_do_range(
	    boot, OP_RESERVE, options->dtb_at, dtb_size, "setup_machine_fdt");
	if (options->until < BOOT_MEMBLOCK_INIT)
		return;
	boot->stage = BOOT_MEMBLOCK_INIT;
	boot_report_cmdline(boot);
	apply_mem(boot);
	limit = vmalloc_limit(boot);
	memblock_init(boot, limit);
	if (options->until >= BOOT_BOOTMEM_INIT)
		bootmem_init(boot, limit);
}
