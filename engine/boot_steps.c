/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_steps.h"

#include "engine/region_list.h"

#include <stdarg.h>
#include <stdio.h>

struct op boot_op(enum op_kind kind, uint64_t base, uint64_t size)
{
	return (struct op){
	    .kind = kind,
	    .base = base,
	    .size = size,
	    .nid = MB_NO_NODE,
	};
}

struct op boot_alloc_op(
    uint64_t size, uint64_t align, uint64_t from, uint64_t to)
{
	struct op op = boot_op(OP_ALLOC, 0, size);

	op.align = align;
	op.from = from;
	op.to = to;
	return op;
}

static struct boot_step make_step(
    const struct boot *boot, const char *function, const char *node)
{
	const bool is_load = boot->options == NULL;

	return (struct boot_step){
	    .stage = boot->stage,
	    .label = is_load && node != NULL ? node : function,
	    .node = node,
	};
}

static bool has_range(enum op_kind kind)
{
	return kind != OP_LIMIT && kind != OP_SET_BOTTOM_UP &&
	       kind != OP_SET_CURRENT_LIMIT && kind != OP_SET_RESIZE;
}

/* Does it; *ret_outcome only if that is true. */
static bool perform(struct boot *boot, const struct op *op,
    const char *function, const char *node, struct outcome *ret_outcome)
{
	const struct boot_step step = make_step(boot, function, node);

	if (boot->stopped)
		return false;
	if (has_range(op->kind) && op->size == 0) {
		boot_skip(boot, op, function, node, "size is 0");
		return false;
	}
	if (op->base > memblock_phys_addr_max(&boot->mb->settings)) {
		boot_skip(boot, op, function, node,
		    "begins above the last address of the machine");
		return false;
	}
	boot->stopped =
	    !boot->sink->perform(boot->sink->arg, op, &step, ret_outcome);
	return ret_outcome->status == MB_OK;
}

bool boot_do(struct boot *boot, const struct op *op, const char *function,
    const char *node)
{
	struct outcome outcome;

	return perform(boot, op, function, node, &outcome);
}

uint64_t boot_alloc(struct boot *boot, const struct op *op,
    const char *function, const char *node)
{
	struct outcome outcome;

	return perform(boot, op, function, node, &outcome) ? outcome.base : 0;
}

bool boot_do_range(struct boot *boot, enum op_kind kind, uint64_t base,
    uint64_t size, const char *function)
{
	const struct op op = boot_op(kind, base, size);

	return size == 0 || boot_do(boot, &op, function, NULL);
}

bool boot_do_flag(struct boot *boot, enum op_kind kind,
    const struct devicetree_range *range, uint32_t flag, const char *function,
    const char *node)
{
	struct op op = boot_op(kind, range->base, range->size);

	op.flags = flag;
	return boot_do(boot, &op, function, node);
}

bool boot_do_set(
    struct boot *boot, enum op_kind kind, uint64_t value, const char *function)
{
	struct op op = boot_op(kind, 0, 0);

	op.value = value;
	return boot_do(boot, &op, function, NULL);
}

void boot_skip(struct boot *boot, const struct op *op, const char *function,
    const char *node, const char *message)
{
	const struct boot_step step = make_step(boot, function, node);

	if (!boot->stopped)
		boot->stopped =
		    !boot->sink->skip(boot->sink->arg, op, &step, message);
}

void boot_skip_format(struct boot *boot, const struct op *op,
    const char *function, const char *format, ...)
{
	char message[OUTCOME_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	boot_skip(boot, op, function, NULL, message);
}

uint64_t boot_dram_start(const struct boot *boot)
{
	const struct memblock_type *memory = boot->mb->memory;

	return region_list_cnt(memory) == 0 ? 0
					    : region_list_at(memory, 0)->base;
}

uint64_t boot_dram_end(const struct boot *boot)
{
	const struct memblock_type *memory = boot->mb->memory;
	const struct memblock_region *last;

	if (region_list_cnt(memory) == 0)
		return 0;
	last = region_list_at(memory, region_list_cnt(memory) - 1);
	return last->base + last->size;
}

uint64_t boot_page_down(const struct boot *boot, uint64_t address)
{
	return address & ~(boot->mb->settings.page_size - 1);
}

uint64_t boot_page_up(const struct boot *boot, uint64_t address)
{
	return boot_page_down(boot, address + boot->mb->settings.page_size - 1);
}

/* Which operation an option of the command line would have led to. */
static enum op_kind complaint_kind(const char *option)
{
	return option[0] == 'c' ? OP_ALLOC : OP_LIMIT;
}

void boot_report_cmdline(struct boot *boot)
{
	const struct cmdline *cmdline = &boot->cmdline;
	size_t i;

	for (i = 0; i < cmdline->complaint_count; i++) {
		const struct op op = boot_op(
		    complaint_kind(cmdline->complaints[i].option), 0, 0);

		boot_skip(boot, &op, "parse_early_param", NULL,
		    cmdline->complaints[i].message);
	}
}
