/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_commands.h"

#include "client/ctl_blame.h"
#include "client/ctl_diff.h"
#include "client/ctl_dump.h"
#include "client/ctl_explain.h"
#include "client/ctl_export.h"
#include "client/ctl_handover.h"
#include "client/ctl_json.h"
#include "client/ctl_json_log.h"
#include "client/ctl_log.h"
#include "client/ctl_lowmem.h"
#include "client/ctl_nearest.h"
#include "client/ctl_ranges.h"
#include "client/ctl_requests.h"
#include "client/ctl_reserved.h"
#include "client/ctl_text.h"

#include <string.h>

/* ---- the table ---- */

#define ALLOC_OPTIONS                                                          \
	(CTL_BIT(CTL_ALIGN) | CTL_BIT(CTL_FROM) | CTL_BIT(CTL_TO) |            \
	    CTL_BIT(CTL_NID) | CTL_BIT(CTL_EXACT_NID) |                        \
	    CTL_BIT(CTL_MIN_FALLBACK))

/* clang-format off */
const struct ctl_command ctl_commands[] = {
    {
	.name = "create", .arguments = "NAME",
	.options = (CTL_BIT(CTL_KERNEL_END) << 1) - CTL_BIT(CTL_KERNEL),
	.summary = "make a new, empty instance",
	.example = "memblockctl create board0 --nodes 2",
	.make = ctl_make_create,
    }, {
	.name = "list", .arguments = "",
	.options = CTL_BIT(CTL_LONG) | CTL_BIT(CTL_ALL),
	.summary = "name every instance, and its seq",
	.example = "memblockctl list --long",
	.make = ctl_make_list,
	.print = ctl_print_list, .print_json = ctl_json_list,
    }, {
	.name = "info", .arguments = "NAME[@SEQ]",
	.summary = "show the settings, sizes and counts of an instance",
	.example = "memblockctl info board0",
	.make = ctl_make_info,
	.print = ctl_print_info, .print_json = ctl_json_info,
    }, {
	.name = "destroy", .arguments = "NAME",
	.options = CTL_BIT(CTL_PURGE) | CTL_BIT(CTL_LIFE),
	.summary = "take an instance out of service",
	.example = "memblockctl destroy board0",
	.make = ctl_make_destroy,
    }, {
	.name = "clone", .arguments = "NAME[@SEQ] NEW", .makes_new = true,
	.summary = "make an instance that begins as another stands, or stood",
	.example = "memblockctl clone board0@42 what-if",
	.make = ctl_make_clone, .print_json = ctl_json_origin,
    }, {
	.name = "add", .arguments = "NAME RANGE",
	.options = CTL_BIT(CTL_NID) | CTL_BIT(CTL_FLAGS),
	.summary = "add memory (memblock_add, memblock_add_node)",
	.example = "memblockctl add board0 1G@0x40000000 --nid 0",
	.make = ctl_make_add,
    }, {
	.name = "remove", .arguments = "NAME RANGE",
	.summary = "remove memory (memblock_remove)",
	.example = "memblockctl remove board0 0x7f000000-0x7fffffff",
	.make = ctl_make_remove,
    }, {
	.name = "reserve", .arguments = "NAME RANGE",
	.options = CTL_BIT(CTL_NID) | CTL_BIT(CTL_FLAGS),
	.summary = "reserve a range (memblock_reserve)",
	.example = "memblockctl reserve board0 0x41000000 4K --label initrd",
	.make = ctl_make_reserve,
    }, {
	.name = "free", .arguments = "NAME RANGE",
	.summary = "give a reservation back (memblock_phys_free)",
	.example = "memblockctl free board0 0x41000000+4K",
	.make = ctl_make_free,
    }, {
	.name = "alloc", .arguments = "NAME SIZE", .options = ALLOC_OPTIONS,
	.summary = "allocate, and print the address "
	    "(memblock_alloc_range_nid)",
	.example = "memblockctl alloc board0 1M --align 4K --to 4G",
	.make = ctl_make_alloc,
	.print = ctl_print_address, .print_json = ctl_json_range,
    }, {
	.name = "find", .arguments = "NAME[@SEQ] SIZE", .options = ALLOC_OPTIONS,
	.summary = "print the address that alloc would take",
	.example = "memblockctl find board0 1M --align 2M",
	.make = ctl_make_find,
	.print = ctl_print_address, .print_json = ctl_json_range,
    }, {
	.name = "explain", .arguments = "NAME[@SEQ] SIZE",
	.options = ALLOC_OPTIONS,
	.summary = "tell where alloc would go, and why",
	.example = "memblockctl explain board0 1M --align 2M",
	.make = ctl_make_explain,
	.print = ctl_print_explain, .print_json = ctl_json_explain,
    }, {
	.name = "mark", .arguments = "NAME FLAG RANGE",
	.summary = "flag a range: hotplug, mirror, nomap (memblock_mark_*) or "
	    "rsrv_noinit",
	.example = "memblockctl mark board0 nomap 0x50000000 2M",
	.make = ctl_make_mark,
    }, {
	.name = "clear", .arguments = "NAME FLAG RANGE",
	.summary = "take a flag from a range (memblock_clear_*)",
	.example = "memblockctl clear board0 nomap 0x50000000 2M",
	.make = ctl_make_clear,
    }, {
	.name = "set-node", .arguments = "NAME RANGE NID",
	.options = CTL_BIT(CTL_TYPE),
	.summary = "give a range to a node, or to none with - "
	    "(memblock_set_node)",
	.example = "memblockctl set-node board0 1G@0x40000000 1",
	.make = ctl_make_set_node,
    }, {
	.name = "trim", .arguments = "NAME ALIGN",
	.summary = "shrink memory to multiples of ALIGN "
	    "(memblock_trim_memory)",
	.example = "memblockctl trim board0 64K",
	.make = ctl_make_trim,
    }, {
	.name = "limit", .arguments = "NAME SIZE",
	.options = CTL_BIT(CTL_KEEP_NOMAP),
	.summary = "keep the lowest SIZE bytes of memory "
	    "(memblock_enforce_memory_limit)",
	.example = "memblockctl limit board0 512M",
	.make = ctl_make_limit,
    }, {
	.name = "cap", .arguments = "NAME RANGE",
	.summary = "keep what is in a range (memblock_cap_memory_range)",
	.example = "memblockctl cap board0 0x40000000..0x60000000",
	.make = ctl_make_cap,
    }, {
	.name = "physmem-add", .arguments = "NAME RANGE",
	.summary = "add a range to physmem (memblock_physmem_add)",
	.example = "memblockctl physmem-add board0 1G@0x40000000",
	.make = ctl_make_physmem_add,
    }, {
	.name = "set", .arguments = "NAME SETTING VALUE",
	.summary = "bottom-up on|off, current-limit NUM|anywhere, or "
	    "resize on",
	.example = "memblockctl set board0 current-limit 4G",
	.make = ctl_make_set,
    }, {
	.name = "dump", .arguments = "NAME[@SEQ]",
	.options = CTL_BIT(CTL_FORMAT) | CTL_BIT(CTL_DUMP_TYPE),
	.summary = "print the layout (memblock_dump_all)",
	.example = "memblockctl dump board0 --format table",
	.make = ctl_make_dump,
	.print = ctl_print_dump, .print_json = ctl_json_dump,
    }, {
	.name = "ranges", .arguments = "NAME[@SEQ] LIST",
	.options = CTL_BIT(CTL_NID) | CTL_BIT(CTL_FLAGS) |
	    CTL_BIT(CTL_REVERSE) | CTL_BIT(CTL_PFN),
	.summary = "print each range of memory, reserved, physmem or free",
	.example = "memblockctl ranges board0 free --reverse",
	.make = ctl_make_ranges,
	.print = ctl_print_ranges, .print_json = ctl_json_ranges,
    }, {
	.name = "query", .arguments = "NAME[@SEQ] QUESTION ADDR|RANGE",
	.options = CTL_BIT(CTL_TYPE),
	.summary = "memory, map-memory, reserved, region-memory, "
	    "region-reserved, overlaps or find-region?",
	.example = "memblockctl query board0 region-memory 2M@0x40000000",
	.make = ctl_make_query,
	.print = ctl_print_value, .print_json = ctl_json_value,
    }, {
	.name = "handover", .arguments = "NAME[@SEQ]",
	.options = CTL_BIT(CTL_MAX_LOW_PFN) | CTL_BIT(CTL_CMA) |
	    CTL_BIT(CTL_INIT),
	.summary = "what the page allocator would get (memblock_free_all)",
	.example = "memblockctl handover board0 --cma 64M@0x5b600000",
	.make = ctl_make_handover,
	.print = ctl_print_handover, .print_json = ctl_json_handover,
    }, {
	.name = "blame", .arguments = "NAME[@SEQ] [RANGE]",
	.summary = "tell who put each part of memory and reserved there",
	.example = "memblockctl blame board0 0x41000000 4K",
	.make = ctl_make_blame,
	.print = ctl_print_blame, .print_json = ctl_json_blame,
    }, {
	.name = "lowmem", .arguments = "NAME[@SEQ]",
	.options = CTL_BIT(CTL_KERNEL_START) | CTL_BIT(CTL_LOWMEM_END) |
	    CTL_BIT(CTL_LOWMEM_LIMIT),
	.summary = "how 32-bit arm maps low memory (map_lowmem)",
	.example = "memblockctl lowmem board0 --kernel-start 0x60008000 "
	    "--kernel-end 0x60b00000 --lowmem-limit 0x90000000",
	.make = ctl_make_lowmem,
	.print = ctl_print_lowmem, .print_json = ctl_json_lowmem,
    }, {
	.name = "diff", .arguments = "NAME[@SEQ] NAME[@SEQ]",
	.summary = "tell what differs between two instances, or two moments "
	    "of one",
	.example = "memblockctl diff board0@1200 board0",
	.make = ctl_make_diff,
	.print = ctl_print_diff, .print_json = ctl_json_diff,
    }, {
	.name = "load", .arguments = "NAME FILE.dtb",
	.summary = "do what a device tree says about memory",
	.example = "memblockctl load board0 board.dtb",
	.make = ctl_make_load,
	.print = ctl_print_steps, .print_json = ctl_json_steps,
    }, {
	.name = "boot", .arguments = "NAME",
	.options = (CTL_BIT(CTL_UNTIL_STAGE) << 1) - CTL_BIT(CTL_ARCH),
	.summary = "do what a kernel does that boots from a device tree",
	.example = "memblockctl boot board0 --arch arm64 --dtb board.dtb "
	    "--dtb-at 0x48000000 --image 0x40210000..0x42210000 "
	    "--text 0x40200000",
	.make = ctl_make_boot,
	.print = ctl_print_steps, .print_json = ctl_json_steps,
    }, {
	.name = "reserved-memory", .arguments = "NAME[@SEQ]",
	.summary = "show what became of /reserved-memory",
	.example = "memblockctl reserved-memory board0",
	.make = ctl_make_reserved_memory,
	.print = ctl_print_reserved, .print_json = ctl_json_reserved,
    }, {
	.name = "log", .arguments = "NAME",
	.options = CTL_BIT(CTL_FROM_SEQ) | CTL_BIT(CTL_TO_SEQ) |
	    CTL_BIT(CTL_REVERSE) | CTL_BIT(CTL_LIMIT) | CTL_BIT(CTL_LIFE) |
	    CTL_BIT(CTL_SINCE) | CTL_BIT(CTL_UNTIL) | CTL_BIT(CTL_OPERATION) |
	    CTL_BIT(CTL_PRINCIPAL) | CTL_BIT(CTL_GREP_LABEL) |
	    CTL_BIT(CTL_TOUCHING) | CTL_BIT(CTL_FAILED) |
	    CTL_BIT(CTL_FOLLOW_ORIGIN),
	.summary = "print the journal, or what is asked of it, an operation a line",
	.example = "memblockctl log board0 --reverse --limit 10",
	.make = ctl_make_log, .in_parts = true,
	.print = ctl_print_log, /* its JSON object is one of a kind */
    }, {
	.name = "watch", .arguments = "[NAME...]",
	.options = CTL_BIT(CTL_WATCH_FROM) | CTL_BIT(CTL_WATCH_ALL) |
	    CTL_BIT(CTL_HEARTBEAT),
	.summary = "print operations as they are written to disk, until it is "
	    "interrupted",
	.example = "memblockctl watch board0 --from 1",
    }, {
	.name = "compact", .arguments = "NAME", .options = CTL_BIT(CTL_KEEP),
	.summary = "drop what the journal has of an instance before a seq",
	.example = "memblockctl compact board0 --keep 100000",
	.make = ctl_make_compact,
    }, {
	.name = "verify", .arguments = "NAME",
	.summary = "replay the journal and compare",
	.example = "memblockctl verify board0",
	.make = ctl_make_verify,
	.print = ctl_print_verdict, .print_json = ctl_json_verdict,
	.print_progress = ctl_print_replayed,
    }, {
	.name = "export", .arguments = "NAME[@SEQ] [FILE]",
	.summary = "write a whole history to FILE or, without it, to standard "
	    "output",
	.example = "memblockctl export board0 board0.history",
    }, {
	.name = "import", .arguments = "FILE NAME",
	.summary = "make an instance out of what an export wrote",
	.example = "memblockctl import board0.history board1",
	.print_json = ctl_json_imported,
    }, {
	.name = "batch", .arguments = "[FILE]",
	.options = CTL_BIT(CTL_ATOMIC) | CTL_BIT(CTL_KEEP_GOING),
	.summary = "do the commands in FILE or, without it or with -, those "
	    "that come in",
	.example = "memblockctl batch --keep-going boards.txt",
    }, {
	.name = "ping", .arguments = "",
	.summary = "measure the time to the server and back",
	.example = "memblockctl ping --timeout 1",
	.make = ctl_make_ping,
	.print = ctl_print_ping, .print_json = ctl_json_ping,
    }, {
	.name = "version", .arguments = "",
	.summary = "print the versions of memblockctl and of the server",
	.example = "memblockctl version",
	.make = ctl_make_version,
	.print = ctl_print_version, .print_json = ctl_json_version,
    }, {
	.name = "help", .arguments = "[COMMAND]",
	.summary = "explain a command",
	.example = "memblockctl help alloc",
    },
    {0},
};
/* clang-format on */

const struct ctl_command *ctl_command_find(const char *name)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

const char *ctl_command_nearest(const char *word)
{
	const char *names[64];
	size_t count;

	for (count = 0; count < 64 && ctl_commands[count].name; count++)
		names[count] = ctl_commands[count].name;
	return ctl_nearest(word, names, count);
}

/* ---- options ---- */

static void set_fields(struct mbc_request *request, const struct ctl_line *line)
{
	const struct ctl_option *option;
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++) {
		option = &ctl_options[id];
		if (option->field == 0 || ctl_takes_areas(option) ||
		    !ctl_given(line, (enum ctl_option_id)id))
			continue;
		if (option->value != NULL && option->parse == NULL)
			mbc_request_set_text(
			    request, option->field, line->values[id].text);
		else
			mbc_request_set(
			    request, option->field, line->values[id].number);
	}
}

static void add_areas(struct mbc_request *request, const struct ctl_line *line)
{
	const struct ctl_area *area;
	size_t i;

	for (i = 0; i < line->area_count; i++) {
		area = &line->areas[i];
		mbc_request_add_area(request, ctl_options[area->option].field,
		    area->base, area->size);
	}
}

void ctl_set_request(struct mbc_request *request, const struct ctl_line *line)
{
	if (ctl_given(line, CTL_LABEL))
		mbc_request_set_label(request, line->values[CTL_LABEL].text);
	if (ctl_given(line, CTL_IF_SEQ))
		mbc_request_set_if_seq(
		    request, line->values[CTL_IF_SEQ].number);
	if (ctl_given(line, CTL_KEY))
		mbc_request_set_key(request, line->values[CTL_KEY].text,
		    strlen(line->values[CTL_KEY].text));
	if (ctl_given(line, CTL_DRY_RUN))
		mbc_request_set_dry_run(request);
}

struct mbc_request *ctl_make_request(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request;

	error->text[0] = '\0';
	request = line->command->make(line, error);
	set_fields(request, line);
	if (line->moment.when == CTL_AT_SEQ)
		mbc_request_set_at_seq(request, line->moment.value);
	else if (line->moment.when == CTL_AT_TIME)
		mbc_request_set_at_time(request, line->moment.value);
	add_areas(request, line);
	ctl_set_request(request, line);
	if (line->command->in_parts)
		mbc_request_set_in_parts(request);
	return request;
}
