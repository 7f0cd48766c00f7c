/* SPDX-License-Identifier: BSD-2-Clause */
/* The default area of the contiguous memory allocator. */
#include "engine/boot_steps.h"

#include "engine/query.h"

#include <inttypes.h>

#define FUNCTION "cma_declare_contiguous_nid"

#define FOUR_GIB (UINT64_C(1) << 32)

/* What is wanted, as dma_contiguous_reserve makes it up. */
struct area {
	uint64_t size;
	uint64_t base;
	uint64_t limit;
	bool fixed; /* there or nowhere */
};

static struct area wanted_area(const struct boot *boot, uint64_t limit)
{
	const struct cmdline_cma *cma = &boot->cmdline.cma;
	struct area area = {boot->options->cma_size, 0, limit, false};

	if (cma->given) {
		area.size = cma->size;
		area.base = cma->base;
		if (cma->limit != 0 && cma->limit < limit)
			area.limit = cma->limit;
		area.fixed =
		    cma->base != 0 && cma->base + cma->size == cma->limit;
	}
	return area;
}

static void reserve_fixed(struct boot *boot, const struct area *area)
{
	const struct op op = boot_op(OP_RESERVE, area->base, area->size);

	if (memblock_is_region_reserved(boot->mb, area->base, area->size))
		boot_skip(boot, &op, FUNCTION, NULL,
		    "Failed to reserve: part of the range already is");
	else
		boot_do(boot, &op, FUNCTION, NULL);
}

static bool allocate(
    struct boot *boot, const struct area *area, uint64_t from, uint64_t to)
{
	const struct op op =
	    boot_alloc_op(area->size, boot_cma_alignment(boot), from, to);

	return boot_alloc(boot, &op, FUNCTION, NULL) != 0;
}

/* From 4 GiB up, so that what DMA of 32 bits needs stays free. */
static bool allocate_above_4_gib(struct boot *boot, const struct area *area)
{
	bool done;

	if (boot->mb->bottom_up ||
	    boot_dram_end(boot) < FOUR_GIB + area->size || boot_is_4_0(boot))
		return false;
	boot_do_set(boot, OP_SET_BOTTOM_UP, 1, FUNCTION);
	done = allocate(boot, area, FOUR_GIB, area->limit);
	boot_do_set(boot, OP_SET_BOTTOM_UP, 0, FUNCTION);
	return done;
}

static void reserve_anywhere(
    struct boot *boot, struct area *area, uint64_t high)
{
	const struct op op = boot_op(OP_ALLOC, 0, area->size);

	if (allocate_above_4_gib(boot, area))
		return;
	if (area->base < high && area->limit > high) {
		if (allocate(boot, area, high, area->limit))
			return;
		area->limit = high;
	}
	if (!allocate(boot, area, area->base, area->limit))
		boot_skip_format(boot, &op, FUNCTION,
		    "Failed to reserve %" PRIu64 " MiB", area->size >> 20);
}

/* Whether an area can be where it is wanted; otherwise says why not. */
static bool is_possible(
    struct boot *boot, const struct area *area, uint64_t high)
{
	const struct op op = boot_op(
	    area->fixed ? OP_RESERVE : OP_ALLOC, area->base, area->size);
	const uint64_t align = boot_cma_alignment(boot);

	if ((area->base & (align - 1)) != 0) {
		boot_skip_format(boot, &op, FUNCTION,
		    "Region at 0x%" PRIx64 " must be aligned to 0x%" PRIx64
		    " bytes",
		    area->base, align);
		return false;
	}
	if (area->fixed && area->base < high &&
	    area->base + area->size > high) {
		boot_skip_format(boot, &op, FUNCTION,
		    "Region at 0x%" PRIx64
		    " defined on low/high memory boundary (0x%" PRIx64 ")",
		    area->base, high);
		return false;
	}
	if (area->size > area->limit || area->base > area->limit - area->size) {
		boot_skip_format(boot, &op, FUNCTION,
		    "Size (0x%" PRIx64 ") of region at 0x%" PRIx64
		    " exceeds limit (0x%" PRIx64 ")",
		    area->size, area->base, area->limit);
		return false;
	}
	return true;
}

void boot_reserve_cma(struct boot *boot, uint64_t limit, uint64_t high)
{
	const uint64_t mask = boot_cma_alignment(boot) - 1;
	const uint64_t end = boot_dram_end(boot);
	struct area area = wanted_area(boot, limit);

	if (area.size == 0 || boot->table->has_default_cma)
		return;
	/* One so large that it cannot be rounded up exceeds any limit. */
	area.size = area.size > UINT64_MAX - mask ? area.size & ~mask
						  : (area.size + mask) & ~mask;
	area.limit &= ~mask;
	if (!area.fixed && area.base <= UINT64_MAX - mask)
		area.base = (area.base + mask) & ~mask;
	if (area.limit == 0 || area.limit > end)
		area.limit = end;
	if (!is_possible(boot, &area, high))
		return;
	if (area.fixed)
		reserve_fixed(boot, &area);
	else
		reserve_anywhere(boot, &area, high);
}
