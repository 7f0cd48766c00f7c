/* SPDX-License-Identifier: BSD-2-Clause */
#include "questions_asked.h"

#include "differences.h"
#include "engine/alloc.h"
#include "engine/query.h"
#include "engine/ranges.h"
#include "handover_asked.h"

#include <inttypes.h>
#include <stdio.h>

#define RANGES_MAX 8192

uint64_t pair_questions;

/* ---- yes or no ---- */

static bool ask_engine(const struct memblock *mb, enum kernel_question question,
    uint64_t base, uint64_t size)
{
	switch (question) {
	case KERNEL_IS_MEMORY:
		return memblock_is_memory(mb, base);
	case KERNEL_IS_MAP_MEMORY:
		return memblock_is_map_memory(mb, base);
	case KERNEL_IS_RESERVED:
		return memblock_is_reserved(mb, base);
	case KERNEL_IS_REGION_MEMORY:
		return memblock_is_region_memory(mb, base, size);
	case KERNEL_IS_REGION_RESERVED:
		return memblock_is_region_reserved(mb, base, size);
	case KERNEL_OVERLAPS_MEMORY:
		return memblock_overlaps_region(mb, mb->memory, base, size);
	case KERNEL_OVERLAPS_RESERVED:
		return memblock_overlaps_region(mb, mb->reserved, base, size);
	}
	return false;
}

bool is_question_of_another_version(const struct pair *pair,
    enum kernel_question question, uint64_t base, uint64_t size)
{
	return (question == KERNEL_OVERLAPS_MEMORY ||
		   question == KERNEL_OVERLAPS_RESERVED) &&
	       size > UINT64_MAX - base &&
	       pair->mb->settings.kernel != MEMBLOCK_KERNEL_6_12 &&
	       pair->mb->settings.kernel != MEMBLOCK_KERNEL_6_1;
}

static bool compare_questions(struct pair *pair, uint64_t base, uint64_t size)
{
	static const char *const words[KERNEL_QUESTIONS] = {
	    [KERNEL_IS_MEMORY] = "memory",
	    [KERNEL_IS_MAP_MEMORY] = "map-memory",
	    [KERNEL_IS_RESERVED] = "reserved",
	    [KERNEL_IS_REGION_MEMORY] = "region-memory",
	    [KERNEL_IS_REGION_RESERVED] = "region-reserved",
	    [KERNEL_OVERLAPS_MEMORY] = "overlaps --type memory",
	    [KERNEL_OVERLAPS_RESERVED] = "overlaps --type reserved",
	};
	char what[128];
	int i;

	for (i = 0; i < KERNEL_QUESTIONS; i++) {
		const enum kernel_question question = (enum kernel_question)i;
		const bool ours = ask_engine(pair->mb, question, base, size);
		const bool theirs = pair->kernel->ask(question, base, size);

		if (is_question_of_another_version(pair, question, base, size))
			continue;
		pair_questions++;
		if (ours == theirs)
			continue;
		snprintf(what, sizeof(what),
		    "query %s 0x%" PRIx64 " 0x%" PRIx64, words[question], base,
		    size);
		return pair_differ(pair, what, ours, theirs);
	}
	return true;
}

/* ---- ranges ---- */

static bool differ_range(struct pair *pair,
    const struct ranges_request *request, uint64_t ours, uint64_t theirs)
{
	static const char *const words[] = {
	    [RANGES_MEMORY] = "memory",
	    [RANGES_RESERVED] = "reserved",
	    [RANGES_PHYSMEM] = "physmem",
	    [RANGES_FREE] = "free",
	    [RANGES_PFN] = "memory --pfn",
	};
	char what[128];

	snprintf(what, sizeof(what), "ranges %s --nid %d --flags 0x%x%s",
	    words[request->kind], (int)request->nid,
	    (unsigned int)request->flags, request->reverse ? " --reverse" : "");
	return pair_differ(pair, what, ours, theirs);
}

static bool compare_ranges(struct pair *pair, enum kernel_ranges kind,
    const struct ranges_request *request)
{
	static struct kernel_range theirs[RANGES_MAX];
	const size_t cnt =
	    differences_leave_out(pair->mb, kind, request->nid, theirs,
		pair->kernel->ranges(kind, request->nid, request->flags,
		    request->reverse, theirs, RANGES_MAX));
	struct ranges_walk walk = ranges_walk_begin(pair->mb, request);
	struct memblock_range ours;
	size_t i;

	pair_questions++;
	for (i = 0; i < cnt; i++) {
		if (!ranges_walk_next(&walk, &ours))
			return differ_range(
			    pair, request, UINT64_MAX, theirs[i].start);
		if (ours.start != theirs[i].start)
			return differ_range(
			    pair, request, ours.start, theirs[i].start);
		if (ours.end != theirs[i].end)
			return differ_range(
			    pair, request, ours.end, theirs[i].end);
		if (ours.nid != theirs[i].nid)
			return differ_range(pair, request, (uint64_t)ours.nid,
			    (uint64_t)theirs[i].nid);
	}
	if (ranges_walk_next(&walk, &ours))
		return differ_range(pair, request, ours.start, UINT64_MAX);
	return true;
}

static bool compare_all_ranges(struct pair *pair, struct random *random)
{
	struct ranges_request request = {
	    .kind = RANGES_FREE,
	    .nid = MB_NO_NODE,
	    .flags = (uint32_t)RANDOM_PICK(random, 0, 0, 0, 1, 2, 4, 8, 3, 14),
	};

	if (pair->mb->settings.nodes > 0 && random_chance(random, 50))
		request.nid =
		    (int32_t)random_below(random, pair->mb->settings.nodes);
	if (!compare_ranges(pair, KERNEL_FREE_RANGES, &request))
		return false;
	request.reverse = true;
	if (!compare_ranges(pair, KERNEL_FREE_RANGES, &request))
		return false;

	request.kind = RANGES_MEMORY;
	request.reverse = random_chance(random, 50);
	if (random_chance(random, 50))
		request.flags = ranges_flags_default(pair->mb, RANGES_MEMORY);
	if (!compare_ranges(pair, KERNEL_MEMORY_RANGES, &request))
		return false;
	request.kind = RANGES_PFN;
	request.reverse = false; /* the kernel's goes one way only */
	if (!compare_ranges(pair, KERNEL_PFN_RANGES, &request))
		return false;
	request.kind = RANGES_RESERVED;
	request.reverse = random_chance(random, 50);
	request.nid = MB_NO_NODE;
	request.flags = 0;
	if (!compare_ranges(pair, KERNEL_RESERVED_RANGES, &request))
		return false;
	request.kind = RANGES_PHYSMEM;
	return pair->mb->physmem == NULL ||
	       compare_ranges(pair, KERNEL_PHYSMEM_RANGES, &request);
}

/* ---- find ---- */

static bool compare_find(struct pair *pair, struct random *random)
{
	const struct op *op = pair->op;
	const struct alloc_request request = {
	    .size = RANDOM_PICK(random, 1, 0x40, 0x1000, 0x3000, 0x10000,
		op->size != 0 ? op->size : 1),
	    .align = RANDOM_PICK(random, 1, 0x40, 0x1000, 0x8000),
	    .from = RANDOM_PICK(random, 0, 0, op->base, op->base + 1),
	    .to = RANDOM_PICK(random, 0, 0, 1, op->base + op->size, op->base),
	    .nid = MB_NO_NODE,
	};
	const uint64_t theirs = pair->kernel->find(
	    request.size, request.align, request.from, request.to);
	bool fell_back = false;
	uint64_t ours = 0;
	char what[160];

	pair_questions++;
	memblock_find(pair->mb, &request, &ours, &fell_back);
	if (ours == theirs)
		return true;
	snprintf(what, sizeof(what),
	    "find 0x%" PRIx64 " --align 0x%" PRIx64 " --from 0x%" PRIx64
	    " --to 0x%" PRIx64,
	    request.size, request.align, request.from, request.to);
	return pair_differ(pair, what, ours, theirs);
}

/* ---- which ---- */

/* The same for the same operation, so that a trace can be shrunk. */
static struct random suggested_by(const struct op *op)
{
	struct random random = {op->base ^ op->size << 1 ^ op->from << 2 ^
				op->to << 3 ^ op->align << 4 ^ op->value << 5 ^
				(uint64_t)op->kind << 56};

	random_next(&random);
	return random;
}

bool ask_questions(struct pair *pair)
{
	const struct op *op = pair->op;
	struct random random = suggested_by(op);
	const uint64_t at =
	    op->kind == OP_ALLOC ? pair->outcome.base : op->base;
	const uint64_t sizes[] = {op->size, 0, 1, 0x1000, UINT64_MAX};
	const uint64_t size = sizes[random_below(&random, 5)];

	return compare_questions(pair, at, size) &&
	       compare_questions(pair, at + op->size, size) &&
	       compare_questions(pair, at - 1, size) &&
	       compare_all_ranges(pair, &random) &&
	       compare_find(pair, &random) &&
	       (pair->mb->settings.nodes == 0 || !random_chance(&random, 20) ||
		   ask_for_handover(
		       pair, random_chance(&random, 50)
				 ? UINT64_MAX
				 : op->base / KERNEL_PAGE_SIZE + 1));
}
