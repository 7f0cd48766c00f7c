/* SPDX-License-Identifier: BSD-2-Clause */
#include "pair.h"

#include "differences.h"
#include "engine/region_list.h"
#include "questions_asked.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool pair_differ(
    struct pair *pair, const char *what, uint64_t engine, uint64_t kernel)
{
	snprintf(pair->difference, sizeof(pair->difference),
	    "%s: the engine has 0x%" PRIx64 ", Linux %s 0x%" PRIx64, what,
	    engine, pair->kernel->version, kernel);
	return false;
}

void pair_begin(struct pair *pair, const struct kernel *kernel,
    const struct memblock_settings *settings)
{
	const struct kernel_settings same = {
	    .bottom_up = settings->bottom_up,
	    .current_limit = settings->current_limit,
	    .movable_node = settings->movable_node,
	    .mirrored_kernelcore = settings->mirrored_kernelcore ||
				   settings->kernel == MEMBLOCK_KERNEL_5_0,
	    .attempts_5_0 = settings->kernel == MEMBLOCK_KERNEL_5_0 ||
			    settings->kernel == MEMBLOCK_KERNEL_4_0,
	    .nodes = settings->nodes > 0,
	    .boot_arrays = settings->kernel_arrays,
	    .memory_regions = settings->memory_regions,
	    .reserved_regions = settings->reserved_regions,
	};

	*pair = (struct pair){.kernel = kernel};
	kernel->reset(&same);
	pair->mb = memblock_create(settings);
	if (pair->mb == NULL)
		abort();
}

void pair_end(struct pair *pair)
{
	memblock_destroy(pair->before);
	memblock_destroy(pair->mb);
}

/* ---- answers ---- */

/* What an engine answers that does what this kernel did. */
static void expect(struct pair *pair)
{
	const struct kernel_answer *answer = &pair->answer;
	struct outcome *expected = &pair->expected;

	*expected = (struct outcome){.base = answer->address};
	if (answer->ret != 0 ||
	    (pair->op->kind == OP_ALLOC && answer->address == 0))
		expected->status = MB_NO_SPACE;
	if (expected->status != MB_OK)
		return;
	if (answer->warnings & KERNEL_WARN_NID)
		expected->warnings |= OP_WARN_NODE_DIFFERS;
	if (answer->warnings & KERNEL_WARN_FLAGS)
		expected->warnings |= OP_WARN_FLAGS_DIFFER;
	if (answer->warnings & KERNEL_WARN_STACK)
		expected->warnings |= OP_WARN_ALIGN_ZERO;
}

static bool compare_outcome(
    struct pair *pair, const char *what, const struct outcome *outcome)
{
	const struct outcome *expected = &pair->expected;
	char name[32];

	snprintf(name, sizeof(name), "%s, status", what);
	if (outcome->status != expected->status)
		return pair_differ(
		    pair, name, outcome->status, expected->status);
	snprintf(name, sizeof(name), "%s, base", what);
	if (outcome->base != expected->base)
		return pair_differ(pair, name, outcome->base, expected->base);
	snprintf(name, sizeof(name), "%s, warnings", what);
	if (outcome->warnings != expected->warnings)
		return pair_differ(
		    pair, name, outcome->warnings, expected->warnings);
	return true;
}

/* How the kernel came back, where no row of differences.c explains it. */
static bool check_return(struct pair *pair)
{
	static const char *const ends[] = {
	    [KERNEL_PANIC] = "panic()",
	    [KERNEL_BUG] = "BUG_ON()",
	    [KERNEL_LACKS] = "no function",
	};
	const struct kernel_answer *answer = &pair->answer;
	const char *what = NULL;

	if (answer->end != KERNEL_RETURNED)
		what = ends[answer->end];
	else if (answer->warnings & KERNEL_WARN_OTHER)
		what = "WARN_ON()";
	else if (answer->ret != 0 && answer->ret != -12)
		what = "errno";
	if (what == NULL)
		return true;
	snprintf(pair->difference, sizeof(pair->difference),
	    "%s in %s() of Linux %s", what,
	    answer->where != NULL ? answer->where : "?", pair->kernel->version);
	return false;
}

/* ---- states ---- */

static bool compare_region(struct pair *pair, const char *name, size_t index,
    const struct memblock_region *ours, const struct kernel_region *theirs)
{
	char what[64];
	const struct {
		const char *field;
		uint64_t ours, theirs;
	} fields[] = {
	    {"base", ours->base, theirs->base},
	    {"size", ours->size, theirs->size},
	    {"flags", ours->flags, theirs->flags},
	    {"nid", (uint64_t)ours->nid, (uint64_t)theirs->nid},
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].ours == fields[i].theirs)
			continue;
		snprintf(what, sizeof(what), "%s[%zu].%s", name, index,
		    fields[i].field);
		return pair_differ(
		    pair, what, fields[i].ours, fields[i].theirs);
	}
	return true;
}

static bool compare_list(struct pair *pair, enum kernel_list list,
    const char *name, const struct memblock_type *type)
{
	const struct kernel_view view = pair->kernel->view(list);
	char what[64];
	size_t i;

	for (i = 0; i < view.cnt && i < region_list_cnt(type); i++) {
		const struct kernel_region theirs =
		    pair->kernel->region(list, i);

		if (!compare_region(
			pair, name, i, region_list_at(type, i), &theirs))
			return false;
	}
	snprintf(what, sizeof(what), "%s.cnt", name);
	if (region_list_cnt(type) != view.cnt)
		return pair_differ(pair, what, region_list_cnt(type), view.cnt);
	snprintf(what, sizeof(what), "%s.max", name);
	if (pair->mb->settings.kernel_arrays &&
	    region_list_max(type) != view.max)
		return pair_differ(pair, what, region_list_max(type), view.max);
	snprintf(what, sizeof(what), "%s.total_size", name);
	if (region_list_total_size(type) +
		(list == KERNEL_MEMORY ? pair->stale : 0) !=
	    view.total_size)
		return pair_differ(
		    pair, what, region_list_total_size(type), view.total_size);
	return true;
}

static bool compare_states(struct pair *pair)
{
	const struct kernel_switches theirs = pair->kernel->switches();
	const struct memblock *mb = pair->mb;

	region_list_check(mb->memory);
	region_list_check(mb->reserved);
	if (mb->bottom_up != theirs.bottom_up)
		return pair_differ(
		    pair, "bottom_up", mb->bottom_up, theirs.bottom_up);
	if (mb->has_mirror != theirs.has_mirror)
		return pair_differ(
		    pair, "has_mirror", mb->has_mirror, theirs.has_mirror);
	if (mb->current_limit != theirs.current_limit)
		return pair_differ(pair, "current_limit", mb->current_limit,
		    theirs.current_limit);
	return compare_list(pair, KERNEL_MEMORY, "memory", mb->memory) &&
	       compare_list(pair, KERNEL_RESERVED, "reserved", mb->reserved) &&
	       (mb->physmem == NULL ||
		   compare_list(pair, KERNEL_PHYSMEM, "physmem", mb->physmem));
}

/* ---- a step ---- */

/* Kernels have physmem or do not; this one has. */
static bool lacks(const struct pair *pair)
{
	return pair->op->kind == OP_PHYSMEM_ADD && !pair->mb->settings.physmem;
}

bool pair_step(struct pair *pair, const struct op *op)
{
	struct outcome preview;

	memblock_destroy(pair->before);
	pair->before = memblock_copy(pair->mb);
	if (pair->before == NULL)
		abort();
	pair->op = op;
	op_preview(pair->mb, op, &preview);
	if (!memblock_equal(pair->before, pair->mb))
		return pair_differ(pair, "changed by a preview", 1, 0);
	op_apply(pair->mb, op, &pair->outcome);
	if (lacks(pair)) {
		pair->answer = (struct kernel_answer){0};
		pair->expected = (struct outcome){.status = MB_NO_LIST};
	} else {
		pair->kernel->apply(op, &pair->answer);
		expect(pair);
		differences_put_aside(pair);
	}
	return check_return(pair) &&
	       compare_outcome(pair, "answer", &pair->outcome) &&
	       compare_outcome(pair, "preview", &preview) &&
	       compare_states(pair) && ask_questions(pair);
}
