/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of the daemon's options: one row for each, on the command line as
 * --NAME VALUE and in a configuration file as NAME = VALUE. */
#ifndef DAEMON_OPTION_H
#define DAEMON_OPTION_H

#include "daemon/config.h"

struct option_row {
	const char *name;
	const char *argument; /* stands for its value in --help; NULL: none */
	const char *help;
	/* Puts a value into config; value is NULL for an option without one.
	 * False: it is no value for it, and error says why. */
	bool (*take)(const struct option_row *row, const char *value,
	    struct config *config, char error[CONFIG_ERROR_MAX]);
	bool not_in_file; /* the command line's alone */
	/* Of a number: where it is in struct limits, and what it may be. */
	size_t offset;
	uint64_t lowest, highest, normal;
};

/* Ends with a row without a name. */
extern const struct option_row option_rows[];

/* NULL: no option of that name. */
const struct option_row *option_find(const char *name);

/* A configuration with every row's default, and no strings. */
void option_defaults(struct config *ret_config);

/* What --help prints. */
void option_print_help(void);

#endif
