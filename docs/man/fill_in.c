/* SPDX-License-Identifier: BSD-2-Clause */
/* fill_in TEMPLATE: prints a manual page's source or a completion script, with
 * what the tables of memblockctl and memblockd say in the place of the lines
 * that are @placeholders@. */
#include "client/ctl_commands.h"
#include "daemon/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- scdoc ---- */

/* Plain text, whatever scdoc would take its characters for. */
static void man_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\*_~<>[]#|", *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void man_marked(char mark, const char *text)
{
	putchar(mark);
	man_text(text);
	putchar(mark);
}

/* A term and what it means, both behind indent. */
static void man_option(
    const char *indent, const struct ctl_option *option, ctl_option_set given)
{
	if ((given & CTL_BIT(option - ctl_options)) == 0)
		return;
	fputs(indent, stdout);
	if (option->letter != 0)
		printf("*-%c*, ", option->letter);
	printf("*--%s*", option->name);
	if (option->value != NULL) {
		putchar(' ');
		man_marked('_', option->value);
	}
	printf("\n%s\t", indent);
	man_text(option->help);
	fputs("\n\n", stdout);
}

static void man_options_of(const char *indent, ctl_option_set given)
{
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++)
		man_option(indent, &ctl_options[id], given);
}

static void man_options(void)
{
	man_options_of("", CTL_GLOBAL_OPTIONS);
}

static void man_command(const struct ctl_command *command)
{
	printf("*%s* ", command->name);
	if (*command->arguments != '\0')
		man_marked('_', command->arguments);
	if (command->options != 0)
		fputs(" [_OPTION_]…", stdout);
	fputs("\n\t", stdout);
	man_text(command->summary);
	fputs("\n\n", stdout);
	man_options_of("\t", command->options);
	fputs("\tExample: ", stdout);
	man_marked('*', command->example);
	fputs("\n\n", stdout);
}

static void man_commands(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++)
		man_command(command);
}

static void man_daemon_options(void)
{
	const struct option_row *row;

	for (row = option_rows; row->name != NULL; row++) {
		printf("*--%s*", row->name);
		if (row->argument != NULL) {
			putchar(' ');
			man_marked('_', row->argument);
		}
		fputs("\n\t", stdout);
		man_text(row->help);
		fputs("\n\n", stdout);
	}
}

/* ---- shells ---- */

/* Text between single quotes. */
static void quoted_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		putchar(*text);
	}
}

static void print_options(ctl_option_set given)
{
	const char *before = "";
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++) {
		if ((given & CTL_BIT(id)) == 0)
			continue;
		printf("%s--%s", before, ctl_options[id].name);
		before = " ";
	}
}

/* One arm of a case for each command. */
static void shell_arguments(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++)
		printf(
		    "\t%s) echo '%s' ;;\n", command->name, command->arguments);
}

static void shell_options(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++) {
		printf("\t%s) echo '", command->name);
		print_options(CTL_GLOBAL_OPTIONS | command->options);
		puts("' ;;");
	}
	fputs("\t*) echo '", stdout);
	print_options(CTL_GLOBAL_OPTIONS);
	puts("' ;;");
}

/* What the value of an option is, for those that take one. */
static void shell_values(void)
{
	const struct ctl_option *option;

	for (option = ctl_options; option < ctl_options + CTL_OPTION_COUNT;
	     option++) {
		if (option->value == NULL)
			continue;
		putchar('\t');
		if (option->letter != 0)
			printf("-%c | ", option->letter);
		printf("--%s) echo '%s' ;;\n", option->name, option->value);
	}
}

static void shell_commands(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++)
		printf("\t%s\n", command->name);
}

static void shell_flags(void)
{
	unsigned int bit;

	for (bit = 0; mbc_flag_name(bit) != NULL; bit++)
		printf("\t%s\n", mbc_flag_name(bit));
}

/* "command:what it does", as _describe wants it. */
static void zsh_commands(void)
{
	const struct ctl_command *command;

	for (command = ctl_commands; command->name != NULL; command++) {
		printf("\t'%s:", command->name);
		quoted_text(command->summary);
		puts("'");
	}
}

/* "--option:what it does", once for each. */
static void zsh_options(void)
{
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++) {
		printf("\t'--%s:", ctl_options[id].name);
		quoted_text(ctl_options[id].help);
		puts("'");
	}
}

/* ---- the template ---- */

static const struct {
	const char *line;
	void (*print)(void);
} placeholders[] = {
    {"@man-options@\n", man_options},
    {"@man-commands@\n", man_commands},
    {"@man-daemon-options@\n", man_daemon_options},
    {"@commands@\n", shell_commands},
    {"@flags@\n", shell_flags},
    {"@arguments@\n", shell_arguments},
    {"@options@\n", shell_options},
    {"@values@\n", shell_values},
    {"@zsh-commands@\n", zsh_commands},
    {"@zsh-options@\n", zsh_options},
};
#define PLACEHOLDER_COUNT (sizeof(placeholders) / sizeof(placeholders[0]))

static void fill_in_line(const char *line)
{
	size_t i;

	for (i = 0; i < PLACEHOLDER_COUNT; i++) {
		if (strcmp(line, placeholders[i].line) == 0) {
			placeholders[i].print();
			return;
		}
	}
	fputs(line, stdout);
}

int main(int argc, char *argv[])
{
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t room = 0;

	if (template == NULL) {
		fputs("usage: fill_in TEMPLATE\n", stderr);
		return EXIT_FAILURE;
	}
	while (getline(&line, &room, template) >= 0)
		fill_in_line(line);
	free(line);
	fclose(template);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
