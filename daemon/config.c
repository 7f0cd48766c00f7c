/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/config.h"

#include "daemon/memory.h"
#include "daemon/version.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An option that is a number: one row a limit. */
struct limit_option {
	const char *name;
	size_t offset; /* in struct limits */
	uint64_t lowest, highest, normal;
	const char *help;
};

#define LIMIT(field) offsetof(struct limits, field)

static const struct limit_option limit_options[] = {
    {"max-frame", LIMIT(frame_bytes_max), 1024, 1u << 30, 16u << 20,
	"bytes of one message on the wire (16M)"},
    {"max-sessions", LIMIT(sessions_max), 1, 1u << 20, 16384,
	"connections (16384)"},
    {"max-instances", LIMIT(instances_max), 1, 1u << 24, 65536,
	"instances in service (65536)"},
    {"max-regions", LIMIT(regions_max), 1, 1u << 28, 1048576,
	"regions of one instance (1048576)"},
    {"max-in-flight", LIMIT(in_flight_max), 1, 1u << 20, 1024,
	"unanswered requests of one session (1024)"},
    {"max-queued", LIMIT(queued_bytes_max), 1024, UINT64_C(1) << 40, 64u << 20,
	"bytes of answers one session has not taken (64M)"},
    {"stall-timeout", LIMIT(stall_seconds), 1, 86400, 30,
	"seconds until a peer that stopped midway is closed (30)"},
};
#define LIMIT_COUNT (sizeof(limit_options) / sizeof(limit_options[0]))

enum {
	OPTION_JOURNAL = 1,
	OPTION_LISTEN,
	OPTION_SYNC,
	OPTION_LOG_LEVEL,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_LIMITS, /* and one more for each further limit */
};

static const char help_head[] =
    "Usage: memblockd [OPTION]...\n"
    "Holds models of the Linux kernel's memblock allocator, journals what is\n"
    "done to them, and answers memblockctl and other clients.\n"
    "\n"
    "  --journal FILE        the journal; made if it is not there\n"
    "  --listen ADDRESS      unix:PATH, HOST:PORT or [V6]:PORT; port 0 takes\n"
    "                        a free one; may be given again, and replaces the\n"
    "                        default sockets\n"
    "  --sync full|normal|off  how much of SQLite's syncing to do (full)\n"
    "  --log-level LEVEL     error, warning, info or debug (info)\n"
    "  --version             print the version\n"
    "  --help                print this\n"
    "\n"
    "Limits (NUM takes a suffix K, M, G; the default stands in brackets):\n";

static enum config_result __attribute__((format(printf, 1, 2)))
usage(const char *format, ...)
{
	va_list args;

	fputs("memblockd: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; see memblockd --help\n", stderr);
	return CONFIG_USAGE;
}

static void print_help(void)
{
	size_t i;

	fputs(help_head, stdout);
	for (i = 0; i < LIMIT_COUNT; i++)
		printf("  --%s NUM%*s%s\n", limit_options[i].name,
		    (int)(16 - strlen(limit_options[i].name)), "",
		    limit_options[i].help);
}

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

static bool parse_sync(const char *word, enum journal_sync *ret_sync)
{
	static const char *const words[] = {
	    [JOURNAL_SYNC_FULL] = "full",
	    [JOURNAL_SYNC_NORMAL] = "normal",
	    [JOURNAL_SYNC_OFF] = "off",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			*ret_sync = (enum journal_sync)i;
			return true;
		}
	}
	return false;
}

static enum config_result read_limit(
    const struct limit_option *option, const char *text, struct limits *limits)
{
	uint64_t value;

	if (!parse_number(text, &value))
		return usage("--%s: '%s' is not a number", option->name, text);
	if (value < option->lowest || value > option->highest)
		return usage("--%s: %s is not between %llu and %llu",
		    option->name, text, (unsigned long long)option->lowest,
		    (unsigned long long)option->highest);
	memcpy((char *)limits + option->offset, &value, sizeof(value));
	return CONFIG_RUN;
}

static enum config_result read_option(
    int option, const char *argument, struct config *config)
{
	switch (option) {
	case OPTION_JOURNAL:
		config->journal = argument;
		return CONFIG_RUN;
	case OPTION_LISTEN:
		if (config->listen_count == CONFIG_LISTEN_MAX)
			return usage("--listen: more than %d addresses",
			    CONFIG_LISTEN_MAX);
		config->listen[config->listen_count++] = argument;
		return CONFIG_RUN;
	case OPTION_SYNC:
		if (!parse_sync(argument, &config->sync))
			return usage("--sync: '%s' is none of full, normal, "
				     "off",
			    argument);
		return CONFIG_RUN;
	case OPTION_LOG_LEVEL:
		if (!log_level_parse(argument, &config->log_level))
			return usage("--log-level: '%s' is none of error, "
				     "warning, info, debug",
			    argument);
		return CONFIG_RUN;
	case OPTION_VERSION:
		puts(VERSION_STRING);
		return CONFIG_DONE;
	case OPTION_HELP:
		print_help();
		return CONFIG_DONE;
	default:
		return read_limit(&limit_options[option - OPTION_LIMITS],
		    argument, &config->limits);
	}
}

/* getopt's own table, from ours. */
static void list_options(struct option options[6 + LIMIT_COUNT + 1])
{
	static const struct option plain[] = {
	    {"journal", required_argument, NULL, OPTION_JOURNAL},
	    {"listen", required_argument, NULL, OPTION_LISTEN},
	    {"sync", required_argument, NULL, OPTION_SYNC},
	    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	    {"version", no_argument, NULL, OPTION_VERSION},
	    {"help", no_argument, NULL, OPTION_HELP},
	};
	size_t i;

	memcpy(options, plain, sizeof(plain));
	options += sizeof(plain) / sizeof(plain[0]);
	for (i = 0; i < LIMIT_COUNT; i++)
		*options++ = (struct option){limit_options[i].name,
		    required_argument, NULL, OPTION_LIMITS + (int)i};
	*options = (struct option){0};
}

static const char *__attribute__((format(printf, 1, 2)))
lasting_text(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return memory_need(length < 0 ? NULL : text);
}

/* Where the journal is when nobody says; the last folder is made if it is not
 * there. If that fails, opening the journal says why. */
static enum config_result default_journal(struct config *config)
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *home = getenv("XDG_STATE_HOME");
	const char *folder;

	if (state != NULL)
		folder = state;
	else if (geteuid() == 0)
		folder = "/var/lib/memblockd";
	else if (home != NULL)
		folder = lasting_text("%s/memblockd", home);
	else
		return usage("no --journal, and neither STATE_DIRECTORY nor "
			     "XDG_STATE_HOME is set");
	mkdir(folder, 0750);
	config->journal = lasting_text("%s/journal.db", folder);
	return CONFIG_RUN;
}

enum config_result config_listen_default(struct config *config)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	/* As a service of any user, it has a folder of its own. */
	if (getenv("RUNTIME_DIRECTORY") != NULL) {
		folder = getenv("RUNTIME_DIRECTORY");
	} else if (geteuid() == 0) {
		folder = "/run/memblockd";
		mkdir(folder, 0755);
	}
	if (folder == NULL)
		return usage("no --listen, and XDG_RUNTIME_DIR is not set");
	config->listen[0] = lasting_text("unix:%s/memblockd.sock", folder);
	config->listen[1] = "127.0.0.1:6255";
	config->listen_count = 2;
	return CONFIG_RUN;
}

enum config_result config_read(
    int argc, char *argv[], struct config *ret_config)
{
	struct option options[6 + LIMIT_COUNT + 1];
	struct config config = {.log_level = LOG_LEVEL_INFO};
	enum config_result result = CONFIG_RUN;
	int option;
	size_t i;

	for (i = 0; i < LIMIT_COUNT; i++)
		memcpy((char *)&config.limits + limit_options[i].offset,
		    &limit_options[i].normal, sizeof(uint64_t));
	list_options(options);
	opterr = 0;
	while (result == CONFIG_RUN &&
	       (option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == ':')
			return usage("%s needs a value", argv[optind - 1]);
		if (option == '?')
			return usage("unknown option '%s'", argv[optind - 1]);
		result = read_option(option, optarg, &config);
	}
	if (result == CONFIG_RUN && optind < argc)
		result = usage("unexpected '%s'", argv[optind]);
	if (result == CONFIG_RUN && config.journal == NULL)
		result = default_journal(&config);
	if (result == CONFIG_RUN)
		*ret_config = config;
	return result;
}
