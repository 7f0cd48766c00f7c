/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <stdbool.h>

/* Where the numbers of a trace come from. */
struct source {
	uint64_t random;
	unsigned int places; /* which of the styles below */
	uint64_t last;	     /* address */
	uint32_t nodes;
	bool flags;
};

/* splitmix64 */
static uint64_t next(struct source *source)
{
	uint64_t z = (source->random += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint64_t below(struct source *source, uint64_t bound)
{
	return next(source) % bound;
}

static bool chance(struct source *source, unsigned int percent)
{
	return below(source, 100) < percent;
}

#define PICK(source, ...)                                                      \
	((const uint64_t[]){__VA_ARGS__}[below(source,                         \
	    sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))])

/* An address. Few of them are in use in any trace, so that ranges meet. */
static uint64_t place(struct source *source)
{
	switch (source->places) {
	case 0: /* a few pages */
		return below(source, 48) * 0x1000;
	case 1: /* the top of the address space, a byte off now and then */
		return source->last - below(source, 48) * 0x1000 -
		       below(source, 2);
	case 2: /* both ends, and the middle */
		return PICK(source, below(source, 32) * 0x1000,
		    source->last + 1 - (1 + below(source, 32)) * 0x1000,
		    source->last / 2 + 1 + below(source, 32) * 0x1000,
		    source->last);
	case 3: /* bytes around the first pages */
		return 0xf80 + below(source, 300) * 7;
	case 4: /* cache lines */
		return 0x1000 + below(source, 256) * 64;
	default: /* like a board's RAM */
		return 0x40000000 + below(source, 64) * 0x200000;
	}
}
#define PLACES 6

static void choose_range(struct source *source, struct op *op)
{
	const uint64_t other = place(source);

	op->base = place(source);
	if (op->base < other && chance(source, 70))
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
		return (int32_t)below(source, 8) - 3;
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
	op->from = chance(source, 40) ? place(source) : 0;
	op->to = chance(source, 40) ? place(source) : PICK(source, 0, 0, 0, 1);
	op->exact_nid = chance(source, 30);
	op->min_fallback = chance(source, 40);
}

static enum op_kind choose_kind(struct source *source)
{
	static const struct {
		enum op_kind kind;
		unsigned int percent;
	} mix[] = {
	    {OP_ADD, 21},
	    {OP_REMOVE, 6},
	    {OP_RESERVE, 14},
	    {OP_FREE, 10},
	    {OP_ALLOC, 26},
	    {OP_MARK, 6},
	    {OP_CLEAR, 3},
	    {OP_SET_NODE, 5},
	    {OP_TRIM, 1},
	    {OP_LIMIT, 2},
	    {OP_CAP, 2},
	    {OP_SET_BOTTOM_UP, 1},
	    {OP_SET_CURRENT_LIMIT, 1},
	    {OP_SET_RESIZE, 1},
	    {OP_PHYSMEM_ADD, 1},
	};
	uint64_t roll = below(source, 100);
	size_t i = 0;

	while (roll >= mix[i].percent)
		roll -= mix[i++].percent;
	return mix[i].kind;
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

static void choose_settings(
    struct source *source, struct memblock_settings *settings)
{
	*settings = memblock_settings_default();
	settings->page_size = PICK(source, 4096, 4096, 16384);
	settings->cache_line = PICK(source, 64, 32, 128);
	settings->phys_bits = chance(source, 30) ? 32 : 64;
	settings->nodes =
	    chance(source, 60) ? (uint32_t)PICK(source, 1, 2, 3) : 0;
	settings->movable_node = chance(source, 30);
	settings->mirrored_kernelcore = chance(source, 50);
	settings->bottom_up = chance(source, 40);
	source->last = settings->phys_bits == 32 ? UINT32_MAX : UINT64_MAX;
	source->nodes = settings->nodes;
	source->flags = chance(source, 60);
	source->places = (unsigned int)below(source, PLACES);
	if (chance(source, 20))
		settings->current_limit = place(source);
}

void trace_make(uint64_t seed, uint64_t number, struct trace *ret_trace)
{
	struct source source = {.random = seed ^ number << 40};
	size_t i;

	next(&source);
	choose_settings(&source, &ret_trace->settings);
	ret_trace->count = 20 + (size_t)below(&source, TRACE_MAX - 19);
	for (i = 0; i < ret_trace->count; i++)
		ret_trace->ops[i] = choose_op(&source);
}
