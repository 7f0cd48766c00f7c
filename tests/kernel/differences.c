/* SPDX-License-Identifier: BSD-2-Clause */
#include "differences.h"

#include "engine/region_list.h"
#include "row.h"

#include <inttypes.h>

#define HANDOVER_BYTES_MAX (UINT64_C(4) << 30)

/* In this order; an operation that is refused ends it. */
static struct {
	const char *input; /* as in docs/model.md */
	row_fn *put_aside;
	uint64_t times;
} rows[] = {
    {"alloc or find of size 0", difference_alloc_of_size_0, 0},
    {"alignment not a power of two", difference_no_power_of_two, 0},
    {"a nid that is no node", difference_no_node, 0},
    {"an unknown flag, or one of the other list", difference_no_flag, 0},
    {"limit or cap where one list's array cannot grow",
	difference_limit_or_cap_of_one_list, 0},
    {"no slot for the reservation of memory's own new array",
	difference_full_of_memorys_array, 0},
    {"an array that has grown into the range and leaves too few slots",
	difference_full_of_itself, 0},
    {"mark mirror that has no slots", difference_mark_mirror_without_slots, 0},
    {"an array that is full, without resize", difference_full_without_resize,
	0},
    {"an array that has to double twice and finds a place only once",
	difference_doubled_once_of_twice, 0},
    {"cap or limit after a trim", difference_cap_or_limit_after_trim, 0},
    {"trim that rounds past the end of the address space",
	difference_trim_past_the_end, 0},
    {"total size after trim", difference_total_size_after_trim, 0},
    {"cap with base + size past the end", difference_cap_past_the_end, 0},
    {"a WARN or a stack dump", difference_warning, 0},
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

static struct {
	const char *input;
	enum kernel_ranges kind;
	row_range_fn *explains;
	uint64_t times;
} range_rows[] = {
    {"free ranges where two reserved regions touch", KERNEL_FREE_RANGES,
	difference_empty_between, 0},
    {"page frames of a region that begins in the last page of the address "
     "space",
	KERNEL_PFN_RANGES, difference_of_last_page, 0},
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

static struct {
	const char *input;
	uint64_t times;
} handover_row = {"handover of huge memory", 0};

/* A call for each block; and from a range in the last page of addresses, which
 * rounds up to frame 0, it goes on through all frames. */
bool differences_excuse_handover(const struct memblock *mb)
{
	const size_t cnt = region_list_cnt(mb->memory);
	const struct memblock_region *last;

	if (cnt == 0)
		return false;
	last = region_list_at(mb->memory, cnt - 1);
	if (region_list_total_size(mb->memory) <= HANDOVER_BYTES_MAX &&
	    last->base + last->size <= UINT64_MAX - KERNEL_PAGE_SIZE)
		return false;
	handover_row.times++;
	return true;
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
	fprintf(
	    out, "%10" PRIu64 "  %s\n", handover_row.times, handover_row.input);
}

void differences_names(FILE *out)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		fprintf(out, "%s\n", rows[i].input);
	for (i = 0; i < RANGE_ROWS; i++)
		fprintf(out, "%s\n", range_rows[i].input);
	fprintf(out, "%s\n", handover_row.input);
}
