/* SPDX-License-Identifier: BSD-2-Clause */
#include "batch.h"

#include "differences.h"
#include "questions_asked.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define RANGES_MAX 8192

/* An answer's line begins and ends. */
static void open_answer(struct batch *batch, const char *op)
{
	fprintf(batch->answers, "{\"op\":\"%s\",\"instance\":\"m\"", op);
}

static void close_answer(struct batch *batch)
{
	fprintf(
	    batch->answers, ",\"ok\":true,\"seq\":%" PRIu64 "}\n", batch->seq);
}

void batch_begin(struct batch *batch, const struct memblock_settings *settings)
{
	batch->seq = 0;
	trace_print_create(batch->lines, settings);
	open_answer(batch, "create");
	close_answer(batch);
}

void batch_end(struct batch *batch)
{
	fprintf(batch->lines, "destroy m\n");
	fprintf(batch->answers,
	    "{\"op\":\"destroy\",\"instance\":\"m\",\"ok\":true}\n");
}

/* ---- operations ---- */

static void expect_refusal(struct batch *batch, enum mb_status status)
{
	fprintf(batch->answers, ",\"ok\":false,\"code\":");
	if (status == MB_NO_SPACE)
		fprintf(batch->answers,
		    "\"RESOURCE_EXHAUSTED\",\"errno\":\"ENOMEM\","
		    "\"seq\":%" PRIu64 "}\n",
		    ++batch->seq);
	else if (status == MB_NO_LIST)
		fprintf(batch->answers, "\"FAILED_PRECONDITION\"}\n");
	else
		fprintf(batch->answers, "\"INVALID_ARGUMENT\"}\n");
}

static void expect_answer(struct batch *batch, const struct pair *pair)
{
	const struct outcome *expected = &pair->expected;

	fprintf(batch->answers, "{\"op\":\"%s\"",
	    op_info((int)pair->op->kind)->name);
	if (expected->status != MB_OK) {
		expect_refusal(batch, expected->status);
		return;
	}
	if (pair->op->kind == OP_ALLOC)
		fprintf(batch->answers,
		    ",\"base\":\"0x%" PRIx64 "\",\"size\":\"0x%" PRIx64 "\"",
		    expected->base, pair->op->size);
	if (expected->warnings == 0)
		fprintf(batch->answers, ",\"warnings\":null");
	else
		fprintf(batch->answers, ",\"warnings\":%d",
		    __builtin_popcount(expected->warnings));
	batch->seq++;
	close_answer(batch);
}

/* ---- the state ---- */

static void expect_flags(FILE *out, uint32_t flags)
{
	const struct flag_name *flag;
	const char *between = "";

	fprintf(out, "\"flags\":[");
	for (flag = flag_names; flag->name != NULL; flag++) {
		if ((flags & flag->flag) == 0)
			continue;
		fprintf(out, "%s\"%s\"", between, flag->name);
		between = ",";
	}
	fprintf(out, "]");
}

static void expect_nid(FILE *out, int32_t nid)
{
	if (nid < 0)
		fprintf(out, ",\"nid\":null");
	else
		fprintf(out, ",\"nid\":%" PRId32, nid);
}

/* How many regions a dump shows: older kernels have one in an empty list. */
static size_t count_shown(const struct pair *pair, size_t cnt)
{
	return cnt == 0 && strcmp(pair->kernel->version, "6.12") != 0 ? 1 : cnt;
}

static void expect_list(struct batch *batch, const struct pair *pair,
    enum kernel_list list, const char *name)
{
	const struct kernel_view view = pair->kernel->view(list);
	const size_t cnt = count_shown(pair, view.cnt);
	FILE *out = batch->answers;
	size_t i;

	fprintf(out, ",\"%s\":{\"cnt\":%zu", name, cnt);
	if (!pair->mb->settings.kernel_arrays)
		fprintf(out, ",\"max\":null");
	else
		fprintf(out, ",\"max\":%zu", view.max);
	fprintf(out, ",\"total_size\":\"0x%" PRIx64 "\",\"regions\":[",
	    view.total_size - (list == KERNEL_MEMORY ? pair->stale : 0));
	for (i = 0; i < cnt; i++) {
		const struct kernel_region region =
		    pair->kernel->region(list, i);

		fprintf(out,
		    "%s{\"base\":\"0x%" PRIx64 "\",\"size\":\"0x%" PRIx64 "\",",
		    i == 0 ? "" : ",", region.base, region.size);
		expect_flags(out, region.flags);
		expect_nid(out, region.nid);
		fprintf(out, "}");
	}
	fprintf(out, "]}");
}

static void ask_for_dump(struct batch *batch, const struct pair *pair)
{
	const struct kernel_switches switches = pair->kernel->switches();

	fprintf(batch->lines, "dump m\n");
	open_answer(batch, "dump");
	fprintf(batch->answers,
	    ",\"bottom_up\":%s,\"current_limit\":\"0x%" PRIx64 "\"",
	    switches.bottom_up ? "true" : "false", switches.current_limit);
	expect_list(batch, pair, KERNEL_MEMORY, "memory");
	expect_list(batch, pair, KERNEL_RESERVED, "reserved");
	if (pair->mb->physmem != NULL)
		expect_list(batch, pair, KERNEL_PHYSMEM, "physmem");
	else
		fprintf(batch->answers, ",\"physmem\":null");
	close_answer(batch);
}

/* ---- questions ---- */

static void ask_about(struct batch *batch, const struct pair *pair,
    enum kernel_question question, const char *words, bool has_size)
{
	if (is_question_of_another_version(
		pair, question, pair->op->base, pair->op->size))
		return;
	fprintf(batch->lines, "query m %s 0x%" PRIx64, words, pair->op->base);
	if (has_size)
		fprintf(batch->lines, " 0x%" PRIx64, pair->op->size);
	fprintf(batch->lines, "\n");
	open_answer(batch, "query");
	fprintf(batch->answers, ",\"value\":%s",
	    pair->kernel->ask(question, pair->op->base, pair->op->size)
		? "true"
		: "false");
	close_answer(batch);
}

static void expect_range(FILE *out, enum kernel_ranges kind,
    const struct kernel_range *range, const char *between)
{
	if (kind == KERNEL_PFN_RANGES)
		fprintf(out, "%s{\"start\":%" PRIu64 ",\"end\":%" PRIu64,
		    between, range->start, range->end);
	else
		fprintf(out,
		    "%s{\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64 "\"",
		    between, range->start, range->end);
	expect_nid(out, range->nid);
	fprintf(out, "}");
}

static void ask_for_ranges(struct batch *batch, struct pair *pair,
    enum kernel_ranges kind, const char *words, int32_t nid, uint32_t flags,
    bool reverse)
{
	static struct kernel_range ranges[RANGES_MAX];
	const size_t cnt = differences_leave_out(pair->mb, kind, nid, ranges,
	    pair->kernel->ranges(
		kind, nid, flags, reverse, ranges, RANGES_MAX));
	size_t i;

	fprintf(batch->lines, "ranges m %s", words);
	if (nid >= 0)
		fprintf(batch->lines, " --nid %" PRId32, nid);
	fprintf(batch->lines, "%s\n", reverse ? " --reverse" : "");
	open_answer(batch, "ranges");
	fprintf(batch->answers, ",\"ranges\":[");
	for (i = 0; i < cnt; i++)
		expect_range(
		    batch->answers, kind, &ranges[i], i == 0 ? "" : ",");
	fprintf(batch->answers, "]");
	close_answer(batch);
}

/* One of them, which depends on the operation. */
static void ask_something(struct batch *batch, struct pair *pair)
{
	const struct op *op = pair->op;
	const int32_t nid =
	    op->nid >= 0 && (uint32_t)op->nid < pair->mb->settings.nodes
		? op->nid
		: MB_NO_NODE;
	const uint32_t all = MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED;

	switch ((op->base >> 12 ^ op->size >> 12 ^ op->align >> 6) % 8) {
	case 0:
		ask_about(batch, pair, KERNEL_IS_MEMORY, "memory", false);
		break;
	case 1:
		ask_about(
		    batch, pair, KERNEL_IS_MAP_MEMORY, "map-memory", false);
		break;
	case 2:
		ask_about(batch, pair, KERNEL_IS_REGION_MEMORY, "region-memory",
		    true);
		break;
	case 3:
		ask_about(batch, pair, KERNEL_IS_REGION_RESERVED,
		    "region-reserved", true);
		break;
	case 4:
		ask_about(batch, pair, KERNEL_OVERLAPS_MEMORY,
		    "overlaps --type memory", true);
		break;
	case 5:
		ask_for_ranges(batch, pair, KERNEL_FREE_RANGES, "free", nid, 0,
		    op->size % 3 == 0);
		break;
	case 6:
		ask_for_ranges(batch, pair, KERNEL_MEMORY_RANGES, "memory", nid,
		    all, op->size % 3 == 0);
		break;
	default:
		ask_for_ranges(batch, pair, KERNEL_PFN_RANGES, "memory --pfn",
		    nid, 0, false);
	}
}

void batch_step(struct batch *batch, struct pair *pair)
{
	trace_print_op(batch->lines, pair->op);
	expect_answer(batch, pair);
	ask_for_dump(batch, pair);
	ask_something(batch, pair);
}
