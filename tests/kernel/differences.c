/* SPDX-License-Identifier: BSD-2-Clause */
#include "differences.h"

#include "engine/region_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_power_of_two(uint64_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

/* ---- what a row does ---- */

/* The engine refuses, and nothing changes. */
static void refused(struct pair *pair, enum mb_status status)
{
	pair->kernel->undo();
	pair->answer = (struct kernel_answer){.end = KERNEL_RETURNED};
	pair->expected = (struct outcome){.status = status};
}

/* The kernel does something else instead, with which the engine agrees. */
static void instead(struct pair *pair, const struct op *op)
{
	struct kernel_answer answer;

	pair->kernel->apply(op, &answer);
	pair->answer = answer;
}

/* The kernel's list becomes the engine's regions that begin below address. */
static void adopt(struct pair *pair, enum kernel_list list,
    const struct memblock_type *type, uint64_t address)
{
	const size_t cnt = region_list_count_below(type, address);
	struct kernel_region *regions = calloc(cnt + 1, sizeof(*regions));
	size_t i;

	if (regions == NULL)
		abort();
	for (i = 0; i < cnt; i++) {
		const struct memblock_region *region = region_list_at(type, i);

		regions[i] = (struct kernel_region){
		    region->base, region->size, region->flags, region->nid};
	}
	pair->kernel->adopt(list, regions, cnt);
	free(regions);
}

/* ---- rows: each says whether it applies, and if so puts it aside ---- */

static bool alloc_of_size_0(struct pair *pair)
{
	if (pair->op->kind != OP_ALLOC || pair->op->size != 0)
		return false;
	refused(pair, MB_INVALID);
	return true;
}

static bool no_power_of_two(struct pair *pair)
{
	const struct op *op = pair->op;

	if (is_power_of_two(op->align) ||
	    (op->kind != OP_TRIM && (op->kind != OP_ALLOC || op->align == 0)))
		return false;
	refused(pair, MB_INVALID);
	return true;
}

static bool no_node(struct pair *pair)
{
	const struct op *op = pair->op;
	const uint32_t nodes = pair->mb->settings.nodes;

	if (!(op_info((int)op->kind)->fields & OP_FIELD_NID) ||
	    op->nid == MB_NO_NODE ||
	    (op->nid >= 0 && (uint32_t)op->nid < nodes))
		return false;
	refused(pair, MB_INVALID);
	return true;
}

static bool is_6_12(const struct pair *pair)
{
	return strcmp(pair->kernel->version, "6.12") == 0;
}

/* The flags that an operation takes in a kernel of that version. */
static uint32_t flags_taken(const struct pair *pair)
{
	const uint32_t reserved = strcmp(pair->kernel->version, "6.12") == 0
				      ? MEMBLOCK_RSRV_NOINIT
				      : 0;

	switch (pair->op->kind) {
	case OP_ADD:
		return MEMBLOCK_MEMORY_FLAGS;
	case OP_RESERVE:
		return reserved;
	default: /* mark, clear */
		return MEMBLOCK_HOTPLUG | MEMBLOCK_MIRROR | MEMBLOCK_NOMAP |
		       reserved;
	}
}

static bool no_flag(struct pair *pair)
{
	const struct op *op = pair->op;

	if (!(op_info((int)op->kind)->fields & OP_FIELD_FLAGS) ||
	    (op->flags & ~flags_taken(pair)) == 0)
		return false;
	refused(pair, MB_INVALID);
	return true;
}

/* Without the regions that begin so high, the kernel trims as the engine; and
 * its total size is right again. */
static bool trim_past_the_end(struct pair *pair)
{
	const struct memblock_type *memory = pair->before->memory;
	const uint64_t highest = UINT64_MAX - (pair->op->align - 1);

	if (pair->op->kind != OP_TRIM || region_list_cnt(memory) == 0 ||
	    region_list_at(memory, region_list_cnt(memory) - 1)->base <=
		highest)
		return false;
	pair->kernel->undo();
	adopt(pair, KERNEL_MEMORY, memory, highest + 1);
	pair->stale = 0;
	instead(pair, pair->op);
	return true;
}

/* What the kernel takes for the size of memory after a trim: it subtracts what
 * goes, and forgets what shrinks. */
static uint64_t total_size_forgotten(const struct pair *pair)
{
	const struct memblock_type *memory = pair->before->memory;
	const uint64_t mask = pair->op->align - 1;
	uint64_t total_size = pair->stale;
	size_t i;

	for (i = 0; i < region_list_cnt(memory); i++) {
		const struct memblock_region *region =
		    region_list_at(memory, i);
		const uint64_t end = region->base + region->size;

		if (region->base <= UINT64_MAX - mask &&
		    ((region->base + mask) & ~mask) < (end & ~mask))
			total_size += region->size;
	}
	return total_size;
}

/* The kernel goes on with that, and warns where it notices, until memory is
 * added to none. */
static bool total_size_after_trim(struct pair *pair)
{
	const uint64_t theirs = pair->kernel->view(KERNEL_MEMORY).total_size;
	const uint64_t ours = region_list_total_size(pair->mb->memory);
	const bool is_noticed =
	    pair->stale != 0 && (pair->answer.warnings & KERNEL_WARN_OTHER);

	if (is_noticed)
		pair->answer.warnings &= ~(uint32_t)KERNEL_WARN_OTHER;
	if (pair->op->kind == OP_TRIM && theirs != ours &&
	    theirs == total_size_forgotten(pair))
		pair->stale = theirs - ours;
	else if (theirs == ours)
		pair->stale = 0;
	else
		return is_noticed;
	return is_noticed || theirs != ours;
}

/* With the total size put right, the kernel does as the engine. */
static bool cap_or_limit_after_trim(struct pair *pair)
{
	const struct op *op = pair->op;

	if ((op->kind != OP_CAP && op->kind != OP_LIMIT) || pair->stale == 0)
		return false;
	pair->kernel->undo();
	adopt(pair, KERNEL_MEMORY, pair->before->memory, UINT64_MAX);
	pair->stale = 0;
	instead(pair, op);
	return true;
}

/* The kernel caps memory at the end of the address space, but takes out of
 * reserved what the sum that wrapped around leaves outside. From the last
 * address on that is all, as it should be. */
static bool cap_past_the_end(struct pair *pair)
{
	struct op cut = *pair->op;

	if (cut.kind != OP_CAP || cut.size <= UINT64_MAX - cut.base)
		return false;
	cut.size = UINT64_MAX - cut.base;
	if (cut.size == 0)
		return true;
	pair->kernel->undo();
	instead(pair, &cut);
	return true;
}

/* ---- rows about arrays ---- */

static bool is_cutting_outside(const struct op *op)
{
	return op->kind == OP_LIMIT || op->kind == OP_CAP;
}

static bool is_in(const char *function, const struct kernel_answer *answer)
{
	return answer->where != NULL && strcmp(answer->where, function) == 0;
}

/* Whether an array had too few slots for two cuts. Before 6.12 there was a
 * region in an empty list. */
static bool lacked_slots(
    const struct pair *pair, const struct memblock_type *type)
{
	const size_t cnt = region_list_cnt(type);

	return region_list_max(type) <
	       (cnt == 0 && !is_6_12(pair) ? 1 : cnt) + 2;
}

/* The kernel stops before it changes anything, but where it has dealt with the
 * other list already. */
static bool full_without_resize(struct pair *pair)
{
	if (pair->answer.end != KERNEL_PANIC || pair->before->can_resize ||
	    !is_in("memblock_double_array", &pair->answer))
		return false;
	if (is_cutting_outside(pair->op))
		return false;
	pair->answer = (struct kernel_answer){.end = KERNEL_RETURNED};
	pair->expected = (struct outcome){.status = MB_NO_SPACE};
	return true;
}

static bool full_of_memorys_array(struct pair *pair)
{
	if (pair->answer.end != KERNEL_BUG ||
	    !is_in("memblock_double_array", &pair->answer))
		return false;
	refused(pair, MB_NO_SPACE);
	return true;
}

/* One gap more than were counted. */
static bool full_of_itself(struct pair *pair)
{
	if (pair->answer.end != KERNEL_BUG ||
	    !is_in("memblock_insert_region", &pair->answer))
		return false;
	refused(pair, MB_NO_SPACE);
	return true;
}

/* What the kernel does to both lists fails for one of them. */
static bool limit_or_cap_of_one_list(struct pair *pair)
{
	const struct memblock *before = pair->before;

	if (!is_cutting_outside(pair->op) || !before->settings.kernel_arrays ||
	    pair->outcome.status != MB_NO_SPACE ||
	    (!lacked_slots(pair, before->memory) &&
		!lacked_slots(pair, before->reserved)))
		return false;
	refused(pair, MB_NO_SPACE);
	return true;
}

/* The kernel fails, with one of its arrays larger than before. */
static bool doubled_once_of_twice(struct pair *pair)
{
	const struct kernel *kernel = pair->kernel;
	const struct memblock *before = pair->before;

	if (!before->settings.kernel_arrays ||
	    pair->expected.status != MB_NO_SPACE ||
	    (kernel->view(KERNEL_MEMORY).max ==
		    region_list_max(before->memory) &&
		kernel->view(KERNEL_RESERVED).max ==
		    region_list_max(before->reserved)))
		return false;
	refused(pair, MB_NO_SPACE);
	return true;
}

static bool mark_mirror_without_slots(struct pair *pair)
{
	if (pair->op->kind != OP_MARK ||
	    pair->kernel->switches().has_mirror == pair->before->has_mirror ||
	    (pair->answer.end == KERNEL_RETURNED &&
		pair->expected.status == MB_OK))
		return false;
	refused(pair, MB_NO_SPACE);
	return true;
}

static bool warning(struct pair *pair)
{
	return pair->answer.warnings != 0;
}

/* In this order; an operation that is refused ends it. */
static struct {
	const char *input; /* as in docs/model.md */
	bool (*put_aside)(struct pair *pair);
	uint64_t times;
} rows[] = {
    {"alloc or find of size 0", alloc_of_size_0, 0},
    {"alignment not a power of two", no_power_of_two, 0},
    {"a nid that is no node", no_node, 0},
    {"an unknown flag, or one of the other list", no_flag, 0},
    {"limit or cap where one list's array cannot grow",
	limit_or_cap_of_one_list, 0},
    {"no slot for the reservation of memory's own new array",
	full_of_memorys_array, 0},
    {"an array that has grown into the range and leaves too few slots",
	full_of_itself, 0},
    {"mark mirror that has no slots", mark_mirror_without_slots, 0},
    {"an array that is full, without resize", full_without_resize, 0},
    {"an array that has to double twice and finds a place only once",
	doubled_once_of_twice, 0},
    {"cap or limit after a trim", cap_or_limit_after_trim, 0},
    {"trim that rounds past the end of the address space", trim_past_the_end,
	0},
    {"total size after trim", total_size_after_trim, 0},
    {"cap with base + size past the end", cap_past_the_end, 0},
    {"a WARN or a stack dump", warning, 0},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

void differences_put_aside(struct pair *pair)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		if (!rows[i].put_aside(pair))
			continue;
		rows[i].times++;
		if (pair->expected.status != MB_OK)
			return;
	}
}

/* ---- rows about ranges ---- */

/* A range of those that an iterator over some node's memory came by. */
struct seen {
	const struct kernel_range *range;
	int32_t nid;
	size_t after; /* how many came after it */
};

/* Not a range but the place where two regions of reserved touch. */
static bool is_empty_between(const struct memblock *mb, const struct seen *seen)
{
	const uint64_t start = seen->range->start;
	const size_t at = region_list_search(mb->reserved, start);
	const struct memblock_region *before;

	if (start != seen->range->end || at == 0 ||
	    at == region_list_cnt(mb->reserved))
		return false;
	before = region_list_at(mb->reserved, at - 1);
	return before->base + before->size == start &&
	       region_list_at(mb->reserved, at)->base == start;
}

/* From frame 0, which is what an address in the last page rounds up to. */
static bool is_of_last_page(const struct memblock *mb, const struct seen *seen)
{
	size_t at = region_list_cnt(mb->memory);
	size_t after = 0;

	while (at > 0) {
		const struct memblock_region *region =
		    region_list_at(mb->memory, --at);

		if (region->base <= UINT64_MAX - (KERNEL_PAGE_SIZE - 1))
			return false;
		if ((seen->nid == MB_NO_NODE || seen->nid == region->nid) &&
		    after++ == seen->after)
			return seen->range->start == 0 &&
			       seen->range->nid == region->nid;
	}
	return false;
}

static struct {
	const char *input;
	enum kernel_ranges kind;
	bool (*explains)(const struct memblock *mb, const struct seen *seen);
	uint64_t times;
} range_rows[] = {
    {"free ranges where two reserved regions touch", KERNEL_FREE_RANGES,
	is_empty_between, 0},
    {"page frames of a region that begins in the last page of the address "
     "space",
	KERNEL_PFN_RANGES, is_of_last_page, 0},
};
#define RANGE_ROWS (sizeof(range_rows) / sizeof(range_rows[0]))

static bool is_explained(
    const struct memblock *mb, enum kernel_ranges kind, const struct seen *seen)
{
	size_t i;

	for (i = 0; i < RANGE_ROWS; i++) {
		if (range_rows[i].kind != kind ||
		    !range_rows[i].explains(mb, seen))
			continue;
		range_rows[i].times++;
		return true;
	}
	return false;
}

size_t differences_leave_out(const struct memblock *mb, enum kernel_ranges kind,
    int32_t nid, struct kernel_range *ranges, size_t cnt)
{
	size_t kept = 0;
	size_t at;

	for (at = 0; at < cnt; at++) {
		const struct seen seen = {&ranges[at], nid, cnt - 1 - at};

		if (!is_explained(mb, kind, &seen))
			ranges[kept++] = ranges[at];
	}
	return kept;
}

void differences_report(FILE *out)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		fprintf(
		    out, "%10" PRIu64 "  %s\n", rows[i].times, rows[i].input);
	for (i = 0; i < RANGE_ROWS; i++)
		fprintf(out, "%10" PRIu64 "  %s\n", range_rows[i].times,
		    range_rows[i].input);
}

void differences_names(FILE *out)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		fprintf(out, "%s\n", rows[i].input);
	for (i = 0; i < RANGE_ROWS; i++)
		fprintf(out, "%s\n", range_rows[i].input);
}
