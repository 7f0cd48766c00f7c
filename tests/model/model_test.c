/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs random operations against the engine and the reference, compares every
 * answer and all of both models after each, and at a difference prints the
 * shortest list of operations that still leads to one.
 *
 *   model_test [--operations N] [--seed S]
 */
#include "engine/walk.h"
#include "reference.h"
#include "trace.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define OPERATIONS_DEFAULT 200000

/* Both models, and what differs between them. */
struct pair {
	struct memblock *mb;
	struct reference *reference;
	char difference[TRACE_DIFFERENCE_MAX];
};

static bool differ(
    struct pair *pair, const char *what, uint64_t engine, uint64_t reference)
{
	snprintf(pair->difference, sizeof(pair->difference),
	    "%s: the engine has 0x%" PRIx64 ", the reference 0x%" PRIx64, what,
	    engine, reference);
	return false;
}

static bool compare_list(
    struct pair *pair, enum op_list list, const struct memblock_type *type)
{
	static struct memblock_region regions[REFERENCE_REGIONS_MAX];
	const size_t cnt = reference_regions(pair->reference, list, regions);
	const char *name = list == OP_LIST_MEMORY ? "memory" : "reserved";
	uint64_t total_size = 0;
	size_t i;

	region_list_check(type);
	if (region_list_max(type) != reference_max(pair->reference, list))
		return differ(pair, "max", region_list_max(type),
		    reference_max(pair->reference, list));
	if (region_list_array(type) != reference_array(pair->reference, list))
		return differ(pair, "array", region_list_array(type),
		    reference_array(pair->reference, list));
	if (region_list_cnt(type) != cnt)
		return differ(pair, name, region_list_cnt(type), cnt);
	for (i = 0; i < cnt; i++) {
		const struct memblock_region *region = region_list_at(type, i);

		if (region->base != regions[i].base)
			return differ(
			    pair, name, region->base, regions[i].base);
		if (region->size != regions[i].size)
			return differ(
			    pair, name, region->size, regions[i].size);
		if (region->flags != regions[i].flags)
			return differ(
			    pair, name, region->flags, regions[i].flags);
		if (region->nid != regions[i].nid)
			return differ(pair, name, (uint64_t)region->nid,
			    (uint64_t)regions[i].nid);
		total_size += region->size;
	}
	if (region_list_total_size(type) != total_size)
		return differ(pair, "total_size", region_list_total_size(type),
		    total_size);
	return true;
}

static bool same_range(
    const struct free_range *range, const struct memblock_region *region)
{
	return range->base == region->base &&
	       range->end - range->base == region->size &&
	       range->nid == region->nid;
}

/* The free ranges for one who asks for nid and flags, both ways. */
static bool compare_free(struct pair *pair, int32_t nid, uint32_t flags)
{
	static struct memblock_region ranges[REFERENCE_REGIONS_MAX];
	const size_t cnt = reference_free(pair->reference, nid, flags, ranges);
	struct free_walk walk;
	struct free_range range;
	size_t i;

	walk = free_walk_up(pair->mb, nid, flags, 0, UINT64_MAX);
	for (i = 0; free_walk_next_up(&walk, &range); i++) {
		if (i == cnt || !same_range(&range, &ranges[i]))
			return differ(pair, "free, going up", range.base, i);
	}
	if (i != cnt)
		return differ(pair, "free, going up", i, cnt);
	walk = free_walk_down(pair->mb, nid, flags, 0, UINT64_MAX);
	for (i = cnt; free_walk_next_down(&walk, &range); i--) {
		if (i == 0 || !same_range(&range, &ranges[i - 1]))
			return differ(pair, "free, going down", range.base, i);
	}
	if (i != 0)
		return differ(pair, "free, going down", cnt - i, cnt);
	return true;
}

static bool compare_models(struct pair *pair)
{
	const struct memblock *mb = pair->mb;
	const struct reference *reference = pair->reference;

	if (mb->bottom_up != reference_bottom_up(reference))
		return differ(pair, "bottom_up", mb->bottom_up, !mb->bottom_up);
	if (mb->has_mirror != reference_has_mirror(reference))
		return differ(
		    pair, "has_mirror", mb->has_mirror, !mb->has_mirror);
	if (mb->current_limit != reference_current_limit(reference))
		return differ(pair, "current_limit", mb->current_limit,
		    reference_current_limit(reference));
	return compare_list(pair, OP_LIST_MEMORY, mb->memory) &&
	       compare_list(pair, OP_LIST_RESERVED, mb->reserved) &&
	       (mb->physmem == NULL ||
		   compare_list(pair, REFERENCE_PHYSMEM, mb->physmem));
}

static bool compare_outcomes(struct pair *pair, const char *what,
    const struct outcome *engine, const struct outcome *reference)
{
	char name[32];

	snprintf(name, sizeof(name), "%s, status", what);
	if (engine->status != reference->status)
		return differ(pair, name, engine->status, reference->status);
	snprintf(name, sizeof(name), "%s, base", what);
	if (engine->base != reference->base)
		return differ(pair, name, engine->base, reference->base);
	snprintf(name, sizeof(name), "%s, warnings", what);
	if (engine->warnings != reference->warnings)
		return differ(
		    pair, name, engine->warnings, reference->warnings);
	return true;
}

/* Does one operation to both and compares everything. A preview comes first,
 * and must have said the same and changed nothing. */
static bool step(struct pair *pair, const struct op *op)
{
	struct memblock *before = memblock_copy(pair->mb);
	struct outcome preview, engine, reference;
	bool same;

	assert(before != NULL);
	op_preview(pair->mb, op, &preview);
	same = memblock_equal(before, pair->mb);
	if (!same)
		differ(pair, "changed by a preview", 1, 0);
	op_apply(pair->mb, op, &engine);
	if (same && engine.status != MB_OK && !memblock_equal(before, pair->mb))
		same = differ(pair, "changed by a refusal", 1, 0);
	memblock_destroy(before);
	reference_apply(pair->reference, op, &reference);
	return same && compare_outcomes(pair, "answer", &engine, &reference) &&
	       compare_outcomes(pair, "preview", &preview, &reference) &&
	       compare_models(pair) &&
	       compare_free(pair, op->nid == 0 ? 0 : MB_NO_NODE, op->flags);
}

/* An assertion of the engine's that fails counts as a difference. */
static sigjmp_buf aborted;

static void on_abort(int signal)
{
	(void)signal;
	siglongjmp(aborted, 1);
}

static bool step_or_abort(struct pair *pair, const struct op *op)
{
	if (sigsetjmp(aborted, 1) != 0) {
		snprintf(pair->difference, sizeof(pair->difference),
		    "an assertion failed");
		return false;
	}
	return step(pair, op);
}

/* Runs a trace. Returns how many operations it took to a difference, which it
 * copies to ret_difference; 0: there was none. */
static size_t run(const struct trace *trace, char *ret_difference)
{
	struct pair pair = {0};
	bool same = true;
	size_t i;

	pair.mb = memblock_create(&trace->settings);
	pair.reference = reference_create(&trace->settings);
	assert(pair.mb != NULL);
	for (i = 0; i < trace->count && same; i++)
		same = step_or_abort(&pair, &trace->ops[i]);
	if (!same)
		memcpy(
		    ret_difference, pair.difference, sizeof(pair.difference));
	memblock_destroy(pair.mb);
	reference_destroy(pair.reference);
	return same ? 0 : i;
}

static uint64_t parse(const char *text)
{
	char *end;
	const uint64_t value = strtoull(text, &end, 0);

	if (*text == '\0' || *end != '\0') {
		fprintf(stderr, "model_test: %s is not a number\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"operations", required_argument, NULL, 'o'},
	    {"seed", required_argument, NULL, 's'},
	    {0},
	};
	uint64_t operations = OPERATIONS_DEFAULT, seed = 0, done = 0, number;
	static struct trace trace;
	char difference[TRACE_DIFFERENCE_MAX];
	int option;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'o')
			operations = parse(optarg);
		else if (option == 's')
			seed = parse(optarg);
		else
			return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGABRT, on_abort);
	printf("seed 0x%" PRIx64 "\n", seed);
	for (number = 0; done < operations; number++) {
		trace_make(seed, number, trace_settings_reference, &trace);
		if (run(&trace, difference) != 0) {
			trace_shrink(&trace, run, difference);
			printf("trace %" PRIu64 " (%s), shortest failing "
			       "list:\n",
			    number, trace.style);
			trace_print(stdout, &trace);
			printf("%s\n", difference);
			return 1;
		}
		done += trace.count;
	}
	printf("%" PRIu64 " operations, no difference\n", done);
	return 0;
}
