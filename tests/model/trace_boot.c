/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace_boot.h"

#include "engine/region.h"

#define M (UINT64_C(1) << 20)
#define G (UINT64_C(1) << 30)

struct boot {
	struct random *random;
	uint32_t nodes;
	uint64_t lowest; /* the first bank */
	uint64_t length;
	struct op *ops;
	size_t count;
	size_t max;
};

#define PICK(boot, ...) RANDOM_PICK((boot)->random, __VA_ARGS__)

static void put(struct boot *boot, struct op op)
{
	if (boot->count < boot->max)
		boot->ops[boot->count++] = op;
}

static int32_t node(struct boot *boot)
{
	return boot->nodes == 0
		   ? MB_NO_NODE
		   : (int32_t)random_below(boot->random, boot->nodes);
}

/* A page somewhere in the first bank. */
static uint64_t inside(struct boot *boot)
{
	return boot->lowest +
	       random_below(boot->random, boot->length / 0x1000) * 0x1000;
}

static void add_banks(struct boot *boot)
{
	uint64_t base = PICK(boot, 0, 0x40000000, 0x80000000, 0x10000000);
	uint64_t banks = 1 + random_below(boot->random, 4);

	boot->lowest = base;
	boot->length = PICK(boot, 64 * M, 512 * M, G, 2 * G);
	for (; banks > 0; banks--) {
		const uint64_t size = base == boot->lowest
					  ? boot->length
					  : PICK(boot, 128 * M, G, 30 * G);

		put(boot, (struct op){
			      .kind = OP_ADD,
			      .base = base,
			      .size = size - PICK(boot, 0, 0, 0x8000, 0x400),
			      .nid = node(boot),
			      .flags = (uint32_t)PICK(boot, 0, 0, 0, 0, 1),
			  });
		base += size + PICK(boot, 0, 0, G, 6 * G);
	}
}

/* What firmware keeps: reserved, nomap, or taken out. */
static void add_holes(struct boot *boot)
{
	uint64_t holes = random_below(boot->random, 8);

	for (; holes > 0; holes--) {
		struct op op = {
		    .kind = (enum op_kind)PICK(
			boot, OP_RESERVE, OP_RESERVE, OP_MARK, OP_REMOVE),
		    .base = inside(boot),
		    .size = PICK(boot, 0x1000, 0x20000, M, 8 * M, 0x1c00),
		    .nid = MB_NO_NODE,
		};

		if (op.kind == OP_MARK)
			op.flags = (uint32_t)PICK(boot, MEMBLOCK_NOMAP,
			    MEMBLOCK_NOMAP, MEMBLOCK_MIRROR);
		put(boot, op);
	}
}

static void set_limits(struct boot *boot)
{
	if (random_chance(boot->random, 20))
		put(boot, (struct op){.kind = OP_LIMIT,
			      .size = PICK(boot, 48 * M, 512 * M, 3 * G),
			      .nid = MB_NO_NODE,
			      .keep_nomap = random_chance(boot->random, 70)});
	if (random_chance(boot->random, 20))
		put(boot, (struct op){.kind = OP_CAP,
			      .base = boot->lowest,
			      .size = PICK(boot, 60 * M, G, 64 * G),
			      .nid = MB_NO_NODE});
	if (random_chance(boot->random, 40))
		put(boot, (struct op){.kind = OP_TRIM,
			      .align = PICK(boot, 0x1000, 0x10000),
			      .nid = MB_NO_NODE});
	put(boot, (struct op){.kind = OP_SET_CURRENT_LIMIT,
		      .value = PICK(boot, UINT64_MAX, boot->lowest + 760 * M,
			  boot->lowest + boot->length, 4 * G),
		      .nid = MB_NO_NODE});
}

/* The kernel, its initrd and device tree. */
static void reserve_images(struct boot *boot)
{
	put(boot, (struct op){.kind = OP_RESERVE,
		      .base = boot->lowest + 0x80000,
		      .size = 0x1a3c000,
		      .nid = MB_NO_NODE});
	put(boot, (struct op){.kind = OP_RESERVE,
		      .base = inside(boot),
		      .size = PICK(boot, 0x3c1f5a, 12 * M),
		      .nid = MB_NO_NODE});
	put(boot, (struct op){.kind = OP_RESERVE,
		      .base = inside(boot) + PICK(boot, 0, 0x8),
		      .size = PICK(boot, 0x7d31, 0x1000),
		      .nid = MB_NO_NODE});
}

/* Page tables, node data, percpu areas, CMA: top-down, then given back here
 * and there. */
static void allocate(struct boot *boot)
{
	uint64_t rounds = 10 + random_below(boot->random, 60);

	put(boot,
	    (struct op){.kind = OP_SET_RESIZE, .value = 1, .nid = MB_NO_NODE});
	for (; rounds > 0; rounds--) {
		if (random_chance(boot->random, 15))
			put(boot, (struct op){.kind = OP_FREE,
				      .base = inside(boot),
				      .size = PICK(boot, 0x1000, 0x8000, M),
				      .nid = MB_NO_NODE});
		put(boot, (struct op){.kind = OP_ALLOC,
			      .size = PICK(boot, 0x1000, 0x1000, 0x40, 0x2a8,
				  0x8000, 16 * M, 0x14c0),
			      .align = PICK(
				  boot, 0x1000, 0x1000, 0x40, 0, 4 * M, 0x20),
			      .from = PICK(boot, 0, 0, 0x1000000, boot->lowest),
			      .to = PICK(boot, 0, 0, 1, 4 * G),
			      .nid = node(boot),
			      .exact_nid = random_chance(boot->random, 10),
			      .min_fallback = random_chance(boot->random, 70)});
	}
}

size_t trace_boot(
    struct random *random, uint32_t nodes, struct op *ret_ops, size_t max)
{
	struct boot boot = {
	    .random = random, .nodes = nodes, .ops = ret_ops, .max = max};

	add_banks(&boot);
	reserve_images(&boot);
	add_holes(&boot);
	set_limits(&boot);
	allocate(&boot);
	return boot.count;
}
