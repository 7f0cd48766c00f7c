/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <string.h>

/* Takes over a shorter or simpler trace if it leads to a difference, too. */
static bool try(struct trace *trace, struct trace *other, trace_run *run)
{
	char difference[TRACE_DIFFERENCE_MAX];

	other->count = run(other, difference);
	if (other->count == 0)
		return false;
	*trace = *other;
	return true;
}

/* Takes out whatever can be missed, in ever smaller pieces. */
static void drop_operations(struct trace *trace, trace_run *run)
{
	static struct trace shorter;
	size_t piece, at;

	for (piece = trace->count; piece > 0; piece /= 2) {
		at = 0;
		while (at + piece <= trace->count) {
			shorter = *trace;
			memmove(&shorter.ops[at], &shorter.ops[at + piece],
			    (trace->count - at - piece) *
				sizeof(shorter.ops[0]));
			shorter.count -= piece;
			if (!try(trace, &shorter, run))
				at++;
		}
	}
}

/* Each of these makes one thing of an operation as plain as can be. */
static void without_nid(struct op *op)
{
	op->nid = op->kind == OP_SET_NODE ? 0 : MB_NO_NODE;
}

static void without_flags(struct op *op)
{
	if (op->kind != OP_MARK && op->kind != OP_CLEAR)
		op->flags = 0;
}

static void without_from(struct op *op)
{
	op->from = 0;
}

static void without_to(struct op *op)
{
	op->to = 0;
}

static void without_exact_nid(struct op *op)
{
	op->exact_nid = false;
}

static void without_min_fallback(struct op *op)
{
	op->min_fallback = false;
}

static void simplify_operations(struct trace *trace, trace_run *run)
{
	static void (*const simplify[])(struct op * op) = {without_nid,
	    without_flags, without_from, without_to, without_exact_nid,
	    without_min_fallback};
	static struct trace simpler;
	size_t at, i;

	for (at = 0; at < trace->count; at++) {
		for (i = 0; i < sizeof(simplify) / sizeof(simplify[0]); i++) {
			simpler = *trace;
			simplify[i](&simpler.ops[at]);
			if (memcmp(&simpler.ops[at], &trace->ops[at],
				sizeof(simpler.ops[at])) != 0)
				try(trace, &simpler, run);
		}
	}
}

static void simplify_settings(struct trace *trace, trace_run *run)
{
	static struct trace simpler;

	simpler = *trace;
	simpler.settings.bottom_up = false;
	try(trace, &simpler, run);
	simpler = *trace;
	simpler.settings.current_limit = UINT64_MAX;
	try(trace, &simpler, run);
	simpler = *trace;
	simpler.settings.kernel_arrays = false;
	simpler.settings.memory_regions = 0;
	simpler.settings.reserved_regions = 0;
	try(trace, &simpler, run);
	simpler = *trace;
	simpler.settings.movable_node = false;
	try(trace, &simpler, run);
	simpler = *trace;
	simpler.settings.mirrored_kernelcore = false;
	try(trace, &simpler, run);
}

void trace_shrink(struct trace *trace, trace_run *run, char *ret_difference)
{
	trace->count = run(trace, ret_difference);
	drop_operations(trace, run);
	simplify_settings(trace, run);
	simplify_operations(trace, run);
	drop_operations(trace, run);
	run(trace, ret_difference);
}
