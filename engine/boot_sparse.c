/* SPDX-License-Identifier: BSD-2-Clause */
/* arm64's sparse_init: what the kernel keeps for each page of memory. Memory is
 * told apart in sections of 128 MiB; a section with any memory in it has a
 * struct page for each of its pages, 2 MiB in all, mapped as one block. */
#include "engine/boot_steps.h"

#include "engine/query.h"
#include "engine/region_list.h"

#define PRESENT_FUNCTION "memory_present"
#define INIT_FUNCTION "sparse_init_nid"
#define POPULATE_FUNCTION "vmemmap_populate"

#define SECTION_SHIFT 27
#define SECTION_SIZE (UINT64_C(1) << SECTION_SHIFT)
#define SECTIONS_PER_ROOT 128
#define PAGE_SIZE UINT64_C(0x1000)
#define ROOTS_SIZE 0x20000 /* a pointer for each root of 2^48 bytes */
#define USAGE_SIZE 56
#define MAP_SIZE (UINT64_C(1) << 21)

/* How many sections a table of the map's page tables covers: one of the lowest
 * level that is there maps 1 GiB, and the one above 512 GiB. */
#define SECTIONS_PER_PMD 512
#define SECTIONS_PER_PUD (512 * 512)

/* Sections present one behind the other, but for holes, in one node. */
struct run {
	int32_t nid;
	uint64_t first, last;
	uint64_t count;
};

struct sparse {
	struct boot *boot;
	uint64_t next; /* the first section not looked at yet */
	/* The tables of the map that are there are below these. */
	uint64_t next_pmd, next_pud;
	struct run run;
};

static uint64_t allocate(
    struct boot *boot, struct op *op, int32_t nid, const char *function)
{
	op->nid = nid;
	op->min_fallback = true;
	return boot_alloc(boot, op, function, NULL);
}

/* The sections a region is in; false: it has no whole page. */
static bool find_sections(const struct memblock_region *region,
    uint64_t *ret_first, uint64_t *ret_last)
{
	const uint64_t mask = PAGE_SIZE - 1;
	const uint64_t start = (region->base + mask) & ~mask;
	const uint64_t end = (region->base + region->size) & ~mask;

	if (start >= end)
		return false;
	*ret_first = start >> SECTION_SHIFT;
	*ret_last = (end - 1) >> SECTION_SHIFT;
	return true;
}

/* A page for each 128 sections that memory is met in. */
static void allocate_roots(struct boot *boot)
{
	const struct memblock_type *memory = boot->mb->memory;
	const uint64_t line = boot->mb->settings.cache_line;
	struct op roots = boot_alloc_op(ROOTS_SIZE, line, 0, 0);
	uint64_t next = 0, first, last, root;
	size_t i;

	allocate(boot, &roots, MB_NO_NODE, PRESENT_FUNCTION);
	for (i = 0; i < region_list_cnt(memory) && !boot->stopped; i++) {
		const struct memblock_region region =
		    *region_list_at(memory, i);

		if (!find_sections(&region, &first, &last))
			continue;
		root = first / SECTIONS_PER_ROOT;
		if (root < next)
			root = next;
		for (; root <= last / SECTIONS_PER_ROOT && !boot->stopped;
		     root++) {
			struct op op = boot_alloc_op(PAGE_SIZE, line, 0, 0);

			allocate(boot, &op, region.nid, PRESENT_FUNCTION);
			next = root + 1;
		}
	}
}

/* The node of an address, as early_pfn_to_nid has it: 0 where there is no
 * memory. */
static int32_t nid_at(const struct boot *boot, uint64_t address)
{
	const struct memblock_region *region =
	    memblock_search(boot->mb->memory, address);

	if (region != NULL)
		return region->nid;
	return boot->mb->settings.nodes == 0 ? MB_NO_NODE : 0;
}

/* In the section of its node's data, so that both can be unplugged as one. */
static void allocate_usage(struct boot *boot, const struct run *run)
{
	const uint64_t data =
	    boot->node_data[run->nid == MB_NO_NODE ? 0 : run->nid];
	const uint64_t goal = data & ~(SECTION_SIZE - 1);
	struct op op = boot_alloc_op(run->count * USAGE_SIZE,
	    boot->mb->settings.cache_line, goal, goal + SECTION_SIZE);

	if (allocate(boot, &op, nid_at(boot, goal), INIT_FUNCTION) != 0)
		return;
	op.to = 0;
	allocate(boot, &op, nid_at(boot, goal), INIT_FUNCTION);
}

static bool allocate_table(struct sparse *sparse)
{
	struct op op =
	    boot_alloc_op(PAGE_SIZE, PAGE_SIZE, sparse->boot->memstart, 0);

	return allocate(
		   sparse->boot, &op, sparse->run.nid, POPULATE_FUNCTION) != 0;
}

/* The map of one section: its tables, where they are not there yet, and its
 * pages if there is no buffer to take them from. False: there is no room. */
static bool populate(struct sparse *sparse, uint64_t section, bool has_buffer)
{
	struct boot *boot = sparse->boot;
	const uint64_t index = section - (boot->memstart >> SECTION_SHIFT);
	struct op op = boot_alloc_op(MAP_SIZE, MAP_SIZE, boot->memstart, 0);

	if (index / SECTIONS_PER_PUD >= sparse->next_pud) {
		sparse->next_pud = index / SECTIONS_PER_PUD + 1;
		if (!allocate_table(sparse))
			return false;
	}
	if (index / SECTIONS_PER_PMD >= sparse->next_pmd) {
		sparse->next_pmd = index / SECTIONS_PER_PMD + 1;
		if (!allocate_table(sparse))
			return false;
	}
	return has_buffer ||
	       allocate(boot, &op, sparse->run.nid, POPULATE_FUNCTION) != 0;
}

/* Whether memory is in a section. */
static bool is_present(const struct boot *boot, uint64_t section)
{
	const struct memblock_type *memory = boot->mb->memory;
	const uint64_t base = section << SECTION_SHIFT;
	size_t at = region_list_search(memory, base);
	uint64_t first, last;

	for (; at < region_list_cnt(memory); at++) {
		const struct memblock_region *region =
		    region_list_at(memory, at);

		if (region->base >= base + SECTION_SIZE)
			return false;
		if (find_sections(region, &first, &last) && first <= section &&
		    last >= section)
			return true;
	}
	return false;
}

/* The maps of a run's sections. Where one finds no room, those behind it are
 * not tried: the kernel goes on without their memory. */
static void populate_run(struct sparse *sparse, bool has_buffer)
{
	const struct op nothing = boot_op(OP_ALLOC, 0, MAP_SIZE);
	const struct run *run = &sparse->run;
	struct boot *boot = sparse->boot;
	uint64_t section;

	for (section = run->first; section <= run->last && !boot->stopped;
	     section++) {
		if (!is_present(boot, section) ||
		    populate(sparse, section, has_buffer))
			continue;
		boot_skip_format(boot, &nothing, INIT_FUNCTION,
		    "node[%d] memory map backing failed. Some memory will not "
		    "be available.",
		    run->nid);
		return;
	}
}

static void end_run(struct sparse *sparse)
{
	struct boot *boot = sparse->boot;
	const struct run *run = &sparse->run;
	struct op buffer =
	    boot_alloc_op(run->count * MAP_SIZE, MAP_SIZE, boot->memstart, 0);
	bool has_buffer;

	if (run->count == 0)
		return;
	allocate_usage(boot, run);
	buffer.exact_nid = run->nid != MB_NO_NODE;
	has_buffer = allocate(boot, &buffer, run->nid, INIT_FUNCTION) != 0;
	populate_run(sparse, has_buffer);
	sparse->run.count = 0;
}

/* Adds the sections of a region that are not in the run yet; one of another
 * node begins another run. A section belongs to the region met first. */
static void add_region(
    struct sparse *sparse, const struct memblock_region *region)
{
	uint64_t first, last;

	if (!find_sections(region, &first, &last))
		return;
	if (first < sparse->next)
		first = sparse->next;
	if (first > last)
		return;
	if (sparse->run.count != 0 && sparse->run.nid != region->nid)
		end_run(sparse);
	if (sparse->run.count == 0)
		sparse->run = (struct run){.nid = region->nid, .first = first};
	sparse->run.last = last;
	sparse->run.count += last - first + 1;
	sparse->next = last + 1;
}

void boot_sparse_init(struct boot *boot)
{
	struct sparse sparse = {.boot = boot};
	size_t i;

	if (region_list_cnt(boot->mb->memory) == 0)
		return;
	allocate_roots(boot);
	/* Nothing here changes memory: its regions stay where they are. */
	for (i = 0; i < region_list_cnt(boot->mb->memory); i++)
		add_region(&sparse, region_list_at(boot->mb->memory, i));
	end_run(&sparse);
}
