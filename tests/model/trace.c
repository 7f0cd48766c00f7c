/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include "trace_boot.h"

/* Where the numbers of a trace come from. */
struct source {
	struct random random;
	const struct style *style;
	uint64_t last; /* address */
	uint32_t nodes;
	bool physmem;
	bool flags;
};

#define PICK(source, ...) RANDOM_PICK(&(source)->random, __VA_ARGS__)

static uint64_t below(struct source *source, uint64_t bound)
{
	return random_below(&source->random, bound);
}

static bool chance(struct source *source, unsigned int percent)
{
	return random_chance(&source->random, percent);
}

/* ---- styles ---- */

/* What a trace does, in parts of a thousand. */
struct share {
	enum op_kind kind;
	unsigned int of_1000;
};

static const struct share anything[] = {
    {OP_ADD, 210},
    {OP_REMOVE, 60},
    {OP_RESERVE, 140},
    {OP_FREE, 100},
    {OP_ALLOC, 260},
    {OP_MARK, 60},
    {OP_CLEAR, 30},
    {OP_SET_NODE, 50},
    {OP_TRIM, 10},
    {OP_LIMIT, 20},
    {OP_CAP, 20},
    {OP_SET_BOTTOM_UP, 10},
    {OP_SET_CURRENT_LIMIT, 10},
    {OP_SET_RESIZE, 10},
    {OP_PHYSMEM_ADD, 10},
};

/* More and more regions, and rarely anything that leaves few of them. */
static const struct share growth[] = {
    {OP_ADD, 360},
    {OP_REMOVE, 20},
    {OP_RESERVE, 330},
    {OP_FREE, 40},
    {OP_ALLOC, 130},
    {OP_MARK, 50},
    {OP_CLEAR, 20},
    {OP_SET_NODE, 38},
    {OP_TRIM, 1},
    {OP_LIMIT, 1},
    {OP_CAP, 1},
    {OP_SET_BOTTOM_UP, 3},
    {OP_SET_CURRENT_LIMIT, 1},
    {OP_SET_RESIZE, 3},
    {OP_PHYSMEM_ADD, 2},
};

/* An address. Few of them are in use in any trace, so that ranges meet. */
typedef uint64_t place_in(struct source *source);

static uint64_t few_pages(struct source *source)
{
	return below(source, 48) * 0x1000;
}

/* A byte off now and then. */
static uint64_t top_of_addresses(struct source *source)
{
	return source->last - below(source, 48) * 0x1000 - below(source, 2);
}

static uint64_t both_ends_and_middle(struct source *source)
{
	return PICK(source, below(source, 32) * 0x1000,
	    source->last + 1 - (1 + below(source, 32)) * 0x1000,
	    source->last / 2 + 1 + below(source, 32) * 0x1000, source->last);
}

static uint64_t bytes_of_first_pages(struct source *source)
{
	return 0xf80 + below(source, 300) * 7;
}

static uint64_t cache_lines(struct source *source)
{
	return 0x1000 + below(source, 256) * 64;
}

static uint64_t boards_memory(struct source *source)
{
	return 0x40000000 + below(source, 64) * 0x200000;
}

static uint64_t many_pages(struct source *source)
{
	return 0x10000 + below(source, 4096) * 0x1000;
}

static const struct style {
	const char *name;
	place_in *place;
	const struct share *shares;
	size_t operations_max;
	bool is_small; /* a range is hardly ever longer than two pages */
	bool is_boot;  /* begins as machines do */
} styles[] = {
    {"few pages", few_pages, anything, 160, false, false},
    {"top of addresses", top_of_addresses, anything, 160, false, false},
    {"both ends", both_ends_and_middle, anything, 160, false, false},
    {"first pages", bytes_of_first_pages, anything, 160, false, false},
    {"cache lines", cache_lines, anything, 160, false, false},
    {"board", boards_memory, anything, 160, false, false},
    {"many regions", many_pages, growth, TRACE_MAX, true, false},
    {"boot", boards_memory, anything, 160, false, true},
};
#define STYLES (sizeof(styles) / sizeof(styles[0]))

/* ---- operations ---- */

static uint64_t place(struct source *source)
{
	return source->style->place(source);
}

static void choose_range(struct source *source, struct op *op)
{
	const uint64_t other = place(source);
	const bool is_small = source->style->is_small && chance(source, 98);

	op->base = place(source);
	if (is_small)
		op->size = PICK(source, 0x1000, 0x1000, 0x1000, 0x2000);
	else if (op->base < other && chance(source, 70))
		op->size = other - op->base;
	else if (chance(source, 5))
		op->size = 0;
	else if (chance(source, 5))
		op->size = UINT64_MAX - below(source, 3);
	else
		op->size = PICK(source, 1, 64, 0x1000, 0x1000, 0x2000, 0x3000,
		    0x10000, 0x200000);
}

static int32_t choose_nid(struct source *source)
{
	if (chance(source, 1))
		return (int32_t)below(source, 24) - 3;
	if (source->nodes == 0 || chance(source, 40))
		return MB_NO_NODE;
	return (int32_t)below(source, source->nodes);
}

static uint32_t choose_flags(struct source *source, enum op_kind kind)
{
	if (chance(source, 1))
		return 1u << below(source, 7);
	if (kind == OP_MARK || kind == OP_CLEAR)
		return (uint32_t)PICK(source, 1, 2, 2, 4, 4, 16);
	if (!source->flags)
		return 0;
	return (uint32_t)(kind == OP_RESERVE
			      ? PICK(source, 0, 0, 16)
			      : PICK(source, 0, 0, 0, 1, 2, 2, 4, 8, 6));
}

static uint64_t choose_align(struct source *source, enum op_kind kind)
{
	if (chance(source, 1))
		return PICK(source, 0, 3, 0x1800, (uint64_t)1 << 63);
	if (kind == OP_TRIM)
		return PICK(source, 64, 0x1000, 0x2000, 0x8000, 0x200000);
	return PICK(source, 0, 1, 64, 0x1000, 0x1000, 0x4000, 0x200000);
}

static void choose_alloc(struct source *source, struct op *op)
{
	op->size = PICK(source, 1, 64, 0x1000, 0x1000, 0x2000, 0x3000,
	    below(source, 0x4000), 0x200000, UINT64_MAX);
	if (chance(source, 1))
		op->size = 0;
	op->from = chance(source, 40) ? place(source) : 0;
	op->to = chance(source, 40) ? place(source) : PICK(source, 0, 0, 0, 1);
	op->exact_nid = chance(source, 30);
	op->min_fallback = chance(source, 40);
}

static enum op_kind choose_kind(struct source *source)
{
	const struct share *share = source->style->shares;
	uint64_t roll = below(source, 1000);

	while (roll >= share->of_1000)
		roll -= share++->of_1000;
	/* Where there is no physmem, once says enough. */
	if (share->kind == OP_PHYSMEM_ADD && !source->physmem &&
	    !chance(source, 2))
		return OP_RESERVE;
	return share->kind;
}

static struct op choose_op(struct source *source)
{
	struct op op = {.kind = choose_kind(source), .nid = MB_NO_NODE};
	const uint32_t fields = op_info((int)op.kind)->fields;

	if (fields & (OP_FIELD_BASE | OP_FIELD_SIZE))
		choose_range(source, &op);
	if (fields & OP_FIELD_ALIGN)
		op.align = choose_align(source, op.kind);
	if (fields & OP_FIELD_NID)
		op.nid = choose_nid(source);
	if (fields & OP_FIELD_FLAGS)
		op.flags = choose_flags(source, op.kind);
	if (fields & OP_FIELD_LIST)
		op.list = (enum op_list)below(source, 2);
	if (fields & OP_FIELD_KEEP_NOMAP)
		op.keep_nomap = chance(source, 50);
	if (op.kind == OP_ALLOC)
		choose_alloc(source, &op);
	if (op.kind == OP_SET_BOTTOM_UP)
		op.value = below(source, 2);
	if (op.kind == OP_SET_CURRENT_LIMIT)
		op.value = chance(source, 50) ? place(source) : UINT64_MAX;
	if (op.kind == OP_SET_RESIZE)
		op.value = 1;
	/* An operation is printed by what it reads, so it has nothing else. */
	if (!(fields & OP_FIELD_BASE))
		op.base = 0;
	if (!(fields & OP_FIELD_SIZE))
		op.size = 0;
	return op;
}

/* ---- traces ---- */

static void choose_settings(struct source *source, trace_settings *choose,
    struct memblock_settings *settings)
{
	choose(&source->random, settings);
	source->last = memblock_phys_addr_max(settings);
	source->nodes = settings->nodes;
	source->physmem = settings->physmem;
	source->flags = chance(source, 60);
	settings->bottom_up = chance(source, 40);
	if (chance(source, 20))
		settings->current_limit = place(source);
	if (settings->kernel >= MEMBLOCK_KERNEL_5_0 && chance(source, 50))
		settings->kernel_end = place(source);
}

void trace_settings_reference(
    struct random *random, struct memblock_settings *ret_settings)
{
	*ret_settings = memblock_settings_default();
	ret_settings->kernel = (enum memblock_kernel)RANDOM_PICK(random,
	    MEMBLOCK_KERNEL_6_12, MEMBLOCK_KERNEL_6_12, MEMBLOCK_KERNEL_6_1,
	    MEMBLOCK_KERNEL_5_0, MEMBLOCK_KERNEL_4_0);
	ret_settings->page_size = RANDOM_PICK(random, 4096, 4096, 16384);
	ret_settings->cache_line = RANDOM_PICK(random, 64, 32, 128);
	ret_settings->phys_bits = random_chance(random, 30) ? 32 : 64;
	ret_settings->nodes = random_chance(random, 60)
				  ? (uint32_t)RANDOM_PICK(random, 1, 2, 3)
				  : 0;
	ret_settings->physmem = random_chance(random, 50);
	ret_settings->movable_node = random_chance(random, 30);
	ret_settings->kernel_arrays = random_chance(random, 40);
	if (ret_settings->kernel_arrays) {
		ret_settings->memory_regions =
		    (uint32_t)RANDOM_PICK(random, 2, 4, 16, 64);
		ret_settings->reserved_regions =
		    (uint32_t)RANDOM_PICK(random, 2, 4, 16, 64);
	}
	ret_settings->mirrored_kernelcore = random_chance(random, 50);
}

void trace_make(uint64_t seed, uint64_t number, trace_settings *settings,
    struct trace *ret_trace)
{
	struct source source = {.random.state = seed ^ number << 40};
	size_t i = 0;

	random_next(&source.random);
	source.style = &styles[below(&source, STYLES)];
	choose_settings(&source, settings, &ret_trace->settings);
	ret_trace->style = source.style->name;
	ret_trace->count =
	    20 + (size_t)below(&source, source.style->operations_max - 19);
	if (source.style->is_boot)
		i = trace_boot(&source.random, source.nodes, ret_trace->ops,
		    ret_trace->count);
	for (; i < ret_trace->count; i++)
		ret_trace->ops[i] = choose_op(&source);
}
