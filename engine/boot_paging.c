/* SPDX-License-Identifier: BSD-2-Clause */
/* arm64's paging_init: a page of memory for each table of the linear map, and
 * for those of the kernel's own mapping.
 *
 * A table covers an aligned window of the linear map. Memory that fills a whole
 * window of the level below needs no table there, but is mapped as one block,
 * unless all is mapped by pages (rodata=full, the default, or a crashkernel=).
 * The kernel's text is mapped apart, by blocks in any case. */
#include "engine/boot_steps.h"

#include "engine/region_list.h"

#define ALLOC_FUNCTION "early_pgtable_alloc"

/* The tables of a kernel image's own mapping and of the identity map, as
 * Debian's 6.1 has them. */
#define KERNEL_TABLES 7
#define IDMAP_TABLES 4

/* Table pages up to here are allocated one by one, as the kernel does; what is
 * more, in as many pieces again. */
#define SINGLE_PAGES 4096

/* The levels that can have tables below the first one. */
enum { LEVEL_PTE, LEVEL_PMD, LEVEL_PUD, LEVEL_COUNT };

struct count {
	unsigned int shift[LEVEL_COUNT]; /* of the window of a table */
	bool block[LEVEL_COUNT]; /* a table of that level can be one block */
	unsigned int levels;	 /* how many of these there are */
	uint64_t memstart;
	/* The last window of each level that has a table, and one more; what
	 * is counted comes in the order of its addresses. */
	uint64_t next[LEVEL_COUNT];
	uint64_t tables;
};

static struct count make_count(const struct boot *boot)
{
	const unsigned int page_shift =
	    (unsigned int)__builtin_ctzll(boot->mb->settings.page_size);
	const unsigned int bits = page_shift - 3;
	struct count count = {.memstart = boot->memstart};
	unsigned int level;

	for (level = 0; level < LEVEL_COUNT; level++) {
		count.shift[level] = page_shift + (level + 1) * bits;
		if (count.shift[level] < boot->options->va_bits)
			count.levels = level + 1;
	}
	count.block[LEVEL_PTE] = true;
	count.block[LEVEL_PMD] = page_shift == 12;
	return count;
}

/* Counts the windows of a level from first to last, but those counted. */
static void count_windows(
    struct count *count, unsigned int level, uint64_t first, uint64_t last)
{
	if (first < count->next[level])
		first = count->next[level];
	if (first > last)
		return;
	count->tables += last - first + 1;
	count->next[level] = last + 1;
}

/* Counts the tables of a level for [base, end): for all windows that it
 * touches or, where whole windows are blocks, those at its two ends that it
 * does not fill. */
static void count_level(struct count *count, unsigned int level, uint64_t base,
    uint64_t end, bool blocks)
{
	const unsigned int shift = count->shift[level];
	const uint64_t mask = (UINT64_C(1) << shift) - 1;
	const uint64_t first = (base - count->memstart) >> shift;
	const uint64_t last = (end - 1 - count->memstart) >> shift;

	if (!blocks || !count->block[level]) {
		count_windows(count, level, first, last);
		return;
	}
	if ((base & mask) != 0 || end - base <= mask)
		count_windows(count, level, first, first);
	if ((end & mask) != 0)
		count_windows(count, level, last, last);
}

static void count_range(
    struct count *count, uint64_t base, uint64_t end, bool blocks)
{
	unsigned int level;

	if (base >= end || base < count->memstart)
		return;
	for (level = 0; level < count->levels; level++)
		count_level(count, level, base, end, blocks);
}

/* A region of memory around the kernel's text:
 *
 *   region  |-----------------------------|
 *   text            |-------|
 *   counted |-------|-------|-------------|
 */
static void count_region(struct count *count,
    const struct memblock_region *region, const struct devicetree_range *text,
    bool blocks)
{
	const uint64_t end = region->base + region->size;
	const uint64_t text_end = text->base + text->size;

	if (text->base < region->base || text_end > end) {
		count_range(count, region->base, end, blocks);
		return;
	}
	count_range(count, region->base, text->base, blocks);
	count_range(count, text->base, text_end, true);
	count_range(count, text_end, end, blocks);
}

/* How many tables the linear map needs. Where the text ends no option tells:
 * eleven sixteenths of the image, as in Debian's kernels. */
static uint64_t count_tables(const struct boot *boot)
{
	const bool blocks =
	    !boot->cmdline.rodata_full && !boot->cmdline.crashkernel;
	const struct memblock_type *memory = boot->mb->memory;
	struct devicetree_range text = boot->options->image;
	struct count count = make_count(boot);
	size_t i;

	text.size = boot_page_down(boot, text.size / 16 * 11);
	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *region =
		    region_list_at(memory, i);

		if ((region->flags & MEMBLOCK_NOMAP) == 0)
			count_region(&count, region, &text, blocks);
	}
	return count.tables;
}

/* Allocates that many pages, from the highest free one down. */
static void allocate_pages(struct boot *boot, uint64_t pages)
{
	const uint64_t page = boot->mb->settings.page_size;
	const uint64_t more = pages > SINGLE_PAGES ? pages - SINGLE_PAGES : 0;
	const uint64_t piece = more / SINGLE_PAGES + 1;

	while (pages > 0 && !boot->stopped) {
		const uint64_t count =
		    pages > SINGLE_PAGES && piece < pages ? piece : 1;
		const struct op op = boot_alloc_op(count * page, page, 0, 0);

		if (boot_alloc(boot, &op, ALLOC_FUNCTION, NULL) == 0) {
			boot_skip(boot, &op, ALLOC_FUNCTION, NULL,
			    "Failed to allocate page table page");
			return;
		}
		pages -= count;
	}
}

void boot_paging_init(struct boot *boot)
{
	const struct devicetree_range *init_pg = &boot->options->init_pg;
	const uint64_t tables = count_tables(boot);

	allocate_pages(boot, KERNEL_TABLES);
	allocate_pages(boot, tables);
	boot_do_range(
	    boot, OP_FREE, init_pg->base, init_pg->size, "paging_init");
	boot_do_set(boot, OP_SET_RESIZE, 1, "paging_init");
	allocate_pages(boot, IDMAP_TABLES);
}
