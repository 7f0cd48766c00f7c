/* SPDX-License-Identifier: BSD-2-Clause */
#include "reference.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MAX 8192
#define LISTS 3

/* Wide enough for an address and a size together. */
__extension__ typedef unsigned __int128 wide;

/* What a list says about a cell. */
struct layer {
	bool in;
	bool starts; /* a region of the list begins with this cell */
	int32_t nid;
	uint32_t flags;
};

/* Reaches to the base of the next one; the last, to the last address. */
struct cell {
	uint64_t base;
	struct layer layers[LISTS]; /* by enum op_list; physmem is the last */
};

struct reference {
	struct memblock_settings settings;
	uint64_t last; /* address, which belongs to nothing */
	uint64_t current_limit;
	bool bottom_up;
	bool has_mirror;
	bool fell_back; /* a search went top-down after bottom-up */
	bool can_resize;
	bool full;	   /* an array has no slots for what is being done */
	size_t max[LISTS]; /* what the arrays hold; 0: anything */
	uint64_t array[LISTS]; /* where they lie; 0: nowhere */
	size_t cnt; /* behind this comes what is copied as far as it is used */
	struct cell cells[CELLS_MAX + 1];
};

struct reference *reference_create(const struct memblock_settings *settings)
{
	struct reference *reference = calloc(1, sizeof(*reference));

	assert(reference != NULL);
	reference->settings = *settings;
	reference->last = settings->phys_bits == 32 ? 0xffffffff : UINT64_MAX;
	reference->current_limit = settings->current_limit;
	if (reference->current_limit > reference->last)
		reference->current_limit = reference->last;
	reference->bottom_up = settings->bottom_up;
	reference->max[OP_LIST_MEMORY] = settings->memory_regions;
	reference->max[OP_LIST_RESERVED] = settings->reserved_regions;
	reference->max[REFERENCE_PHYSMEM] = settings->kernel_arrays ? 4 : 0;
	reference->cnt = 1;
	reference->cells[1].base = reference->last;
	return reference;
}

void reference_destroy(struct reference *reference)
{
	free(reference);
}

bool reference_bottom_up(const struct reference *reference)
{
	return reference->bottom_up;
}

uint64_t reference_current_limit(const struct reference *reference)
{
	return reference->current_limit;
}

bool reference_has_mirror(const struct reference *reference)
{
	return reference->has_mirror;
}

size_t reference_max(const struct reference *reference, enum op_list list)
{
	return reference->max[list];
}

uint64_t reference_array(const struct reference *reference, enum op_list list)
{
	return reference->array[list];
}

static void copy(struct reference *to, const struct reference *from)
{
	memcpy(to, from,
	    offsetof(struct reference, cells) +
		(from->cnt + 1) * sizeof(from->cells[0]));
}

static bool room_to_insert(struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end);
static bool room_to_cut(struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end);

/* ---- cells ---- */

/* The index of the cell that begins at address, after cutting the one it lies
 * in if there is none. */
static size_t cut(struct reference *reference, uint64_t address)
{
	size_t i = 0, list;

	while (i < reference->cnt && reference->cells[i].base < address)
		i++;
	if (reference->cells[i].base == address)
		return i;
	assert(reference->cnt < CELLS_MAX);
	memmove(&reference->cells[i + 1], &reference->cells[i],
	    (reference->cnt + 1 - i) * sizeof(reference->cells[0]));
	reference->cnt++;
	reference->cells[i] = reference->cells[i - 1];
	reference->cells[i].base = address;
	for (list = 0; list < LISTS; list++)
		reference->cells[i].layers[list].starts = false;
	return i;
}

static bool layer_continues(const struct layer *low, const struct layer *high)
{
	return low->in == high->in && !high->starts &&
	       (!low->in ||
		   (low->nid == high->nid && low->flags == high->flags));
}

static bool cell_continues(const struct cell *low, const struct cell *high)
{
	size_t list;

	for (list = 0; list < LISTS; list++)
		if (!layer_continues(&low->layers[list], &high->layers[list]))
			return false;
	return true;
}

/* Joins cells that no list tells apart. */
static void join_cells(struct reference *reference)
{
	struct cell *cells = reference->cells;
	size_t i, to = 0;

	for (i = 1; i < reference->cnt; i++) {
		if (!cell_continues(&cells[to], &cells[i]))
			cells[++to] = cells[i];
	}
	reference->cnt = to + 1;
	cells[reference->cnt].base = reference->last;
}

/* Where [base, base + size) ends when it has to stay off the last address. */
static uint64_t end_of(
    const struct reference *reference, uint64_t base, uint64_t size)
{
	const wide end = (wide)base + size;

	return end > reference->last ? reference->last : (uint64_t)end;
}

/* Takes back the beginning of a region at cell i if the one below it touches
 * and is like it. */
static void merge_at(struct reference *reference, enum op_list list, size_t i)
{
	struct layer *high, *low;

	if (i == 0 || i >= reference->cnt)
		return;
	high = &reference->cells[i].layers[list];
	low = &reference->cells[i - 1].layers[list];
	if (low->in && high->in && low->nid == high->nid &&
	    low->flags == high->flags)
		high->starts = false;
}

/* Before 6.12 a change looks at the whole list. */
static void merge(
    struct reference *reference, enum op_list list, size_t first, size_t last)
{
	size_t i;

	if (reference->settings.kernel != MEMBLOCK_KERNEL_6_12) {
		first = 0;
		last = reference->cnt;
	}
	for (i = first; i <= last; i++)
		merge_at(reference, list, i);
}

/* The warnings of an insertion: at a region that ends a new part. */
static uint32_t meet(struct reference *reference, enum op_list list,
    const struct op *op, uint64_t base, uint64_t end)
{
	const size_t first = cut(reference, base);
	const size_t last = cut(reference, end);
	uint32_t warnings = 0;
	size_t i;

	for (i = first + 1; i < last; i++) {
		const struct cell *cell = &reference->cells[i];
		const struct layer *layer = &cell->layers[list];

		if (!layer->in || cell[-1].layers[list].in)
			continue;
		if (layer->nid != op->nid)
			warnings |= OP_WARN_NODE_DIFFERS;
		if (layer->flags != op->flags)
			warnings |= OP_WARN_FLAGS_DIFFER;
	}
	return warnings;
}

static void insert(struct reference *reference, enum op_list list,
    const struct op *op, uint64_t base, uint64_t end, uint32_t *warnings)
{
	size_t first, last, lowest = SIZE_MAX, highest = 0, i;
	bool in_gap = false;

	/* What was met before an array grew is met, gone or not. */
	*warnings |= meet(reference, list, op, base, end);
	if (!room_to_insert(reference, list, base, end)) {
		reference->full = true;
		return;
	}
	*warnings |= meet(reference, list, op, base, end);
	first = cut(reference, base);
	last = cut(reference, end);
	for (i = first; i < last; i++) {
		struct layer *layer = &reference->cells[i].layers[list];

		if (layer->in) {
			in_gap = false;
			continue;
		}
		*layer = (struct layer){true, !in_gap, op->nid, op->flags};
		in_gap = true;
		lowest = i < lowest ? i : lowest;
		highest = i;
	}
	if (lowest != SIZE_MAX)
		merge(reference, list, lowest, highest + 1);
}

/* Has the regions begin and end at base and end. */
static void isolate(struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end, size_t *ret_first, size_t *ret_last)
{
	*ret_first = cut(reference, base);
	*ret_last = cut(reference, end);
	if (reference->cells[*ret_first].layers[list].in)
		reference->cells[*ret_first].layers[list].starts = true;
	if (*ret_last < reference->cnt &&
	    reference->cells[*ret_last].layers[list].in)
		reference->cells[*ret_last].layers[list].starts = true;
}

static void take_out(struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end, uint32_t spared)
{
	size_t first, last, i;

	if (base >= end)
		return;
	isolate(reference, list, base, end, &first, &last);
	for (i = first; i < last; i++) {
		struct layer *layer = &reference->cells[i].layers[list];

		if ((layer->flags & spared) == 0)
			*layer = (struct layer){0};
	}
}

/* What remove and free do, and limit and cap to reserved. */
static void remove_range(
    struct reference *reference, enum op_list list, uint64_t base, uint64_t end)
{
	if (room_to_cut(reference, list, base, end))
		take_out(reference, list, base, end, 0);
	else
		reference->full = true;
}

/* Changes what is in the range, flags or nid. */
static void change(struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end, uint32_t set, uint32_t clear,
    const int32_t *nid)
{
	size_t first = 0, last = 0, lowest = 0, highest = 0, i;
	bool any = false;

	if (!room_to_cut(reference, list, base, end)) {
		reference->full = true;
		return;
	}
	if (base < end)
		isolate(reference, list, base, end, &first, &last);
	for (i = first; i < last; i++) {
		struct layer *layer = &reference->cells[i].layers[list];

		if (!layer->in)
			continue;
		layer->flags = (layer->flags | set) & ~clear;
		if (nid != NULL)
			layer->nid = *nid;
		lowest = any ? lowest : i;
		highest = i;
		any = true;
	}
	if (any || reference->settings.kernel != MEMBLOCK_KERNEL_6_12)
		merge(reference, list, lowest, highest + 1);
}

/* ---- looking ---- */

size_t reference_regions(const struct reference *reference, enum op_list list,
    struct memblock_region *regions)
{
	size_t i, cnt = 0;

	for (i = 0; i < reference->cnt; i++) {
		const struct cell *cell = &reference->cells[i];
		const struct layer *layer = &cell->layers[list];

		if (!layer->in)
			continue;
		if (layer->starts) {
			assert(cnt < REFERENCE_REGIONS_MAX);
			regions[cnt++] = (struct memblock_region){
			    cell->base, 0, layer->flags, layer->nid};
		}
		assert(cnt > 0);
		regions[cnt - 1].size += cell[1].base - cell->base;
	}
	return cnt;
}

static bool usable(const struct reference *reference, const struct layer *layer,
    int32_t nid, uint32_t flags)
{
	if (!layer->in)
		return false;
	if (nid != MB_NO_NODE && layer->nid != nid)
		return false;
	if ((layer->flags & MEMBLOCK_HOTPLUG) &&
	    reference->settings.movable_node && !(flags & MEMBLOCK_HOTPLUG))
		return false;
	if ((flags & MEMBLOCK_MIRROR) && !(layer->flags & MEMBLOCK_MIRROR))
		return false;
	if ((layer->flags & MEMBLOCK_NOMAP) && !(flags & MEMBLOCK_NOMAP))
		return false;
	if ((layer->flags & MEMBLOCK_DRIVER_MANAGED) &&
	    !(flags & MEMBLOCK_DRIVER_MANAGED))
		return false;
	return true;
}

size_t reference_free(const struct reference *reference, int32_t nid,
    uint32_t flags, struct memblock_region *ranges)
{
	bool before = false; /* the cell before was free too */
	size_t i, cnt = 0;

	for (i = 0; i < reference->cnt; i++) {
		const struct cell *cell = &reference->cells[i];
		const struct layer *memory = &cell->layers[OP_LIST_MEMORY];

		if (!usable(reference, memory, nid, flags) ||
		    cell->layers[OP_LIST_RESERVED].in) {
			before = false;
			continue;
		}
		if (!before || memory->starts) {
			assert(cnt < REFERENCE_REGIONS_MAX);
			ranges[cnt++] = (struct memblock_region){
			    cell->base, 0, 0, memory->nid};
		}
		ranges[cnt - 1].size += cell[1].base - cell->base;
		before = true;
	}
	return cnt;
}

/* The address that size bytes get in one free range; 0: none. */
static uint64_t fit(const struct memblock_region *range, bool bottom_up,
    const struct op *op, uint64_t align, uint64_t from, uint64_t to)
{
	const wide end = (wide)range->base + range->size;
	const wide high = end < to ? end : to;
	const wide low = range->base > from ? range->base : from;
	wide base;

	if (low + op->size > high)
		return 0;
	if (bottom_up)
		base = (low + align - 1) / align * align;
	else
		base = (high - op->size) / align * align;
	return base >= low && base + op->size <= high ? (uint64_t)base : 0;
}

/* One way through the free ranges. */
static uint64_t find_along(const struct reference *reference,
    const struct op *op, bool bottom_up, uint64_t from, uint64_t to,
    int32_t nid, uint32_t flags)
{
	static struct memblock_region ranges[REFERENCE_REGIONS_MAX];
	const size_t cnt = reference_free(reference, nid, flags, ranges);
	const uint64_t align =
	    op->align ? op->align : reference->settings.cache_line;
	uint64_t found = 0;
	size_t i;

	for (i = 0; i < cnt && found == 0; i++) {
		const size_t at = bottom_up ? i : cnt - 1 - i;

		found = fit(&ranges[at], bottom_up, op, align, from, to);
	}
	return found;
}

/* An allocation takes what it found; false: there is no slot for that. */
static bool take(struct reference *reference, uint64_t base, uint64_t size)
{
	const struct op reservation = {.nid = MB_NO_NODE};
	uint32_t warnings;

	if (!room_to_insert(reference, OP_LIST_RESERVED, base, base + size))
		return false;
	insert(reference, OP_LIST_RESERVED, &reservation, base, base + size,
	    &warnings);
	return true;
}

static uint64_t find_once(struct reference *reference, const struct op *op,
    uint64_t from, int32_t nid, uint32_t flags)
{
	const uint64_t kernel_end =
	    reference->settings.kernel == MEMBLOCK_KERNEL_5_0 ||
		    reference->settings.kernel == MEMBLOCK_KERNEL_4_0
		? reference->settings.kernel_end
		: 0;
	uint64_t to = op->to, found = 0;

	if (op->min_fallback && to > reference->current_limit)
		to = reference->current_limit;
	if (to == 0 || to == 1)
		to = reference->current_limit;
	if (from < reference->settings.page_size)
		from = reference->settings.page_size;
	if (reference->bottom_up && (to > kernel_end || from > kernel_end)) {
		found = find_along(reference, op, true,
		    from > kernel_end ? from : kernel_end, to, nid, flags);
		if (found == 0 &&
		    reference->settings.kernel >= MEMBLOCK_KERNEL_5_0)
			reference->fell_back = true;
	}
	if (found == 0 &&
	    (!reference->bottom_up ||
		reference->settings.kernel >= MEMBLOCK_KERNEL_5_0))
		found = find_along(reference, op, false, from, to, nid, flags);
	if (found != 0 && op->kind == OP_ALLOC &&
	    !take(reference, found, op->size))
		found = 0;
	return found;
}

/* On the node, then on any. */
static uint64_t find_anywhere(struct reference *reference, const struct op *op,
    uint64_t from, uint32_t flags)
{
	uint64_t found = find_once(reference, op, from, op->nid, flags);

	if (found == 0 && op->nid != MB_NO_NODE && !op->exact_nid)
		found = find_once(reference, op, from, MB_NO_NODE, flags);
	return found;
}

static uint64_t find_of_6(
    struct reference *reference, const struct op *op, uint64_t from)
{
	uint64_t found = 0;

	if (reference->has_mirror)
		found = find_anywhere(reference, op, from, MEMBLOCK_MIRROR);
	if (found == 0)
		found = find_anywhere(reference, op, from, MEMBLOCK_NONE);
	if (found == 0 && op->min_fallback && from != 0)
		found = find_of_6(reference, op, 0);
	return found;
}

/* 4.0 and 5.0, with mirrored memory or without; *from stays given up. */
static uint64_t find_of_5(struct reference *reference, const struct op *op,
    uint64_t *from, uint32_t flags)
{
	uint64_t found;

	if (!op->min_fallback)
		return find_once(reference, op, *from, op->nid, flags);
	found = find_anywhere(reference, op, *from, flags);
	if (found != 0 || *from == 0)
		return found;
	*from = 0;
	return find_anywhere(reference, op, 0, flags);
}

static uint64_t find(struct reference *reference, const struct op *op)
{
	uint64_t from = op->from, found = 0;

	if (reference->settings.kernel < MEMBLOCK_KERNEL_5_0)
		return find_of_6(reference, op, from);
	if (reference->has_mirror)
		found = find_of_5(reference, op, &from, MEMBLOCK_MIRROR);
	if (found == 0)
		found = find_of_5(reference, op, &from, MEMBLOCK_NONE);
	return found;
}

/* ---- arrays ---- */

static size_t count_regions(
    const struct reference *reference, enum op_list list)
{
	size_t i, cnt = 0;

	for (i = 0; i < reference->cnt; i++)
		cnt += reference->cells[i].layers[list].in &&
		       reference->cells[i].layers[list].starts;
	return cnt;
}

static size_t count_gaps(const struct reference *reference, enum op_list list,
    uint64_t base, uint64_t end)
{
	bool in_gap = false;
	size_t i, cnt = 0;

	for (i = 0; i < reference->cnt; i++) {
		const struct cell *cell = &reference->cells[i];

		if (cell[1].base <= base || cell->base >= end)
			continue;
		cnt += !cell->layers[list].in && !in_gap;
		in_gap = !cell->layers[list].in;
	}
	return cnt;
}

static uint64_t size_of_array(const struct reference *reference, size_t max)
{
	const uint64_t page = reference->settings.page_size;

	return (max * 24 + page - 1) / page * page;
}

/* Where a new array goes; 0: nowhere. */
static uint64_t find_array(struct reference *reference, enum op_list list,
    uint64_t size, uint64_t base, uint64_t end)
{
	struct op search = {.size = size,
	    .align = reference->settings.page_size,
	    .to = reference->current_limit,
	    .nid = MB_NO_NODE};
	uint64_t found;

	if (list != OP_LIST_RESERVED)
		return find(reference, &search);
	search.from = end;
	found = find(reference, &search);
	if (found != 0)
		return found;
	search.from = 0;
	if (search.to > base)
		search.to = base;
	return find(reference, &search);
}

static bool grow(
    struct reference *reference, enum op_list list, uint64_t base, uint64_t end)
{
	const uint64_t old = reference->array[list];
	const uint64_t old_size =
	    size_of_array(reference, reference->max[list]);
	const uint64_t size =
	    size_of_array(reference, 2 * reference->max[list]);
	uint64_t found;

	if (!reference->can_resize)
		return false;
	found = find_array(reference, list, size, base, end);
	if (found == 0)
		return false;
	reference->max[list] *= 2;
	reference->array[list] = found;
	if (old != 0) {
		if (room_to_cut(
			reference, OP_LIST_RESERVED, old, old + old_size))
			take_out(reference, OP_LIST_RESERVED, old,
			    old + old_size, 0);
	} else if (list == REFERENCE_PHYSMEM) {
		room_to_cut(reference, OP_LIST_RESERVED, reference->last - 1,
		    reference->last);
	}
	return take(reference, found, size);
}

static bool room_to_insert(
    struct reference *reference, enum op_list list, uint64_t base, uint64_t end)
{
	size_t gaps;

	if (base >= end || reference->max[list] == 0)
		return true;
	gaps = count_gaps(reference, list, base, end);
	while (count_regions(reference, list) + gaps > reference->max[list])
		if (!grow(reference, list, base, end))
			return false;
	/* An array that came to lie in the range was not counted. */
	gaps = count_gaps(reference, list, base, end);
	return count_regions(reference, list) + gaps <= reference->max[list];
}

/* Before 6.12 an empty list has a region of size 0. */
static size_t count_slots(const struct reference *reference, enum op_list list)
{
	const size_t cnt = count_regions(reference, list);

	return cnt == 0 && reference->settings.kernel != MEMBLOCK_KERNEL_6_12
		   ? 1
		   : cnt;
}

static bool room_to_cut(
    struct reference *reference, enum op_list list, uint64_t base, uint64_t end)
{
	while (base < end && reference->max[list] != 0 &&
	       count_slots(reference, list) + 2 > reference->max[list])
		if (!grow(reference, list, base, end))
			return false;
	return true;
}

/* ---- operations ---- */

static bool power_of_two(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

/* The flags that a version has. */
static uint32_t flags_of(enum memblock_kernel kernel)
{
	switch (kernel) {
	case MEMBLOCK_KERNEL_4_0:
		return 1;
	case MEMBLOCK_KERNEL_5_0:
		return 1 | 2 | 4;
	case MEMBLOCK_KERNEL_6_1:
		return 1 | 2 | 4 | 8;
	default:
		return 1 | 2 | 4 | 8 | 16;
	}
}

/* Whether the arguments are such that any model can take them. */
static bool valid(const struct reference *reference, const struct op *op)
{
	const bool node_ok =
	    op->nid == MB_NO_NODE ||
	    (op->nid >= 0 && op->nid < (int32_t)reference->settings.nodes);

	if ((op->kind == OP_ADD || op->kind == OP_RESERVE ||
		op->kind == OP_MARK || op->kind == OP_CLEAR) &&
	    (op->flags & ~flags_of(reference->settings.kernel)) != 0)
		return false;
	switch (op->kind) {
	case OP_ADD:
		return node_ok && op->flags <= 15 &&
		       op->base <= reference->last;
	case OP_RESERVE:
		return node_ok && (op->flags == 0 || op->flags == 16) &&
		       op->base <= reference->last;
	case OP_REMOVE:
	case OP_FREE:
	case OP_CAP:
	case OP_PHYSMEM_ADD:
		return op->base <= reference->last;
	case OP_MARK:
	case OP_CLEAR:
		return op->base <= reference->last &&
		       (op->flags == 1 || op->flags == 2 || op->flags == 4 ||
			   op->flags == 16);
	case OP_SET_NODE:
		return node_ok && op->base <= reference->last;
	case OP_ALLOC:
		return node_ok && op->size > 0 &&
		       (op->align == 0 || power_of_two(op->align)) &&
		       op->align <= reference->last &&
		       op->from <= reference->last && op->to <= reference->last;
	case OP_TRIM:
		return power_of_two(op->align) && op->align <= reference->last;
	case OP_SET_BOTTOM_UP:
		return op->value <= 1;
	case OP_SET_RESIZE:
		return op->value == 1;
	default:
		return true;
	}
}

static void alloc(struct reference *reference, const struct op *op,
    struct outcome *ret_outcome)
{
	const uint64_t found = find(reference, op);

	if (found == 0) {
		ret_outcome->status = MB_NO_SPACE;
		return;
	}
	ret_outcome->base = found;
	if (op->align == 0)
		ret_outcome->warnings |= OP_WARN_ALIGN_ZERO;
}

static void mark(struct reference *reference, const struct op *op, uint64_t end)
{
	const enum op_list list =
	    op->flags == 16 ? OP_LIST_RESERVED : OP_LIST_MEMORY;
	const bool set = op->kind == OP_MARK;

	if (set && op->flags == MEMBLOCK_MIRROR) {
		if (!reference->settings.mirrored_kernelcore &&
		    reference->settings.kernel != MEMBLOCK_KERNEL_5_0)
			return;
		reference->has_mirror = true;
	}
	change(reference, list, op->base, end, set ? op->flags : 0,
	    set ? 0 : op->flags, NULL);
}

static void trim(struct reference *reference, uint64_t align)
{
	static struct memblock_region regions[REFERENCE_REGIONS_MAX];
	const size_t cnt =
	    reference_regions(reference, OP_LIST_MEMORY, regions);
	size_t i;

	for (i = 0; i < cnt; i++) {
		const wide end = (wide)regions[i].base + regions[i].size;
		const wide low =
		    ((wide)regions[i].base + align - 1) / align * align;
		const wide high = end / align * align;

		if (low >= high) {
			take_out(reference, OP_LIST_MEMORY, regions[i].base,
			    (uint64_t)end, 0);
			continue;
		}
		take_out(reference, OP_LIST_MEMORY, regions[i].base,
		    (uint64_t)low, 0);
		take_out(reference, OP_LIST_MEMORY, (uint64_t)high,
		    (uint64_t)end, 0);
	}
}

static void cap(struct reference *reference, uint64_t base, uint64_t end)
{
	static struct memblock_region regions[REFERENCE_REGIONS_MAX];

	if (reference_regions(reference, OP_LIST_MEMORY, regions) == 0)
		return;
	if (!room_to_cut(reference, OP_LIST_MEMORY, base, end)) {
		reference->full = true;
		return;
	}
	take_out(reference, OP_LIST_MEMORY, 0, base, MEMBLOCK_NOMAP);
	take_out(
	    reference, OP_LIST_MEMORY, end, reference->last, MEMBLOCK_NOMAP);
	remove_range(reference, OP_LIST_RESERVED, 0, base);
	remove_range(reference, OP_LIST_RESERVED, end, reference->last);
}

static void limit(struct reference *reference, const struct op *op)
{
	wide counted = 0;
	size_t i;

	for (i = 0; i < reference->cnt && op->size > 0; i++) {
		const struct cell *cell = &reference->cells[i];
		const uint64_t size = cell[1].base - cell->base;
		uint64_t address;

		if (!cell->layers[OP_LIST_MEMORY].in)
			continue;
		counted += size;
		if (counted < op->size)
			continue;
		address = cell[1].base - (uint64_t)(counted - op->size);
		if (op->keep_nomap) {
			cap(reference, 0, address);
			return;
		}
		remove_range(
		    reference, OP_LIST_MEMORY, address, reference->last);
		remove_range(
		    reference, OP_LIST_RESERVED, address, reference->last);
		return;
	}
}

static void perform(struct reference *reference, const struct op *op,
    struct outcome *ret_outcome)
{
	const struct op physmem = {.nid = MB_NO_NODE};
	uint64_t end;

	end = end_of(reference, op->base, op->size);
	switch (op->kind) {
	case OP_ADD:
		insert(reference, OP_LIST_MEMORY, op, op->base, end,
		    &ret_outcome->warnings);
		break;
	case OP_RESERVE:
		insert(reference, OP_LIST_RESERVED, op, op->base, end,
		    &ret_outcome->warnings);
		break;
	case OP_REMOVE:
		remove_range(reference, OP_LIST_MEMORY, op->base, end);
		break;
	case OP_FREE:
		remove_range(reference, OP_LIST_RESERVED, op->base, end);
		break;
	case OP_ALLOC:
		alloc(reference, op, ret_outcome);
		break;
	case OP_MARK:
	case OP_CLEAR:
		mark(reference, op, end);
		break;
	case OP_SET_NODE:
		change(reference, op->list, op->base, end, 0, 0, &op->nid);
		break;
	case OP_TRIM:
		trim(reference, op->align);
		break;
	case OP_LIMIT:
		limit(reference, op);
		break;
	case OP_CAP:
		if (op->size > 0)
			cap(reference, op->base, end);
		break;
	case OP_SET_BOTTOM_UP:
		reference->bottom_up = op->value == 1;
		break;
	case OP_SET_CURRENT_LIMIT:
		reference->current_limit =
		    op->value > reference->last ? reference->last : op->value;
		break;
	case OP_PHYSMEM_ADD:
		if (reference->settings.physmem)
			insert(reference, REFERENCE_PHYSMEM, &physmem, op->base,
			    end, &ret_outcome->warnings);
		else
			ret_outcome->status = MB_NO_LIST;
		break;
	case OP_SET_RESIZE:
		reference->can_resize = true;
		break;
	}
}

void reference_apply(struct reference *reference, const struct op *op,
    struct outcome *ret_outcome)
{
	static struct reference before;

	*ret_outcome = (struct outcome){0};
	if (!valid(reference, op)) {
		ret_outcome->status = MB_INVALID;
		return;
	}
	copy(&before, reference);
	reference->fell_back = reference->full = false;
	perform(reference, op, ret_outcome);
	if (reference->full) {
		copy(reference, &before);
		*ret_outcome = (struct outcome){.status = MB_NO_SPACE};
	}
	if (ret_outcome->status == MB_OK && reference->fell_back)
		ret_outcome->warnings |= OP_WARN_FELL_BACK;
	join_cells(reference);
}
