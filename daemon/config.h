/* SPDX-License-Identifier: BSD-2-Clause */
/* What the daemon was told, on its command line and in its configuration file,
 * with every default filled in. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "daemon/log.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything a client can make grow, in bytes or counts. */
struct limits {
	uint64_t frame_bytes_max;  /* a message on the wire */
	uint64_t sessions_max;	   /* connections */
	uint64_t instances_max;	   /* in service */
	uint64_t regions_max;	   /* of one instance, all lists together */
	uint64_t batch_max;	   /* operations of one batch */
	uint64_t imports_max;	   /* under way at the same time */
	uint64_t in_flight_max;	   /* requests of one session not answered */
	uint64_t queued_bytes_max; /* answers one session has not taken */
	uint64_t watchers_max;	   /* watches, of all sessions together */
	/* A peer that began a frame and does not go on with it, or does not
	 * take its answers, is closed after this time. */
	uint64_t stall_seconds;
};

#define CONFIG_LISTEN_MAX 16
#define CONFIG_ERROR_MAX 512

/* What to do instead of serving. */
enum config_action {
	CONFIG_SERVE,
	CONFIG_HELP,
	CONFIG_VERSION,
	CONFIG_CHECK_CONFIG, /* nothing: reading it was the check */
	CONFIG_CHECK,	     /* replay every instance */
	CONFIG_BACKUP,	     /* copy the journal to backup_to */
};

/* Owns its strings. */
struct config {
	char *journal;
	enum journal_sync sync;
	char *listen[CONFIG_LISTEN_MAX];
	size_t listen_count; /* 0: none was named */
	bool read_only;
	enum log_level log_level;
	struct limits limits;
	/* From the command line alone. */
	enum config_action action;
	char *backup_to;
	char *file; /* NULL: no configuration file */
};

/* Reads a command line and the configuration file it names; what the command
 * line says goes before what the file says. False: it is wrong, and error is
 * one sentence, beginning with FILE:LINE where it is the file. */
bool config_read(int argc, char *argv[], struct config *ret_config,
    char error[CONFIG_ERROR_MAX]);

void config_free(struct config *config);

/* Where the journal is, and the sockets are, when nobody says. False: there is
 * no such place for this user; error says so. */
bool config_journal_default(
    struct config *config, char error[CONFIG_ERROR_MAX]);
bool config_listen_default(struct config *config, char error[CONFIG_ERROR_MAX]);

#endif
