/* SPDX-License-Identifier: BSD-2-Clause */
/* What the daemon was told on its command line, with every default filled in.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "daemon/log.h"
#include "storage/journal.h"

#include <stddef.h>
#include <stdint.h>

/* Everything a client can make grow, in bytes or counts. */
struct limits {
	uint64_t frame_bytes_max;  /* a message on the wire */
	uint64_t sessions_max;	   /* connections */
	uint64_t instances_max;	   /* in service */
	uint64_t regions_max;	   /* of one instance, all lists together */
	uint64_t in_flight_max;	   /* requests of one session not answered */
	uint64_t queued_bytes_max; /* answers one session has not taken */
	/* A peer that began a frame and does not go on with it, or does not
	 * take its answers, is closed after this time. */
	uint64_t stall_seconds;
};

#define CONFIG_LISTEN_MAX 16

struct config {
	const char *journal;
	enum journal_sync sync;
	const char *listen[CONFIG_LISTEN_MAX];
	size_t listen_count;
	enum log_level log_level;
	struct limits limits;
};

enum config_result {
	CONFIG_RUN,
	CONFIG_DONE,  /* --help or --version was answered */
	CONFIG_USAGE, /* wrong; a line on standard error said what */
};

/* Fills in the default sockets. */
enum config_result config_listen_default(struct config *config);

/* Reads a command line; listen is empty when it names no socket. The strings of
 * *ret_config live as long as argv and the process. */
enum config_result config_read(
    int argc, char *argv[], struct config *ret_config);

#endif
