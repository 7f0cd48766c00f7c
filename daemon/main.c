/* SPDX-License-Identifier: BSD-2-Clause */
/* memblockd: does what its command line says. */
#include "daemon/config.h"
#include "daemon/offline.h"
#include "daemon/option.h"
#include "daemon/server.h"
#include "daemon/version.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EXIT_USAGE 2

/* Fills the place of a standard file that is closed, so that no socket and no
 * file of ours gets its descriptor, and with it what is logged. */
static bool hold_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

static int act(struct config *config, int argc, char *argv[])
{
	switch (config->action) {
	case CONFIG_HELP:
		option_print_help();
		return EXIT_SUCCESS;
	case CONFIG_VERSION:
		puts(VERSION_STRING);
		return EXIT_SUCCESS;
	case CONFIG_CHECK_CONFIG:
		return EXIT_SUCCESS;
	case CONFIG_CHECK:
		return offline_check(config->journal);
	case CONFIG_BACKUP:
		return offline_backup(config->journal, config->backup_to);
	case CONFIG_SERVE:
		break;
	}
	return server_run(config, argc, argv);
}

static bool needs_journal(const struct config *config)
{
	return config->action == CONFIG_SERVE ||
	       config->action == CONFIG_CHECK ||
	       config->action == CONFIG_BACKUP;
}

int main(int argc, char *argv[])
{
	char error[CONFIG_ERROR_MAX];
	struct config config;
	int result = EXIT_USAGE;

	if (!hold_standard_files()) {
		perror("memblockd: /dev/null");
		return EXIT_FAILURE;
	}
	if (!config_read(argc, argv, &config, error)) {
		fprintf(stderr, "memblockd: %s; see memblockd --help\n", error);
		return EXIT_USAGE;
	}
	if (needs_journal(&config) && config.journal == NULL &&
	    !config_journal_default(&config, error))
		fprintf(stderr, "memblockd: %s; see memblockd --help\n", error);
	else
		result = act(&config, argc, argv);
	config_free(&config);
	return result;
}
