/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/option.h"

#include "daemon/address.h"
#include "daemon/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

/* A number in C's notation with at most one suffix, powers of 1024. */
static bool parse_number(const char *text, uint64_t *ret_value)
{
	static const char suffixes[] = "kmgt";
	unsigned long long value;
	const char *suffix;
	unsigned int shift;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0)
		return false;
	if (*end == '\0') {
		*ret_value = value;
		return true;
	}
	suffix = strchr(suffixes, *end | 0x20);
	if (suffix == NULL || end[1] != '\0')
		return false;
	shift = 10 * (unsigned int)(suffix - suffixes + 1);
	if (value > UINT64_MAX >> shift)
		return false;
	*ret_value = value << shift;
	return true;
}

static bool take_limit(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	uint64_t number;

	if (!parse_number(value, &number)) {
		snprintf(error, CONFIG_ERROR_MAX, "%s: '%s' is not a number",
		    row->name, value);
		return false;
	}
	if (number < row->lowest || number > row->highest) {
		snprintf(error, CONFIG_ERROR_MAX,
		    "%s: %s is not between %llu and %llu", row->name, value,
		    (unsigned long long)row->lowest,
		    (unsigned long long)row->highest);
		return false;
	}
	memcpy((char *)&config->limits + row->offset, &number, sizeof(number));
	return true;
}

static bool take_sync(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	static const char *const words[] = {
	    [JOURNAL_SYNC_FULL] = "full",
	    [JOURNAL_SYNC_NORMAL] = "normal",
	    [JOURNAL_SYNC_OFF] = "off",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value, words[i]) == 0) {
			config->sync = (enum journal_sync)i;
			return true;
		}
	}
	snprintf(error, CONFIG_ERROR_MAX,
	    "%s: '%s' is none of full, normal, off", row->name, value);
	return false;
}

static bool take_log_level(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	if (log_level_parse(value, &config->log_level))
		return true;
	snprintf(error, CONFIG_ERROR_MAX,
	    "%s: '%s' is none of error, warning, info, debug", row->name,
	    value);
	return false;
}

static void set_text(char **place, const char *value)
{
	free(*place);
	*place = memory_need(strdup(value));
}

static bool take_journal(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	(void)row, (void)error;
	set_text(&config->journal, value);
	return true;
}

static bool take_listen(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	char reason[ADDRESS_ERROR_MAX];
	struct address address;

	if (config->listen_count == CONFIG_LISTEN_MAX) {
		snprintf(error, CONFIG_ERROR_MAX, "%s: more than %d addresses",
		    row->name, CONFIG_LISTEN_MAX);
		return false;
	}
	if (!address_parse(value, &address, reason)) {
		snprintf(error, CONFIG_ERROR_MAX, "%s: '%s': %s", row->name,
		    value, reason);
		return false;
	}
	set_text(&config->listen[config->listen_count++], value);
	return true;
}

static bool take_config(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	(void)row, (void)error;
	set_text(&config->file, value);
	return true;
}

static bool take_read_only(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	(void)row, (void)value, (void)error;
	config->read_only = true;
	return true;
}

/* The options that are something else to do than to serve. */
static bool take_action(const struct option_row *row, const char *value,
    struct config *config, char error[CONFIG_ERROR_MAX])
{
	static const struct {
		const char *name;
		enum config_action action;
	} actions[] = {
	    {"check", CONFIG_CHECK},
	    {"check-config", CONFIG_CHECK_CONFIG},
	    {"backup", CONFIG_BACKUP},
	    {"version", CONFIG_VERSION},
	    {"help", CONFIG_HELP},
	};
	size_t i;

	(void)error;
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(row->name, actions[i].name) == 0)
			config->action = actions[i].action;
	if (value != NULL)
		set_text(&config->backup_to, value);
	return true;
}

/* ---- the table ---- */

#define LIMIT(field)                                                           \
	.take = take_limit, .offset = offsetof(struct limits, field)

const struct option_row option_rows[] = {
    {"journal", "FILE", "the journal; made if it is not there",
	.take = take_journal},
    {"listen", "ADDRESS",
	"unix:PATH, HOST:PORT or [V6]:PORT; port 0 takes a free\n"
	"one; may be given again, and replaces the defaults",
	.take = take_listen},
    {"sync", "full|normal|off", "how much of SQLite's syncing to do (full)",
	.take = take_sync},
    {"read-only", NULL, "answer, and take no changes", .take = take_read_only},
    {"config", "FILE", "read options from FILE, a line NAME = VALUE each",
	.take = take_config, .not_in_file = true},
    {"log-level", "LEVEL", "error, warning, info or debug (info)",
	.take = take_log_level},
    {"check", NULL, "replay every instance, say what is found, and end",
	.take = take_action, .not_in_file = true},
    {"check-config", NULL, "end after the options were checked",
	.take = take_action, .not_in_file = true},
    {"backup", "TO", "copy the journal to the new file TO, and end",
	.take = take_action, .not_in_file = true},
    {"version", NULL, "print the version", .take = take_action,
	.not_in_file = true},
    {"help", NULL, "print this", .take = take_action, .not_in_file = true},
    {"max-frame", "NUM", "bytes of one message on the wire (16M)",
	LIMIT(frame_bytes_max), 1024, 1u << 30, 16u << 20},
    {"max-sessions", "NUM", "connections (16384)", LIMIT(sessions_max), 1,
	1u << 20, 16384},
    {"max-instances", "NUM", "instances in service (65536)",
	LIMIT(instances_max), 1, 1u << 24, 65536},
    {"max-regions", "NUM", "regions of one instance (1048576)",
	LIMIT(regions_max), 1, 1u << 28, 1048576},
    {"max-batch", "NUM", "operations of one atomic batch (65536)",
	LIMIT(batch_max), 1, 1u << 20, 65536},
    {"max-imports", "NUM", "imports at the same time (16)", LIMIT(imports_max),
	1, 1u << 10, 16},
    {"max-in-flight", "NUM", "unanswered requests of one session (1024)",
	LIMIT(in_flight_max), 1, 1u << 20, 1024},
    {"max-queued", "NUM", "bytes of answers a session has not taken (64M)",
	LIMIT(queued_bytes_max), 1024, UINT64_C(1) << 40, 64u << 20},
    {"max-watchers", "NUM", "watches, of all sessions together (256)",
	LIMIT(watchers_max), 0, 1u << 16, 256},
    {"stall-timeout", "SECONDS",
	"until a peer that stopped midway is closed (30)", LIMIT(stall_seconds),
	1, 86400, 30},
    {.name = NULL},
};

const struct option_row *option_find(const char *name)
{
	const struct option_row *row;

	for (row = option_rows; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

void option_defaults(struct config *ret_config)
{
	const struct option_row *row;

	*ret_config = (struct config){.log_level = LOG_LEVEL_INFO};
	for (row = option_rows; row->name != NULL; row++)
		if (row->take == take_limit)
			memcpy((char *)&ret_config->limits + row->offset,
			    &row->normal, sizeof(row->normal));
}

/* ---- help ---- */

#define HELP_COLUMN 26

static void print_row(const struct option_row *row)
{
	const char *line = row->help, *end;
	int width =
	    printf("  --%s%s%s", row->name, row->argument != NULL ? " " : "",
		row->argument != NULL ? row->argument : "");

	while ((end = strchr(line, '\n')) != NULL) {
		printf("%*s%.*s\n", HELP_COLUMN - width, "", (int)(end - line),
		    line);
		line = end + 1;
		width = 0;
	}
	printf("%*s%s\n", HELP_COLUMN - width, "", line);
}

void option_print_help(void)
{
	const struct option_row *row;

	fputs("Usage: memblockd [OPTION]...\n"
	      "Holds models of the Linux kernel's memblock allocator, journals "
	      "what is\n"
	      "done to them, and answers memblockctl and other clients.\n\n",
	    stdout);
	for (row = option_rows; row->name != NULL; row++)
		print_row(row);
	fputs("\nNUM takes a suffix K, M, G or T, powers of 1024; defaults "
	      "stand in brackets.\n"
	      "Exit status: 0 done, 1 failed, 2 usage.\n",
	    stdout);
}
