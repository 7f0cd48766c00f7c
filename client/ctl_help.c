/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_help.h"

#include "client/ctl_text.h"

#include <string.h>

/* Where explanations begin. */
#define COLUMN 28

static void print_option(const struct ctl_option *option, FILE *out)
{
	char left[64], letter[8] = "    ";

	if (option->letter != 0)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	snprintf(left, sizeof(left), "  %s--%s%s%s", letter, option->name,
	    option->value != NULL ? " " : "",
	    option->value != NULL ? option->value : "");
	if (strlen(left) >= COLUMN + 4)
		fprintf(out, "%s\n%*s%s\n", left, COLUMN + 4, "", option->help);
	else
		fprintf(out, "%-*s%s\n", COLUMN + 4, left, option->help);
}

static void print_options(const char *title, ctl_option_set ids, FILE *out)
{
	int id;

	fprintf(out, "\n%s:\n", title);
	for (id = 0; id < CTL_OPTION_COUNT; id++)
		if (ids & CTL_BIT(id))
			print_option(&ctl_options[id], out);
}

static void print_notations(FILE *out)
{
	fputs("\n"
	      "Numbers: 0x1000, 4096, 010000, with K M G T P E (powers of "
	      "1024).\n"
	      "RANGE: BASE SIZE, or one of SIZE@BASE, BASE+SIZE, BASE-LAST "
	      "(LAST belongs to\n"
	      "it) and BASE..END (END does not).\n"
	      "NAME@SEQ, NAME@2026-01-02T03:04:05Z: an instance as it "
	      "stood.\n",
	    out);
}

void ctl_help_overview(FILE *out)
{
	const struct ctl_command *command;
	char left[64];

	fprintf(out,
	    "%s: asks a memblockd, which keeps models of Linux's memblock.\n"
	    "\n"
	    "usage: memblockctl [OPTION]… COMMAND [ARGUMENT]…\n"
	    "\n"
	    "Commands:\n",
	    ctl_name_and_version());
	for (command = ctl_commands; command->name != NULL; command++) {
		snprintf(left, sizeof(left), "%s %s", command->name,
		    command->arguments);
		if (strlen(left) >= COLUMN - 2)
			fprintf(out, "  %s\n%*s%s\n", left, COLUMN, "",
			    command->summary);
		else
			fprintf(out, "  %-*s%s\n", COLUMN - 2, left,
			    command->summary);
	}
	print_options(
	    "Options, before or behind the command", CTL_GLOBAL_OPTIONS, out);
	print_notations(out);
	fputs("\n"
	      "Exit status: 0 done, 1 false or different, 2 usage, 3 refused "
	      "by the server,\n"
	      "4 server not reached or no answer.\n"
	      "`memblockctl help COMMAND` explains one with its options.\n",
	    out);
}

void ctl_help_command(const struct ctl_command *command, FILE *out)
{
	fprintf(out, "usage: memblockctl %s%s%s%s\n\n%s\n", command->name,
	    *command->arguments != '\0' ? " " : "", command->arguments,
	    command->options != 0 ? " [OPTION]…" : "", command->summary);
	if (command->options != 0)
		print_options("Options", command->options, out);
	print_options("Options of every command", CTL_GLOBAL_OPTIONS, out);
	if (strstr(command->arguments, "@SEQ") != NULL ||
	    strstr(command->arguments, "RANGE") != NULL ||
	    strstr(command->arguments, "SIZE") != NULL)
		print_notations(out);
	fprintf(out, "\nExample:\n  %s\n", command->example);
}
