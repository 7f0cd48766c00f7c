/* SPDX-License-Identifier: BSD-2-Clause */
#include "trace.h"

#include <inttypes.h>

static void print_flags(FILE *out, uint32_t flags)
{
	const struct flag_name *flag;
	const char *between = "";

	for (flag = flag_names; flag->name != NULL; flag++) {
		if ((flags & flag->flag) == 0)
			continue;
		fprintf(out, "%s%s", between, flag->name);
		between = ",";
		flags &= ~flag->flag;
	}
	if (flags != 0)
		fprintf(out, "%s0x%" PRIx32, between, flags);
}

void trace_print_create(FILE *out, const struct memblock_settings *settings)
{
	fprintf(out, "create m");
	fprintf(out, " --kernel %s", memblock_kernel_name(settings->kernel));
	fprintf(out, " --page-size %" PRIu64, settings->page_size);
	fprintf(out, " --cache-line %" PRIu64, settings->cache_line);
	fprintf(out, " --phys-bits %" PRIu32, settings->phys_bits);
	fprintf(out, " --nodes %" PRIu32, settings->nodes);
	if (settings->kernel_end != 0)
		fprintf(out, " --kernel-end 0x%" PRIx64, settings->kernel_end);
	if (settings->bottom_up)
		fprintf(out, " --bottom-up");
	if (settings->current_limit != UINT64_MAX)
		fprintf(out, " --current-limit 0x%" PRIx64,
		    settings->current_limit);
	if (settings->kernel_arrays)
		fprintf(out,
		    " --arrays kernel --memory-regions %" PRIu32
		    " --reserved-regions %" PRIu32,
		    settings->memory_regions, settings->reserved_regions);
	if (settings->physmem)
		fprintf(out, " --physmem");
	if (settings->movable_node)
		fprintf(out, " --movable-node");
	if (settings->mirrored_kernelcore)
		fprintf(out, " --mirrored-kernelcore");
	fprintf(out, "\n");
}

static void print_set(FILE *out, const struct op *op)
{
	if (op->kind == OP_SET_BOTTOM_UP)
		fprintf(out, " bottom-up %s", op->value ? "on" : "off");
	else if (op->kind == OP_SET_CURRENT_LIMIT)
		fprintf(out, " current-limit 0x%" PRIx64, op->value);
	else
		fprintf(out, " resize on");
}

void trace_print_op(FILE *out, const struct op *op)
{
	const struct op_info *info = op_info((int)op->kind);
	const uint32_t fields = info->fields;

	fprintf(out, "%s m", info->name);
	if (op->kind == OP_MARK || op->kind == OP_CLEAR) {
		fprintf(out, " ");
		print_flags(out, op->flags);
	}
	if (fields & OP_FIELD_BASE)
		fprintf(out, " 0x%" PRIx64, op->base);
	if (fields & OP_FIELD_SIZE)
		fprintf(out, " 0x%" PRIx64, op->size);
	if (op->kind == OP_SET_NODE)
		fprintf(out, " %" PRId32 " --type %s", op->nid,
		    op->list == OP_LIST_MEMORY ? "memory" : "reserved");
	else if ((fields & OP_FIELD_NID) && op->nid != MB_NO_NODE)
		fprintf(out, " --nid %" PRId32, op->nid);
	if (op->kind == OP_TRIM)
		fprintf(out, " 0x%" PRIx64, op->align);
	else if (fields & OP_FIELD_ALIGN)
		fprintf(out, " --align 0x%" PRIx64, op->align);
	if ((op->kind == OP_ADD || op->kind == OP_RESERVE) && op->flags != 0) {
		fprintf(out, " --flags ");
		print_flags(out, op->flags);
	}
	if (op->from != 0)
		fprintf(out, " --from 0x%" PRIx64, op->from);
	if (op->to != 0)
		fprintf(out, " --to 0x%" PRIx64, op->to);
	if (op->exact_nid)
		fprintf(out, " --exact-nid");
	if (op->min_fallback)
		fprintf(out, " --min-fallback");
	if (op->keep_nomap)
		fprintf(out, " --keep-nomap");
	if (fields & OP_FIELD_VALUE)
		print_set(out, op);
	fprintf(out, "\n");
}

void trace_print(FILE *out, const struct trace *trace)
{
	size_t i;

	fprintf(out, "memblockctl ");
	trace_print_create(out, &trace->settings);
	for (i = 0; i < trace->count; i++) {
		fprintf(out, "memblockctl ");
		trace_print_op(out, &trace->ops[i]);
	}
}
