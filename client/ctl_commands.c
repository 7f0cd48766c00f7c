/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_commands.h"

#include "client/ctl_dump.h"
#include "client/ctl_file.h"
#include "client/ctl_json.h"
#include "client/ctl_log.h"
#include "client/ctl_number.h"
#include "client/ctl_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- requests ---- */

static struct mbc_request *make_create(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_create(line->instance);
}

static struct mbc_request *make_list(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_list();
}

static struct mbc_request *make_info(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_info(line->instance);
}

static struct mbc_request *make_destroy(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_destroy(line->instance);
}

static struct mbc_request *make_add(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_add(line->instance, line->base, line->size);
}

static struct mbc_request *make_remove(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_remove(line->instance, line->base, line->size);
}

static struct mbc_request *make_reserve(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_reserve(line->instance, line->base, line->size);
}

static struct mbc_request *make_free(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_phys_free(line->instance, line->base, line->size);
}

static struct mbc_request *make_alloc(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_alloc(line->instance, line->size);
}

static struct mbc_request *make_find(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_find(line->instance, line->size);
}

static struct mbc_request *make_set(
    const struct ctl_line *line, struct ctl_error *error)
{
	const char *setting = line->texts[0], *value = line->texts[1];
	const bool on = strcmp(value, "on") == 0;
	uint64_t limit = MBC_ANYWHERE;

	if (strcmp(setting, "bottom-up") == 0) {
		if (on || strcmp(value, "off") == 0)
			return mbc_set_bottom_up(line->instance, on);
		ctl_fail(error, "bottom-up '%s': on or off", value);
	} else if (strcmp(setting, "current-limit") == 0) {
		if (strcmp(value, "anywhere") == 0 ||
		    ctl_parse_number(value, &limit, error))
			return mbc_set_current_limit(line->instance, limit);
	} else if (strcmp(setting, "resize") == 0) {
		if (on)
			return mbc_allow_resize(line->instance);
		ctl_fail(error, "resize '%s': on, and never off again", value);
	} else {
		ctl_fail(error,
		    "'%s': not a setting: bottom-up, current-limit or resize",
		    setting);
	}
	return NULL;
}

static struct mbc_request *make_dump(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_dump(line->instance);
}

static struct mbc_request *make_load(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request;
	char *content;
	size_t size;

	if (!ctl_read_file(line->texts[0], &content, &size, error))
		return NULL;
	request = mbc_load(line->instance, content, size);
	free(content);
	return request;
}

static struct mbc_request *make_log(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_log(line->instance);
}

static struct mbc_request *make_verify(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_verify(line->instance);
}

static struct mbc_request *make_ping(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_ping();
}

static struct mbc_request *make_version(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_hello(ctl_name_and_version());
}

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
	.make = make_create,
    }, {
	.name = "list", .arguments = "",
	.options = CTL_BIT(CTL_LONG) | CTL_BIT(CTL_ALL),
	.summary = "name every instance, and its seq",
	.example = "memblockctl list --long",
	.make = make_list,
	.print = ctl_print_list, .print_json = ctl_json_list,
    }, {
	.name = "info", .arguments = "NAME",
	.summary = "show the settings, sizes and counts of an instance",
	.example = "memblockctl info board0",
	.make = make_info,
	.print = ctl_print_info, .print_json = ctl_json_info,
    }, {
	.name = "destroy", .arguments = "NAME",
	.summary = "take an instance out of service",
	.example = "memblockctl destroy board0",
	.make = make_destroy,
    }, {
	.name = "add", .arguments = "NAME RANGE",
	.options = CTL_BIT(CTL_NID) | CTL_BIT(CTL_FLAGS),
	.summary = "add memory (memblock_add, memblock_add_node)",
	.example = "memblockctl add board0 1G@0x40000000 --nid 0",
	.make = make_add,
    }, {
	.name = "remove", .arguments = "NAME RANGE",
	.summary = "remove memory (memblock_remove)",
	.example = "memblockctl remove board0 0x7f000000-0x7fffffff",
	.make = make_remove,
    }, {
	.name = "reserve", .arguments = "NAME RANGE",
	.options = CTL_BIT(CTL_NID) | CTL_BIT(CTL_FLAGS),
	.summary = "reserve a range (memblock_reserve)",
	.example = "memblockctl reserve board0 0x41000000 4K --label initrd",
	.make = make_reserve,
    }, {
	.name = "free", .arguments = "NAME RANGE",
	.summary = "give a reservation back (memblock_phys_free)",
	.example = "memblockctl free board0 0x41000000+4K",
	.make = make_free,
    }, {
	.name = "alloc", .arguments = "NAME SIZE", .options = ALLOC_OPTIONS,
	.summary = "allocate, and print the address "
	    "(memblock_alloc_range_nid)",
	.example = "memblockctl alloc board0 1M --align 4K --to 4G",
	.make = make_alloc,
	.print = ctl_print_address, .print_json = ctl_json_range,
    }, {
	.name = "find", .arguments = "NAME SIZE", .options = ALLOC_OPTIONS,
	.summary = "print the address that alloc would take",
	.example = "memblockctl find board0 1M --align 2M",
	.make = make_find,
	.print = ctl_print_address, .print_json = ctl_json_range,
    }, {
	.name = "set", .arguments = "NAME SETTING VALUE",
	.summary = "bottom-up on|off, current-limit NUM|anywhere, or "
	    "resize on",
	.example = "memblockctl set board0 current-limit 4G",
	.make = make_set,
    }, {
	.name = "dump", .arguments = "NAME", .options = CTL_BIT(CTL_FORMAT),
	.summary = "print the layout (memblock_dump_all)",
	.example = "memblockctl dump board0 --format table",
	.make = make_dump,
	.print = ctl_print_dump, .print_json = ctl_json_dump,
    }, {
	.name = "load", .arguments = "NAME FILE.dtb",
	.summary = "do what a device tree says about memory",
	.example = "memblockctl load board0 board.dtb",
	.make = make_load,
	.print = ctl_print_steps, .print_json = ctl_json_steps,
    }, {
	.name = "log", .arguments = "NAME",
	.options = CTL_BIT(CTL_FROM_SEQ) | CTL_BIT(CTL_TO_SEQ) |
	    CTL_BIT(CTL_REVERSE) | CTL_BIT(CTL_LIMIT),
	.summary = "print the journal, an operation a line",
	.example = "memblockctl log board0 --reverse --limit 10",
	.make = make_log, .in_parts = true,
	.print = ctl_print_log, /* its JSON object is one of a kind */
    }, {
	.name = "verify", .arguments = "NAME",
	.summary = "replay the journal and compare",
	.example = "memblockctl verify board0",
	.make = make_verify,
	.print = ctl_print_verdict, .print_json = ctl_json_verdict,
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
	.make = make_ping,
	.print = ctl_print_ping, .print_json = ctl_json_ping,
    }, {
	.name = "version", .arguments = "",
	.summary = "print the versions of memblockctl and of the server",
	.example = "memblockctl version",
	.make = make_version,
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

/* ---- options ---- */

static void set_fields(struct mbc_request *request, const struct ctl_line *line)
{
	const struct ctl_option *option;
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++) {
		option = &ctl_options[id];
		if (option->field == 0 ||
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

struct mbc_request *ctl_make_request(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request;

	error->text[0] = '\0';
	request = line->command->make(line, error);
	set_fields(request, line);
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
	if (line->command->in_parts)
		mbc_request_set_in_parts(request);
	return request;
}
