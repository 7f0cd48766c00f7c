/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/config.h"

#include "daemon/memory.h"
#include "daemon/option.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTIONS_MAX 64

static bool __attribute__((format(printf, 2, 3)))
refuse(char error[CONFIG_ERROR_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, CONFIG_ERROR_MAX, format, args);
	va_end(args);
	return false;
}

/* ---- the configuration file ---- */

/* Cuts white space off both ends, in place. */
static char *trim(char *text)
{
	static const char space[] = " \t\r\n";
	size_t length;

	text += strspn(text, space);
	length = strlen(text);
	while (length > 0 && strchr(space, text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return text;
}

/* Takes one line: NAME, NAME VALUE or NAME = VALUE; empty, or a comment. */
static bool take_line(
    char *line, struct config *config, char error[CONFIG_ERROR_MAX])
{
	char *name = trim(line), *value;
	const struct option_row *row;

	if (*name == '\0' || *name == '#')
		return true;
	value = name + strcspn(name, " \t=");
	if (*value != '\0') {
		const bool equals = *value == '=';

		*value++ = '\0';
		value = trim(value);
		if (!equals && *value == '=')
			value = trim(value + 1);
	}
	row = option_find(name);
	if (row == NULL)
		return refuse(error, "there is no option '%s'", name);
	if (row->not_in_file)
		return refuse(error, "%s belongs on the command line", name);
	if (row->argument != NULL && *value == '\0')
		return refuse(error, "%s needs a value", name);
	if (row->argument == NULL && *value != '\0')
		return refuse(error, "%s takes no value", name);
	return row->take(
	    row, row->argument != NULL ? value : NULL, config, error);
}

static bool read_file(
    const char *path, struct config *config, char error[CONFIG_ERROR_MAX])
{
	FILE *file = fopen(path, "re");
	char reason[CONFIG_ERROR_MAX / 2];
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	bool taken = true;

	if (file == NULL)
		return refuse(error, "%s: %s", path, strerror(errno));
	while (taken && getline(&line, &room, file) >= 0) {
		number++;
		taken = take_line(line, config, error);
	}
	if (!taken) {
		snprintf(reason, sizeof(reason), "%.*s",
		    (int)sizeof(reason) - 1, error);
		refuse(error, "%.200s:%u: %s", path, number, reason);
	} else if (ferror(file)) {
		taken = refuse(error, "%s: %s", path, strerror(errno));
	}
	free(line);
	fclose(file);
	return taken;
}

/* ---- the command line ---- */

/* getopt's own table, from ours. */
static void list_options(struct option options[OPTIONS_MAX])
{
	const struct option_row *row;

	for (row = option_rows; row->name != NULL; row++)
		*options++ = (struct option){.name = row->name,
		    .has_arg =
			row->argument != NULL ? required_argument : no_argument,
		    .val = (int)(row - option_rows) + 1};
	*options = (struct option){0};
}

static void forget_listen(struct config *config)
{
	while (config->listen_count > 0)
		free(config->listen[--config->listen_count]);
	memset(config->listen, 0, sizeof(config->listen));
}

/* Says what getopt did not like. */
static bool refuse_option(char *argv[], char error[CONFIG_ERROR_MAX])
{
	if (optopt == 0)
		return refuse(error, "unknown option '%s'", argv[optind - 1]);
	if (optopt >= ' ') /* a letter, maybe one of several in a word */
		return refuse(error, "unknown option '-%c'", optopt);
	return refuse(error, "'%s': %s takes no value", argv[optind - 1],
	    option_rows[optopt - 1].name);
}

static bool read_command_line(
    int argc, char *argv[], struct config *config, char error[CONFIG_ERROR_MAX])
{
	struct option options[OPTIONS_MAX];
	bool taken = true, listens = false;
	int option;

	list_options(options);
	optind = 0; /* from the beginning, also the second time */
	opterr = 0;
	while (taken &&
	       (option = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		const struct option_row *row;

		if (option == ':')
			return refuse(
			    error, "%s needs a value", argv[optind - 1]);
		if (option == '?')
			return refuse_option(argv, error);
		row = &option_rows[option - 1];
		if (!listens && strcmp(row->name, "listen") == 0) {
			forget_listen(config); /* the file's */
			listens = true;
		}
		taken = row->take(row, optarg, config, error);
	}
	if (taken && optind < argc)
		return refuse(error, "unexpected '%s'", argv[optind]);
	return taken;
}

bool config_read(int argc, char *argv[], struct config *ret_config,
    char error[CONFIG_ERROR_MAX])
{
	struct config config;
	bool read;

	/* Once to find the file, and again on top of what the file says. */
	option_defaults(&config);
	read = read_command_line(argc, argv, &config, error);
	if (read && config.file != NULL) {
		char *file = config.file;

		config.file = NULL;
		config_free(&config);
		option_defaults(&config);
		read = read_file(file, &config, error) &&
		       read_command_line(argc, argv, &config, error);
		free(file);
	}
	if (read)
		*ret_config = config;
	else
		config_free(&config);
	return read;
}

void config_free(struct config *config)
{
	forget_listen(config);
	free(config->journal);
	free(config->backup_to);
	free(config->file);
	config->journal = config->backup_to = config->file = NULL;
}

/* ---- places ---- */

static char *__attribute__((format(printf, 1, 2)))
new_text(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return memory_need(length < 0 ? NULL : text);
}

/* What a variable of the environment names; NULL: nothing, or it is empty. */
static const char *named_by(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0' ? value : NULL;
}

bool config_journal_default(struct config *config, char error[CONFIG_ERROR_MAX])
{
	const char *state = named_by("STATE_DIRECTORY");
	const char *home = named_by("XDG_STATE_HOME");
	char *folder;

	if (state != NULL)
		folder = new_text("%s", state);
	else if (geteuid() == 0)
		folder = new_text("/var/lib/memblockd");
	else if (home != NULL)
		folder = new_text("%s/memblockd", home);
	else
		return refuse(error, "no --journal, and neither "
				     "STATE_DIRECTORY nor XDG_STATE_HOME is "
				     "set");
	mkdir(folder, 0750); /* if it fails, opening the journal says why */
	config->journal = new_text("%s/journal.db", folder);
	free(folder);
	return true;
}

bool config_listen_default(struct config *config, char error[CONFIG_ERROR_MAX])
{
	const char *folder = named_by("XDG_RUNTIME_DIR");

	/* As a service of any user, it has a folder of its own. */
	if (named_by("RUNTIME_DIRECTORY") != NULL) {
		folder = named_by("RUNTIME_DIRECTORY");
	} else if (geteuid() == 0) {
		folder = "/run/memblockd";
		mkdir(folder, 0755);
	}
	if (folder == NULL)
		return refuse(
		    error, "no --listen, and XDG_RUNTIME_DIR is not set");
	config->listen[0] = new_text("unix:%s/memblockd.sock", folder);
	config->listen[1] = new_text("127.0.0.1:6255");
	config->listen_count = 2;
	return true;
}
