/* SPDX-License-Identifier: BSD-2-Clause */
/* arm64: the sequence of Linux 6.1, and that of 4.0. */
#include "engine/boot_steps.h"

#define INIT_FUNCTION "arm64_memblock_init"

#define MEMSTART_ALIGN (UINT64_C(1) << 30)
#define DMA_LIMIT (UINT64_C(1) << 32)

static uint64_t dtb_size(const struct boot *boot)
{
	const uint64_t given = boot->options->dtb_size;

	return given != 0 ? given : boot->tree->total_size;
}

static uint64_t image_end(const struct boot *boot)
{
	return boot->options->image.base + boot->options->image.size;
}

static uint64_t linear_size(const struct boot *boot)
{
	return UINT64_C(1) << (boot->options->va_bits - 1);
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Removes all from an address up: a size that is cut at the end of the address
 * space. */
static void remove_from(struct boot *boot, uint64_t base)
{
	boot_do_range(boot, OP_REMOVE, base, UINT64_MAX, INIT_FUNCTION);
}

/* Memory that the linear map cannot hold goes: at its top, unless memory ends
 * above that because the kernel lies there; then below it. */
static void fit_linear_map(struct boot *boot)
{
	const uint64_t linear = linear_size(boot);
	uint64_t end;

	remove_from(boot, UINT64_C(1) << boot->options->phys_mask_bits);
	boot->memstart = boot_dram_start(boot) & ~(MEMSTART_ALIGN - 1);
	end = boot->memstart + linear;
	remove_from(boot, end > image_end(boot) ? end : image_end(boot));
	if (end >= boot_dram_end(boot))
		return;
	boot->memstart = (boot_dram_end(boot) - linear + MEMSTART_ALIGN - 1) &
			 ~(MEMSTART_ALIGN - 1);
	boot_do_range(boot, OP_REMOVE, 0, boot->memstart, INIT_FUNCTION);
}

/* mem=, of which the last word counts. */
static bool memory_limit(const struct boot *boot, uint64_t *ret_limit)
{
	const struct cmdline *cmdline = &boot->cmdline;

	if (cmdline->mem_count == 0)
		return false;
	*ret_limit =
	    boot_page_down(boot, cmdline->mem[cmdline->mem_count - 1].size);
	return true;
}

static void limit_memory(struct boot *boot)
{
	const uint64_t text = boot->options->text;
	struct op op = boot_op(OP_LIMIT, 0, 0);

	if (!memory_limit(boot, &op.size))
		return;
	op.keep_nomap = true;
	boot_do(boot, &op, INIT_FUNCTION, NULL);
	boot_do_range(
	    boot, OP_ADD, text, image_end(boot) - text, INIT_FUNCTION);
}

static void reserve_initrd(struct boot *boot)
{
	const struct devicetree_chosen *chosen = &boot->tree->chosen;
	const uint64_t start = boot_dram_start(boot);
	struct devicetree_range initrd;
	struct op op;
	uint64_t end;

	if (!chosen->has_initrd || chosen->initrd_start == chosen->initrd_end)
		return;
	initrd.base = boot_page_down(boot, chosen->initrd_start);
	end = boot_page_up(boot, chosen->initrd_end);
	initrd.size = end - initrd.base;
	op = boot_op(OP_RESERVE, initrd.base, initrd.size);
	if (initrd.base < start || end < initrd.base ||
	    end > start + linear_size(boot)) {
		boot_skip(boot, &op, INIT_FUNCTION, "/chosen",
		    "initrd not fully accessible via the linear mapping -- "
		    "please check your bootloader ...");
		return;
	}
	boot_do_range(boot, OP_ADD, initrd.base, initrd.size, INIT_FUNCTION);
	boot_do_flag(
	    boot, OP_CLEAR, &initrd, MEMBLOCK_NOMAP, INIT_FUNCTION, "/chosen");
	boot_do(boot, &op, INIT_FUNCTION, "/chosen");
}

static void memblock_init(struct boot *boot)
{
	boot->stage = BOOT_MEMBLOCK_INIT;
	boot_report_cmdline(boot);
	fit_linear_map(boot);
	limit_memory(boot);
	reserve_initrd(boot);
	boot_do_range(boot, OP_RESERVE, boot->options->image.base,
	    boot->options->image.size, INIT_FUNCTION);
	boot_scan_reserved(boot);
}

/* The end of what DMA of 32 bits reaches; where all memory lies above that, of
 * memory. */
static uint64_t find_dma_limit(const struct boot *boot)
{
	const uint64_t end = boot_dram_end(boot);

	return boot_dram_start(boot) >= DMA_LIMIT ? end : lower(DMA_LIMIT, end);
}

static void bootmem_init(struct boot *boot)
{
	const uint64_t dma_limit = find_dma_limit(boot);

	boot->stage = BOOT_BOOTMEM_INIT;
	boot_paging_init(boot);
	boot_numa_init(boot);
	boot_sparse_init(boot);
	boot_reserve_cma(boot, dma_limit, boot_dram_end(boot));
	boot_reserve_crash_arm64(boot, dma_limit);
}

void boot_arm64(struct boot *boot)
{
	boot_do_range(boot, OP_RESERVE, boot->options->dtb_at, dtb_size(boot),
	    "setup_machine_fdt");
	boot_scan_memory(boot);
	boot_cap_usable(boot);
	if (boot->options->until >= BOOT_MEMBLOCK_INIT)
		memblock_init(boot);
	if (boot->options->until >= BOOT_BOOTMEM_INIT)
		bootmem_init(boot);
}

/* ---- 4.0 ---- */

/* The end of what DMA of 32 bits reaches, counted from where DRAM begins. */
static uint64_t dma_limit_4_0(const struct boot *boot)
{
	const uint64_t offset = boot_dram_start(boot) & ~(DMA_LIMIT - 1);

	return lower(offset + DMA_LIMIT, boot_dram_end(boot));
}

static void memblock_init_4_0(struct boot *boot)
{
	const struct boot_options *options = boot->options;
	const struct devicetree_chosen *chosen = &boot->tree->chosen;
	struct op op = boot_op(OP_LIMIT, 0, 0);

	boot->stage = BOOT_MEMBLOCK_INIT;
	boot_report_cmdline(boot);
	if (memory_limit(boot, &op.size))
		boot_do(boot, &op, INIT_FUNCTION, NULL);
	boot_do_range(boot, OP_RESERVE, options->text,
	    image_end(boot) - options->text, INIT_FUNCTION);
	if (chosen->has_initrd)
		boot_do_range(boot, OP_RESERVE, chosen->initrd_start,
		    chosen->initrd_end - chosen->initrd_start, INIT_FUNCTION);
	boot_do_range(boot, OP_RESERVE, options->dtb_at, dtb_size(boot),
	    "early_init_fdt_scan_reserved_mem");
	boot_scan_reserved(boot);
	boot_reserve_cma(boot, dma_limit_4_0(boot), boot_dram_end(boot));
	boot_do_set(boot, OP_SET_RESIZE, 1, INIT_FUNCTION);
}

void boot_arm64_4_0(struct boot *boot)
{
	boot_scan_memory(boot);
	boot_cap_usable(boot);
	if (boot->options->until >= BOOT_MEMBLOCK_INIT)
		memblock_init_4_0(boot);
	if (boot->options->until >= BOOT_BOOTMEM_INIT) {
		boot->stage = BOOT_BOOTMEM_INIT;
		boot_numa_init(boot);
	}
}
